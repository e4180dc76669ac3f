"""Masks from files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from decode_builders import encoded
from PIL import Image as PillowImage

from qualitygate.core.errors import ConfigError
from qualitygate.decode import load_mask


def write(path: Path, picture: PillowImage.Image) -> Path:
    path.write_bytes(encoded(picture, "PNG"))
    return path


def test_half_as_bright_as_white_counts(tmp_path: Path) -> None:
    grey = PillowImage.fromarray(np.array([[0, 127, 128, 255]], np.uint8))
    mask = load_mask(write(tmp_path / "m.png", grey), (4, 1))
    assert mask.dtype == np.bool_
    assert mask.tolist() == [[False, False, True, True]]


def test_transparent_is_false(tmp_path: Path) -> None:
    white = PillowImage.fromarray(np.array([[[255, 255, 255, 0], [255, 255, 255, 255]]], np.uint8))
    assert load_mask(write(tmp_path / "m.png", white), (2, 1)).tolist() == [[False, True]]


def test_bilevel(tmp_path: Path) -> None:
    picture = PillowImage.fromarray(np.array([[255, 0, 255]], np.uint8)).convert("1")
    assert load_mask(write(tmp_path / "m.png", picture), (3, 1)).tolist() == [[True, False, True]]


def test_wrong_size_says_both(tmp_path: Path) -> None:
    path = write(tmp_path / "m.png", PillowImage.new("L", (10, 20)))
    with pytest.raises(ConfigError) as caught:
        load_mask(path, (30, 40))
    assert caught.value.code == "QG-1406"
    assert "10x20" in str(caught.value)
    assert "30x40" in str(caught.value)


def test_missing_and_broken(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_mask(tmp_path / "none.png", (1, 1))
    assert caught.value.code == "QG-1401"
    with pytest.raises(ConfigError) as caught:
        load_mask(tmp_path, (1, 1))
    assert caught.value.code == "QG-1401"
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(ConfigError) as caught:
        load_mask(broken, (1, 1))
    assert str(broken) in str(caught.value)
