"""Brand colours: what a palette asks of a picture, and what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from qualitygate.core.measurement import MetricSpec
from qualitygate.core.threshold import Direction, Severity

Lab = tuple[float, float, float]

SPEC = MetricSpec("palette", "palette", "", Direction.LOWER_IS_BETTER, (), 2, (0.0, float("inf")))
"""The metric as reports name it. Its statistics are `NAME.STATISTIC`, one group for each colour of the palette."""

COVERAGE = MetricSpec(
    "palette_coverage", "palette", "", Direction.HIGHER_IS_BETTER, ("coverage", "captured"), 4, (0.0, 1.0), SPEC.name
)
"""What limits on coverage are about: shares of a picture, of which more is better. Measured with the others."""


@dataclass(frozen=True, slots=True)
class BrandColour:
    """One colour of a palette.

    Attributes:
        name: What it is called, such as `brand red`.
        value: As it was written.
        lab: CIE L*a*b* relative to D65, unclipped.
        tolerance: Largest DeltaE00 from it.
        capture: DeltaE00 within which a colour is taken for an attempt at this one; beyond it is something else.
        min_coverage: Least share of the counted pixels that lies within the tolerance, 0..1; None for no limit.
        max_outside: Largest share of the captured pixels that may lie beyond the tolerance, 0..1.
        severity, born_of, why, runbook: As those of a `Threshold`.
    """

    name: str
    value: str
    lab: Lab
    tolerance: float = 2.0
    capture: float = 8.0
    min_coverage: float | None = None
    max_outside: float = 0.02
    severity: Severity = Severity.S2
    born_of: str | None = None
    why: str | None = None
    runbook: str | None = None

    @property
    def quantile(self) -> str:
        """Name of the statistic that is held against the tolerance: `p98` where 2 % may lie outside."""
        return "max" if self.max_outside == 0 else f"p{round(100 * (1 - self.max_outside), 6):g}"


@dataclass(frozen=True, slots=True)
class Palette:
    """Brand colours and how they are looked for.

    Attributes:
        name: What it is called in messages.
        colours: At least one.
        flat: Whether only areas of one colour count, or every pixel.
        min_area: Least share of the counted pixels that an area of one colour has, 0..1; 64 pixels in any case.
    """

    name: str
    colours: tuple[BrandColour, ...]
    flat: bool = True
    min_area: float = 0.001


@dataclass(frozen=True, slots=True)
class Nearby:
    """An area that no colour of a palette captures, for one that captures nothing.

    Attributes:
        delta_e: DeltaE00 of its colour from that of the palette.
        share: Its pixels, 0..1 of the counted ones.
        lab: Its colour.
    """

    delta_e: float
    share: float
    lab: Lab


@dataclass(frozen=True, slots=True)
class ColourFigures:
    """What was measured of one colour. Shares are 0..1 of the counted pixels.

    Where a palette counts areas, each pixel of an area has the colour of the area.

    Attributes:
        name: The colour.
        coverage: Pixels within the tolerance.
        captured: Pixels within the capture radius.
        outside: Share of the captured pixels beyond the tolerance.
        delta_e: `median`, `p95` and the judged quantile of DeltaE00 over the captured pixels; empty where none is.
        found: Mean L*a*b* of the captured pixels beyond the tolerance, else of all captured ones; None where none is.
        nearby: Where nothing is captured, the nearest area not far beyond the capture radius, if there is one.
    """

    name: str
    coverage: float
    captured: float
    outside: float
    delta_e: Mapping[str, float]
    found: Lab | None = None
    nearby: Nearby | None = None

    def values(self) -> dict[str, float]:
        """The figures by the names of their statistics, such as `brand red.p98`."""
        shares = {"coverage": self.coverage, "captured": self.captured, "outside": self.outside}
        return {f"{self.name}.{statistic}": value for statistic, value in {**self.delta_e, **shares}.items()}
