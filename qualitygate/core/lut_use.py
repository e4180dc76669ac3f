"""What a threshold file asks of one LUT: encodings, profile, palette and limits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

from qualitygate.core.threshold import Threshold

EncodingName = Literal["sRGB", "BT.1886", "P3", "log", "linear", "none"]
"""What code values mean; `qualitygate.luts.encodings` says how each is read. `none`: no chart can be laid on."""

LutProfile = Literal["technical", "look"]
"""`technical` transforms are judged absolutely, `look` ones against their previous version: film looks tint neutrals
and fold colours on purpose, so no absolute rule holds for them."""

DISPLAY_REFERRED: tuple[EncodingName, ...] = ("sRGB", "BT.1886", "P3")


class Swatch(NamedTuple):
    """A colour of a palette: 8-bit sRGB."""

    name: str
    srgb: tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class QualityLimits:
    """Limits of the checks that need no previous version (`technical`) and of those that do (`look`).

    Attributes:
        neutral_chroma: Largest C* of a neutral input.
        black_white: Largest DeltaE00 of the outputs for black and white from black and white.
        fold_share: Largest share of tetrahedra that are folded over, 0..1.
        neutral_change: Largest distance in the a*b* plane that a neutral may move from the previous version.
        black_white_change: Largest DeltaE00 that black and white may move from the previous version.
        fold_change: Largest growth of the share of folded tetrahedra, 0..1.
        roughness_ratio: Largest growth of the 99th percentile of second differences, as a factor.
        lowest, highest: Values outside are out of range.
    """

    neutral_chroma: float = 1.0
    black_white: float = 0.5
    fold_share: float = 0.0
    neutral_change: float = 0.5
    black_white_change: float = 0.5
    fold_change: float = 0.001
    roughness_ratio: float = 1.25
    lowest: float = -0.5
    highest: float = 1.5


@dataclass(frozen=True, slots=True)
class LutUse:
    """What holds for one LUT file.

    Attributes:
        origin: Threshold file it was read from, for messages.
        profile: How its quality is judged.
        input, output: What its code values mean; None where nothing was declared, read as sRGB.
        palette: Brand colours.
        thresholds: Limits on drift; the metric is `lut_drift`, the statistics those of `luts.drift`.
        limits: Limits of the quality checks.
    """

    origin: str = "lut"
    profile: LutProfile = "look"
    input: EncodingName | None = None
    output: EncodingName | None = None
    palette: tuple[Swatch, ...] = ()
    thresholds: tuple[Threshold, ...] = ()
    limits: QualityLimits = QualityLimits()

    @property
    def display_output(self) -> bool:
        """Whether the output was declared to be shown as it is, so that values far outside 0..1 are a mistake."""
        return self.output in DISPLAY_REFERRED
