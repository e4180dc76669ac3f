"""A calibration for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from qualitygate.calibrating.judging import Confirmation
from qualitygate.calibrating.proposal_file import Proposed
from qualitygate.calibrating.session import Calibration
from qualitygate.calibration.badness import Key, Scale, shown
from qualitygate.calibration.noise import Floor
from qualitygate.calibration.proposing import Limit, Overlap
from qualitygate.calibration.samples import Grade
from qualitygate.calibration.separation import Separation
from qualitygate.calibration.strip import strip
from qualitygate.core.finding import Finding
from qualitygate.core.statistics import quantile
from qualitygate.defects import DEFECTS
from qualitygate.incidents.text import one_line

SCHEMA = "qualitygate.calibration/1"
_INDENT = "    "


def name(key: Key, scales: Mapping[str, Scale]) -> str:
    """`DeltaE00 p50`."""
    return f"{scales[key[0]].spec.label} {key[1]}"


def number(badness: float, scale: Scale) -> str:
    """A badness as the value it stands for, rounded for a person."""
    return f"{scale.value(badness):.{scale.spec.decimals}f}"


def graded(grade: Grade) -> str:
    """`cast 2 (8-bit levels)`."""
    return f"{grade.defect} {grade.strength:g} ({DEFECTS[grade.defect].unit})"


def noise_lines(known: Calibration, lpips: bool = False) -> Iterator[str]:
    """The noise floor as a table: of every statistic the numbers of its noisiest picture, which decides.

    Args:
        known: The calibration.
        lpips: Whether LPIPS could have been measured; that it was not is then said.
    """
    scales, noise = known.question.scales, known.noise or {}
    several = known.pictures > 1
    rows = [("", "mean", "sd", "worst", "bound")]
    rows += [
        (
            name(key, scales),
            number(floor.noisiest.mean, scales[key[0]]),
            f"{floor.noisiest.deviation:.{scales[key[0]].spec.decimals + 1}f}",
            number(floor.noisiest.worst, scales[key[0]]),
            number(floor.bound, scales[key[0]]),
        )
        for key, floor in noise.items()
    ]
    pictures = ["noisiest", *(one_line(floor.noisiest.picture) for floor in noise.values())]
    widths = [max(len(row[column]) for row in rows) for column in range(5)]
    yield f"noise of {known.described()}{', the numbers being those of the noisiest' if several else ''}"
    for row, picture in zip(rows, pictures, strict=True):
        cells = "".join(f"  {cell:>{wide}}" for cell, wide in zip(row[1:], widths[1:], strict=True))
        yield f"  {row[0]:<{widths[0]}}{cells}{f'  {picture}' if several else ''}"
    if lpips and "lpips" not in scales:
        asked = " ".join(f"--metric {one}" for one in (*scales, "lpips"))
        yield f"  LPIPS, which is slower, was left out: measure it by {asked}"


def limit_lines(known: Calibration, limit: Limit, width: int) -> Iterator[str]:
    """One proposed limit with both distributions."""
    scale = known.question.scales[limit.key[0]]
    fail, verb = scale.badness(limit.fail), scale.spec.direction.verb
    away = limit.floor.away(fail)
    whose = f"mean of {one_line(limit.floor.noisiest.picture)}" if known.pictures > 1 else "mean noise"
    sigma = f", {away:.3g} sd from the {whose}" if away is not None else ""
    yield f"  {name(limit.key, known.question.scales)}: fail = {limit.fail:g}   margin {limit.ratio:.3g}x{sigma}"
    values = [each for one in limit.relies for each in seeded_values(known, one.grade, limit.key)]
    first, second = strip(limit.floor.values, values, limit.bound, fail, max(20, min(64, width - 24)))
    yield f"{_INDENT}{'noise':<8}{first}"
    yield f"{_INDENT}{'defects':<8}{second}"
    yield f"{_INDENT}noise to {number(limit.bound, scale)}; fails what {verb} {limit.fail:g}:"
    for one in limit.relies:
        yield f"{_INDENT}  {graded(one.grade)}: {number(one.weakest, scale)} at least, {one.ratio:.3g}x the noise"


def seeded_values(known: Calibration, grade: Grade, key: Key) -> list[float]:
    """Badness of every seeded candidate of a grade in one statistic."""
    scale, (metric, statistic) = known.question.scales[key[0]], key
    return [
        scale.badness(one.values[metric][statistic])
        for one in known.seeded
        if one.grade == grade and statistic in one.values.get(metric, {})
    ]


def refusal(known: Calibration, overlap: Overlap) -> str:
    """Why a defect cannot be told from noise, with the numbers that overlap, and from where on it could be."""
    scales, nearest = known.question.scales, overlap.nearest
    scale = scales[nearest.key[0]]
    close = f"are only {nearest.ratio:.3g}x apart, less than {known.question.margin:g}x,"
    how = "overlap" if nearest.weakest <= nearest.bound else close
    said = (
        f"{graded(overlap.grade)} cannot be told from noise: they {how} in {name(nearest.key, scales)}, which comes "
        f"closest: noise to {number(nearest.bound, scale)}, the defect from {number(nearest.weakest, scale)}"
    )
    if overlap.from_strength is None:
        return f"{said}; no strength that was tried can"
    return f"{said}; {overlap.grade.defect} can be told from {overlap.from_strength:g} on"


def seen_lines(known: Calibration, found: Confirmation, who: str) -> Iterator[str]:
    """What a profile sees of every defect; `who` names it."""
    yield f"what {who} sees of each defect, every run and place of it"
    for defect in known.question.defects:
        strength = found.seen_from[defect]
        tried = ", ".join(f"{each:g}" for each in known.strengths(defect))
        seen = f"from {strength:g}" if strength is not None else "not seen"
        yield f"  {defect:<13} {seen:<10} of {tried} ({DEFECTS[defect].unit})"


def document(known: Calibration, findings: tuple[Finding, ...], proposed: Proposed | None,
             checked: Confirmation | None) -> dict[str, Any]:  # fmt: skip
    """The whole calibration as JSON."""
    scales, noise = known.question.scales, known.noise or {}
    confirmed = proposed.confirmation if proposed is not None else checked
    return {
        "schema": SCHEMA,
        "verdict": "failed" if any(one.level == "error" for one in findings) else "passed",
        "pictures": known.pictures,
        "runs": known.fewest,
        "seed": known.question.seed,
        "margin": known.question.margin,
        "noise": [_floor(key, floor, scales) for key, floor in noise.items()],
        "limits": [_limit(limit, scales) for limit in known.proposal.limits],
        "overlaps": [_overlap(overlap, scales) for overlap in known.proposal.overlaps],
        "seen_from": dict(confirmed.seen_from) if confirmed is not None else {},
        "findings": [
            {"code": one.code, "level": one.level.value, "message": one.message, "metric": one.metric,
             "statistic": one.statistic, "value": one.value, "limit": one.limit}
            for one in findings
        ],
        "patch": proposed.text if proposed is not None else None,
    }  # fmt: skip


def _floor(key: Key, floor: Floor, scales: Mapping[str, Scale]) -> dict[str, Any]:
    scale = scales[key[0]]
    return {
        "statistic": shown(key),
        "n": len(floor.values),
        "values": [scale.value(value) for value in floor.values],
        "mean": scale.value(floor.mean),
        "deviation": floor.deviation,
        "quantile_95": scale.value(quantile(np.array(floor.values), 0.95)),
        "worst": scale.value(floor.worst),
        "bound": scale.value(floor.bound),
        "noisiest": {
            "picture": floor.noisiest.picture,
            "mean": scale.value(floor.noisiest.mean),
            "deviation": floor.noisiest.deviation,
            "worst": scale.value(floor.noisiest.worst),
        },
    }


def _limit(limit: Limit, scales: Mapping[str, Scale]) -> dict[str, Any]:
    scale = scales[limit.key[0]]
    away = limit.floor.away(scale.badness(limit.fail))
    return {
        "statistic": shown(limit.key),
        "fail": limit.fail,
        "margin": limit.ratio,
        "standard_deviations": away,
        "defects": [_separation(one, scales) for one in limit.relies],
    }


def _separation(one: Separation, scales: Mapping[str, Scale]) -> dict[str, Any]:
    scale = scales[one.key[0]]
    return {
        "defect": one.grade.defect,
        "strength": one.grade.strength,
        "unit": DEFECTS[one.grade.defect].unit,
        "statistic": shown(one.key),
        "noise": scale.value(one.bound),
        "weakest": scale.value(one.weakest),
        "margin": one.ratio,
    }


def _overlap(overlap: Overlap, scales: Mapping[str, Scale]) -> dict[str, Any]:
    return {**_separation(overlap.nearest, scales), "asked": overlap.asked, "from_strength": overlap.from_strength}
