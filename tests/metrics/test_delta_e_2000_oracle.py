"""DeltaE00 beside colour-science in float64, on real photographs."""

from __future__ import annotations

import warnings
from io import BytesIO

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageFilter

from qualitygate.core.colour.ciede2000_fast import delta_e_map
from qualitygate.core.colour.encoding import D65_XY, DISPLAY_P3, SRGB, Encoding
from qualitygate.core.colour.lab import xyz_to_lab
from qualitygate.core.colour.view import xyz
from qualitygate.core.image import Image, Source

pytestmark = pytest.mark.oracle

PHOTOGRAPHS = ("astronaut", "coffee", "chelsea", "rocket")


@pytest.fixture(scope="module")
def colour():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pytest.importorskip("colour")


@pytest.fixture(scope="module", params=PHOTOGRAPHS)
def photograph(request) -> np.ndarray:
    data = pytest.importorskip("skimage.data")
    return getattr(data, request.param)()


def jpeg(pixels: np.ndarray) -> np.ndarray:
    stored = BytesIO()
    Pillow.fromarray(pixels).save(stored, "JPEG", quality=85)
    return np.asarray(Pillow.open(stored).convert("RGB"))


def blur(pixels: np.ndarray) -> np.ndarray:
    return np.asarray(Pillow.fromarray(pixels).filter(ImageFilter.GaussianBlur(2)))


def cast(pixels: np.ndarray) -> np.ndarray:
    return np.clip(pixels.astype(np.int16) + np.array((9, 0, -9)), 0, 255).astype(np.uint8)


def gamma(pixels: np.ndarray) -> np.ndarray:
    return np.rint((pixels / 255) ** 1.15 * 255).astype(np.uint8)


def desaturate(pixels: np.ndarray) -> np.ndarray:
    return np.asarray(Pillow.fromarray(pixels).convert("L").convert("RGB"))


def negative(pixels: np.ndarray) -> np.ndarray:
    return 255 - pixels


def image(pixels: np.ndarray, encoding: Encoding = SRGB) -> Image:
    height, width, _ = pixels.shape
    return Image(np.ascontiguousarray(pixels), encoding, Source("a.png", "", 0, "png", width, height, 8, encoding.name))


def expected(colour, reference: np.ndarray, candidate: np.ndarray, space: str = "sRGB", scale: int = 255) -> np.ndarray:
    """colour-science end to end: its transfer curve, its matrix, its L*a*b*, its formula."""

    def lab(pixels: np.ndarray) -> np.ndarray:
        xyz = colour.RGB_to_XYZ(
            pixels / scale,
            colour.RGB_COLOURSPACES[space],
            apply_cctf_decoding=True,
            chromatic_adaptation_transform=None,
        )
        return colour.XYZ_to_Lab(xyz, np.array(D65_XY))

    return colour.delta_E(lab(reference), lab(candidate), method="CIE 2000")


@pytest.mark.parametrize("change", [jpeg, blur, cast, gamma, desaturate, negative])
def test_photographs(colour, photograph: np.ndarray, change) -> None:
    candidate = change(photograph)
    found = delta_e_map(image(photograph), image(candidate))
    assert np.abs(found - expected(colour, photograph, candidate)).max() <= 1e-3


def test_sixteen_bits(colour, photograph: np.ndarray) -> None:
    rng = np.random.default_rng(2)
    reference = photograph.astype(np.int64) * 257
    candidate = np.clip(reference + rng.integers(-900, 901, reference.shape), 0, 65535)
    found = delta_e_map(image(reference.astype(np.uint16)), image(candidate.astype(np.uint16)))
    assert np.abs(found - expected(colour, reference, candidate, scale=65535)).max() <= 1e-3


def exactly_opposite(reference: Image, candidate: Image) -> np.ndarray:
    """Pixels at the very jump of the formula: which side they fall on is up to the last bit of float64."""
    lab1, lab2 = xyz_to_lab(xyz(reference)), xyz_to_lab(xyz(candidate))
    hue1, hue2 = (np.degrees(np.arctan2(lab[..., 2], lab[..., 1])) for lab in (lab1, lab2))
    return np.abs(np.abs(hue1 - hue2) - 180) < 1e-9


def test_display_p3(colour, photograph: np.ndarray) -> None:
    # White is exact in this space, so that complements in the straight part of the curves, such as (0, 1, 1) and
    # (19, 0, 0), are opposite to the last bit.
    reference, candidate = image(photograph, DISPLAY_P3), image(jpeg(photograph), DISPLAY_P3)
    difference = np.abs(
        delta_e_map(reference, candidate) - expected(colour, photograph, candidate.pixels, "Display P3")
    )
    undecided = exactly_opposite(reference, candidate)
    assert undecided.mean() < 1e-3
    assert difference[~undecided].max() <= 1e-3


@pytest.mark.parametrize("shift", [(1, 1, 1), (5, 5, 5), (3, -2, 4)])
def test_lattice(colour, shift: tuple[int, int, int]) -> None:
    steps = np.arange(0, 256, 5)
    lattice = np.stack(np.meshgrid(steps, steps, steps, indexing="ij"), axis=-1).reshape(1, -1, 3)
    reference = lattice.astype(np.uint8)
    candidate = np.clip(lattice + np.array(shift), 0, 255).astype(np.uint8)
    found = delta_e_map(image(reference), image(candidate))
    assert np.abs(found - expected(colour, reference, candidate)).max() <= 1e-3
