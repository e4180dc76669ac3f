"""Every odd but valid file of the corpus ends in its measured value, or in a named refusal."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from decode_corpus import rows
from PIL import Image as PillowImage
from PIL import ImageCms

from qualitygate.core.colour.encoding import D50_XYZ, D65_XYZ, adaptation
from qualitygate.core.colour.view import srgb, xyz
from qualitygate.core.errors import DecodeError
from qualitygate.decode import decode, read_file

REFUSED = {
    "apng_16bit.png": "QG-1207",
    "apng_animated.png": "QG-1207",
    "avif_hdr_p3_pq.avif": "QG-1212",
    "avif_hdr_rec2020.avif": "QG-1212",
    "avif_sequence.avifs": "QG-1207",
    "cmyk_adobe_inverted.jpg": "QG-1213",
    "cmyk_jpeg_in_tiff.tif": "QG-1213",
    "cmyk_layers.jxl": "QG-1217",
    "cmyk_no_profile.jpg": "QG-1213",
    "gif_animated.gif": "QG-1207",
    "ico_multi.ico": "QG-1201",
    "jp2_lossless.jp2": "QG-1201",
    "pfm_float.pfm": "QG-1201",
    "tiff_multipage.tiff": "QG-1207",
    "webp_animated.webp": "QG-1207",
}

# They declare a colour by gAMA, cHRM, cICP or nclx, which the manifest's column, made with Pillow, leaves out. What
# they come to is tested by hand below and in test_decode_colour.
NOT_AS_PILLOW = {
    "avif_sdr_wcg_rec2020.avif",
    "png_bilevel.png",
    "png_chrm_swapped.png",
    "png_cicp_gray.png",
    "png_gamma_only.png",
    "png_grayalpha16.png",
    "png_interlaced_rgba16.png",
    "png_palette1.png",
    "png_palette8.png",
    "png_palette_trns.png",
    "png_rgb16.png",
    "png_rgba16.png",
    "png_rgba8.png",
}

NEEDS_EXTRA = {".heif", ".heic", ".jxl"}

# Of the mean of any channel, in 8-bit steps: conversions round once per pixel, and 16-bit pictures are not cut first.
TOLERANCE = 0.7
# Conversion through a table to 8 bits in wide primaries clips nothing, where the manifest's clipped to sRGB.
WIDER = {"cmyk_fogra39_icc.tif": 3.0}


@pytest.mark.parametrize("row", rows("odd"), ids=lambda row: row["file"])
def test_odd_file(row: dict[str, str], corpora: Path) -> None:
    path = corpora / "image" / "odd" / row["file"]
    name = row["file"]
    if path.suffix in NEEDS_EXTRA or "16" in name:
        pytest.importorskip("imagecodecs")
        pytest.importorskip("pillow_heif")
    if name in REFUSED:
        with pytest.raises(DecodeError) as caught:
            decode(read_file(path, name), name)
        assert caught.value.code == REFUSED[name]
        assert caught.value.where == name
        return
    image = decode(read_file(path, name), name)
    assert image.size == (int(row["display_w"]), int(row["display_h"]))
    assert (image.source.width, image.source.height) == image.size
    assert image.pixels.flags.c_contiguous
    expected = row["mean_rgb_icc_to_srgb"] or row["mean_rgb_no_icc"]
    if expected == "n/a" or name in NOT_AS_PILLOW:
        assert image.source.settings["colour"] != "icc"
        return
    mean = srgb(image)[0].reshape(-1, 3).mean(axis=0, dtype=np.float64)
    target = np.array([float(v) for v in expected.split(",")])
    assert np.abs(mean - target).max() <= WIDER.get(name, TOLERANCE), (mean, target)


@pytest.mark.parametrize(
    ("name", "mean"),
    [
        ("png_gamma_only.png", (255.0, 255.0, 205.5)),  # 188: (188/255)^(1.6) in linear light, encoded again
        ("png_chrm_swapped.png", (112.8, 74.5, 54.5)),  # red and green change places
        ("png_rgb16.png", (174.1, 174.1, 72.3)),
        ("png_cicp_gray.png", (101.6, 101.6, 101.6)),
        ("png_gray16.png", (190.6, 190.6, 190.6)),
    ],
)
def test_declared_colour_is_honoured(corpora: Path, name: str, mean: tuple[float, float, float]) -> None:
    if "rgb16" in name:
        pytest.importorskip("imagecodecs")
    image = decode((corpora / "image" / "odd" / name).read_bytes(), name)
    found = srgb(image)[0].reshape(-1, 3).mean(axis=0, dtype=np.float64)
    assert found == pytest.approx(mean, abs=0.1)


@pytest.mark.parametrize(
    ("name", "setting", "value"),
    [
        ("jpeg_hdr_gainmap.jpg", "gain_map", "ignored, base picture only"),
        ("jpeg_display_p3.jpg", "gain_map", "ignored, base picture only"),
        ("avif_gainmap.avif", "gain_map", "ignored, base picture only"),
        ("mpo_stereo.mpo", "pictures", "first of 2"),
        ("cmyk_swop_icc.jpg", "intent", "relative colorimetric"),
        ("cmyk_swop_icc.jpg", "black_point_compensation", False),
        ("cmyk_swop_icc.jpg", "icc_description", "U.S. Web Coated (SWOP) v2"),
        ("jpeg_orient6.jpg", "orientation_applied", 6),
        ("png_xmp_orientation.png", "orientation_applied", 3),
    ],
)
def test_what_is_recorded(corpora: Path, name: str, setting: str, value: object) -> None:
    image = decode((corpora / "image" / "odd" / name).read_bytes(), name)
    assert image.source.settings[setting] == value


def test_fogra39_is_the_known_colour(corpora: Path) -> None:
    """0/100/100/0 through FOGRA39 is what LittleCMS measures in L*a*b*, not clipped to sRGB on the way."""
    name = "cmyk_fogra39_icc.tif"
    path = corpora / "image" / "odd" / name
    image = decode(path.read_bytes(), name)
    assert image.source.colour_space == "Coated FOGRA39 (ISO 12647-2:2004)"
    with PillowImage.open(path) as picture:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(picture.info["icc_profile"]))
        lab = ImageCms.createProfile("LAB", colorTemp=5003)
        transform = ImageCms.buildTransform(profile, lab, "CMYK", "LAB", ImageCms.Intent.RELATIVE_COLORIMETRIC)
        measured = np.array(ImageCms.applyTransform(picture, transform))[500, 500].astype(np.float64)
    expected = measured * (100 / 255, 1, 1)
    pcs = adaptation(D65_XYZ, D50_XYZ) @ xyz(image)[500, 500]
    f = np.cbrt(pcs / np.array(D50_XYZ))
    found = np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])
    assert found == pytest.approx(expected, abs=1.5)
