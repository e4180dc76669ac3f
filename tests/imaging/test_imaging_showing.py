from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest
from imaging_samples import image, measurement, scene
from PIL import Image as PilImage
from PIL import features

from qualitygate.core.colour.encoding import DISPLAY_P3
from qualitygate.core.exhibit import Exhibit, Picture
from qualitygate.core.measurement import Measurement
from qualitygate.imaging.colour_map import colours, ramp
from qualitygate.imaging.heat_map import IGNORED
from qualitygate.imaging.showing import draw_exhibit, lossless


def pixels(picture: Picture) -> np.ndarray:
    with PilImage.open(io.BytesIO(picture.data)) as opened:
        assert PilImage.MIME[opened.format or ""] == picture.media_type
        assert opened.size == (picture.width, picture.height)
        return np.asarray(opened.convert("RGB"))


def shown(width: int = 700, height: int = 400, **changes: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray, Exhibit]:
    """A picture whose block at (300, 120) is destroyed."""
    reference = scene(width, height)
    candidate = reference.copy()
    candidate[120:144, 300:324] = (255, 0, 255)
    difference = np.abs(reference.astype(np.float32) - candidate).mean(axis=-1) / 3
    known: dict[str, Any] = {
        "mask": None,
        "within": None,
        "beyond": 2.0,
        "peak": None,
        "scattered": True,
        "max_side": 350,
    }
    made = draw_exhibit(image(reference), image(candidate), measurement(difference), **{**known, **changes})
    return reference, candidate, difference, made


def test_pictures_are_of_one_size_and_no_longer_than_asked() -> None:
    *_, made = shown()
    sizes = {(one.width, one.height) for one in (made.reference, made.candidate, made.heat_map)}
    assert sizes == {(350, 200)}
    assert made.size == (700, 400)
    assert made.thumbnail is not None
    assert max(made.thumbnail.width, made.thumbnail.height) == 96


def test_small_pictures_keep_every_sample() -> None:
    reference, candidate, _, made = shown(max_side=800)
    assert (pixels(made.reference) == reference).all()
    assert (pixels(made.candidate) == candidate).all()


def test_the_surroundings_of_the_worst_tile_are_there_in_full() -> None:
    reference, candidate, difference, made = shown()
    assert made.worst_tile is not None
    assert made.tile_box is not None
    assert made.tile is not None
    x, y, width, height = made.tile_box
    wx, wy, ww, wh = made.worst_tile
    assert (wx - x, wy - y, ww, wh) == (48, 48, 64, 64)
    assert (width, height) == (160, 160)
    part = np.s_[y : y + height, x : x + width]
    assert (pixels(made.tile[0]) == reference[part]).all()
    assert (pixels(made.tile[1]) == candidate[part]).all()
    assert (pixels(made.tile[2]) == colours(difference[part], made.scale_top)).all()


def test_at_a_border_the_surroundings_end_there() -> None:
    *_, made = shown(130, 150)
    assert made.tile_box is not None
    x, y, width, height = made.tile_box
    assert x >= 0
    assert y >= 0
    assert x + width <= 130
    assert y + height <= 150


def test_small_damage_shows_in_the_map_as_bright_as_it_is() -> None:
    reference = scene(4000, 1000)
    candidate = reference.copy()
    difference = np.zeros((1000, 4000), dtype=np.float32)
    difference[500, 2000] = 90
    made = draw_exhibit(
        image(reference), image(candidate), measurement(difference),
        mask=None, within=None, beyond=2.0, peak=None, scattered=True, max_side=400,
    )  # fmt: skip
    assert (pixels(made.heat_map)[50, 200] == ramp()[-1]).all()


def test_damage_and_distribution_are_told() -> None:
    *_, difference, made = shown()
    assert made.damage == ((300, 120, 24, 24),)
    assert made.places == 1
    assert sum(made.histogram) == difference.size
    assert len(made.bins) == len(made.histogram) + 1
    over = sum(n for n, border in zip(made.histogram, made.bins, strict=False) if border > made.beyond)
    assert over == 24 * 24


def test_what_is_ignored_is_grey_and_counted_nowhere() -> None:
    mask = np.ones((400, 700), dtype=np.bool_)
    mask[100:160, 280:340] = False
    *_, made = shown(mask=mask, within=mask, max_side=700)
    assert made.damage == ()
    assert made.ignored_share == pytest.approx(3600 / 280000)
    assert sum(made.histogram) == 280000 - 3600
    assert (pixels(made.heat_map)[130, 310] == IGNORED).all()


def test_pictures_are_shown_in_srgb() -> None:
    red = np.zeros((40, 40, 3), dtype=np.uint8)
    red[:] = (200, 30, 30)
    zero = measurement(np.zeros((40, 40), dtype=np.float32))
    made = draw_exhibit(
        image(red, DISPLAY_P3), image(red, DISPLAY_P3), zero,
        mask=None, within=None, beyond=2.0, peak=None, scattered=True, max_side=100,
    )  # fmt: skip
    assert pixels(made.reference)[0, 0].tolist() != [200, 30, 30]
    assert pixels(made.reference)[0, 0, 0] > 210


def test_without_webp_pictures_are_png(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "check", lambda name: name != "webp")
    drawn = scene(50, 40)
    made = lossless(drawn)
    assert made.media_type == "image/png"
    assert made.suffix == ".png"
    assert (pixels(made) == drawn).all()


def test_a_map_that_was_dropped_is_refused() -> None:
    drawn = image(scene(20, 20))
    with pytest.raises(ValueError, match="no error map"):
        draw_exhibit(
            drawn,
            drawn,
            Measurement("delta_e_2000", {}),
            mask=None,
            within=None,
            beyond=2.0,
            peak=None,
            scattered=True,
            max_side=9,
        )
