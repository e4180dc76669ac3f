"""How far a picture is from the colours of a palette."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.ciede2000_fast import delta_e_lab
from qualitygate.core.palette import BrandColour, ColourFigures, Palette
from qualitygate.palette.areas import CROWDED, NEAR, WIDE, crowding
from qualitygate.palette.census import Census
from qualitygate.palette.flatness import REACH, STEP

# S_L of CIEDE2000 is at most 1 + 0.015 * 50^2 / sqrt(20 + 50^2), so colours further apart in L* need no formula.
_LIGHTNESS = 1.75
_LEAST_PIXELS = 64
"""An area has at least so many pixels, however small the picture: a block of JPEG."""


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """One colour of a palette in a picture. Arrays have one entry per colour of the census.

    Attributes:
        colour: The colour.
        delta_e: DeltaE00 from it, float64 `(n,)`; infinite for what is not captured.
        pixels: Pixels that are captured and judged, int64 `(n,)`.
    """

    colour: BrandColour
    delta_e: NDArray[np.float64]
    pixels: NDArray[np.int64]

    @property
    def offending(self) -> NDArray[np.bool_]:
        """Judged colours beyond the tolerance, bool `(n,)`."""
        found: NDArray[np.bool_] = (self.pixels > 0) & (self.delta_e > self.colour.tolerance)
        return found


def read(census: Census, palette: Palette) -> tuple[Reading, ...]:
    """Find the colours of a palette in a picture.

    A pixel is captured by the colour it is nearest to, if it lies within that colour's radius. Where the palette counts
    areas only, a captured pixel is judged if its surroundings are flat (`flatness`) and its colour crowds (`areas`);
    pure black and pure white beyond the tolerance are paper and shadow, and no attempt at another colour.
    """
    distances = np.stack([_distances(census, colour) for colour in palette.colours])
    nearest = distances.argmin(axis=0)
    readings = []
    for index, colour in enumerate(palette.colours):
        captured = (nearest == index) & np.isfinite(distances[index])
        pixels = np.where(captured, census.counts, 0)
        if palette.flat:
            pixels = _areas(census, captured, palette, distances[index] > colour.tolerance)
        readings.append(Reading(colour, np.where(captured, distances[index], np.inf), pixels))
    return tuple(readings)


def figures(census: Census, reading: Reading) -> ColourFigures:
    """The statistics of one colour.

    Quantiles are of the pixels in order of their difference: the smallest difference that at least this share keeps.
    So the judged quantile exceeds the tolerance exactly where more than `max_outside` of the pixels do.
    """
    colour, judged = reading.colour, reading.pixels > 0
    weights, delta_e = reading.pixels[judged], reading.delta_e[judged]
    total, pixels = int(weights.sum()), max(census.pixels, 1)
    if total == 0:
        return ColourFigures(colour.name, 0.0, 0.0, 0.0, {})
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
    mean = np.average(census.lab[judged][shown], axis=0, weights=weights[shown])
    return ColourFigures(
        colour.name,
        coverage=(total - outside) / pixels,
        captured=total / pixels,
        outside=outside / total,
        delta_e=values,
        found=(float(mean[0]), float(mean[1]), float(mean[2])),
    )


def settings(palette: Palette) -> dict[str, str | float | bool]:
    """How the numbers were made."""
    made: dict[str, str | float | bool] = {"formula": "CIEDE2000", "white": "D65", "flat": palette.flat}
    if palette.flat:
        window = 2 * REACH + 1
        made |= {
            "flat_window": f"{window}x{window} within {STEP}/255",
            "areas": f"{CROWDED:g} of what lies within {WIDE} lies within {NEAR}",
            "min_area": palette.min_area,
        }
    for colour in palette.colours:
        made[colour.name] = "{} = Lab {:.2f} {:.2f} {:.2f}".format(colour.value, *colour.lab)
    return made


def _distances(census: Census, colour: BrandColour) -> NDArray[np.float64]:
    """DeltaE00 of every colour of a picture from one, infinite beyond the capture radius."""
    target = np.array(colour.lab)
    found = np.full(len(census.lab), np.inf)
    near = np.flatnonzero(np.abs(census.lab[:, 0] - target[0]) <= _LIGHTNESS * colour.capture)
    if near.size:
        delta_e = delta_e_lab(census.lab[near], np.broadcast_to(target, (near.size, 3)))
        found[near] = np.where(delta_e <= colour.capture, delta_e, np.inf)
    return found


def _areas(census: Census, captured: NDArray[np.bool_], palette: Palette, far: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Pixels of areas of one colour, int64 `(n,)`."""
    asked = captured & ~(census.clipped & far)
    crowded, near = crowding(census, asked)
    kept = (crowded >= CROWDED) & (near >= max(palette.min_area * census.pixels, _LEAST_PIXELS))
    pixels = np.zeros_like(census.flat)
    pixels[asked] = np.where(kept, census.flat[asked], 0)
    return pixels
