"""Decode the pictures of a batch, take the distribution of their colours, judge the batch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from qualitygate.core.errors import DecodeError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.lab_drift import SPEC
from qualitygate.core.limits import DecodeLimits
from qualitygate.core.measurement import Measurement, MetricResult, Setting, Unmeasurable
from qualitygate.core.subject import Subject
from qualitygate.core.verdict import Failed, Passed, SetInfo, Skipped, SubjectResult, Verdict
from qualitygate.corridor.opaque import decode_opaque
from qualitygate.executors.base import Executor
from qualitygate.palette.batch import ERRORS, LEAST_SHARE, SHARE_ERRORS, Batch, drift, gather
from qualitygate.palette.distribution import WIDTH, Distribution, distribution
from qualitygate.policy.batch_judge import judge_batch
from qualitygate.policy.palette_model import BatchSet


@dataclass(frozen=True, slots=True)
class PictureTask:
    """One picture of a batch; `name` is what messages call it."""

    name: str
    path: Path
    background: tuple[int, int, int] = (255, 255, 255)
    limits: DecodeLimits = field(default_factory=DecodeLimits)


@dataclass(frozen=True, slots=True)
class PlannedBatch:
    """One batch, resolved.

    Attributes:
        batch_set: The set.
        subject: The batch as what is judged.
        candidate: Pictures of the batch.
        baseline: Approved pictures, or their stored colours.
        findings: What is wrong with the set as a whole: nothing matches.
        against: What the batch is held against, as text.
    """

    batch_set: BatchSet
    subject: Subject
    candidate: tuple[PictureTask, ...]
    baseline: tuple[PictureTask, ...] | Batch
    findings: tuple[Finding, ...] = ()
    against: str = ""

    @property
    def pictures(self) -> int:
        """How many pictures are to be decoded."""
        return len(self.candidate) + (0 if isinstance(self.baseline, Batch) else len(self.baseline))


def take(task: PictureTask) -> Distribution | Unmeasurable:
    """The colours of one picture, or why there are none. Runs in any process."""
    try:
        opaque = decode_opaque(task.path, task.name, task.limits, task.background)
        if opaque.pixels == 0:
            return Unmeasurable("QG-1303", f"{task.name}: it is transparent all over")
        return distribution(opaque.image, opaque.counted)
    except DecodeError as error:
        return Unmeasurable(error.code, str(error))
    except MemoryError:
        return Unmeasurable("QG-1306", f"{task.name}: there was not enough memory to decode it")


def lost(task: PictureTask) -> Distribution | Unmeasurable:
    """The result for a picture whose process died."""
    return Unmeasurable("QG-1305", f"{task.name}: the process measuring it was killed")


def gathered(
    tasks: Sequence[PictureTask], executor: Executor, told: Callable[[], None]
) -> tuple[Batch | None, tuple[Unmeasurable, ...]]:
    """The batch of some pictures, and the reasons of those that could not be read.

    Args:
        tasks: The pictures.
        executor: Runs them.
        told: Called after each.
    """
    reasons: list[Unmeasurable] = []

    def read() -> Iterator[Distribution]:
        for one in executor.map(take, tasks, lost):
            told()
            if isinstance(one, Unmeasurable):
                reasons.append(one)
            else:
                yield one

    return gather(read()), tuple(reasons)


def judge_planned(planned: PlannedBatch, executor: Executor, told: Callable[[], None] = lambda: None) -> SubjectResult:
    """Give a verdict on a batch.

    A picture that cannot be read makes the batch unmeasurable unless it fails anyway: the others may be right by
    chance, and what is broken is no pass.
    """
    subject, one = planned.subject, planned.batch_set
    if len(planned.candidate) < one.min_pictures:
        reason = f"{len(planned.candidate):,} pictures, fewer than the {one.min_pictures:,} that are judged"
        note = Finding(
            "QG-1513", Level.NOTE, f"batch too small: {subject.id}, {reason}", subject=subject.id,
            set_name=subject.set_name or None,
        )  # fmt: skip
        return SubjectResult(subject, Skipped(reason), {}, (note,), profile=one.name)
    batch, reasons = gathered(planned.candidate, executor, told)
    if isinstance(planned.baseline, Batch):
        baseline: Batch | None = planned.baseline
    else:
        baseline, more = gathered(planned.baseline, executor, told)
        reasons += more
    if batch is None or baseline is None:
        return SubjectResult(subject, reasons[0], {SPEC.name: reasons[0]}, profile=one.name)
    found = drift(batch, baseline)
    findings = judge_batch(one.thresholds, subject, found, (batch.pictures, baseline.pictures))
    values = {statistic: each.value for statistic, each in found.items()}
    values |= {f"{statistic}_noise": each.noise for statistic, each in found.items() if 0 < each.noise < float("inf")}
    values |= {f"{statistic}_total": each.total for statistic, each in found.items() if each.total is not None}
    settings: dict[str, Setting] = {
        "pictures": batch.pictures, "baseline_pictures": baseline.pictures, "unreadable": len(reasons),
        "standard_errors": ERRORS, "share_errors": SHARE_ERRORS, "least_share": LEAST_SHARE,
        "bin_width": WIDTH, "white": "D65",
    }  # fmt: skip
    measured: dict[str, MetricResult] = {SPEC.name: Measurement(SPEC.name, values, SPEC.unit, settings)}
    return SubjectResult(subject, _verdict(findings, reasons), measured, findings, profile=one.name)


def batch_info(planned: PlannedBatch) -> SetInfo:
    """The set as the report names it."""
    found = planned.batch_set
    return SetInfo(found.name, found.name, found.pipeline, planned.against, ", ".join(found.candidate))


def _verdict(findings: Sequence[Finding], reasons: Sequence[Unmeasurable]) -> Verdict:
    if any(finding.level is Level.ERROR for finding in findings):
        return Failed()
    return reasons[0] if reasons else Passed()
