"""Figures of a palette against its limits: what keeps exactly to one passes, and which side of it fails."""

from __future__ import annotations

from math import nextafter

import pytest

from qualitygate.core.palette import BrandColour, ColourFigures, Nearby, Palette
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Finding, Level
from qualitygate.policy.palette_judge import judge_palette

SUBJECT = Subject("file", "cups/red.png", "cups", candidate="cups/red.png")
RED = BrandColour("red", "#d00", (45.0, 70.0, 50.0), tolerance=2.0, min_coverage=0.07, severity=Severity.S1, why="law")


def judged(figures: ColourFigures, colour: BrandColour = RED) -> tuple[Finding, ...]:
    return judge_palette(Palette("brand", (colour,)), SUBJECT, (figures,))


def figures(p98: float = 1.0, coverage: float = 0.5, outside: float = 0.0, **more: Nearby) -> ColourFigures:
    return ColourFigures("red", coverage, 0.6, outside, {"median": 0.1, "p95": 0.2, "p98": p98}, None, **more)


def test_a_tolerance_may_be_reached_and_not_exceeded() -> None:
    assert judged(figures(p98=2.0)) == ()
    (found,) = judged(figures(p98=nextafter(2.0, 3.0), outside=0.04))
    assert (found.code, found.level, found.severity) == ("QG-1501", Level.ERROR, Severity.S1)
    assert (found.statistic, found.limit, found.why) == ("red.p98", 2.0, "law")


def test_the_quantile_is_that_of_the_share_that_may_lie_outside() -> None:
    strict = BrandColour("red", "#d00", RED.lab, tolerance=0.15, max_outside=0.05)
    assert [one.statistic for one in judged(figures(p98=0.1), strict)] == ["red.p95"]


@pytest.mark.parametrize(("coverage", "codes"), [(0.07, []), (0.0699, ["QG-1502"]), (0.9, []), (0.0, ["QG-1502"])])
def test_a_coverage_may_be_reached_and_not_fallen_below(coverage: float, codes: list[str]) -> None:
    found = judged(figures(coverage=coverage))
    assert [one.code for one in found] == codes
    for one in found:
        assert (one.level, one.severity, one.value, one.limit) == (Level.ERROR, Severity.S1, coverage, 0.07)
        assert "is below 7.0 %" in one.message


def test_without_a_least_coverage_none_is_missing() -> None:
    assert judged(figures(coverage=0.0), BrandColour("red", "#d00", RED.lab)) == ()


def test_an_area_nearby_is_a_note() -> None:
    (found,) = judged(figures(nearby=Nearby(9.5, 0.2, (40.0, 60.0, 40.0))))
    assert (found.code, found.level, found.severity, found.value) == ("QG-1504", Level.NOTE, None, 9.5)


def test_every_colour_is_judged_by_its_own_limits() -> None:
    blue = BrandColour("blue", "#00d", (30.0, 20.0, -60.0), tolerance=5.0)
    off = ColourFigures("blue", 0.5, 0.5, 0.1, {"p98": 4.0})
    assert judge_palette(Palette("brand", (RED, blue)), SUBJECT, (figures(), off)) == ()
    found = judge_palette(Palette("brand", (blue, RED)), SUBJECT, (off, figures(p98=4.0)))
    assert [one.statistic for one in found] == ["red.p98"]
