"""Lost transparency from the command line to every report: real files, exit codes, incident, what to do about it."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow
from PIL import ImageDraw

WHY = "transparency that is lost or gained shows as soon as the page has another colour"
HEADLINE = "alpha difference 255/255 exceeds 24/255"
FAST = ("--metric", "delta_e_2000", "--metric", "ssim")


@pytest.fixture
def logos(tmp_path: Path) -> Path:
    """`ref/logo.png` with transparency; `flat/`, `kept/` and `webp/` with what pipelines make of it."""
    picture = Pillow.new("RGBA", (96, 96), (235, 20, 20, 0))
    ImageDraw.Draw(picture).ellipse((10, 10, 86, 86), fill=(235, 20, 20, 255))
    for name in ("ref", "flat", "kept", "webp"):
        (tmp_path / name).mkdir()
    picture.save(tmp_path / "ref" / "logo.png")
    ground = Pillow.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A"))
    ground.save(tmp_path / "flat" / "logo.png")
    ground.save(tmp_path / "webp" / "logo.webp", lossless=True)
    picture.save(tmp_path / "kept" / "logo.webp", lossless=True)
    return tmp_path


def check(qg: Callable[..., Any], candidate: str, *more: str) -> Any:
    return qg("check", "ref", candidate, "--profile", "ui", *FAST, *more)


def test_what_keeps_it_passes(logos: Path, qg: Callable[..., Any]) -> None:
    found = check(qg, "kept")
    assert found.code == 0, found.out
    assert "alpha" not in found.out


@pytest.mark.parametrize("candidate", ["flat", "webp"])
def test_what_was_flattened_fails_and_says_why(logos: Path, qg: Callable[..., Any], candidate: str) -> None:
    found = check(qg, candidate)
    assert found.code == 1
    assert f"{HEADLINE}  QG-1016" in found.out
    said = " ".join(found.out.split())
    assert "the candidate is opaque" in said
    assert "severity S2" in said
    assert WHY in said


def test_every_report_has_it(logos: Path, qg: Callable[..., Any]) -> None:
    targets = {form: f"out/report.{form}" for form in ("json", "junit", "sarif", "markdown", "html")}
    found = check(qg, "flat", *(word for form, path in targets.items() for word in ("--report", f"{form}={path}")))
    assert found.code == 1, found.err
    document = json.loads(Path(targets["json"]).read_text())
    (finding,) = document["pairs"][0]["findings"]
    assert {key: finding[key] for key in ("code", "level", "value", "limit", "severity", "why", "profile")} == {
        "code": "QG-1016", "level": "error", "value": 255.0, "limit": 24.0, "severity": "S2", "why": WHY,
        "profile": "ui",
    }  # fmt: skip
    sarif = json.loads(Path(targets["sarif"]).read_text())["runs"][0]
    assert [(one["ruleId"], one["level"]) for one in sarif["results"]] == [("QG-1016", "error")]
    for form in ("junit", "markdown"):
        text = Path(targets[form]).read_text()
        assert HEADLINE in text.replace("&#47;", "/"), form
        assert WHY in text, form
    page = Path(targets["html"], "index.html").read_text()
    assert HEADLINE in page
    assert re.search(r'"laidOn":\s*"#000000"', page)


def test_an_incident_is_seeded_with_its_picture(logos: Path, qg: Callable[..., Any]) -> None:
    found = check(qg, "flat")
    (record,) = Path("run/_/postmortems").glob("PM-*.json")
    (trigger,) = json.loads(record.read_text())["triggers"]
    assert {key: trigger[key] for key in ("check_id", "value", "threshold", "comparator", "severity", "why")} == {
        "check_id": "QG-1016", "value": 255.0, "threshold": 24.0, "comparator": ">", "severity": "S2", "why": WHY,
    }  # fmt: skip
    assert record.stem in found.out
    assert list(Path("evidence").rglob("logo*.png"))
    with Path("run/_/postmortems/reports.csv").open(newline="") as file:
        assert any(record.stem in row for row in csv.reader(file))


def test_annotations_for_github(logos: Path, qg: Callable[..., Any]) -> None:
    found = check(qg, "flat", "--format", "github")
    assert found.code == 1
    (line,) = [one for one in found.out.splitlines() if one.startswith("::error")]
    assert HEADLINE in line


def test_the_advice_holds(logos: Path, qg: Callable[..., Any]) -> None:
    """What `explain` says to write makes the gate pass; the audit would list it."""
    assert '`alpha = "opaque"`' in qg("explain", "QG-1016").out.replace("\n", " ")
    Path("thresholds").mkdir()
    Path("thresholds/ui.toml").write_text('extends = "ui"\n\n[rules]\nalpha = "opaque"\n')
    Path("qualitygate.toml").write_text("")
    found = check(qg, "flat", "--config", "qualitygate.toml")
    assert found.code == 0, found.out + found.err
    assert "opaque within 24/255" in qg("explain", "ui").out
    assert check(qg, "kept").code == 1


def test_a_misspelt_rule_is_refused_at_its_line(logos: Path, qg: Callable[..., Any]) -> None:
    Path("brand.toml").write_text('[rules]\nalpha = "opak"\n')
    found = qg("check", "ref", "flat", "--profile", "brand.toml", *FAST)
    assert found.code == 2
    assert "brand.toml:2" in found.err
    assert "did you mean 'opaque'" in found.err


def test_compare_without_a_profile_only_reports_it(logos: Path, qg: Callable[..., Any]) -> None:
    found = qg("compare", "ref/logo.png", "flat/logo.png", "--metric", "ssim")
    assert found.code == 0
    assert "alpha differs  QG-1004" in found.out
