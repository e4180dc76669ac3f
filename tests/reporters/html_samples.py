"""Pages made by hand for the tests of the HTML report: what the porch would hand to the reporter, without a gate."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pillow
from reporters_samples import failed_report, limit_finding, measured, pair, source, view

from qualitygate.core import palette
from qualitygate.core.exhibit import Box, Exhibit, Panel, Picture
from qualitygate.core.measurement import Measurement
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Severity, Threshold
from qualitygate.core.verdict import Failed, Finding, Level, Passed, Report, StepInfo, SubjectResult
from qualitygate.reporters import reporter
from qualitygate.reporters.base import Rendered, View

BINS = (0.0, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
COUNTS = (100, 400, 2000, 5000, 8000, 4000, 500, 20, 1, 0)
WORST: Box = (192, 64, 64, 64)
TILE: Box = (144, 16, 160, 160)
SIZE = (1280, 720)
LIMITS = (
    Threshold("delta_e_2000", "p95", 2.0, born_of="PM-2025-09-27-01"),
    Threshold("delta_e_2000", "worst_tile", 4.0),
    Threshold("ssim", "mean", 0.9),
    Threshold("delta_e_2000", "max", 9.0, region="logo"),
    Threshold("delta_e_2000", "mean", None, warn=1.0),
)


def picture(seed: int, size: tuple[int, int] = (640, 360), grain: int = 0) -> Picture:
    """A picture in one colour, or of noise, which takes many bytes."""
    pixels = np.zeros((size[1], size[0], 3), dtype=np.uint8)
    pixels[:] = (40 * seed % 256, 90, 200 - 30 * seed % 200)
    if grain:
        pixels += np.random.default_rng(seed).integers(0, grain, pixels.shape).astype(np.uint8)
    buffer = io.BytesIO()
    Pillow.fromarray(pixels, "RGB").save(buffer, format="PNG")
    return Picture(buffer.getvalue(), "image/png", *size)


def exhibit(**changes: Any) -> Exhibit:
    known: dict[str, Any] = {
        "size": SIZE,
        "reference": picture(1),
        "candidate": picture(2),
        "heat_map": picture(3),
        "damage": ((200, 80, 24, 24), (20, 300, 60, 40)),
        "worst_tile": WORST,
        "tile": (picture(4, (160, 160)), picture(5, (160, 160)), picture(6, (160, 160))),
        "tile_box": TILE,
        "histogram": COUNTS,
        "bins": BINS,
        "thumbnail": picture(2, (96, 54)),
        "scale_top": 10.0,
        "beyond": 4.0,
        "places": 2,
    }
    return Exhibit(**{**known, **changes})


def passed(name: str, mean: float = 1.0) -> SubjectResult:
    values = {"mean": mean, "p95": mean * 1.5, "worst_tile": mean * 2}
    found = Measurement("delta_e_2000", values, settings={"tile": 64})
    sides = (source(f"reference/{name}"), source(f"candidate/{name}"))
    return SubjectResult(pair(name), Passed(), {"delta_e_2000": found}, (), *sides, "hero")


def lut() -> SubjectResult:
    name = "luts/brand look.cube"
    finding = Finding(
        "QG-1680", Level.ERROR, f"LUT DeltaE00 3.50 exceeds 1.0: {name}, skin p95", subject=name, set_name="luts",
        severity=Severity.S2, path=name,
    )  # fmt: skip
    drift = Measurement("lut_delta_e", {"grid mean": 1.25, "skin p95": 3.5}, settings={"interpolation": "tetrahedral"})
    return SubjectResult(
        Subject("lut", name, "luts", "main:luts/brand look.cube", name), Failed(), {"lut_delta_e": drift}, (finding,),
        profile="lut",
    )  # fmt: skip


def branded() -> SubjectResult:
    """A picture with one brand colour off and another one missing."""
    name = "build/banner.png"
    known = {"subject": name, "set_name": "brand", "profile": "brand", "path": name}
    off = Finding(
        "QG-1501", Level.ERROR, f"brand red DeltaE00 4.62 exceeds 2.0: {name}, p98", metric=palette.SPEC.name,
        statistic="brand red.p98", value=4.62, limit=2.0, severity=Severity.S1, **known,
    )  # fmt: skip
    missing = Finding(
        "QG-1502", Level.ERROR, f"shop green coverage 0.00 % is below 5.0 %: {name}", metric=palette.COVERAGE.name,
        statistic="shop green.coverage", value=0.0, limit=0.05, severity=Severity.S2, **known,
    )  # fmt: skip
    values = {"brand red.p98": 4.62, "brand red.coverage": 0.1, "shop green.coverage": 0.0, "shop green.outside": 0.0}
    found = Measurement(palette.SPEC.name, values)
    return SubjectResult(
        Subject("file", name, "brand", None, name), Failed(), {palette.SPEC.name: found}, (off, missing),
        candidate=source(name), profile="brand",
    )  # fmt: skip


def panel(size: tuple[int, int] = (1600, 1000)) -> Panel:
    return Panel(picture(7, size), picture(7, (96, 60)))


def branded_view(**changes: Any) -> View:
    specs = {**view().specs, **{spec.name: spec for spec in (palette.SPEC, palette.COVERAGE)}}
    return replace(small_view(panels={"build/banner.png": panel()}), specs=specs, **changes)


def steps() -> tuple[StepInfo, ...]:
    return StepInfo("audit", "failed", "1 change"), StepInfo("codeowners", "passed")


def small_report() -> Report:
    """The failed report of the samples, with a second set, a LUT, further checks and passed pairs."""
    report = failed_report()
    results = (*report.results, lut(), passed("hero/close.png", 1.2), passed("hero/far.png", 0.1))
    return replace(report, results=results, steps=steps())


def small_view(**changes: Any) -> View:
    bare = exhibit(damage=(), places=0, worst_tile=None, tile=None, tile_box=None)
    exhibits = {"hero/landing.jpg": exhibit(), "hero/close.png": bare}
    return replace(view(thresholds={"hero": LIMITS}, exhibits=exhibits), **changes)


def many(count: int, shown: Exhibit | None = None) -> tuple[Report, View]:
    """A run of many pairs, every third of which passed, each with pictures."""
    results = []
    for index in range(count):
        name = f"campaign/{index % 37:02}/picture {index:04}.jpg"
        findings = (limit_finding(name, 5 + index / 100, 2.0), limit_finding(name, 6.0, 4.0, "worst_tile"))
        sides = (source(f"reference/{name}"), source(f"candidate/{name}"))
        failed = SubjectResult(pair(name), Failed(), measured(), findings, *sides, "hero")
        results.append(failed if index % 3 else passed(name, index / count))
    one = shown or exhibit()
    exhibits = {result.subject.id: one for result in results}
    return Report(tuple(results), started="2026-11-21T09:30:00Z"), small_view(exhibits=exhibits)


def render(report: Report, shown: View) -> Rendered:
    return reporter("html").render(report, shown)


def data(page: str) -> dict[str, Any]:
    """What the page holds for its script."""
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    parsed: dict[str, Any] = json.loads(found[1])
    return parsed


def write(directory: Path, rendered: Rendered) -> Path:
    """The report on disk, as the porch writes it; its index."""
    files: Mapping[str, str | bytes] = {**rendered.files, "index.html": rendered.text}
    for name, content in files.items():
        target = directory / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
    return directory / "index.html"
