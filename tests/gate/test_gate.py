"""The gate as a library: what it measures, what it refuses to pass, and that it writes nothing."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

import qualitygate
from qualitygate import gate, metrics
from qualitygate.core.colour.encoding import DISPLAY_P3
from qualitygate.core.errors import ConfigError, UnmeasurableError
from qualitygate.core.measurement import Measurement, Unmeasurable
from qualitygate.core.verdict import Failed, Passed
from qualitygate.corridor import decoding, judging
from qualitygate.decode.icc_build import build_profile

sys.path.insert(0, str(Path(__file__).parent))

FAST = ("delta_e_2000", "ssim")


@pytest.fixture
def pairs(tmp_path: Path, photos: list[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """`ref/` and an equal `cand/` of small photographs, in the working directory."""
    monkeypatch.chdir(tmp_path)
    for side in ("ref", "cand"):
        (tmp_path / side).mkdir()
        for path in photos:
            picture = Pillow.open(path).convert("RGB")
            picture.thumbnail((128, 128))
            picture.save(tmp_path / side / f"{path.stem}.png")
    return tmp_path


def everything(directory: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(directory.rglob("*")) if path.is_file()}


def flat(path: Path, colour: tuple[int, ...], *, icc: bytes | None = None, mode: str = "RGB") -> Path:
    options = {"icc_profile": icc} if icc else {}
    Pillow.new(mode, (64, 64), colour).save(path, **options)
    return path


def mean(result: object, metric: str = "delta_e_2000", statistic: str = "mean") -> float:
    found = result.measurements[metric]  # type: ignore[attr-defined]
    assert isinstance(found, Measurement), found
    return found.values[statistic]


def test_check_returns_a_report_and_writes_nothing(pairs: Path) -> None:
    Pillow.new("RGB", (128, 128), (200, 0, 0)).save(pairs / "cand" / "astronaut.png")
    before = everything(pairs)
    report = gate.check("ref", "cand", profile="product", metrics=FAST)
    assert everything(pairs) == before
    assert report.verdict == "failed"
    with pytest.raises(qualitygate.ThresholdExceeded, match=r"^DeltaE00 \d+\.\d+ exceeds \d"):
        report.raise_for_verdict()


def test_an_opened_incident_is_in_the_message(pairs: Path) -> None:
    from datetime import UTC, datetime

    Pillow.new("RGB", (128, 128), (200, 0, 0)).save(pairs / "cand" / "astronaut.png")
    plan = gate.plan("ref", "cand", profile="product", metrics=FAST)
    now = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)
    report = qualitygate.open_incident(gate.run(plan), plan, root=pairs, now=now, environ={})
    assert report.incident is not None
    assert report.incident.id.startswith("PM-2026-11-21-")
    with pytest.raises(qualitygate.ThresholdExceeded, match=f"run/_/postmortems/{report.incident.id}.md") as caught:
        report.raise_for_verdict()
    assert caught.value.report is report


def test_a_passed_report_raises_nothing(pairs: Path) -> None:
    gate.check("ref", "cand", profile="product", metrics=FAST).raise_for_verdict()


def test_unmeasurable_is_raised_as_such(pairs: Path) -> None:
    (pairs / "cand" / "coffee.png").write_bytes(b"")
    report = gate.check("ref", "cand", profile="product", metrics=FAST)
    with pytest.raises(UnmeasurableError, match="1 of 4 could not be measured"):
        report.raise_for_verdict()


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [((255, 0, 0), (240, 0, 0), 3.27), ((235, 20, 20), (235, 45, 20), 2.49)],
)
def test_display_p3_reds_outside_srgb_do_not_measure_zero(
    tmp_path: Path, first: tuple[int, int, int], second: tuple[int, int, int], expected: float
) -> None:
    icc = build_profile(DISPLAY_P3)
    reference, candidate = flat(tmp_path / "a.png", first, icc=icc), flat(tmp_path / "b.png", second, icc=icc)
    result = gate.compare(reference, candidate, metrics=FAST)
    assert mean(result) == pytest.approx(expected, abs=0.1)
    ssim = result.measurements["ssim"]
    assert isinstance(ssim, Measurement)
    assert ssim.settings["reference_clipped_share"] == 1.0


def test_a_dropped_profile_is_a_difference(tmp_path: Path) -> None:
    tagged = flat(tmp_path / "a.png", (200, 40, 40), icc=build_profile(DISPLAY_P3))
    untagged = flat(tmp_path / "b.png", (200, 40, 40))
    assert mean(gate.compare(tagged, untagged, metrics=FAST)) > 2


def test_alpha_that_vanishes_on_white_is_still_reported(tmp_path: Path) -> None:
    reference = flat(tmp_path / "a.png", (255, 255, 255, 0), mode="RGBA")
    candidate = flat(tmp_path / "b.png", (255, 255, 255))
    result = gate.compare(reference, candidate, metrics=FAST)
    assert mean(result) == 0
    assert [finding.code for finding in result.findings] == ["QG-1004"]
    assert "opaque" in result.findings[0].message
    on_black = gate.compare(reference, candidate, metrics=FAST, background=(0, 0, 0))
    assert mean(on_black) == pytest.approx(100, abs=0.1)


def test_colours_under_full_transparency_do_not_count(tmp_path: Path) -> None:
    reference = flat(tmp_path / "a.png", (255, 0, 0, 0), mode="RGBA")
    candidate = flat(tmp_path / "b.png", (0, 255, 0, 0), mode="RGBA")
    assert mean(gate.compare(reference, candidate, metrics=FAST), statistic="max") == 0


def test_identical_files_are_decoded_once_and_measure_as_the_long_way(
    pairs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[str] = []
    real = decoding.decode

    def counting(data: bytes, name: str, limits: object) -> object:
        decoded.append(name)
        return real(data, name, limits)  # type: ignore[arg-type]

    monkeypatch.setattr(decoding, "decode", counting)
    short = gate.compare("ref/coffee.png", "cand/coffee.png", metrics=FAST)
    assert len(decoded) == 1
    Pillow.open("cand/coffee.png").save("cand/coffee.tiff")
    long = gate.compare("ref/coffee.png", "cand/coffee.tiff", metrics=FAST)
    assert len(decoded) == 3
    for name in FAST:
        ours, theirs = short.measurements[name], long.measurements[name]
        assert isinstance(ours, Measurement)
        assert isinstance(theirs, Measurement)
        assert ours.values == theirs.values


def test_two_identical_broken_files_are_unmeasurable(pairs: Path) -> None:
    for side in ("ref", "cand"):
        path = pairs / side / "coffee.png"
        path.write_bytes(path.read_bytes()[:2000])
    result = gate.compare("ref/coffee.png", "cand/coffee.png", metrics=FAST)
    assert isinstance(result.verdict, Unmeasurable)


def test_a_killed_worker_costs_one_pair(pairs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", f"{Path(__file__).parent}:{Path(qualitygate.__file__).parents[1]}")
    monkeypatch.setitem(metrics.TABLE, "deadly", "gate_metrics:Deadly")
    for side in ("ref", "cand"):
        (pairs / side / "coffee.png").rename(pairs / side / "deadly.png")
    (pairs / "thresholds").mkdir()
    (pairs / "thresholds" / "mine.toml").write_text("schema = 1\n[limits.deadly]\nvalue = 1.0\n")
    report = gate.check("ref", "cand", profile="mine", workers=2)
    statuses = {result.subject.id: result.verdict for result in report.results}
    lost = statuses.pop("deadly.png")
    assert isinstance(lost, Unmeasurable)
    assert lost.code == "QG-1305"
    assert all(isinstance(verdict, Passed) for verdict in statuses.values())


def test_sizes_that_differ_fail_only_when_judged(pairs: Path) -> None:
    assert isinstance(gate.compare("ref/coffee.png", "cand/astronaut.png", metrics=FAST).verdict, Unmeasurable)
    judged = gate.compare("ref/coffee.png", "cand/astronaut.png", metrics=FAST, profile="product")
    assert isinstance(judged.verdict, Failed)
    assert [finding.code for finding in judged.findings] == ["QG-1104"]


def test_one_pixel_less_says_how(pairs: Path) -> None:
    picture = Pillow.open("cand/coffee.png")
    picture.crop((0, 0, picture.width - 1, picture.height)).save("cand/coffee.png")
    judged = gate.compare("ref/coffee.png", "cand/coffee.png", metrics=FAST, profile="product")
    assert "same top left corner" in judged.findings[0].message


def test_a_shift_is_noted_beside_the_failure(photos: list[Path], tmp_path: Path) -> None:
    picture = Pillow.open(photos[0]).convert("RGB")
    picture.save(tmp_path / "a.png")
    Pillow.fromarray(np.roll(np.asarray(picture), (4, 3), axis=(0, 1))).save(tmp_path / "b.png")
    judged = gate.compare(tmp_path / "a.png", tmp_path / "b.png", metrics=FAST, profile="product")
    assert isinstance(judged.verdict, Failed)
    assert judged.findings[-1].code == "QG-1106"
    assert "3 px to the right and 4 px down" in judged.findings[-1].message


def test_16_bit_differences_below_one_8_bit_step_are_measured(tmp_path: Path) -> None:
    for name, value in (("a", 30000), ("b", 30100)):
        Pillow.fromarray(np.full((64, 64), value, dtype=np.uint16)).save(tmp_path / f"{name}.png")
    result = gate.compare(tmp_path / "a.png", tmp_path / "b.png", metrics=FAST)
    assert 0.05 < mean(result) < 0.3


def test_nothing_to_judge_is_a_configuration_error(pairs: Path) -> None:
    (pairs / "thresholds").mkdir()
    (pairs / "thresholds" / "mine.toml").write_text("schema = 1\n[limits.ssim]\nmean = 0.9\n")
    with pytest.raises(ConfigError, match="nothing would be judged"):
        gate.check("ref", "cand", profile="mine", metrics=["delta_e_2000"])


def test_an_unforeseen_decoder_error_does_not_stop_the_run(pairs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def starved(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(judging, "decode_pair", starved)
    report = gate.check("ref", "cand", profile="product", metrics=FAST)
    assert report.summary.unmeasurable == 4
    assert report.verdict == "unmeasurable"


def test_reports_are_plain_data(pairs: Path) -> None:
    report = gate.check("ref", "cand", profile="product", metrics=FAST)
    with pytest.raises(dataclasses.FrozenInstanceError):
        report.started = "now"  # type: ignore[misc]
    assert report.settings["qualitygate"] == qualitygate.__version__
    assert all(
        isinstance(found, Measurement) and found.error_map is None
        for result in report.results
        for found in result.measurements.values()
    )
