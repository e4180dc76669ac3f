"""Hold the colours of a picture against a palette. Pure: numbers in, findings out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from qualitygate.core.measurement import MetricSpec
from qualitygate.core.palette import COVERAGE, SPEC, BrandColour, ColourFigures, Palette
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Threshold
from qualitygate.core.verdict import Finding, Level
from qualitygate.policy.message import broken_limit


def judge_palette(
    palette: Palette, subject: Subject, found: Iterable[ColourFigures], where: str | None = None
) -> tuple[Finding, ...]:
    """One finding per colour that is off, one per colour that is missing, and a note on one that may have moved far.

    Args:
        palette: The limits.
        subject: The picture.
        found: What was measured, in the order of the palette.
        where: What counted, in words, where that is not the whole picture.
    """
    findings: list[Finding] = []
    for colour, figures in zip(palette.colours, found, strict=True):
        findings += _off(palette, colour, subject, figures, where)
        findings += _missing(palette, colour, subject, figures, where)
        findings += _nearby(palette, colour, subject, figures, where)
    return tuple(findings)


def _off(
    palette: Palette, colour: BrandColour, subject: Subject, figures: ColourFigures, where: str | None
) -> Iterator[Finding]:
    value = figures.delta_e.get(colour.quantile, 0.0)
    if value <= colour.tolerance:
        return
    spec = replace(SPEC, label=f"{_short(colour.name)} DeltaE00")
    what = "areas" if palette.flat else "pixels"
    share = f"{percent(figures.outside)} % of its {what}, {percent(figures.captured)} % of {where or 'the picture'}"
    yield _finding(
        "QG-1501", spec, colour, subject, palette, colour.quantile, value, colour.tolerance,
        message=(value, colour.tolerance, f"{colour.quantile}, beyond it {share}"),
    )  # fmt: skip


def _missing(
    palette: Palette, colour: BrandColour, subject: Subject, figures: ColourFigures, where: str | None
) -> Iterator[Finding]:
    least = colour.min_coverage
    if least is None or figures.coverage >= least:
        return
    spec = replace(COVERAGE, label=f"{_short(colour.name)} coverage", unit="%", decimals=2)
    seen = f"of {where or 'the picture'}"
    if figures.outside:
        seen += f", {percent(figures.captured)} % are an attempt at it"
    yield _finding(
        "QG-1502", spec, colour, subject, palette, "coverage", figures.coverage, least,
        message=(100 * figures.coverage, _per_cent(least), seen),
    )  # fmt: skip


def _nearby(
    palette: Palette, colour: BrandColour, subject: Subject, figures: ColourFigures, where: str | None
) -> Iterator[Finding]:
    """No more than a note: it may as well be another colour of the design, in a picture without this one."""
    nearby = figures.nearby
    if nearby is None:
        return
    message = (
        f"{_short(colour.name)} captures nothing, an area lies DeltaE00 {nearby.delta_e:.1f} away: {subject.id}, "
        f"{percent(nearby.share)} % of {where or 'the picture'}, beyond capture = {colour.capture:g}"
    )
    yield Finding(
        "QG-1504", Level.NOTE, message, subject=subject.id, set_name=subject.set_name or None, metric=SPEC.name,
        statistic=f"{colour.name}.nearest", value=nearby.delta_e, limit=colour.capture, profile=palette.name,
        path=subject.candidate,
    )  # fmt: skip


def _finding(
    code: str, spec: MetricSpec, colour: BrandColour, subject: Subject, palette: Palette, statistic: str,
    value: float, limit: float, *, message: tuple[float, float, str],
) -> Finding:  # fmt: skip
    threshold = Threshold(
        SPEC.name, message[2], severity=colour.severity, born_of=colour.born_of, why=colour.why, runbook=colour.runbook
    )
    metric = SPEC.name if code == "QG-1501" else COVERAGE.name
    return Finding(
        code=code,
        level=Level.ERROR,
        message=broken_limit(spec, threshold, message[0], message[1], subject.id, palette.name, fails=True),
        subject=subject.id,
        set_name=subject.set_name or None,
        metric=metric,
        statistic=f"{colour.name}.{statistic}",
        value=value,
        limit=limit,
        severity=colour.severity,
        born_of=colour.born_of,
        why=colour.why,
        runbook=colour.runbook,
        profile=palette.name,
        path=subject.candidate,
    )


def percent(share: float) -> str:
    """A share in per cent for people: two digits that say something, `6.1` or `0.032`."""
    value = 100 * share
    return f"{value:.0f}" if value >= 10 or value == 0 else f"{value:.2g}"


def _per_cent(share: float) -> float:
    """A limit in per cent without the tail of binary fractions: 0.07 is 7, not 7.000000000000001."""
    return float(Decimal(repr(share)) * 100)


def _short(name: str) -> str:
    """The name without what a message is parted by."""
    return name.replace(": ", ":")
