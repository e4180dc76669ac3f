"""What the configuration says of palettes and batches, as frozen data. Globs are relative to the configuration."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from qualitygate.core.palette import BrandColour
from qualitygate.core.threshold import Threshold
from qualitygate.policy.model import Area
from qualitygate.policy.place import NOWHERE, Place

White = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Ink:
    """A colour as amounts of ink.

    Attributes:
        percent: Cyan, magenta, yellow and black, 0..100.
        profile: ICC profile that says what these inks look like.
        place: Where it was read from.
    """

    percent: tuple[float, float, float, float]
    profile: Path
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class PaletteRules:
    """A palette as it is written; `inks` are not resolved yet.

    Attributes:
        origin: File that states it, for messages.
        colours: Its colours; the L*a*b* of those in `inks` are yet to be made.
        inks: Name of a colour to its ink.
        flat, min_area: As `core.palette.Palette`.
        lines: Name of a colour to `file.toml:LINE`.
    """

    origin: str
    colours: tuple[BrandColour, ...]
    inks: Mapping[str, Ink] = field(default_factory=dict)
    flat: bool = True
    min_area: float = 0.001
    lines: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class PaletteSet:
    """Pictures that a palette is asked of.

    Attributes:
        name: Name of the set.
        files, exclude: Globs.
        rules: The palette.
        pipeline: Name of what makes the pictures.
        background: 8-bit sRGB that pictures with alpha are laid on; fully transparent pixels never count.
        ignore: Areas that do not count.
        regions: Areas that alone count, in the pictures whose path their glob matches; none for whole pictures.
        place: Where it was read from.
    """

    name: str
    files: tuple[str, ...]
    rules: PaletteRules
    exclude: tuple[str, ...] = ()
    pipeline: str = "palette"
    background: White = (255, 255, 255)
    ignore: tuple[Area, ...] = ()
    regions: tuple[Area, ...] = ()
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class BatchSet:
    """Pictures whose colours as a whole are held against those of approved ones.

    Attributes:
        name: Name of the set.
        candidate, exclude: Globs of the batch.
        baseline: Globs of the approved pictures, or the path of a stored baseline.
        thresholds: Limits on statistics of `lab_drift`.
        pipeline: Name of what makes the batch.
        background: As `PaletteSet`.
        min_pictures: Least number of pictures that is judged.
        place: Where it was read from.
    """

    name: str
    candidate: tuple[str, ...]
    baseline: tuple[str, ...] | Path
    thresholds: tuple[Threshold, ...]
    exclude: tuple[str, ...] = ()
    pipeline: str = "batch"
    background: White = (255, 255, 255)
    min_pictures: int = 8
    place: Place = field(default=NOWHERE, compare=False)
