"""Both pictures of a pair: decoded, laid on the background, brought to one size."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from qualitygate.core.colour.view import composite
from qualitygate.core.image import Image
from qualitygate.core.verdict import Finding, Level
from qualitygate.corridor.spaces import spaces
from qualitygate.corridor.task import PairTask
from qualitygate.decode import decode, read_file
from qualitygate.decode.resample import resample


@dataclass(frozen=True, slots=True)
class Decoded:
    """Both pictures of a pair: opaque, and of one size if they can be brought to one.

    Attributes:
        reference, candidate: What the metrics see.
        findings: What was noticed on the way (alpha, colour spaces, geometry).
    """

    reference: Image
    candidate: Image
    findings: tuple[Finding, ...] = ()

    @property
    def comparable(self) -> bool:
        """Whether the sizes agree, so that pixels can be compared."""
        return self.reference.size == self.candidate.size


def decode_pair(task: PairTask) -> Decoded:
    """Read and decode both files, lay them on the background and bring them to one size if asked.

    Byte-identical files are decoded once, but they are decoded: two identical broken files are no pass.

    Raises:
        DecodeError: Either file cannot be read or decoded.
    """
    limits, subject = task.limits, task.subject
    reference_name, candidate_name = subject.reference or subject.id, subject.candidate or subject.id
    reference_bytes = read_file(task.reference, reference_name, limits)
    candidate_bytes = read_file(task.candidate, candidate_name, limits)
    candidate = decode(candidate_bytes, candidate_name, limits)
    if reference_bytes == candidate_bytes and task.reference.suffix == task.candidate.suffix:
        source = replace(candidate.source, name=reference_name)
        opaque = composite(candidate, task.background)
        # One set of samples behind both, which the metrics recognise as identical without looking.
        return Decoded(replace(opaque, source=source), opaque)
    reference = decode(reference_bytes, reference_name, limits)
    findings = _alpha(task, reference, candidate) + spaces(task.subject, reference.source, candidate.source)
    reference, candidate = composite(reference, task.background), composite(candidate, task.background)
    if task.resize != "off" and reference.size != candidate.size:
        findings += _resized(task, reference, candidate)
        reference = resample(reference, candidate.size, task.resize)
    return Decoded(reference, candidate, findings)


def _resized(task: PairTask, reference: Image, candidate: Image) -> tuple[Finding, ...]:
    """A note that the reference was resized, a warning when that also changed its shape."""
    before, after = (f"{image.size[0]}x{image.size[1]}" for image in (reference, candidate))
    across, down = (ours / theirs for ours, theirs in zip(candidate.size, reference.size, strict=True))
    # Rounding a scaled side to whole pixels changes it by up to one.
    distorted = abs(across - down) > 1.5 * max(across, down) / min(candidate.size)
    detail = ", whose aspect ratio is another" if distorted else ""
    return (
        Finding(
            "QG-1107",
            Level.WARNING if distorted else Level.NOTE,
            f"reference resized: {task.subject.id}, from {before} to the candidate's {after} ({task.resize}){detail}",
            subject=task.subject.id,
            set_name=task.subject.set_name or None,
            path=task.subject.candidate,
        ),
    )


def _alpha(task: PairTask, reference: Image, candidate: Image) -> tuple[Finding, ...]:
    """A warning when transparency differs: on the background it may make no difference, on another it would."""
    if (reference.alpha is None and candidate.alpha is None) or reference.size != candidate.size:
        return ()
    ours, theirs = (
        np.float32(1.0) if image.alpha is None else image.alpha.astype(np.float32) / image.full_scale
        for image in (reference, candidate)
    )
    difference = np.abs(ours - theirs)
    largest, mean = float(difference.max()), float(difference.mean())
    if largest < 1 / 65535:
        return ()
    lost = " (the candidate is opaque)" if candidate.alpha is None else ""
    return (
        Finding(
            "QG-1004",
            Level.WARNING,
            f"alpha differs: {task.subject.id}, by {mean:.2%} on average and {largest:.1%} at most{lost}",
            subject=task.subject.id,
            set_name=task.subject.set_name or None,
            value=largest,
            path=task.subject.candidate,
        ),
    )
