"""What the numbers of a pair depend on: everything that makes them changes the key, nothing else does."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from qualitygate import decode
from qualitygate.cache.directory import Directory
from qualitygate.core.errors import ConfigError
from qualitygate.core.limits import DecodeLimits
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Threshold
from qualitygate.corridor.key import MAKES_THE_NUMBER, ONLY_JUDGES, areas_digest, result_key
from qualitygate.corridor.remembering import Memory
from qualitygate.corridor.task import Alternative, PairTask
from qualitygate.metrics.base import identity
from qualitygate.metrics.delta_e_2000 import DeltaE2000
from qualitygate.metrics.lpips import Lpips
from qualitygate.metrics.ssim import Ssim
from qualitygate.policy.model import Area, Profile, Region
from qualitygate.running import machine

CONTENTS = ("a" * 64, "b" * 64)


@pytest.fixture
def mask(tmp_path: Path) -> Path:
    path = tmp_path / "mask.png"
    Pillow.fromarray(np.zeros((8, 8), np.uint8)).save(path)
    return path


@pytest.fixture
def task(mask: Path) -> PairTask:
    """A task in which nothing has its default."""
    return PairTask(
        subject=Subject("pair", "set/a.png", "set", "ref/a.png", "cand/a.webp"),
        pair="a",
        reference=Path("ref/a.png"),
        candidate=Path("cand/a.webp"),
        metrics=(DeltaE2000(), Ssim()),
        profile=Profile("hero", "hero.toml", thresholds=(Threshold("ssim", "mean", 0.9),)),
        limited_to=("ssim",),
        background=(1, 2, 3),
        resize="lanczos",
        ignore=(Area("**", ((0, 0, 4, 4),), mask),),
        regions=(Region("logo", Area("a*", ((1, 1, 2, 2),)), ()),),
        limits=DecodeLimits(max_pixels=1000),
        accepted=(Alternative("night", Path("night.png"), "ref/night.png"),),
    )


def key(task: PairTask, contents: tuple[str, str] = CONTENTS, surroundings: str = "s") -> str | None:
    areas = areas_digest(task)
    return None if areas is None else result_key(task, contents, areas, surroundings, list(map(identity, task.metrics)))


def test_every_field_of_a_task_is_decided_on() -> None:
    """Whoever adds a field says here, and in `corridor/key.py`, whether it makes the number."""
    assert {field.name for field in fields(PairTask)} == {*MAKES_THE_NUMBER, *ONLY_JUDGES}
    assert not set(MAKES_THE_NUMBER) & set(ONLY_JUDGES)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("metrics", (DeltaE2000(),)),
        ("metrics", (Ssim(), DeltaE2000())),
        ("background", (1, 2, 4)),
        ("resize", "off"),
        ("resize", "bicubic"),
        ("ignore", ()),
        ("ignore", (Area("**", ((0, 0, 4, 5),)),)),
        ("regions", ()),
        ("regions", (Region("logo", Area("a*", ((1, 1, 2, 3),)), ()),)),
        ("pair", "b"),  # the region does not apply any more
        ("subject", Subject("pair", "set/a.png", "set", "ref/a.png", "cand/a.jpg")),
        ("subject", Subject("pair", "set/a.png", "set", "ref/a.tiff", "cand/a.webp")),
        *[("limits", replace(DecodeLimits(max_pixels=1000), **{f.name: 7})) for f in fields(DecodeLimits)],
    ],
)
def test_what_makes_the_number_changes_the_key(task: PairTask, field: str, value: Any) -> None:
    assert field in MAKES_THE_NUMBER
    assert key(replace(task, **{field: value})) != key(task)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("profile", Profile("mine", "mine.toml")),
        ("limited_to", None),
        ("accepted", ()),
        # Names and places are not contents.
        ("subject", Subject("pair", "other", "", "x/b.png", "y/c.WEBP")),
        ("reference", Path("elsewhere.png")),
        ("candidate", Path("elsewhere.webp")),
        ("regions", (Region("badge", Area("a*", ((1, 1, 2, 2),)), (Threshold("ssim", "mean", 0.1),)),)),
    ],
)
def test_what_only_judges_does_not(task: PairTask, field: str, value: Any) -> None:
    assert key(replace(task, **{field: value})) == key(task)


def test_contents_and_their_order_and_the_surroundings_change_the_key(task: PairTask) -> None:
    one, other = CONTENTS
    contents = (CONTENTS, (other, one), (one, one), (other, other))
    assert len({key(task, each) for each in contents} | {key(task, surroundings="t")}) == 5


def test_an_area_to_ignore_is_no_region(task: PairTask) -> None:
    area = Area("**", ((0, 0, 4, 4),))
    ignoring = replace(task, ignore=(area,), regions=())
    assert key(ignoring) != key(replace(task, ignore=(), regions=(Region("r", area, ()),)))


def test_the_contents_of_a_mask_count_and_not_its_name(task: PairTask, mask: Path, tmp_path: Path) -> None:
    before = key(task)
    copy = tmp_path / "copy.png"
    copy.write_bytes(mask.read_bytes())
    assert key(replace(task, ignore=(Area("**", ((0, 0, 4, 4),), copy),))) == before
    Pillow.fromarray(np.full((8, 8), 255, np.uint8)).save(mask)
    assert key(task) not in (before, None)
    mask.unlink()
    assert key(task) is None


def test_areas_of_other_pairs_do_not_count(task: PairTask, mask: Path) -> None:
    assert key(replace(task, ignore=(*task.ignore, Area("z/**", (), mask)))) == key(task)


@dataclass(frozen=True)
class Named(Ssim):
    """A metric with settings."""

    sigma: float = 1.5

    def identity(self) -> dict[str, Any]:
        return {"sigma": self.sigma}


def test_settings_of_a_metric_change_the_key_and_one_that_says_nothing_has_none(task: PairTask) -> None:
    keys = {key(replace(task, metrics=(metric,))) for metric in (Named(), Named(2.0), Ssim())}
    assert len(keys) == 3
    assert None not in keys

    class Silent(Ssim):
        identity = None  # type: ignore[assignment]

    assert key(replace(task, metrics=(Silent(),))) is None


def test_a_metric_that_forms_another_statistic_changes_the_key(task: PairTask) -> None:
    """Numbers of an earlier run would lack it, and a limit on it could not be judged."""

    class More(Ssim):
        spec = replace(Ssim.spec, statistics=(*Ssim.spec.statistics, "p95"))

    said = [identity(Ssim())]
    one, other = (result_key(replace(task, metrics=(metric,)), CONTENTS, "", "s", said) for metric in (Ssim(), More()))
    assert one is not None
    assert one != other


def test_what_makes_lpips_is_in_its_identity(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("torch")
    said = identity(Lpips(device="cpu"))
    assert said is not None
    # Whatever is set on the instance, and what it finds installed.
    assert {field.name for field in fields(Lpips)} <= said.keys()
    assert {"torch", "weights_sha256", "class"} <= said.keys()
    assert identity(Lpips(device="cpu", dtype="bfloat16")) != said
    monkeypatch.setattr("qualitygate.metrics.lpips_net.provenance.expected_digest", lambda *_: "0" * 64)
    assert identity(Lpips(device="cpu")) != said


def test_a_metric_that_refuses_to_say_is_not_kept(task: PairTask, tmp_path: Path) -> None:
    class Refusing(Ssim):
        def identity(self) -> dict[str, Any]:
            raise ConfigError("no device", code="QG-1416")

    memory = Memory(Directory(tmp_path / "cache"), "s")
    assert memory.recall(replace(task, metrics=(Refusing(),))) is None


def test_the_kernel_is_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for metric in (Ssim(), DeltaE2000()):
        monkeypatch.setattr(f"{type(metric).__module__}.kernel_name", lambda: "another")
        assert (identity(metric) or {})["kernel"] == "another"


def test_surroundings_change_with_numpy_decoders_and_our_own_code(monkeypatch: pytest.MonkeyPatch) -> None:
    before = machine.surroundings()
    assert machine.surroundings() == before
    with monkeypatch.context() as patched:
        patched.setattr(machine.np, "__version__", "0.0")
        assert machine.surroundings() != before
    with monkeypatch.context() as patched:
        patched.setattr(machine, "decoder_contents", lambda: {"pillow": "0"})
        assert machine.surroundings() != before
    with monkeypatch.context() as patched:
        patched.setattr(machine, "__version__", "0")
        assert machine.surroundings() != before
    with monkeypatch.context() as patched:
        patched.setattr(machine, "code_digest", lambda: "0")
        assert machine.surroundings() != before


def test_the_digest_of_our_code_sees_every_byte_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "core").mkdir()
    source = tmp_path / "core" / "number.py"
    source.write_text("x = 1\n")
    monkeypatch.setattr(machine, "__file__", str(tmp_path / "running" / "machine.py"))

    def digest(text: str, loaded: float) -> str:
        source.write_text(text)
        monkeypatch.setattr(machine, "_LOADED", loaded)
        machine.code_digest.cache_clear()
        return machine.code_digest()

    later, before = time.time() + 3600, time.time() - 3600
    one = digest("x = 1\n", later)
    assert digest("x = 1\n", later) == one
    assert digest("x = 2\n", later) != one
    # Changed since it was loaded: what measures is not what is on the disk.
    changed = digest("x = 1\n", before)
    assert changed not in (one, digest("x = 1\n", before))
    machine.code_digest.cache_clear()


def test_decoders_are_told_apart_by_what_is_installed_of_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def install(libraries: str) -> dict[str, str]:
        place = tmp_path / libraries.partition(",")[0].replace("/", "-") / "pillow-99.dist-info"
        place.mkdir(parents=True)
        (place / "RECORD").write_text(f"PIL/Image.py,sha256=x,1\n{libraries}\n")
        (place / "METADATA").write_text("Metadata-Version: 2.1\nName: pillow\nVersion: 99\n")
        monkeypatch.setattr(sys, "path", [str(place.parent), *before])
        return decode.decoder_contents()

    before = list(sys.path)
    said = [install(f"pillow.libs/libjpeg-{number}.so,sha256={number},1") for number in "12"]
    assert said[0] != said[1]
    assert said[0].keys() == said[1].keys()
    # A Pillow that uses the libraries of the system: they change without it.
    assert install("PIL/_imaging.so,sha256=x,1").items() >= decode.decoder_versions().items()
