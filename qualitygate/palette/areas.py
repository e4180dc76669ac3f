"""Areas of one colour: connected places of a picture that are flat, of one colour all over, and end at an edge.

A brand colour is laid on as one colour. A sky or a skin that passes through the same colours is a slope: of what is
connected with a place of it and has nearly its colour, only part has the very same. What JPEG makes of a slope or of a
texture are flat places by chance; around those the picture goes on in nearly the same colour.

Each place is looked at for itself, so what lies elsewhere in the picture can neither hide an area nor make one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np

from qualitygate.core.mask import Mask
from qualitygate.palette.area import Area, Place, Places
from qualitygate.palette.cells import Cells
from qualitygate.palette.connected import labelled
from qualitygate.palette.edges import laid_on
from qualitygate.palette.modes import modes
from qualitygate.palette.slopes import sloping

CORE, WIDE = 0.6, 1.8
"""Units of L*, a* and b* each around the colour of an area."""
CROWDED = 0.8
"""Smallest share that the pixels within `CORE` have of those within `WIDE`. A slope has a third."""
SEVERED = 0.01
"""Least share of the picture that an area has which is found only once slopes around it are taken away."""
LEAST_PIXELS = 64
"""An area has at least so many pixels, however small the picture: a block of JPEG."""


def find_areas(cells: Cells, among: Mask, min_area: float) -> tuple[Area, ...]:
    """The areas of a picture.

    Args:
        cells: The picture.
        among: Cells whose colour is of interest, `(h, w)`.
        min_area: Least share of the counted pixels that an area has, 0..1; `LEAST_PIXELS` in any case.
    """
    least = max(min_area * cells.pixels, LEAST_PIXELS)
    chosen = among & (cells.flat > 0)
    found = _search(cells, chosen, least)
    # What a slope runs into is found once the slope is taken away; so is much else, of which the edges have to tell.
    left = chosen & ~_covered(chosen, found)
    more = _search(cells, left & ~sloping(left, cells.lab), max(least, SEVERED * cells.pixels))
    return laid_on(cells, [*found, *(replace(area, severed=True) for area in more)])


def _search(cells: Cells, chosen: Mask, least: float) -> list[Area]:
    rows, columns = np.nonzero(chosen)
    found: list[Area] = []
    for at in _places(cells, (rows, columns), least):
        found += _of_one_colour(cells, (rows[at], columns[at]), least)
    return found


def _covered(chosen: Mask, areas: Sequence[Area]) -> Mask:
    """Cells of some areas."""
    covered = np.zeros(chosen.shape, np.bool_)
    for area in areas:
        covered[area.rows, area.columns] = True
    return covered


def _places(cells: Cells, chosen: Place, least: float) -> Iterator[Places]:
    """The connected places of some cells that have pixels enough, as indices of those cells; all in order of rows."""
    rows, columns = chosen
    if not rows.size:
        return
    top, left = int(rows[0]), int(columns.min())
    box = slice(top, int(rows[-1]) + 1), slice(left, int(columns.max()) + 1)
    grid = np.zeros(cells.flat[box].shape, np.bool_)
    grid[rows - top, columns - left] = True
    number, count = labelled(grid, cells.lab[box])
    pixels = np.bincount(number, cells.flat[chosen], minlength=count)
    order = np.argsort(number, kind="stable")
    ends = np.searchsorted(number[order], np.arange(count + 1))
    for place in np.flatnonzero(pixels >= least):
        yield order[ends[place] : ends[place + 1]]


def _of_one_colour(cells: Cells, place: Place, least: float) -> Iterator[Area]:
    """The areas in a connected place: it is one, or a slope, or something that a slope runs into."""
    lab, weights = cells.lab[place], cells.flat[place]
    order = np.argsort(lab[:, 0], kind="stable")
    lightness = lab[order, 0]
    taken = np.zeros(weights.size, np.bool_)
    for colour, pixels in modes(lab, weights, CORE, WIDE):
        if pixels < CROWDED * least:
            return
        # In the order of rows, as the place is.
        some = np.sort(order[slice(*np.searchsorted(lightness, (colour[0] - WIDE, colour[0] + WIDE)))])
        near = some[np.abs(lab[some] - colour).max(axis=-1) <= WIDE]
        # What an area takes counts for no other, but what is no area counts against each that it is near to.
        near = near[~taken[near]]
        if weights[near].sum() < least:
            continue
        for at in _places(cells, (place[0][near], place[1][near]), least):
            area = _area(cells, (place[0][near[at]], place[1][near[at]]))
            if area is not None:
                taken[near[at]] = True
                yield area


def _area(cells: Cells, part: Place) -> Area | None:
    """The area that a connected place of nearly one colour is, None where it is a slope."""
    lab, weights = cells.lab[part], cells.flat[part]
    colour, _ = next(modes(lab, weights, CORE, WIDE))
    core = np.abs(lab - colour).max(axis=-1) <= CORE
    pixels = int(weights.sum())
    if weights[core].sum() < CROWDED * pixels:
        return None
    mean = np.average(lab[core], axis=0, weights=weights[core])
    return Area(mean.astype(np.float64), pixels, 2 * int(cells.clipped[part].sum()) >= pixels, *part)
