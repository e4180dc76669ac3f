"""What the corridor is asked to do for one picture and a palette, and for a set of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from qualitygate.core.finding import Finding
from qualitygate.core.limits import DecodeLimits
from qualitygate.core.palette import Palette
from qualitygate.core.subject import Subject
from qualitygate.policy.model import Area
from qualitygate.policy.palette_model import PaletteSet


@dataclass(frozen=True, slots=True)
class PaletteTask:
    """All that is needed to give a verdict on one picture, in any process.

    Attributes:
        subject: What is judged.
        path: File to read.
        palette: What it is held against.
        background: 8-bit sRGB that pictures with alpha are laid on.
        ignore: Areas that do not count.
        regions: Areas that alone count; none for the whole picture.
        limits: What a file may ask for.
    """

    subject: Subject
    path: Path
    palette: Palette
    background: tuple[int, int, int] = (255, 255, 255)
    ignore: tuple[Area, ...] = ()
    regions: tuple[Area, ...] = ()
    limits: DecodeLimits = field(default_factory=DecodeLimits)


@dataclass(frozen=True, slots=True)
class PlannedPalette:
    """One set, resolved.

    Attributes:
        palette_set: The set.
        palette: Its palette, every colour known.
        tasks: What is judged.
        findings: What is wrong with the set as a whole: nothing matches.
    """

    palette_set: PaletteSet
    palette: Palette
    tasks: tuple[PaletteTask, ...]
    findings: tuple[Finding, ...] = ()
