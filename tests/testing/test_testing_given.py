"""Arrays, images and names: what becomes of them on disk."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of
from PIL import Image

from qualitygate.core.errors import ConfigError
from qualitygate.decode import decode
from qualitygate.imaging.lossless import png_of
from qualitygate.testing.arrays import encoded
from qualitygate.testing.given import Given, given, label_of
from qualitygate.testing.naming import file_name

SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3, 4]))


def take(value: object) -> Given:
    return given(value, "candidate", Path("/base"), Path("/base"))


@for_all(arrays_of.arrays(np.uint8, SHAPES))
def test_eight_bits_come_back_as_they_were(samples: np.ndarray) -> None:
    with Image.open(io.BytesIO(png_of(samples))) as image:
        back = np.asarray(image)
    assert np.array_equal(back.reshape(samples.shape), samples)


@for_all(arrays_of.arrays(np.uint16, SHAPES))
def test_sixteen_bits_come_back_as_they_were(samples: np.ndarray) -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    assert np.array_equal(imagecodecs.png_decode(png_of(samples)).reshape(samples.shape), samples)


@for_all(arrays_of.arrays(np.float32, SHAPES, elements=st.floats(0, 1, width=32)))
def test_floats_are_kept_to_the_nearest_of_65536_levels(samples: np.ndarray) -> None:
    imagecodecs = pytest.importorskip("imagecodecs")
    back = imagecodecs.png_decode(encoded(samples, "candidate")).reshape(samples.shape) / 65535
    assert np.abs(back - samples.astype(np.float64)).max() <= 0.5 / 65535 + 1e-12


def test_layout_and_byte_order_make_no_difference() -> None:
    samples = np.arange(5 * 7 * 3, dtype=np.uint16).reshape(5, 7, 3) * 600
    expected = encoded(samples, "candidate")
    assert encoded(np.asfortranarray(samples), "candidate") == expected
    assert encoded(samples[::-1][::-1], "candidate") == expected
    assert encoded(samples.astype(">u2"), "candidate") == expected
    assert encoded(samples[..., :1].copy(), "candidate") == encoded(samples[..., 0], "candidate")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.zeros((3, 8, 8), np.uint8), "channels stand last: `numpy.moveaxis(array, 0, -1)`"),
        (np.zeros((1, 8, 8, 3), np.uint8), "one picture of the batch"),
        (np.zeros((8, 8, 2), np.uint8), "(H, W, 3), (H, W, 4)"),
        (np.zeros(8, np.uint8), "is expected"),
        (np.zeros((0, 8, 3), np.uint8), "a picture has pixels"),
        (np.zeros((8, 8, 3), np.float64), "array.astype(numpy.float32)"),
        (np.zeros((8, 8, 3), np.int64), "array.astype(numpy.uint8)` if 0..255"),
        (np.zeros((8, 8, 3), np.bool_), "* 255"),
        (np.zeros((8, 8, 3), np.complex64), "complex64"),
        (np.zeros((8, 8, 3), object), "object"),
        (np.full((8, 8, 3), np.nan, np.float32), "192 values that are no finite number"),
        (np.full((8, 8, 3), 255, np.float32), "reaches from 255 to 255"),
        (np.full((8, 8, 3), -0.001, np.float32), "reaches from -0.001"),
        (np.ma.masked_array(np.zeros((8, 8, 3), np.uint8)), "behind its mask"),
        (np.uint8(3), "single number"),
    ],
)
def test_arrays_that_would_have_to_be_guessed_are_refused(value: object, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        take(value)
    assert caught.value.code == "QG-1460"
    assert said in str(caught.value)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_images_are_kept_as_they_are(mode: str) -> None:
    image = Image.effect_noise((17, 9), 60)
    image = Image.new("I;16", (17, 9), 40000) if mode == "I;16" else image.convert(mode)
    made = take(image)
    assert made.pixels
    with Image.open(io.BytesIO(made.content())) as back:
        assert back.convert("RGBA").tobytes() == image.convert("RGBA").tobytes()


def test_profile_and_orientation_of_an_image_are_kept(photos: list[Path]) -> None:
    from PIL import ImageCms

    image = Image.new("RGB", (8, 4), (10, 200, 30))
    image.info["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif = image.getexif()
    exif[0x0112] = 6
    decoded = decode(take(image).content(), "a.png")
    assert decoded.size == (4, 8), "turned by a quarter, as whoever opens it sees it"
    assert decoded.source.settings.get("icc_sha256") or "sRGB" in decoded.source.colour_space


@pytest.mark.parametrize("mode", ["CMYK", "YCbCr", "LAB", "HSV", "F", "I"])
def test_images_whose_conversion_is_a_choice_are_refused(mode: str) -> None:
    with pytest.raises(ConfigError, match=f"mode {mode} are not taken"):
        take(Image.new(mode, (4, 4)))


def test_images_without_or_with_many_pictures_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no pixels"):
        take(Image.new("RGB", (0, 4)))
    frames = [Image.new("RGB", (4, 4), (90 * index, 0, 0)) for index in range(3)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    with Image.open(tmp_path / "a.gif") as image, pytest.raises(ConfigError, match="frames"):
        take(image)


def test_an_image_cut_off_is_refused(tmp_path: Path, photos: list[Path]) -> None:
    (tmp_path / "a.jpg").write_bytes(photos[0].read_bytes()[:5000])
    with Image.open(tmp_path / "a.jpg") as image, pytest.raises(ConfigError, match="cannot be read"):
        take(image)


@for_all(st.text(min_size=1), st.text(min_size=1))
def test_no_two_texts_share_a_file_name(one: str, other: str) -> None:
    if one != other:
        assert file_name(one) != file_name(other)


@for_all(st.text())
def test_a_file_name_can_be_written_anywhere(text: str) -> None:
    name = file_name(text)
    assert 0 < len(name.encode()) <= 109
    assert not set(name) & set('/\\:*?"<>|\0\n\r\t ')
    assert name not in (".", "..")
    assert not name.startswith(".")
    assert not name.endswith(".")


def test_plain_names_stay(tmp_path: Path) -> None:
    assert file_name("test_größe-4k") == "test_größe-4k"
    assert file_name("test_x-1.5") == "test_x-1.5"


def test_labels_begin_at_the_root(tmp_path: Path) -> None:
    assert label_of(tmp_path / "a" / ".." / "b.png", tmp_path) == "b.png"
    assert label_of(tmp_path.parent / "c.png", tmp_path) == (tmp_path.parent / "c.png").as_posix()


@pytest.mark.parametrize(("low", "high"), [(0.0, 1.0000001), (-1e-7, 1.0), (-3e-7, 1.0000004)])
def test_what_rounding_leaves_outside_of_the_range_counts_as_its_end(low: float, high: float) -> None:
    samples = np.array([[low, 0.5], [0.25, high]], dtype=np.float32)
    assert take(samples).content() == take(samples.clip(0, 1)).content()


@pytest.mark.parametrize(
    ("high", "said", "unsaid"),
    [
        (1.000001, "to 1.00000095", "divide by 255"),
        (1.5, "numpy.clip", "divide by 255"),
        (255, "divide by 255", "0.255"),
    ],
)
def test_floats_beyond_the_range_get_a_hint_that_fits(high: float, said: str, unsaid: str) -> None:
    with pytest.raises(ConfigError) as caught:
        take(np.array([[0, high]], dtype=np.float32))
    assert said in str(caught.value)
    assert unsaid not in str(caught.value)
