"""A proposal as a threshold file, with the numbers behind every limit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from qualitygate.calibration.badness import Scale
from qualitygate.calibration.inheriting import Changes
from qualitygate.calibration.proposing import Limit
from qualitygate.calibration.samples import Grade
from qualitygate.core.toml_text import basic_string

_BOUND = "what 99 % of further runs stay within (95 % confidence)"


def patch(
    limits: Iterable[Limit],
    changes: Changes,
    scales: Mapping[str, Scale],
    units: Mapping[str, str],
    *,
    today: date,
    runs: str,
    single: bool = False,
) -> str:
    """The threshold file.

    Args:
        limits: What is proposed.
        changes: What becomes of inherited limits.
        scales: By metric.
        units: Defect name to the unit of its strengths.
        today: Day of the calibration.
        runs: What it rests on, such as `8 runs of 1 picture`.
        single: Whether a picture has one run only, so that nothing is known of further ones.
    """
    kept = {one.key for one in changes.kept}
    stated = [limit for limit in limits if limit.key not in kept]
    lines = [
        f"# Proposed by `qualitygate calibrate` on {today.isoformat()} from {runs}.",
        f"# Every limit lies half way between {'the worst run' if single else _BOUND}",
        "# and the weakest seeded defect that relies on it.",
        "schema = 1",
        f"description = {basic_string(f'Calibrated on {today.isoformat()} from {runs}.')}",
    ]
    if changes.extends is not None:
        lines.append(f"extends = {basic_string(changes.extends)}")
    for metric in scales:
        of_metric = [limit for limit in stated if limit.key[0] == metric]
        gone = [one for one in changes.dropped if one.key[0] == metric]
        staying = [one for one in changes.kept if one.key[0] == metric]
        if not of_metric and not gone and not staying:
            continue
        lines += ["", f"[limits.{metric}]"]
        for limit in of_metric:
            lines += _limit(limit, scales[metric], units, changes)
        for one in gone:
            lines.append(f"# the unchanged pipeline reaches {_number(one.worst, scales[metric])}, "
                         f"beyond the inherited {one.fail:g}")  # fmt: skip
            lines.append(f"{one.key[1]} = false")
        lines += [f"# {one.key[1]} stays at the inherited {one.fail:g}, which is tighter" for one in staying]
    return "\n".join(lines) + "\n"


def grade_text(grade: Grade, units: Mapping[str, str]) -> str:
    """`cast 2 (8-bit levels)`, as a person reads it."""
    return f"{grade.defect} {grade.strength:g} ({units.get(grade.defect, '')})"


def _limit(limit: Limit, scale: Scale, units: Mapping[str, str], changes: Changes) -> list[str]:
    noise, weakest = _number(scale.value(limit.bound), scale), _number(scale.value(limit.weakest), scale)
    away = limit.floor.away(scale.badness(limit.fail))
    # The name of a picture may hold anything, a line end too.
    whose = basic_string(limit.floor.noisiest.picture) if limit.floor.pictures > 1 else "the noise"
    sigma = f"; the limit is {away:.3g} standard deviations from the mean of {whose}" if away is not None else ""
    lines = [f"# noise: {noise}{sigma}"]
    for one in limit.relies:
        margin = f"{one.ratio:.3g} times {'the noise' if scale.anchored else 'as far as noise'}"
        lines.append(f"# {grade_text(one.grade, units)}: {_number(scale.value(one.weakest), scale)}, {margin}")
    entry = f"fail = {_toml(limit.fail)}"
    if limit.key not in changes.remembered:
        first = min(limit.relies, key=lambda one: one.weakest).grade
        why = f"the unchanged pipeline stays within {noise}, {first.defect} {first.strength:g} reaches {weakest}"
        entry += f", why = {basic_string(why)}"
    return [*lines, f"{limit.key[1]} = {{ {entry} }}"]


def _number(value: float, scale: Scale) -> str:
    return f"{value:.{scale.spec.decimals}f}"


def _toml(value: float) -> str:
    """A float as TOML writes it: never without a point or an exponent."""
    return repr(float(value))
