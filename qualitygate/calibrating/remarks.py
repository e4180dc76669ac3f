"""What is worth saying of a calibration beside its numbers: refusals, doubts, and what becomes of inherited limits."""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate.calibrating.judging import Confirmation
from qualitygate.calibrating.proposal_file import Proposed
from qualitygate.calibrating.session import Calibration
from qualitygate.calibrating.telling import number, refusal
from qualitygate.calibration.badness import shown
from qualitygate.calibration.inheriting import tight
from qualitygate.calibration.noise import Floor
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.threshold import Threshold
from qualitygate.defects import DEFECTS
from qualitygate.policy.model import Profile

_SHOWN = 3


def remarks(
    known: Calibration, base: Profile | None, proposed: Proposed | None, *, proposing: bool = True, single: bool = False
) -> list[Finding]:
    """Everything worth saying, the most serious last.

    Args:
        known: What was measured.
        base: Profile that is built on.
        proposed: What is proposed, None where nothing can be.
        proposing: Whether anything was to be proposed; otherwise overlaps are no concern.
        single: Whether a proposal from single runs was asked for.
    """
    if proposing and lone(known) and not single:
        why = (
            f"nothing is proposed from {known.described()}: one run has no spread at all, so that nobody knows how far"
        )
        return [Finding("QG-1822", Level.ERROR, f"{why} the next one strays; give 5 or more, better 10, or, knowing "
                        "that, --single-run")]  # fmt: skip
    said = list(_few(known))
    if not proposing:
        return said
    refused = known.proposal.refused
    said += [Finding("QG-1821", Level.NOTE, refusal(known, one)) for one in known.proposal.overlaps
             if one not in refused]  # fmt: skip
    if proposed is not None:
        said += [*_inherited(known, base, proposed), *_doubts(proposed.confirmation)]
    return [*said, *(Finding("QG-1821", Level.ERROR, refusal(known, one)) for one in refused)]


def lone(known: Calibration) -> bool:
    """Whether a picture has one run only, so that nothing is known of how runs differ."""
    return known.fewest == 1


def judged_limits(known: Calibration, profile: Profile) -> Iterator[str]:
    """Where every measured limit of a profile lies, a line each."""
    for threshold, floor in _measured(known, profile):
        label = known.question.scales[threshold.metric].spec.label
        yield f"  {label} {threshold.statistic} {threshold.fail:g}: {_standing(known, threshold, floor)}"


def misplaced(known: Calibration, found: Confirmation) -> Iterator[Finding]:
    """Limits that lie within the noise, and good runs that fail."""
    for threshold, floor in _measured(known, found.profile):
        fail = known.question.scales[threshold.metric].badness(threshold.fail or 0.0)
        if floor.bound > fail:
            message = f"{shown(floor.key)} = {threshold.fail:g} lies {_standing(known, threshold, floor)}"
            yield Finding("QG-1826", Level.ERROR, message, metric=threshold.metric, statistic=threshold.statistic,
                          limit=threshold.fail)  # fmt: skip
    # Of limits everything is said; what is left is the files' formats, chroma and colour spaces, and alpha.
    files = [alarm.message for alarm in found.alarms if alarm.metric is None]
    for message in files[:_SHOWN]:
        yield Finding("QG-1826", Level.ERROR, f"a good run fails: {message}")
    if len(files) > _SHOWN:
        yield Finding("QG-1826", Level.ERROR, f"and {len(files) - _SHOWN} more such failures")


def unseen(known: Calibration, found: Confirmation) -> Iterator[Finding]:
    """Defects that must be seen and are not: what was asked for, else every one at its strongest."""
    for name in known.question.defects:
        defect, seen = DEFECTS[name], found.seen_from[name]
        wanted = known.question.smallest.get(name, known.strengths(name)[-1])
        if seen is None or defect.amount(seen) > defect.amount(wanted):
            message = f"{name} {wanted:g} ({defect.unit}) does not break a limit of {found.profile.name} in every run"
            yield Finding("QG-1826", Level.ERROR, message)


def _measured(known: Calibration, profile: Profile) -> Iterator[tuple[Threshold, Floor]]:
    for threshold in profile.thresholds:
        floor = (known.noise or {}).get((threshold.metric, threshold.statistic))
        if floor is not None and threshold.fail is not None:
            yield threshold, floor


def _standing(known: Calibration, threshold: Threshold, floor: Floor) -> str:
    scale = known.question.scales[threshold.metric]
    fail = scale.badness(threshold.fail if threshold.fail is not None else 0.0)
    if floor.worst > fail:
        broken = sum(value > fail for value in floor.values)
        return f"within the noise: {broken} of {len(floor.values)} good runs fail"
    if floor.bound > fail:
        worst = number(floor.worst, scale)
        return f"within the noise: runs may reach {number(floor.bound, scale)}, the worst so far {worst}"
    bound = max(floor.bound, scale.unit)
    return f"beyond the noise of {number(floor.bound, scale)}" + (f", {fail / bound:.3g}x" if scale.anchored else "")


def _few(known: Calibration) -> Iterator[Finding]:
    floors = list((known.noise or {}).values())
    if floors and floors[0].few:
        message = (
            f"{known.described()} say{'s' if lone(known) else ''} little about noise: "
            + _why(known)
            + "; give 5 or more, better 10"
        )
        yield Finding("QG-1822", Level.WARNING, message)
    digests = {source.sha256 for source in known.sources}
    if known.fewest > 1 and len(digests) == known.pictures:
        message = "all runs of a picture are the same file: either the pipeline repeats itself exactly, or it ran once"
        yield Finding("QG-1822", Level.NOTE, message)


def _why(known: Calibration) -> str:
    if lone(known):
        return "one run has no spread at all"
    spread = any(floor.deviation > 0 for floor in (known.noise or {}).values())
    return "the bounds lie far beyond what was seen" if spread else "that they are equal may be chance"


def _inherited(known: Calibration, base: Profile | None, proposed: Proposed) -> list[Finding]:
    scales = known.question.scales
    said = [
        f"{shown(one.key)} = {one.fail:g} is dropped: a good run reaches "
        f"{one.worst:.{scales[one.key[0]].spec.decimals}f}"
        for one in proposed.changes.dropped
    ]
    stated = {limit.key for limit in known.proposal.limits} | {one.key for one in proposed.changes.dropped}
    for threshold, floor in tight(base.thresholds if base else (), known.noise or {}, scales):
        if floor.key not in stated:
            bound = number(floor.bound, scales[threshold.metric])
            said.append(f"{shown(floor.key)} = {threshold.fail:g} stays, but further runs may reach {bound}")
    unmeasured = sorted({t.metric for t in base.thresholds if t.metric not in scales}) if base else []
    notes = [Finding("QG-1823", Level.NOTE, f"inherited limits on {name} were not measured and stay as they are")
             for name in unmeasured]  # fmt: skip
    return [*(Finding("QG-1823", Level.WARNING, text) for text in said), *notes]


def _doubts(found: Confirmation) -> Iterator[Finding]:
    """What the gate says against the proposal."""
    for alarm in found.alarms[:_SHOWN]:
        yield Finding("QG-1824", Level.ERROR, f"by the proposal a good run fails: {alarm.message}")
    for grade, count in found.misses.items():
        yield Finding("QG-1824", Level.ERROR, f"by the proposal {count} candidates with {grade.defect} "
                      f"{grade.strength:g} pass")  # fmt: skip
