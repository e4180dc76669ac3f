"""Both pictures of a pair: decoded, laid on the background, brought to one size."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

from qualitygate.core import threads
from qualitygate.core.colour.view import composite
from qualitygate.core.finding_level import Level
from qualitygate.core.image import Image
from qualitygate.core.transparency import OPAQUE_PAIR, Transparency
from qualitygate.corridor.decoding_note import Note
from qualitygate.corridor.side_by_side import side_by_side
from qualitygate.corridor.spaces import spaces
from qualitygate.corridor.task import PairTask
from qualitygate.corridor.transparency import transparency
from qualitygate.decode import decode, read_file
from qualitygate.decode.digests import holds
from qualitygate.decode.resample import resample

_WORTH = 100_000  # bytes of a file that take longer to decode than a thread to start


@dataclass(frozen=True, slots=True)
class Decoded:
    """Both pictures of a pair: opaque, and of one size if they can be brought to one.

    Attributes:
        reference, candidate: What the metrics see.
        notes: What was noticed on the way (colour spaces, geometry).
        alpha: How transparent they were.
    """

    reference: Image
    candidate: Image
    notes: tuple[Note, ...] = ()
    alpha: Transparency = OPAQUE_PAIR

    @property
    def comparable(self) -> bool:
        """Whether the sizes agree, so that pixels can be compared."""
        return self.reference.size == self.candidate.size


def decode_pair(task: PairTask) -> Decoded:
    """Read and decode both files, lay them on the background and bring them to one size if asked.

    Byte-identical files are decoded once, but they are decoded: two identical broken files are no pass. Others are
    decoded side by side where this process may use several threads, as a worker beside others may not.

    Raises:
        DecodeError: Either file cannot be read or decoded.
        ConfigError: Either has alpha, and the mask of an ignored area is missing or has another size.
    """
    limits = task.limits
    reference_name, candidate_name = task.names
    reference_bytes = read_file(task.reference, reference_name, limits)
    if task.reference.suffix == task.candidate.suffix and holds(task.candidate, reference_bytes):
        candidate = decode(reference_bytes, candidate_name, limits)
        del reference_bytes
        source = replace(candidate.source, name=reference_name)
        alpha = transparency(task, candidate, candidate)
        opaque = composite(candidate, task.background)
        # One set of samples behind both, which the metrics recognise as identical without looking.
        return Decoded(replace(opaque, source=source), opaque, alpha=alpha)
    candidate_bytes = read_file(task.candidate, candidate_name, limits)
    if threads.allowed() > 1 and min(len(reference_bytes), len(candidate_bytes)) >= _WORTH:
        # What is wrong with the candidate is told first, here as below.
        candidate, reference = side_by_side(
            partial(decode, candidate_bytes, candidate_name, limits),
            partial(decode, reference_bytes, reference_name, limits),
        )
        del reference_bytes, candidate_bytes
    else:
        candidate = decode(candidate_bytes, candidate_name, limits)
        del candidate_bytes
        reference = decode(reference_bytes, reference_name, limits)
        del reference_bytes
    notes = spaces(reference.source, candidate.source)
    alpha = transparency(task, reference, candidate)
    reference, candidate = composite(reference, task.background), composite(candidate, task.background)
    if task.resize != "off" and reference.size != candidate.size:
        notes += _resized(task, reference, candidate)
        reference = resample(reference, candidate.size, task.resize)
    return Decoded(reference, candidate, notes, alpha)


def _resized(task: PairTask, reference: Image, candidate: Image) -> tuple[Note, ...]:
    """A note that the reference was resized, a warning when that also changed its shape."""
    before, after = (f"{image.size[0]}x{image.size[1]}" for image in (reference, candidate))
    across, down = (ours / theirs for ours, theirs in zip(candidate.size, reference.size, strict=True))
    # Rounding a scaled side to whole pixels changes it by up to one.
    distorted = abs(across - down) > 1.5 * max(across, down) / min(candidate.size)
    detail = ", whose aspect ratio is another" if distorted else ""
    told = f"from {before} to the candidate's {after} by {task.resize}{detail}"
    return (Note("QG-1107", Level.WARNING if distorted else Level.NOTE, "reference resized", told),)
