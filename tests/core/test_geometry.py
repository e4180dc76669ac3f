"""Recognising a picture that was shifted, cropped or scaled, on a photograph of our own."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from qualitygate.core.geometry import Scaled, Shifted, diagnose


def luma(picture: Pillow.Image) -> np.ndarray:
    return np.asarray(picture.convert("L"), dtype=np.float32)


@pytest.fixture(scope="module")
def photo(photos: list[Path]) -> Pillow.Image:
    return Pillow.open(photos[0]).convert("RGB")


@pytest.mark.parametrize(("dx", "dy"), [(1, 0), (0, -1), (-7, 3), (25, 40)])
def test_a_shift_is_found_with_its_sign(photo: Pillow.Image, dx: int, dy: int) -> None:
    grey = luma(photo)
    moved = np.roll(grey, (dy, dx), axis=(0, 1))
    assert diagnose(grey, moved) == Shifted(dx, dy)


def test_a_shift_is_found_through_jpeg(photo: Pillow.Image) -> None:
    moved = Pillow.fromarray(np.roll(np.asarray(photo), (1, 1), axis=(0, 1)))
    buffer = io.BytesIO()
    moved.save(buffer, "JPEG", quality=70)
    assert diagnose(luma(photo), luma(Pillow.open(buffer))) == Shifted(1, 1)


def test_a_crop_of_one_pixel_starts_at_the_same_corner(photo: Pillow.Image) -> None:
    grey = luma(photo)
    assert diagnose(grey, grey[:-1]) == Shifted(0, 0)


def test_a_crop_at_the_top_left_is_a_shift(photo: Pillow.Image) -> None:
    grey = luma(photo)
    assert diagnose(grey, grey[2:, 5:]) == Shifted(-5, -2)


@pytest.mark.parametrize("factor", [0.5, 0.75, 1.5])
def test_a_scale_is_found(photo: Pillow.Image, factor: float) -> None:
    size = round(photo.width * factor), round(photo.height * factor)
    found = diagnose(luma(photo), luma(photo.resize(size, Pillow.Resampling.LANCZOS)))
    assert isinstance(found, Scaled)
    assert found.factor == pytest.approx(factor, rel=0.01)


def test_same_pictures_another_picture_and_a_cast_are_not_moved(photo: Pillow.Image) -> None:
    grey = luma(photo)
    assert diagnose(grey, grey) is None
    assert diagnose(grey, grey[::-1, ::-1].copy()) is None
    assert diagnose(grey, grey * 0.8 + 10) is None
    assert diagnose(grey, np.random.default_rng(1).uniform(0, 255, grey.shape).astype(np.float32)) is None


def test_flat_and_tiny_pictures_are_not_diagnosed() -> None:
    flat = np.full((64, 64), 80, dtype=np.float32)
    assert diagnose(flat, flat + 20) is None
    assert diagnose(flat[:4], flat[:4]) is None
    assert diagnose(flat, flat[:, :60]) is None or isinstance(diagnose(flat, flat[:, :60]), Shifted | Scaled)
