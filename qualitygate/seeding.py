"""Opening an incident for a failed run: the only place where a report, git, heat maps and the store meet."""

from __future__ import annotations

import hashlib
from pathlib import Path

from qualitygate.core.measurement import Measurement
from qualitygate.core.verdict import Failed, Level, Report, SubjectResult
from qualitygate.corridor.areas import counted
from qualitygate.corridor.decoding import decode_pair
from qualitygate.corridor.task import PairTask
from qualitygate.metrics.delta_e_2000 import DeltaE2000
from qualitygate.planning import Plan
from qualitygate.vcs.repository import top_level

WORST = 10


def incident_root(directory: Path) -> Path:
    """Where `run/` and `evidence/` stand by default: the git top level, else the directory itself."""
    return top_level(directory) or directory


def references_digest(report: Report) -> str:
    """A digest of the reference pictures of a run, for changes that have neither pull request nor branch."""
    digest = hashlib.sha256()
    for result in sorted(report.results, key=lambda one: one.subject.id):
        digest.update(f"{result.subject.id}\0{result.reference.sha256 if result.reference else ''}\n".encode())
    return digest.hexdigest()


def worst_failures(report: Report, count: int = WORST) -> tuple[SubjectResult, ...]:
    """The failed subjects, the most serious first, then the ones furthest beyond their limit."""
    ranks = {finding.subject: rank for rank, finding in reversed(list(enumerate(report.errors)))}
    failed = [result for result in report.results if isinstance(result.verdict, Failed)]
    return tuple(sorted(failed, key=lambda result: ranks.get(result.subject.id, len(ranks)))[:count])


def heat_maps(report: Report, plan: Plan, count: int = WORST) -> dict[str, bytes]:
    """PNG panels of the worst failures that have comparable pictures, by subject id.

    The pictures are decoded again: keeping the maps of every pair would take memory without bound.
    """
    panels: dict[str, bytes] = {}
    for result in worst_failures(report, len(report.results)):
        if len(panels) == count:
            break
        task = plan.task(result.subject.id)
        if task is None or result.reference is None:
            continue
        drawn = panel(task, result)
        if drawn is not None:
            panels[result.subject.id] = drawn
    return panels


def panel(task: PairTask, result: SubjectResult) -> bytes | None:
    """A PNG of reference, candidate and their colour difference; None when they cannot be compared pixel by pixel."""
    decoded = decode_pair(task)
    if not decoded.comparable:
        return None
    measurement = DeltaE2000().measure(decoded.reference, decoded.candidate, counted(task, decoded.candidate))
    if not isinstance(measurement, Measurement):
        return None
    limits = [f.limit for f in result.findings if f.metric == "delta_e_2000" and f.level is Level.ERROR]
    headline = next((f.message for f in result.findings if f.level is Level.ERROR), "")
    return failure_panel(
        decoded.reference,
        decoded.candidate,
        measurement,
        title=f"{result.subject.id}: {headline.partition(': ')[0]}",
        limit=next((limit for limit in limits if limit is not None), None),
    )
