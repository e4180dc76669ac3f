"""How far a picture is from the colours of a palette."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.image import Image
from qualitygate.core.mask import Mask
from qualitygate.core.palette import BrandColour, ColourFigures, Lab, Nearby, Palette
from qualitygate.palette import cells, census
from qualitygate.palette.area import Area
from qualitygate.palette.areas import CORE, CROWDED, LEAST_PIXELS, WIDE, find_areas
from qualitygate.palette.distances import distances, within
from qualitygate.palette.flatness import REACH, STEP

NEARBY = 2.0
"""Capture radii within which an area is pointed out where a colour captures nothing."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One colour of a palette in a picture. Arrays have one entry per area of the picture, or per colour of it.

    Attributes:
        colour: The colour.
        lab: L*a*b* of the entries, float64 `(n, 3)`.
        delta_e: DeltaE00 from the colour, float64 `(n,)`; of no meaning for what is not captured.
        pixels: Pixels that are captured and judged, int64 `(n,)`.
        total: Pixels of the picture that count.
        nearby: Where nothing is captured, the nearest area not far off.
    """

    colour: BrandColour
    lab: NDArray[np.float64]
    delta_e: NDArray[np.float64]
    pixels: NDArray[np.int64]
    total: int
    nearby: Nearby | None = None

    @property
    def offending(self) -> NDArray[np.bool_]:
        """Judged entries beyond the tolerance, bool `(n,)`."""
        found: NDArray[np.bool_] = (self.pixels > 0) & (self.delta_e > self.colour.tolerance)
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Inspection:
    """A palette in a picture.

    Attributes:
        readings: One for each colour.
        basis: What their entries are: the areas of the picture, or its colours.
    """

    readings: tuple[Reading, ...]
    basis: tuple[Area, ...] | census.Census


def inspect(image: Image, counted: Mask | None, palette: Palette) -> Inspection:
    """Find the colours of a palette in an opaque picture.

    An area belongs to the colour that its own colour is nearest to, if it lies within that colour's capture radius.
    Where the palette counts every pixel, the same holds for pixels. Pure black and pure white beyond the tolerance are
    paper and shadow, and no attempt at another colour.

    Args:
        image: `(H, W, 3)` samples in any encoding.
        counted: Pixels that count, `(H, W)`; None for all.
        palette: The colours.
    """
    if not palette.flat:
        taken = census.take(image, counted)
        readings = _readings(palette, taken.lab, taken.counts, np.zeros_like(taken.clipped), taken.pixels)
        return Inspection(readings, taken)
    cut = cells.cut(image, counted)
    among = within(cut, [(colour.lab, NEARBY * colour.capture) for colour in palette.colours])
    areas = find_areas(cut, among, palette.min_area)
    lab = np.array([area.lab for area in areas]).reshape(-1, 3)
    pixels = np.array([area.pixels for area in areas], np.int64)
    clipped = np.array([area.clipped for area in areas], np.bool_)
    return Inspection(_readings(palette, lab, pixels, clipped, cut.pixels), areas)


def marked(image: Image, counted: Mask | None, inspection: Inspection) -> Mask:
    """The pixels of a picture that lie beyond a tolerance, `(H, W)`."""
    offending = np.logical_or.reduce([reading.offending for reading in inspection.readings])
    if isinstance(inspection.basis, census.Census):
        found = census.places(image, inspection.basis, offending)
        return found if counted is None else found & counted
    width, height = image.size
    chosen = np.zeros((-(-height // cells.SIDE), -(-width // cells.SIDE)), np.bool_)
    for index in np.flatnonzero(offending):
        chosen[inspection.basis[index].rows, inspection.basis[index].columns] = True
    return cells.level_pixels(image, counted, chosen)


def figures(reading: Reading) -> ColourFigures:
    """The statistics of one colour.

    Quantiles are of the pixels in order of their difference: the smallest difference that at least this share keeps.
    So the judged quantile exceeds the tolerance exactly where more than `max_outside` of the pixels do.
    """
    colour, judged = reading.colour, reading.pixels > 0
    weights, delta_e = reading.pixels[judged], reading.delta_e[judged]
    total, pixels = int(weights.sum()), max(reading.total, 1)
    if total == 0:
        return ColourFigures(colour.name, 0.0, 0.0, 0.0, {}, nearby=reading.nearby)
    far = delta_e > colour.tolerance
    outside = int(weights[far].sum())
    order = np.argsort(delta_e, kind="stable")
    reached = np.cumsum(weights[order])
    shares = {"median": 0.5, "p95": 0.95, colour.quantile: 1.0 - colour.max_outside}
    values = {}
    for name, share in shares.items():
        # A hair of rounding in the share must not take the next pixel.
        place = int(np.searchsorted(reached, share * total - 1e-9 * total))
        values[name] = float(delta_e[order[min(place, order.size - 1)]])
    shown = far if outside else np.ones_like(far)
    mean = np.average(reading.lab[judged][shown], axis=0, weights=weights[shown])
    return ColourFigures(
        colour.name,
        coverage=(total - outside) / pixels,
        captured=total / pixels,
        outside=outside / total,
        delta_e=values,
        found=_lab(mean),
    )


def settings(palette: Palette) -> dict[str, str | float | bool]:
    """How the numbers were made."""
    made: dict[str, str | float | bool] = {"formula": "CIEDE2000", "white": "D65", "flat": palette.flat}
    if palette.flat:
        window = 2 * REACH + 1
        made |= {
            "flat_window": f"{window}x{window} within {STEP}/255",
            "areas": f"connected, {CROWDED:g} of what lies within {WIDE:g} lies within {CORE:g}, ending at an edge",
            "min_area": palette.min_area,
            "min_pixels": LEAST_PIXELS,
        }
    for colour in palette.colours:
        made[colour.name] = "{} = Lab {:.2f} {:.2f} {:.2f}".format(colour.value, *colour.lab)
    return made


def _readings(
    palette: Palette, lab: NDArray[np.float64], pixels: NDArray[np.int64], clipped: NDArray[np.bool_], total: int
) -> tuple[Reading, ...]:
    reach = NEARBY if palette.flat else 1.0
    found = np.stack([distances(lab, colour.lab, reach * colour.capture) for colour in palette.colours])
    captures = np.array([[colour.capture] for colour in palette.colours])
    caught = np.where(found <= captures, found, np.inf)
    nearest = np.where(np.isfinite(caught).any(axis=0), caught.argmin(axis=0), -1)
    readings = []
    for index, colour in enumerate(palette.colours):
        paper = clipped & (found[index] > colour.tolerance)
        judged = np.where((nearest == index) & ~paper, pixels, 0)
        beside = (nearest < 0) & (found.argmin(axis=0) == index) & ~clipped & np.isfinite(found[index])
        nearby = None if judged.any() or not beside.any() else _nearby(found[index], lab, pixels, beside, total)
        readings.append(Reading(colour, lab, found[index], judged, total, nearby))
    return tuple(readings)


def _nearby(
    delta_e: NDArray[np.float64], lab: NDArray[np.float64], pixels: NDArray[np.int64], among: NDArray[np.bool_],
    total: int,
) -> Nearby:  # fmt: skip
    at = int(np.where(among, delta_e, np.inf).argmin())
    return Nearby(float(delta_e[at]), int(pixels[at]) / max(total, 1), _lab(lab[at]))


def _lab(values: NDArray[np.float64]) -> Lab:
    return float(values[0]), float(values[1]), float(values[2])
