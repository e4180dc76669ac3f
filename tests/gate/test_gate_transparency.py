"""Transparency through the gate: real files, accepted references, ignored areas, sizes, and pictures of it."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw

from qualitygate import gate
from qualitygate.core.errors import ConfigError
from qualitygate.core.verdict import Failed, Passed, Report, SubjectResult
from qualitygate.exhibiting.pair_panel import panel
from qualitygate.exhibiting.pairs import exhibit
from qualitygate.planning.plan import Plan

FAST = ("delta_e_2000", "ssim")


def logo(size: int = 128) -> Pillow.Image:
    """A disc with a soft edge in white, the colour that logos are flattened onto, and a bar in red."""
    large = Pillow.new("L", (4 * size, 4 * size), 0)
    ImageDraw.Draw(large).ellipse((size // 2, size // 2, 4 * size - size // 2, 4 * size - size // 2), fill=255)
    picture = Pillow.new("RGBA", (size, size), (255, 255, 255, 255))
    ImageDraw.Draw(picture).rectangle((size // 4, size // 2, 3 * size // 4, size // 2 + 9), fill=(200, 20, 30, 255))
    picture.putalpha(large.resize((size, size), Pillow.Resampling.LANCZOS))
    return picture


def flattened(picture: Pillow.Image, colour: str = "white") -> Pillow.Image:
    ground = Pillow.new("RGB", picture.size, colour)
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def deep_png(pixels: NDArray[np.uint16]) -> bytes:
    """A PNG of 16 bits with alpha, which Pillow cannot write."""
    height, width, _ = pixels.shape

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in pixels)
    head = struct.pack(">IIBBBBB", width, height, 16, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "ref").mkdir()
    (tmp_path / "cand").mkdir()
    logo().save("ref/logo.png")
    return tmp_path


def judged(candidate: str, profile: str = "ui", **options: object) -> SubjectResult:
    return gate.compare("ref/logo.png", candidate, profile=profile, metrics=FAST, **options)  # type: ignore[arg-type]


def codes(result: SubjectResult) -> list[tuple[str, str]]:
    return [(finding.code, finding.level.value) for finding in result.findings]


@pytest.mark.parametrize("name", ["logo.png", "logo.webp"])
@pytest.mark.parametrize("profile", ["ui", "hero", "product", "thumbnail"])
def test_a_logo_that_was_flattened_onto_white_fails(here: Path, name: str, profile: str) -> None:
    options = {"lossless": True} if name.endswith("webp") else {}
    flattened(logo()).save(here / "cand" / name, **options)
    result = judged(f"cand/{name}", profile)
    assert isinstance(result.verdict, Failed)
    assert codes(result) == [("QG-1016", "error")], "by nothing else: on white it is the same"


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("logo.png", {}),
        ("logo.webp", {"lossless": True}),
        ("logo.webp", {"quality": 100, "alpha_quality": 80}),
        ("logo.tiff", {}),
    ],
)
def test_what_keeps_its_transparency_has_nothing_said_of_it(here: Path, name: str, options: dict[str, object]) -> None:
    logo().save(here / "cand" / name, **options)
    assert not {"QG-1016", "QG-1017"} & {code for code, _ in codes(judged(f"cand/{name}"))}


def test_avif_of_quality_75_keeps_within_the_shipped_tolerance(here: Path) -> None:
    pytest.importorskip("PIL._avif")
    picture = Pillow.new("RGBA", (400, 120), (0, 0, 0, 0))
    pen = ImageDraw.Draw(picture)
    for top, size in ((0, 14), (24, 24), (60, 40)):
        pen.text((4, top), "Hamburgefonstiv 0123", fill=(10, 20, 200, 255), font_size=size)
    picture.save("ref/logo.png")
    picture.save("cand/logo.avif", quality=75, subsampling="4:4:4")
    assert ("QG-1016", "error") not in codes(judged("cand/logo.avif"))


@pytest.mark.parametrize(("off", "said"), [(1, "note"), (24, "note"), (25, "error")])
def test_rounding_passes_and_the_tolerance_is_a_limit(here: Path, off: int, said: str) -> None:
    pixels = np.array(logo())
    pixels[60, 64, 3] = 255 - off
    Pillow.fromarray(pixels).save("cand/logo.png")
    assert codes(judged("cand/logo.png")) == [({"note": "QG-1004", "error": "QG-1016"}[said], said)]


def test_deep_files_compare_in_the_same_levels(here: Path) -> None:
    pixels = np.array(logo()).astype(np.uint16) * 257
    (here / "cand" / "logo.png").write_bytes(deep_png(pixels))
    result = judged("cand/logo.png")
    assert result.candidate is not None
    assert (result.candidate.bit_depth, codes(result)) == (16, [])
    pixels[60, 64, 3] = (255 - 24) * 257 - 1  # one step of 16 bits beyond the tolerance
    (here / "cand" / "logo.png").write_bytes(deep_png(pixels))
    assert codes(judged("cand/logo.png")) == [("QG-1016", "error")]


def test_a_photograph_that_became_transparent_fails(here: Path) -> None:
    flattened(logo()).save("ref/logo.png")
    logo().save("cand/logo.png")
    assert codes(judged("cand/logo.png", "hero")) == [("QG-1016", "error")]


def test_a_limit_to_metrics_does_not_take_the_rule_away(here: Path) -> None:
    flattened(logo()).save("cand/logo.png")
    result = gate.compare("ref/logo.png", "cand/logo.png", profile="ui", metrics=("ssim",))
    assert codes(result) == [("QG-1016", "error")]


def mine(here: Path, rule: str) -> None:
    (here / "thresholds").mkdir(exist_ok=True)
    (here / "thresholds" / "ui.toml").write_text(f'extends = "ui"\n[rules]\nalpha = {rule}\n')


@pytest.mark.parametrize(
    ("rule", "flat", "said"),
    [
        ('"opaque"', True, [("QG-1004", "note")]),
        ('"opaque"', False, [("QG-1017", "error")]),
        ('"any"', True, [("QG-1004", "note")]),
        ('"any"', False, []),
        ("false", True, [("QG-1004", "warning")]),
    ],
)
def test_what_a_local_file_says_instead(here: Path, rule: str, flat: bool, said: list[tuple[str, str]]) -> None:
    """`opaque` fails a transparent candidate whatever its reference, byte-identical files among them."""
    mine(here, rule)
    (flattened(logo()) if flat else logo()).save("cand/logo.png")
    report = check(here)
    assert codes(report.results[0]) == said


CONFIG = """
[[sets]]
reference = "ref"
candidate = "cand"
profile = "ui"
metrics = ["delta_e_2000", "ssim"]
"""


def plan(here: Path, more: str = "") -> Plan:
    (here / "qualitygate.toml").write_text(CONFIG + more)
    return gate.plan()


def check(here: Path, more: str = "") -> Report:
    return gate.run(plan(here, more))


def test_an_ignored_area_does_not_count(here: Path) -> None:
    candidate = flattened(logo()).convert("RGBA")
    candidate.paste(logo().crop((0, 30, 128, 128)), (0, 30))
    candidate.save("cand/logo.png")
    assert isinstance(check(here).results[0].verdict, Failed)
    ignored = "[[sets.ignore]]\nrectangles = [[0, 0, 128, 30]]\n"
    report = check(here, ignored)
    assert isinstance(report.results[0].verdict, Passed)
    assert codes(report.results[0]) == []
    Pillow.new("L", (5, 5), 255).save("mask.png")
    with pytest.raises(ConfigError) as caught:
        check(here, '[[sets.ignore]]\nmask = "mask.png"\n')
    assert caught.value.code == "QG-1406"


def test_a_resized_reference_is_compared_as_well(here: Path) -> None:
    logo(256).save("ref/logo.png")
    flattened(logo()).save("cand/logo.png")
    found = dict(codes(check(here, 'resize = "lanczos"\n').results[0]))
    assert found["QG-1016"] == "error"
    logo(256).resize((128, 128), Pillow.Resampling.LANCZOS).save("cand/logo.png")
    assert "QG-1016" not in dict(codes(check(here, 'resize = "lanczos"\n').results[0]))


def test_an_accepted_reference_with_that_transparency_is_matched(here: Path) -> None:
    flattened(logo()).save("cand/logo.png")
    (here / "ref" / "logo.png.accepted").mkdir()
    flattened(logo()).save("ref/logo.png.accepted/flat.png")
    result = check(here).results[0]
    assert isinstance(result.verdict, Passed)
    assert result.accepted == "flat"


def test_its_pictures_show_what_is_invisible_on_the_background_it_was_judged_on(here: Path) -> None:
    flattened(logo()).save("cand/logo.png")
    made = plan(here)
    (result,) = gate.run(made).results
    (task,) = made.sets[0].tasks
    shown = exhibit(task, result)
    assert shown is not None
    assert shown.laid_on == "#000000"
    assert shown.damage
    drawn = panel(task, result)
    assert drawn is not None
    sheet = np.asarray(Pillow.open(io.BytesIO(drawn)).convert("RGB")).astype(int)
    # The colour of the largest difference, which a map of equal colours has only in its colour bar.
    assert (np.abs(sheet - (252, 255, 164)).max(axis=-1) < 4).sum() > 2_000


def test_pictures_of_other_failures_stay_on_their_background(here: Path) -> None:
    other = logo()
    ImageDraw.Draw(other).rectangle((50, 50, 80, 80), fill=(0, 90, 0, 255))
    other.save("cand/logo.png")
    made = plan(here)
    (result,) = gate.run(made).results
    shown = exhibit(made.sets[0].tasks[0], result)
    assert shown is not None
    assert isinstance(result.verdict, Failed)
    assert shown.laid_on == ""
