"""What the corridor is asked to do for one pair."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from qualitygate.core.limits import DecodeLimits
from qualitygate.core.subject import Subject
from qualitygate.metrics.base import Metric
from qualitygate.policy.model import Area, Profile, Region, Resize


@dataclass(frozen=True, slots=True)
class Alternative:
    """A further accepted reference.

    Attributes:
        name: What reports call it.
        path: File to read.
        label: Path as text.
    """

    name: str
    path: Path
    label: str


@dataclass(frozen=True, slots=True)
class PairTask:
    """All that is needed to give a verdict on one pair, in any process.

    Attributes:
        subject: What is judged.
        pair: Id within its set, which the globs of areas are matched against.
        reference, candidate: Files to read.
        metrics: What to measure, in order.
        profile: What to judge by; None only measures.
        limited_to: Names of the metrics to judge, None for all of the profile.
        background: 8-bit sRGB that pictures with alpha are laid on.
        resize: Filter that brings the reference to the candidate's size, or `off`.
        ignore, regions: Areas of the set; those whose glob matches `pair` apply.
        limits: What a file may ask for.
        accepted: Further references that may be matched instead, in the order they are tried.
    """

    subject: Subject
    pair: str
    reference: Path
    candidate: Path
    metrics: tuple[Metric, ...]
    profile: Profile | None = None
    limited_to: tuple[str, ...] | None = None
    background: tuple[int, int, int] = (255, 255, 255)
    resize: Resize = "off"
    ignore: tuple[Area, ...] = ()
    regions: tuple[Region, ...] = ()
    limits: DecodeLimits = field(default_factory=DecodeLimits)
    accepted: tuple[Alternative, ...] = ()

    @property
    def names(self) -> tuple[str, str]:
        """What messages call the reference and the candidate."""
        return self.subject.reference or self.subject.id, self.subject.candidate or self.subject.id
