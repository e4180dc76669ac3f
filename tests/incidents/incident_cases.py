"""Reports of failed runs, and writers that other processes can run."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from qualitygate.core.measurement import MetricSpec
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Direction, Severity
from qualitygate.core.verdict import Failed, Finding, Level, Passed, Report, SetInfo, SubjectResult
from qualitygate.incidents.opening import Circumstances
from qualitygate.incidents.seeding import Draft, identify, seed
from qualitygate.incidents.store import Store

NOON = datetime(2026, 11, 21, 12, 0, 30, tzinfo=UTC)
SPECS = {"delta_e_2000": MetricSpec("delta_e_2000", "DeltaE00", "", Direction.LOWER_IS_BETTER, ("mean", "p95"), 2)}


def finding(subject: str | None = "a.webp", value: float = 5.31, **changes: object) -> Finding:
    values: dict[str, object] = {
        "code": "QG-1001",
        "level": Level.ERROR,
        "message": f"DeltaE00 {value:.2f} exceeds 2.0: {subject}, p95, profile hero, severity S1",
        "subject": subject,
        "set_name": "hero",
        "metric": "delta_e_2000",
        "statistic": "p95",
        "value": value,
        "limit": 2.0,
        "severity": Severity.S1,
        "profile": "hero",
    }
    return Finding(**(values | changes))  # type: ignore[arg-type]


def report(*findings: Finding, passed: int = 0, pipeline: str = "hero-export", run: tuple[Finding, ...] = ()) -> Report:
    failed = [
        SubjectResult(Subject("pair", each.subject or "", "hero"), Failed(), findings=(each,)) for each in findings
    ]
    good = [SubjectResult(Subject("pair", f"good/{number}.webp", "hero"), Passed()) for number in range(passed)]
    info = SetInfo(name="hero", profile="hero", pipeline=pipeline, reference="approved", candidate="out")
    return Report((*failed, *good), findings=run, sets=(info,), started="2026-11-21T11:59:58Z")


def draft(root: Path, failed: Report | None = None, now: datetime = NOON, change: str | None = "pull/12") -> Draft:
    known = Circumstances(now=now, change=change, commit="c" * 40, specs=SPECS)
    return identify(failed or report(finding()), store=Store(root), references="0" * 64, known=known)


def pixels(draft: Draft, size: int = 2000) -> dict[str, bytes]:
    return {subject: b"\x89PNG" + subject.encode("utf-8", "backslashreplace")[:50] * size for subject in draft.worst}


def open_one(root: str, pipeline: str, seconds: int) -> tuple[str, bool]:
    """Open an incident as a runner of its own would; its clock differs from the others'."""
    failed = report(*(finding(f"{number}.webp") for number in range(5)), pipeline=pipeline)
    found = draft(Path(root), failed, now=NOON.replace(second=seconds))
    ref = seed(found, pixels(found, size=2000 + seconds))
    return ref.id, ref.created


def open_many(root: str, first: int) -> None:
    """Open one incident after another until killed."""
    for number in range(first, first + 10_000):
        open_one(root, f"pipeline-{number}", 0)
