"""`qualitygate check` over palettes and batches, as a user meets them; baselines and `explain`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from qualitygate.demo.looks import drifted, grade

CONFIG = """
[[palettes]]
name = "brand"
files = ["build/**"]
pipeline = "brand look"
palette = "thresholds/brand.toml"
"""
BRAND = """
schema = 1
[[colours]]
name = "brand red"
value = "#d0021b"
severity = "S1"
born_of = "PM-2025-09-27-01"
why = "a LUT update moved the reds"
runbook = "docs/reds.md"
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, photos: list[Path]) -> Path:
    """A repository with banners: one as approved, one through the look that drifted, and a photograph."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "build").mkdir()
    (tmp_path / "thresholds").mkdir()
    banner = Image.open(photos[0]).convert("RGB").resize((400, 300))
    banner.paste((0xD0, 0x02, 0x1B), (0, 260, 400, 300))
    banner.save("build/banner.webp", quality=85)
    grade(banner, drifted).save("build/été « neu ».webp", quality=85)
    Image.open(photos[1]).save("build/photo.jpg", quality=90)
    Path("qualitygate.toml").write_text(CONFIG, encoding="utf-8")
    Path("thresholds/brand.toml").write_text(BRAND, encoding="utf-8")
    return tmp_path


def test_a_drifted_brand_colour_fails_with_its_incident(project: Path, command_line: Callable) -> None:
    done = command_line("check", "--format", "json", "--incident-dir", project)
    report = json.loads(done.out)
    assert done.code == 1
    by_id = {pair["id"]: pair for pair in report["pairs"]}
    failed = by_id["build/été « neu ».webp"]
    assert {name: pair["status"] for name, pair in by_id.items()} == {
        "build/banner.webp": "passed", "build/photo.jpg": "passed", failed["id"]: "failed",
    }  # fmt: skip
    (finding,) = failed["findings"]
    assert finding["code"] == "QG-1501"
    assert finding["message"].startswith("brand red DeltaE00 ")
    for said in ("exceeds 2.0: build/été « neu ».webp, p98, beyond it 100 % of its areas", "severity S1",
                 "born of PM-2025-09-27-01 (a LUT update moved the reds)", "runbook docs/reds.md"):  # fmt: skip
        assert said in finding["message"]
    assert (finding["metric"], finding["statistic"], finding["limit"]) == ("palette", "brand red.p98", 2.0)
    assert finding["path"] == "build/été « neu ».webp"
    assert failed["measurements"]["palette"]["brand red.outside"] == 1.0
    with Image.open(project / failed["heat_map"]) as panel:
        colours = {colour for _, colour in panel.convert("RGB").getcolors(1 << 24) or []}
    assert (0xD0, 0x02, 0x1B) in colours, "the colour as expected"
    postmortem = (project / report["incident"]["markdown"]).read_text(encoding="utf-8")
    assert "brand look" in postmortem
    assert "1 of 3 files" in postmortem


def test_processes_give_the_same_verdicts(project: Path, command_line: Callable) -> None:
    for number in range(3):
        Image.open("build/banner.webp").save(f"build/more-{number}.png")
    alone = command_line("check", "--no-incident", "--workers", 1)
    many = command_line("check", "--no-incident", "--workers", 2)
    assert (alone.code, alone.out) == (many.code, many.out) == (1, alone.out)


def test_a_brand_colour_that_vanished(project: Path, command_line: Callable) -> None:
    Path("thresholds/brand.toml").write_text(BRAND + "min_coverage = 0.07\n", encoding="utf-8")
    done = command_line("check", "--no-incident", "--format", "json")
    codes = {pair["id"]: [finding["code"] for finding in pair["findings"]] for pair in json.loads(done.out)["pairs"]}
    assert codes == {
        "build/banner.webp": [], "build/photo.jpg": ["QG-1502"], "build/été « neu ».webp": ["QG-1501", "QG-1502"],
    }  # fmt: skip
    assert "brand red coverage 0.00 % is below 7.0 %: build/photo.jpg, of the picture" in done.out


def test_a_brand_colour_that_moved_far_is_pointed_out(project: Path, command_line: Callable) -> None:
    moved = Image.new("RGB", (400, 300), (225, 225, 225))
    moved.paste((0xE8, 0x3A, 0x10), (0, 200, 400, 300))
    moved.save("build/far.png")
    done = command_line("check", "--no-incident", "--format", "json")
    (pair,) = [pair for pair in json.loads(done.out)["pairs"] if pair["id"] == "build/far.png"]
    assert pair["status"] == "passed"
    (note,) = pair["findings"]
    assert (note["code"], note["level"], note["statistic"]) == ("QG-1504", "note", "brand red.nearest")
    assert note["limit"] == 8.0 < note["value"] < 16.0
    assert note["message"].startswith("brand red captures nothing, an area lies DeltaE00 ")
    assert "33 % of the picture" in note["message"]


def test_what_cannot_be_read_is_no_pass(project: Path, command_line: Callable) -> None:
    (project / "build" / "été « neu ».webp").unlink()
    (project / "build" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n and then nothing")
    done = command_line("check")
    assert done.code == 3
    assert "build/broken.png" in done.out


def test_an_empty_set_and_a_named_picture_that_is_gone(project: Path, command_line: Callable) -> None:
    Path("qualitygate.toml").write_text(CONFIG.replace("build/**", "bild/**"), encoding="utf-8")
    done = command_line("check", "--no-incident")
    assert (done.code, "QG-1105" in done.out) == (1, True)
    Path("qualitygate.toml").write_text(
        CONFIG.replace('"build/**"', '"build/banner.webp", "gone.png"'), encoding="utf-8"
    )
    done = command_line("check", "--no-incident")
    assert (done.code, "named picture is gone" in done.out) == (1, True)


def test_regions_and_ignored_areas(project: Path, command_line: Callable) -> None:
    region = '[[palettes.regions]]\nfiles = "build/banner.webp"\nrectangles = [[0, 260, 400, 40]]\n'
    ignore = '[[palettes.ignore]]\nfiles = "**/* neu *"\nrectangles = [[0, 255, 400, 45]]\n'
    Path("qualitygate.toml").write_text(CONFIG + region + ignore, encoding="utf-8")
    done = command_line("check", "--no-incident", "--format", "json")
    values = {pair["id"]: pair["measurements"]["palette"] for pair in json.loads(done.out)["pairs"]}
    assert done.code == 0
    assert values["build/banner.webp"]["brand red.coverage"] > 0.8
    assert values["build/été « neu ».webp"]["brand red.captured"] == 0.0


def test_areas_that_could_never_apply_are_refused(project: Path, command_line: Callable) -> None:
    Path("qualitygate.toml").write_text(
        CONFIG + '[[palettes.regions]]\nfiles = "a/**"\nrectangles = [[0, 0, 1, 1]]\n', encoding="utf-8"
    )
    done = command_line("check")
    assert done.code == 2
    assert "qualitygate.toml:8: palettes[0].regions[0].files: 'a/**' matches no picture of set 'brand'" in done.err
    Path("qualitygate.toml").write_text(CONFIG + '[[palettes.regions]]\nmask = "a.png"\n', encoding="utf-8")
    assert "a.png: the mask does not exist" in command_line("check").err


def test_transparent_pixels_do_not_count(project: Path, command_line: Callable) -> None:
    pixels = np.zeros((100, 100, 4), np.uint8)
    pixels[:50] = (0xD0, 0x02, 0x1B, 255)
    Image.fromarray(pixels, "RGBA").save("build/cut-out.png")
    done = command_line("check", "--no-incident", "--format", "json")
    (pair,) = [pair for pair in json.loads(done.out)["pairs"] if pair["id"] == "build/cut-out.png"]
    assert pair["measurements"]["palette"]["brand red.coverage"] > 0.9
    Image.fromarray(np.zeros((10, 10, 4), np.uint8), "RGBA").save("build/nothing.png")
    assert "QG-1303" in command_line("check", "--no-incident").out


@pytest.mark.parametrize("content", [None, b"no profile"])
def test_a_profile_of_inks_that_cannot_be_used(project: Path, command_line: Callable, content: bytes | None) -> None:
    colour = '[[colours]]\nname = "ink"\ncmyk = [0, 100, 80, 5]\nprofile = "press.icc"\n'
    Path("thresholds/brand.toml").write_text(BRAND + colour, encoding="utf-8")
    if content is not None:
        (project / "thresholds" / "press.icc").write_bytes(content)
    done = command_line("check")
    assert done.code == 2
    assert "thresholds/brand.toml:13: colours[1].profile: ink: press.icc: the " in done.err
    assert "QG-1401" in done.err if content is None else "QG-1214" in done.err


BATCH = """
[[batches]]
name = "products"
candidate = ["build/**"]
baseline = {baseline}
pipeline = "product look"
min_pictures = 4
[batches.limits]
b = {{ fail = 1.5, severity = "S1", why = "white balance" }}
"""


@pytest.fixture
def batches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Approved pictures on one background, and a batch of others of the same kind through the look that drifted."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(5)
    for directory, count in (("approved", 12), ("build", 8)):
        (tmp_path / directory).mkdir()
        for number in range(count):
            pixels = np.full((80, 80, 3), 225.0) + rng.normal(0, 2, (80, 80, 3))
            pixels[25:55, 25:55] = rng.integers(40, 200, 3)
            picture = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
            (picture if directory == "approved" else grade(picture, drifted)).save(
                tmp_path / directory / f"{number}.png"
            )
    return tmp_path


@pytest.mark.parametrize("stored", [False, True])
def test_the_colours_of_a_batch_drift(batches: Path, command_line: Callable, stored: bool) -> None:
    baseline = '"baselines/products.json"' if stored else '["approved/**"]'
    Path("qualitygate.toml").write_text(BATCH.format(baseline=baseline), encoding="utf-8")
    if stored:
        missing = command_line("check")
        assert (missing.code, "store it again with `qualitygate thresholds baseline products`" in missing.err) == (
            2,
            True,
        )
        done = command_line("thresholds", "baseline", "--from", "approved/**")
        assert (done.code, done.out.startswith("products.json: 12 pictures, mean L* ")) == (0, True)
    done = command_line("check", "--format", "json", "--incident-dir", batches)
    report = json.loads(done.out)
    (pair,) = report["pairs"]
    assert (done.code, pair["id"], pair["kind"], pair["status"]) == (1, "products", "set", "failed")
    (finding,) = pair["findings"]
    assert finding["message"].startswith("L*a*b* drift of mean b* ")
    for said in ("exceeds 1.5: products, from ", "8 pictures against 12, chance explains ", "because white balance"):
        assert said in finding["message"]
    assert pair["measurements"]["lab_drift"]["b"] > 1.5
    with Image.open(batches / pair["heat_map"]) as panel:
        assert panel.width > 700, "the distributions of both"


def test_the_same_kind_of_pictures_passes_and_few_are_not_judged(batches: Path, command_line: Callable) -> None:
    config = BATCH.format(baseline='["approved/**"]').replace("build/**", "approved/[0-3].png")
    config = config.replace(
        '"approved/[0-3].png"', '"approved/0.png", "approved/1.png", "approved/2.png", "approved/3.png"'
    )
    Path("qualitygate.toml").write_text(config, encoding="utf-8")
    assert command_line("check").code == 0
    Path("qualitygate.toml").write_text(config.replace(', "approved/3.png"', ""), encoding="utf-8")
    done = command_line("check", "--format", "json")
    (pair,) = json.loads(done.out)["pairs"]
    assert (done.code, pair["status"], pair["findings"][0]["code"]) == (0, "skipped", "QG-1513")


def test_a_broken_picture_makes_a_batch_unmeasurable(batches: Path, command_line: Callable) -> None:
    config = BATCH.format(baseline='["approved/**"]').replace("build/**", "approved/**")
    Path("qualitygate.toml").write_text(config, encoding="utf-8")
    (batches / "approved" / "12.png").write_bytes(b"")
    done = command_line("check")
    assert (done.code, "approved/12.png" in done.out) == (3, True)
    Path("qualitygate.toml").write_text(BATCH.format(baseline='"b.json"'), encoding="utf-8")
    refused = command_line("thresholds", "baseline", "products", "--from", "approved/**")
    assert (refused.code, "no baseline is stored: approved/12.png" in refused.err) == (2, True)
    assert not (batches / "b.json").exists()


@pytest.mark.parametrize("content", [b"", b"{", b"[" * 100_000, b'{"schema": "qualitygate.baseline/2"}', b"\xff\xfe"])
def test_a_damaged_baseline_is_one_error(batches: Path, command_line: Callable, content: bytes) -> None:
    Path("qualitygate.toml").write_text(BATCH.format(baseline='"b.json"'), encoding="utf-8")
    (batches / "b.json").write_bytes(content)
    done = command_line("check")
    assert (done.code, done.out) == (2, "")
    assert "qualitygate.toml:5: batches[0].baseline: b.json: " in done.err
    assert len(done.err.splitlines()) == 1


def test_explaining(project: Path, command_line: Callable) -> None:
    done = command_line("explain", "palette")
    assert "#d0021b = L*a*b* 43.6 68.8 47.7, tolerance 2, capture 8" in done.out
    Path("qualitygate.toml").write_text(BATCH.format(baseline='["a/**"]'), encoding="utf-8")
    assert "mean b*: fail above 1.5 (S1); white balance" in command_line("explain", "lab_drift").out
    assert "palette " in command_line("explain").out
