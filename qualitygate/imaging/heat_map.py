"""What a failure looks like: reference, candidate and the map of colour differences in one PNG."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage

from qualitygate.core.image import Image
from qualitygate.core.mask import Mask, worst_window
from qualitygate.core.measurement import Measurement
from qualitygate.imaging.colour_map import colours, scale_top
from qualitygate.imaging.png import within
from qualitygate.imaging.resample import fit, picture, worst_of
from qualitygate.imaging.sheet import Box, Panel, Scale, draw_sheet

MAX_BYTES = 480_000
MIN_SIDE = 256
UNIT = "DeltaE00"
_STATISTICS = ("mean", "p50", "p95", "p99", "max")
IGNORED = (96, 96, 96)
_WIDE = 2.2


def failure_panel(
    reference: Image,
    candidate: Image,
    delta_e: Measurement,
    *,
    title: str,
    limit: float | None,
    mask: Mask | None = None,
    max_side: int = 640,
    max_bytes: int = MAX_BYTES,
    laid_on: str = "",
) -> bytes:
    """Reference, candidate and heat map side by side (below each other for wide pictures), as PNG.

    Pictures shrink by area averaging and are shown as sRGB; the map shrinks by taking the worst value of every cell,
    so that small damage stays visible. The worst 64x64 window is outlined in candidate and map.

    Args:
        reference, candidate: Pictures of one size.
        delta_e: Measurement of CIEDE2000 with its error map.
        title: Usually the file's name and which limit it broke by which statistic, in any script.
        limit: Limit marked on the colour bar, in DeltaE00; None for none.
        mask: `(H, W)` bool, True where a pixel counted; ignored pixels are grey in the map, and a legend says so.
        max_side: Longer side of each picture, in pixels.
        max_bytes: Size of the PNG; pictures shrink, and lose colours at last, to stay under it.
        laid_on: `#rrggbb` that both were laid on, to be told; empty where it is the one they were judged on.

    Raises:
        ValueError: The measurement has no error map.
    """
    if delta_e.error_map is None:
        raise ValueError("the measurement has no error map; it was dropped")
    difference, counted = placed(delta_e.error_map, delta_e.origin, candidate.size, mask)
    worst = worst_window(difference, counted)
    top = scale_top(kept(difference, counted), limit)
    width, height = candidate.size
    lines = _statistics_lines(delta_e, worst)
    lines += [f"laid on {laid_on}, where transparency shows; judged on another background"] if laid_on else []

    def draw(scale: float) -> PilImage.Image:
        size = fit(candidate.size, max(16, round(max_side * scale)), round(MIN_SIDE * scale))
        box = None if worst is None else _scaled(worst[1], size[0] / width, size[1] / height)
        label = "" if worst is None else f"{worst[0]:.2f}"
        panels = [
            Panel("reference", picture(reference, size)),
            Panel("candidate", picture(candidate, size), box),
            Panel("difference, CIEDE2000", map_pixels(difference, counted, top, size), box, label),
        ]
        return draw_sheet(title, panels, lines, _scale(top, limit, counted), stacked=size[0] > _WIDE * size[1])

    return within(draw, max_bytes)


def heat_map(
    difference: NDArray[np.float32],
    *,
    title: str = "",
    limit: float | None = None,
    mask: Mask | None = None,
    max_side: int = 640,
    max_bytes: int = MAX_BYTES,
) -> bytes:
    """A map of colour differences alone, with its colour bar, as PNG.

    Args:
        difference: DeltaE00 per pixel, float32 `(H, W)`, finite.
        title, limit, mask, max_side, max_bytes: As for `failure_panel`.
    """
    height, width = difference.shape
    worst = worst_window(difference, mask)
    top = scale_top(kept(difference, mask), limit)

    def draw(scale: float) -> PilImage.Image:
        size = fit((width, height), max(16, round(max_side * scale)), round(MIN_SIDE * scale))
        box = None if worst is None else _scaled(worst[1], size[0] / width, size[1] / height)
        label = "" if worst is None else f"{worst[0]:.2f}"
        panel = Panel("difference, CIEDE2000", map_pixels(difference, mask, top, size), box, label)
        return draw_sheet(title, [panel], [], _scale(top, limit, mask), stacked=True)

    return within(draw, max_bytes)


def placed(
    error_map: NDArray[np.float32], origin: tuple[int, int], size: tuple[int, int], mask: Mask | None
) -> tuple[NDArray[np.float32], Mask | None]:
    """The map at the picture's size, float32 `(H, W)`, and which of its pixels count: a border the map lacks does not.

    Args:
        error_map: Values per pixel of a part of the picture.
        origin: Row and column of the picture where that part begins.
        size: Width and height of the picture.
        mask: `(H, W)` bool, True where a pixel counts; None where all do.
    """
    width, height = size
    if error_map.shape == (height, width):
        return error_map, mask
    row, column = origin
    rows, columns = min(error_map.shape[0], height - row), min(error_map.shape[1], width - column)
    part = np.s_[row : row + rows, column : column + columns]
    difference = np.zeros((height, width), dtype=np.float32)
    difference[part] = error_map[:rows, :columns]
    covered = np.zeros((height, width), dtype=np.bool_)
    covered[part] = True
    return difference, covered if mask is None else covered & mask


def _scale(top: float, limit: float | None, counted: Mask | None) -> Scale:
    return Scale(top, UNIT, limit, None if counted is None or counted.all() else IGNORED)


def kept(difference: NDArray[np.float32], counted: Mask | None) -> NDArray[np.float32]:
    """The values that count; flat where some do not."""
    return difference if counted is None else difference[counted]


def map_pixels(
    difference: NDArray[np.float32], counted: Mask | None, top: float, size: tuple[int, int]
) -> NDArray[np.uint8]:
    """A map as colours, sRGB uint8 `(height, width, 3)` for a `size` of (width, height); what is ignored is grey."""
    if counted is None:
        return colours(worst_of(difference, size), top)
    # A cell is grey only where nothing in it counts; -1 marks pixels that do not.
    pooled = worst_of(np.where(counted, difference, np.float32(-1.0)), size)
    pixels = colours(pooled, top)
    pixels[pooled < 0] = IGNORED
    return pixels


def _scaled(box: tuple[int, int, int, int], across: float, down: float) -> Box:
    x, y, width, height = box
    return x * across, y * down, width * across, height * down


def _statistics_lines(delta_e: Measurement, worst: tuple[float, tuple[int, int, int, int]] | None) -> list[str]:
    values = [f"{name} {delta_e.values[name]:.2f}" for name in _STATISTICS if name in delta_e.values]
    lines = [f"{UNIT}   " + "   ".join(values)] if values else []
    if worst is not None and math.isfinite(worst[0]):
        mean, (x, y, width, height) = worst
        lines.append(f"worst {width}x{height} window: mean {mean:.2f}, at x {x}, y {y}")
    return lines
