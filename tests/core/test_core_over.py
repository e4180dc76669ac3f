"""Laying pictures with alpha on a colour: not a sample differs from the formula, written out in float64."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from qualitygate.core.colour import over as module
from qualitygate.core.colour.encoding import DISPLAY_P3, SRGB, Encoding
from qualitygate.core.colour.over import over
from qualitygate.core.colour.view import composite
from qualitygate.core.image import Image, Samples, Source

WHITE = np.ones(3)


def formula(samples: Samples, alpha: Samples, back: NDArray[np.float64]) -> NDArray[np.uint16]:
    full = np.iinfo(samples.dtype).max
    share = (alpha.astype(np.float64) / full)[..., None]
    blended = samples.astype(np.float64) / full * share + back * (1.0 - share)
    return np.rint(blended * 65535.0).astype(np.uint16)


def of(bits: int, values: NDArray[Any]) -> Samples:
    return values.astype(np.uint8) if bits == 8 else values.astype(np.uint16)


def test_all_of_8_bits() -> None:
    """Every sample with every alpha on every level, three levels at a time."""
    alpha, sample = np.meshgrid(np.arange(256, dtype=np.uint8), np.arange(256, dtype=np.uint8), indexing="ij")
    samples = np.repeat(sample[..., None], 3, axis=2)
    for level in range(0, 256, 3):
        back = np.minimum([level, level + 1, level + 2], 255) / 255.0
        assert np.array_equal(over(samples, alpha, back), formula(samples, alpha, back))


@pytest.mark.parametrize("bits", [8, 16])
def test_opaque_and_transparent_bands(bits: int) -> None:
    """Every sample, opaque, hidden, both and neither, in bands that end anywhere."""
    full = (1 << bits) - 1
    samples = of(bits, np.arange(full + 1).reshape(256, -1)[..., None].repeat(3, axis=2))
    for back in (WHITE, np.array([0.0, 0.5, 1.0]), np.array([3, 77, 200]) / 255.0, np.array([0.123, 0.9, 1e-9])):
        for cuts in ((0, 256), (40, 100), (31, 32), (33, 225), (256, 256)):
            alpha = of(bits, np.full(samples.shape[:2], full))
            alpha[: cuts[0]] = 0
            alpha[cuts[0] : cuts[1], ::2] = full // 3
            assert np.array_equal(over(samples, alpha, back), formula(samples, alpha, back))


def test_16_bits() -> None:
    """Edges with edges, and anything with anything."""
    edges = np.array([0, 1, 2, 127, 128, 255, 256, 257, 32767, 32768, 65278, 65533, 65534, 65535], dtype=np.uint16)
    alpha, sample = np.meshgrid(edges, edges, indexing="ij")
    random = np.random.default_rng(0)
    alphas = (alpha, random.integers(0, 65536, (500, 700), dtype=np.uint16))
    for level in (0, 1, 127, 128, 254, 255):
        back = np.array([level, 255 - level, 85]) / 255.0
        for shares in alphas:
            samples = np.repeat(sample[..., None], 3, axis=2)
            if shares is not alpha:
                samples = random.integers(0, 65536, (*shares.shape, 3), dtype=np.uint16)
            assert np.array_equal(over(samples, shares, back), formula(samples, shares, back))


@pytest.mark.parametrize("encoding", [SRGB, DISPLAY_P3])
@pytest.mark.parametrize("bits", [8, 16])
def test_pictures(encoding: Encoding, bits: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """By whole numbers where the background is a level of the picture's encoding, in float64 elsewhere."""
    random = np.random.default_rng(1)
    full = (1 << bits) - 1
    samples = of(bits, random.integers(0, full + 1, (70, 40, 3)))
    alpha = of(bits, random.integers(0, full + 1, (70, 40)))
    source = Source("a.png", "", 0, "png", 40, 70, 8, encoding.name, has_alpha=True)
    ways = []
    monkeypatch.setattr(
        module, "_by_whole_numbers", lambda *given, exact=module._by_whole_numbers: ways.append(exact(*given))
    )
    laid = composite(Image(samples, encoding, source, alpha), (250, 128, 3))
    assert bool(ways) is (encoding is SRGB)
    back = np.array([250, 128, 3]) / 255.0
    if encoding is SRGB:
        assert np.array_equal(laid.pixels, formula(samples, alpha, back))
    hidden = composite(Image(samples, encoding, source, of(bits, np.zeros((70, 40)))), (250, 128, 3)).pixels
    shown = composite(Image(samples, encoding, source, of(bits, np.full((70, 40), full))), (250, 128, 3)).pixels
    assert np.array_equal(shown, samples.astype(np.uint32) * (65535 // full))
    assert len(np.unique(hidden.reshape(-1, 3), axis=0)) == 1
    between = np.clip(laid.pixels, np.minimum(hidden, shown), np.maximum(hidden, shown))
    assert np.array_equal(laid.pixels, between)


def test_a_picture_without_rows_or_columns() -> None:
    for shape in ((0, 5), (5, 0)):
        empty = over(np.empty((*shape, 3), np.uint8), np.empty(shape, np.uint8), WHITE)
        assert empty.shape == (*shape, 3)
