"""Panels of what is no pair: which subjects, in which order, how many, and none at severity S0."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from qualitygate import gate
from qualitygate.core.exhibit import Panel
from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Finding, Level, Report
from qualitygate.exhibiting import panels
from qualitygate.planning.plan import Plan

RED, OFF = (0xD0, 0x02, 0x1B), (0xD8, 0x14, 0x34)


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Plan, Report]:
    """Three pictures with a brand colour, two of which are off, and a batch that drifted."""
    monkeypatch.chdir(tmp_path)
    for name in ("build", "old", "new"):
        (tmp_path / name).mkdir()
    for name, colour in (("good", RED), ("off", OFF), ("worse", (0xDC, 0x18, 0x38))):
        pixels = np.full((200, 300, 3), 240, np.uint8)
        pixels[40:160, 40:200] = colour
        Pillow.fromarray(pixels).save(tmp_path / f"build/{name}.png")
    source = np.random.default_rng(3)
    for index in range(6):
        pixels = source.normal(120, 30, (60, 60, 3))
        for name, cast in (("old", 0), ("new", -16)):
            shifted = np.clip(pixels + np.array((0, 0, cast)), 0, 255).astype(np.uint8)
            Pillow.fromarray(shifted).save(tmp_path / name / f"{index}.png")
    (tmp_path / "brand.toml").write_text('schema = 1\n[[colours]]\nname = "brand red"\nvalue = "#d0021b"\n')
    (tmp_path / "qualitygate.toml").write_text(
        '[[palettes]]\nname = "brand"\nfiles = ["build/**"]\npalette = "brand.toml"\n'
        '[[batches]]\nname = "shop"\ncandidate = ["new/**"]\nbaseline = ["old/**"]\nmin_pictures = 4\n'
        "limits = { b = 2.0 }\n"
    )
    plan = gate.plan()
    return plan, gate.run(plan)


def size(shown: Panel) -> tuple[int, int]:
    return Pillow.open(io.BytesIO(shown.picture.data)).size


def test_what_failed_has_a_panel_and_a_thumbnail(run: tuple[Plan, Report]) -> None:
    plan, report = run
    found = panels.panels(report, plan)
    assert set(found) == {"brand/build/off.png", "brand/build/worse.png", "shop"}
    for one in found.values():
        assert size(one) == (one.picture.width, one.picture.height)
        assert max(one.thumbnail.width, one.thumbnail.height) == 96


def test_the_worst_come_first_and_there_is_a_most(run: tuple[Plan, Report], monkeypatch: pytest.MonkeyPatch) -> None:
    plan, report = run
    names = [name for name in panels.panels(report, plan) if name.startswith("brand")]
    assert names == ["brand/build/worse.png", "brand/build/off.png"]
    first = next(iter(panels.panels(report, plan).items()))
    monkeypatch.setattr(panels, "MOST", 1)
    assert list(panels.panels(report, plan)) == [first[0]]
    monkeypatch.setattr(panels, "MOST", 100)
    monkeypatch.setattr(panels, "MAX_BYTES", len(first[1].picture.data) + len(first[1].thumbnail.data))
    assert list(panels.panels(report, plan)) == [first[0]]


def test_a_warning_is_worth_a_panel_and_a_note_is_not(run: tuple[Plan, Report]) -> None:
    plan, report = run
    for level, worth in ((Level.WARNING, True), (Level.NOTE, False)):
        told = [
            replace(one, findings=(Finding("QG-1004", level, "said"),)) if "good" in one.subject.id else one
            for one in report.results
        ]
        assert ("brand/build/good.png" in panels.panels(replace(report, results=tuple(told)), plan)) is worth


@pytest.mark.parametrize("where", ["subject", "set", "run"])
def test_at_severity_s0_none_is_drawn(run: tuple[Plan, Report], where: str) -> None:
    plan, report = run
    leak = Finding("QG-1501", Level.ERROR, "a leak", severity=Severity.S0)
    if where == "subject":
        told = [replace(one, findings=(leak,)) if "off" in one.subject.id else one for one in report.results]
        assert set(panels.panels(replace(report, results=tuple(told)), plan)) == {"brand/build/worse.png", "shop"}
        return
    of_all = replace(report, findings=(replace(leak, set_name="brand" if where == "set" else None),))
    assert set(panels.panels(of_all, plan)) == ({"shop"} if where == "set" else set())


def test_a_picture_that_is_gone_has_none_and_progress_is_told(run: tuple[Plan, Report]) -> None:
    plan, report = run
    Path("build/off.png").unlink()
    told: list[tuple[int, int]] = []
    found = panels.panels(report, plan, progress=lambda done, total: told.append((done, total)))
    assert set(found) == {"brand/build/worse.png", "shop"}
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_processes_draw_what_one_draws(run: tuple[Plan, Report]) -> None:
    for index in range(9):
        Path(f"build/more {index}.png").write_bytes(Path("build/off.png").read_bytes())
    plan = gate.plan()
    report = gate.run(plan)
    assert panels.panels(report, plan, workers=2) == panels.panels(report, plan, workers=1)
