"""The sheet of a broken palette: what is marked shows, what is not does not, and any words fit."""

from __future__ import annotations

import numpy as np
from imaging_samples import opened, scene

from qualitygate.imaging.palette_sheet import Swatch, palette_sheet
from qualitygate.imaging.sheet import ALERT, GAP, MARGIN

LINES = ("DeltaE00 7.03, tolerance 2 (p98)", "0 % of the picture within")


def drawn(marked: np.ndarray, swatches: list[Swatch], title: str = "a.png") -> np.ndarray:
    return opened(palette_sheet(title, scene(320, 240), marked, swatches))


def test_what_is_marked_keeps_its_colour_and_the_rest_is_grey() -> None:
    marked = np.zeros((240, 320), np.bool_)
    marked[100:140, 50:90] = True
    picture = scene(320, 240)
    sheet = drawn(marked, [])
    left = MARGIN + max(320, (2 * 320 + GAP - GAP) // 2) + GAP
    top = next(row for row in range(sheet.shape[0]) if np.array_equal(sheet[row, MARGIN : MARGIN + 320], picture[0]))
    right = sheet[top : top + 240, left : left + 320]
    assert np.array_equal(right[100:140, 50:90], picture[100:140, 50:90])
    assert (right[99, 60] == ALERT).all()
    outside = np.ones((240, 320), np.bool_)
    outside[96:144, 46:94] = False
    assert (right[outside].max(axis=-1) == right[outside].min(axis=-1)).all(), "grey"
    assert right[outside].max() < 100


def test_swatches_show_expected_beside_found() -> None:
    red, moved = (208, 2, 27), (231, 36, 21)
    sheet = drawn(np.zeros((240, 320), np.bool_), [
        Swatch("brand red", red, moved, LINES, True), Swatch("teal", (0, 133, 124), None, LINES, False),
    ])  # fmt: skip
    flat = sheet.reshape(-1, 3)
    counts = {colour: int((flat == colour).all(axis=1).sum()) for colour in (red, moved, (0, 133, 124))}
    assert min(counts.values()) > 6_000


def test_long_names_and_any_script_fit() -> None:
    swatch = Swatch("ブランド" * 60 + "\n\x1b", (1, 2, 3), (4, 5, 6), ("x" * 900, "y" * 900), True)
    sheet = drawn(np.ones((240, 320), np.bool_), [swatch], title="very/long/" * 90)
    assert sheet.shape[1] == drawn(np.ones((240, 320), np.bool_), [swatch]).shape[1]
