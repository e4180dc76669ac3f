"""The picture of a pair: both sides and their colour difference."""

from __future__ import annotations

from qualitygate.core.errors import DecodeError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.measurement import Measurement
from qualitygate.core.verdict import SubjectResult
from qualitygate.corridor.accepted import spoken_of
from qualitygate.corridor.areas import counted
from qualitygate.corridor.decoding import decode_pair
from qualitygate.corridor.task import PairTask
from qualitygate.corridor.transparency import hexadecimal, laid_bare
from qualitygate.imaging.heat_map import failure_panel
from qualitygate.metrics.delta_e_2000 import DeltaE2000


def panel(task: PairTask, result: SubjectResult) -> bytes | None:
    """A PNG of reference, candidate and their colour difference; None when they cannot be compared pixel by pixel.

    The reference is the one that the result speaks of, where a picture has several. A transparency that failed is shown
    on the opposite background: on the one that it was judged on, the two may look the same.
    """
    task = spoken_of(task, result)
    shown = laid_bare(task, result)
    try:
        decoded = decode_pair(shown)
    except DecodeError:
        return None
    if not decoded.comparable:
        return None
    mask = counted(task, decoded.candidate)
    measurement = DeltaE2000().measure(decoded.reference, decoded.candidate, mask)
    if not isinstance(measurement, Measurement):
        return None
    failures = [finding for finding in result.findings if finding.level is Level.ERROR]
    headline = f": {_headline(failures[0])}" if failures else ""
    limits = [finding.limit for finding in failures[:1] if finding.metric == "delta_e_2000"]
    return failure_panel(
        decoded.reference,
        decoded.candidate,
        measurement,
        title=f"{result.subject.id}{headline}",
        limit=limits[0] if limits else None,
        mask=mask,
        laid_on=hexadecimal(shown.background) if shown.background != task.background else "",
    )


def _headline(finding: Finding) -> str:
    """`DeltaE00 5.31 exceeds 2.0 (p95)`, with the region where there is one."""
    where = " in ".join(part for part in (finding.statistic, finding.region) if part)
    return finding.message.partition(": ")[0] + (f" ({where})" if where else "")
