"""References that are made, and candidates as they are stored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qualitygate.core.errors import ConfigError, DecodeError
from qualitygate.core.measurement import Measurement
from qualitygate.decode import decode
from qualitygate.metrics import metric_class
from qualitygate.rehearsing.encoding import COLOUR_SPACES, FORMATS, Encode, store
from qualitygate.rehearsing.references import SYNTHETIC, photo_like, reference


def delta_e(a: bytes, b: bytes) -> Measurement:
    found = metric_class("delta_e_2000")().measure(decode(a, "a"), decode(b, "b"))
    assert isinstance(found, Measurement)
    return found


@pytest.mark.parametrize("name", SYNTHETIC)
def test_a_seed_is_a_picture(name: str) -> None:
    first, again, other = (SYNTHETIC[name](160, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.shape[1] == 160
    assert (first.dtype, first.shape[2]) == (np.uint8, 3)
    assert SYNTHETIC[name](1, 0).shape == (1, 1, 3)


def test_a_photo_like_picture_is_like_a_photograph_to_a_codec() -> None:
    """Its losses at quality 85 lie among those of the photographs in docs/thresholds.md."""
    pixels = photo_like(512, 0)
    mean = delta_e(store(pixels, Encode("png")), store(pixels, Encode("jpeg", 85))).values["mean"]
    assert 0.8 < mean < 3.0
    spectrum = np.abs(np.fft.rfft2(pixels.mean(axis=-1) - pixels.mean()))
    low, high = spectrum[2:8, 2:8].mean(), spectrum[80:120, 80:120].mean()
    assert low > 30 * high


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_is_decoded_as_what_it_is(form: str) -> None:
    pixels = photo_like(64, 0)
    image = decode(store(pixels, Encode(form)), f"a.{form}")
    assert image.source.format == form
    if not FORMATS[form] or form == "webp":
        assert form == "gif" or np.array_equal(image.pixels, pixels)


@pytest.mark.parametrize("space", [name for name in COLOUR_SPACES if name != "sRGB"])
def test_another_colour_space_shows_the_same_colours(space: str) -> None:
    pixels = photo_like(96, 0)
    stored = store(pixels, Encode("png", colour_space=space))
    image = decode(stored, "a.png")
    assert image.source.colour_space == space
    assert not np.array_equal(image.pixels, pixels)
    assert delta_e(store(pixels, Encode("png")), stored).values["p95"] < 1.0


@pytest.mark.parametrize("subsampling", ["4:4:4", "4:2:2", "4:2:0"])
@pytest.mark.parametrize("form", ["jpeg", "avif"])
def test_subsampling_is_what_was_asked_for(form: str, subsampling: str) -> None:
    stored = store(photo_like(64, 0), Encode(form, 80, subsampling))
    assert decode(stored, f"a.{form}").source.subsampling == subsampling


def test_references_are_found_and_reduced(tmp_path: Path) -> None:
    (tmp_path / "ü").mkdir()
    (tmp_path / "ü/a.png").write_bytes(store(photo_like(200, 3), Encode("png")))
    assert np.array_equal(reference("ü/a.png", tmp_path, None, 0), photo_like(200, 3))
    assert reference("ü/a.png", tmp_path, 50, 0).shape[1] == 50
    assert max(reference("demo:coffee", tmp_path, 100, 0).shape) == 100
    for name, says in (("synthetic:photo", "no synthetic reference 'photo'"), ("demo:tea", "no photograph 'tea'"),
                       ("b.png", "no such picture")):  # fmt: skip
        with pytest.raises(ConfigError, match=says):
            reference(name, tmp_path, None, 0)
    (tmp_path / "page.png").write_text("<html></html>", encoding="utf-8")
    with pytest.raises(DecodeError):
        reference("page.png", tmp_path, None, 0)
