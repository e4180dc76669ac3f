"""Colour: what profiles, code points and PNG chunks come to, with LittleCMS and arithmetic as witnesses."""

from __future__ import annotations

import io
import struct
import zlib
from itertools import permutations

import numpy as np
import pytest
from decode_builders import encoded, gradient, icc_segments, png, with_segments
from PIL import Image as PillowImage
from PIL import ImageCms

from qualitygate.core.colour.ciede2000 import ciede2000
from qualitygate.core.colour.curve import LINEAR_CURVE, SRGB_CURVE, ParametricCurve, SampledCurve
from qualitygate.core.colour.encoding import (
    ADOBE_RGB,
    D65_XY,
    D65_XYZ,
    DISPLAY_P3,
    REC2020_SRGB_CURVE,
    SRGB,
    Encoding,
    adaptation,
    from_primaries,
    xy_to_xyz,
)
from qualitygate.core.colour.lab import xyz_to_lab
from qualitygate.core.colour.view import srgb, xyz
from qualitygate.core.errors import DecodeError
from qualitygate.core.image import Image
from qualitygate.decode import decode
from qualitygate.decode.cicp import Cicp, cicp_encoding
from qualitygate.decode.icc import curve, parse, rgb_matrix
from qualitygate.decode.icc_build import build_profile

Chromaticity = tuple[float, float]
RGB = np.array(gradient())


def tagged(samples: np.ndarray, profile: bytes) -> Image:
    return decode(png(samples, before=[(b"iCCP", b"p\0\0" + zlib.compress(profile))]), "a.png")


def pillow_srgb_profile() -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def test_equivalent_files_are_equal() -> None:
    """Untagged, tagged in five ways, and in another format: the same samples in the same encoding."""
    profile = pillow_srgb_profile()
    chromaticities = struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
    same = [
        decode(png(RGB), "a.png"),
        decode(png(RGB, before=[(b"sRGB", b"\0")]), "a.png"),
        decode(png(RGB, before=[(b"gAMA", struct.pack(">I", 45455)), (b"cHRM", chromaticities)]), "a.png"),
        decode(png(RGB, before=[(b"cICP", bytes([1, 13, 0, 1]))]), "a.png"),
        tagged(RGB, profile),
        tagged(RGB, build_profile(SRGB)),
        decode(encoded(gradient(), "TIFF"), "a.tif"),
        decode(encoded(gradient(), "TIFF", icc_profile=profile), "a.tif"),
        decode(encoded(gradient(), "WEBP", lossless=True, icc_profile=profile), "a.webp"),
        decode(encoded(gradient(), "BMP"), "a.bmp"),
    ]
    for image in same:
        assert np.array_equal(image.pixels, RGB)
        assert image.encoding == SRGB
        assert image.encoding.is_srgb
        assert image.source.colour_space == "sRGB"


def test_different_profiles_are_not_equal() -> None:
    images = [tagged(RGB, build_profile(e)) for e in (SRGB, DISPLAY_P3, ADOBE_RGB, REC2020_SRGB_CURVE)]
    seen = [xyz(image) for image in images]
    for a, b in permutations(seen, 2):
        assert np.abs(a - b).mean() > 0.005


def test_known_spaces_get_their_names() -> None:
    assert tagged(RGB, build_profile(DISPLAY_P3)).encoding == DISPLAY_P3
    assert tagged(RGB, build_profile(ADOBE_RGB)).source.colour_space == "Adobe RGB (1998)"
    data = encoded(gradient(), "AVIF", quality=100)
    assert decode(data.replace(b"nclx\0\1\0\x0d", b"nclx\0\x0c\0\x0d"), "a.avif").encoding == DISPLAY_P3


@pytest.mark.parametrize(
    "encoding",
    [
        from_primaries("BT.601", (0.630, 0.340), (0.310, 0.595), (0.155, 0.070), SRGB_CURVE),
        from_primaries("red moved", (0.650, 0.330), (0.300, 0.600), (0.150, 0.060), SRGB_CURVE),
        Encoding("gamma 2.1", (ParametricCurve(g=2.1),) * 3, SRGB.matrix),
        Encoding("gamma 2.3", (ParametricCurve(g=2.3),) * 3, SRGB.matrix),
        Encoding("one channel", (SRGB_CURVE, SRGB_CURVE, ParametricCurve(g=2.35)), SRGB.matrix),
    ],
    ids=lambda e: e.name,
)
def test_what_is_near_srgb_is_not_taken_for_it(encoding: Encoding) -> None:
    """Only what differs by rounding is: the difference of these is seen, and must be measured."""
    found = tagged(RGB, build_profile(encoding))
    assert not found.encoding.is_srgb
    lab = [xyz_to_lab(xyz(one)).reshape(-1, 3) for one in (found, decode(png(RGB), "a.png"))]
    wanted = np.stack([one.linear(RGB[..., i] / 255.0) for i, one in enumerate(encoding.curves)], axis=-1)
    exact = xyz_to_lab(wanted @ np.array(encoding.matrix).T).reshape(-1, 3)
    assert ciede2000(lab[0], exact).max() < 0.1
    assert ciede2000(lab[0], lab[1]).max() > 0.5


@pytest.mark.parametrize("encoding", [DISPLAY_P3, ADOBE_RGB, REC2020_SRGB_CURVE], ids=lambda e: e.name)
def test_conversion_agrees_with_littlecms(encoding: Encoding) -> None:
    profile = build_profile(encoding)
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    target = ImageCms.ImageCmsProfile(io.BytesIO(build_profile(SRGB)))
    transform = ImageCms.buildTransform(source, target, "RGB", "RGB", ImageCms.Intent.RELATIVE_COLORIMETRIC)
    theirs = np.array(ImageCms.applyTransform(gradient(), transform)).astype(float)
    ours = srgb(tagged(RGB, profile))[0]
    assert np.abs(ours - theirs).max() <= 1.01


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [((255, 0, 0), (240, 0, 0), 3.27), ((235, 20, 20), (235, 45, 20), 2.49)],
)
def test_brand_reds_of_display_p3_do_not_collapse(
    first: tuple[int, int, int], second: tuple[int, int, int], expected: float
) -> None:
    """Both lie outside sRGB and would clip to nearly the same colour there; in float XYZ they keep their distance."""
    image = tagged(np.array([[first, second]], np.uint8), build_profile(DISPLAY_P3))
    lab = xyz_to_lab(xyz(image))[0]
    assert float(ciede2000(lab[:1], lab[1:])[0]) == pytest.approx(expected, abs=0.1)


def test_red_of_display_p3_by_hand() -> None:
    """Linear 1, 0, 0 is the first column of the matrix made of the primaries of SMPTE EG 432-1."""
    image = tagged(np.array([[[255, 0, 0]]], np.uint8), build_profile(DISPLAY_P3))
    assert xyz(image)[0, 0] == pytest.approx((0.48657, 0.22897, 0.0), abs=2e-4)


def test_gamma_by_hand() -> None:
    value = 188
    image = decode(png(np.full((1, 1, 3), value, np.uint8), before=[(b"gAMA", struct.pack(">I", 62500))]), "a.png")
    linear = (value / 255) ** 1.6
    expected = (1.055 * linear ** (1 / 2.4) - 0.055) * 255
    assert srgb(image)[0][0, 0] == pytest.approx([expected] * 3, abs=0.02)


@pytest.mark.parametrize("gamma", [45_444, 45_466, 50_000, 41_667, 54_300])
def test_a_gamma_that_is_not_that_of_srgb_is_taken_as_it_is(gamma: int) -> None:
    """Only 45455 and what rounds to it was written for sRGB; the next ones are a curve of their own."""
    value = 20  # where the straight part of sRGB's curve and a gamma differ most
    image = decode(png(np.full((1, 1, 3), value, np.uint8), before=[(b"gAMA", struct.pack(">I", gamma))]), "a.png")
    assert not image.encoding.is_srgb
    assert xyz(image)[0, 0, 1] == pytest.approx((value / 255) ** (100_000 / gamma), rel=1e-9)


@pytest.mark.parametrize("gamma", [45_445, 45_454, 45_465])
def test_what_rounds_to_the_gamma_of_srgb_is_srgb(gamma: int) -> None:
    assert decode(png(RGB, before=[(b"gAMA", struct.pack(">I", gamma))]), "a.png").encoding == SRGB


def test_chromaticities_near_those_of_srgb_are_srgb_and_others_are_not() -> None:
    for red, same in ((64_000, True), (64_140, True), (64_160, False), (68_000, False)):
        body = struct.pack(">8I", 31270, 32900, red, 33000, 30000, 60000, 15000, 6000)
        image = decode(png(RGB, before=[(b"cHRM", body)]), "a.png")
        assert (image.encoding == SRGB) is same, red


def test_precedence_in_png() -> None:
    """PNG third edition, 4.3: cICP, then iCCP, then sRGB, then gAMA and cHRM."""
    icc = (b"iCCP", b"p\0\0" + zlib.compress(build_profile(ADOBE_RGB)))
    gamma = (b"gAMA", struct.pack(">I", 100_000))
    plain, p3 = (b"sRGB", b"\0"), (b"cICP", bytes([12, 13, 0, 1]))
    for chunks, expected in [
        ([gamma, plain, icc, p3], DISPLAY_P3),
        ([gamma, plain, icc], ADOBE_RGB),
        ([gamma, plain], SRGB),
    ]:
        assert decode(png(RGB, before=chunks), "a.png").encoding == expected
    assert decode(png(RGB, before=[gamma]), "a.png").encoding.curves[0] == ParametricCurve(g=1.0)


@pytest.mark.parametrize("points", [(1, 1), (1, 6), (1, 13), (2, 2), (1, 2)])
def test_code_points_shown_as_srgb(points: tuple[int, int]) -> None:
    encoding, settings = cicp_encoding(Cicp(points[0], points[1], 6, True))
    assert encoding == SRGB
    assert "sRGB" in str(settings["cicp_transfer"])


def test_other_code_points() -> None:
    assert cicp_encoding(Cicp(9, 8, 9, True))[0].curves[0] == LINEAR_CURVE
    assert cicp_encoding(Cicp(9, 13, 9, True))[0].matrix == REC2020_SRGB_CURVE.matrix
    for points in ((1, 17), (0, 13), (10, 13), (1, 9)):
        with pytest.raises(DecodeError) as caught:
            cicp_encoding(Cicp(points[0], points[1], 0, True))
        assert caught.value.code == "QG-1217"


@pytest.mark.parametrize(
    ("point", "red", "green", "blue", "white"),
    [
        # ITU-T H.273, table 2
        (1, (0.640, 0.330), (0.300, 0.600), (0.150, 0.060), D65_XY),
        (4, (0.67, 0.33), (0.21, 0.71), (0.14, 0.08), (0.310, 0.316)),
        (5, (0.64, 0.33), (0.29, 0.60), (0.15, 0.06), D65_XY),
        (6, (0.630, 0.340), (0.310, 0.595), (0.155, 0.070), D65_XY),
        (7, (0.630, 0.340), (0.310, 0.595), (0.155, 0.070), D65_XY),
        (8, (0.681, 0.319), (0.243, 0.692), (0.145, 0.049), (0.310, 0.316)),
        (9, (0.708, 0.292), (0.170, 0.797), (0.131, 0.046), D65_XY),
        (11, (0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
        (12, (0.680, 0.320), (0.265, 0.690), (0.150, 0.060), D65_XY),
        (22, (0.630, 0.340), (0.295, 0.605), (0.155, 0.077), D65_XY),
    ],
)
@pytest.mark.parametrize("transfer", [8, 13])
def test_primaries_by_code_point(
    point: int, red: Chromaticity, green: Chromaticity, blue: Chromaticity, white: Chromaticity, transfer: int
) -> None:
    """Each primary keeps its chromaticity, apart from the adaptation to D65; all three together are its white."""
    found = np.array(cicp_encoding(Cicp(point, transfer, 0, True))[0].matrix)
    back = adaptation(D65_XYZ, xy_to_xyz(*white)) @ found
    seen = [column[:2] / column.sum() for column in (*back.T, back.sum(axis=1))]
    assert np.array(seen) == pytest.approx(np.array([red, green, blue, white]), abs=5e-4)


@pytest.mark.parametrize(
    ("point", "linear"),
    [
        # ITU-T H.273, table 3, at half of the range; those of cameras are shown with the curve of sRGB
        (4, 0.5**2.2),
        (5, 0.5**2.8),
        (8, 0.5),
        *((point, ((0.5 + 0.055) / 1.055) ** 2.4) for point in (1, 2, 6, 13, 14, 15)),
    ],
)
def test_transfer_by_code_point(point: int, linear: float) -> None:
    for primaries in (1, 2, 9, 12):
        curves = cicp_encoding(Cicp(primaries, point, 0, True))[0].curves
        assert [float(one.linear(np.array(0.5))) for one in curves] == pytest.approx([linear] * 3, rel=1e-9)


def test_icc_wins_over_nclx_in_avif() -> None:
    data = encoded(gradient(), "AVIF", quality=100, icc_profile=build_profile(ADOBE_RGB))
    assert decode(data, "a.avif").encoding == ADOBE_RGB


def test_profile_in_a_gif() -> None:
    data = encoded(gradient(), "GIF")
    at = data.index(b"\x2c\0\0\0\0")
    profile = build_profile(ADOBE_RGB)
    blocks = b"".join(bytes([len(p)]) + p for p in (profile[i : i + 255] for i in range(0, len(profile), 255)))
    extension = b"\x21\xff\x0bICCRGBG1012" + blocks + b"\0"
    assert decode(data, "a.gif").encoding == SRGB
    assert decode(data[:at] + extension + data[at:], "a.gif").encoding == ADOBE_RGB


def test_profile_chunks_in_any_order() -> None:
    profile = build_profile(ADOBE_RGB)
    jpeg = encoded(gradient(), "JPEG")
    whole = decode(with_segments(jpeg, *icc_segments(profile)), "a.jpg")
    for order in permutations(range(3)):
        assert decode(with_segments(jpeg, *icc_segments(profile, 3, list(order))), "a.jpg").encoding == whole.encoding


CURVES = [
    ParametricCurve(g=2.2),
    SRGB_CURVE,
    LINEAR_CURVE,
    SampledCurve(tuple(float(v) for v in np.linspace(0, 1, 1024) ** 1.8)),
]


@pytest.mark.parametrize("shape", CURVES)
def test_profiles_survive_the_round_trip(shape: ParametricCurve | SampledCurve) -> None:
    encoding = from_primaries(
        "ProPhoto-like", (0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001), shape, (0.3457, 0.3585)
    )
    found = tagged(RGB, build_profile(encoding)).encoding
    assert np.abs(np.array(found.matrix) - np.array(encoding.matrix)).max() < 1e-4
    ramp = np.linspace(0, 1, 256)
    assert np.abs(found.curves[1].linear(ramp) - shape.linear(ramp)).max() < 1e-4
    assert found.name == "ProPhoto-like"


@pytest.mark.parametrize(
    ("element", "at_half"),
    [
        (b"curv" + bytes(4) + struct.pack(">I", 0), 0.5),
        (b"curv" + bytes(4) + struct.pack(">IH", 1, 0x0233), 0.5 ** (0x233 / 256)),
        (b"curv" + bytes(4) + struct.pack(">I3H", 3, 0, 10_000, 65535), 10_000 / 65535),
        (b"para" + bytes(4) + struct.pack(">HHi", 0, 0, 2 << 16), 0.25),
        (b"para" + bytes(4) + struct.pack(">HH3i", 1, 0, 2 << 16, 1 << 16, 1 << 14), 0.5625),
        (b"para" + bytes(4) + struct.pack(">HH4i", 2, 0, 2 << 16, 1 << 16, 0, 1 << 13), 0.375),
        (b"para" + bytes(4) + struct.pack(">HH5i", 3, 0, 2 << 16, 1 << 16, 0, 1 << 15, 0xC000), 0.25),
        (b"para" + bytes(4) + struct.pack(">HH7i", 4, 0, 2 << 16, 1 << 16, 0, 1 << 15, 0, 1 << 13, 0), 0.375),
    ],
)
def test_every_kind_of_curve(element: bytes, at_half: float) -> None:
    """ICC.1:2022, 10.6 and 10.18; the last two have their break above or at the point looked at."""
    profile = parse(build_profile(SRGB))
    profile.tags[b"rTRC"] = element
    assert float(curve(profile, b"rTRC").linear(np.array([0.5]))[0]) == pytest.approx(at_half, abs=2e-4)


def test_profile_structure() -> None:
    profile = parse(build_profile(DISPLAY_P3))
    assert (profile.space, profile.pcs, profile.description, profile.has_table) == ("RGB", "XYZ", "Display P3", False)
    assert rgb_matrix(profile).sum(axis=1) == pytest.approx((0.9642, 1.0, 0.8249), abs=2e-4)


def test_pillow_reads_our_profile() -> None:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(build_profile(DISPLAY_P3)))
    assert ImageCms.getProfileDescription(profile).strip() == "Display P3"
    assert profile.profile.red_primary is not None


def test_grey_profile() -> None:
    grey = from_primaries("g", (0.64, 0.33), (0.30, 0.60), (0.15, 0.06), ParametricCurve(g=1.8), D65_XY)
    profile = build_profile(grey).replace(b"RGB XYZ", b"GRAYXYZ").replace(b"rTRC", b"kTRC")
    samples = np.arange(256, dtype=np.uint8).reshape(16, 16)
    image = tagged(samples, profile)
    assert np.array_equal(image.pixels, np.repeat(samples[..., None], 3, axis=2))
    luminance = xyz(image)[..., 1]
    assert luminance == pytest.approx((samples / 255.0) ** 1.8, abs=2e-4)


def test_cmyk_polarity_follows_adobes_marker() -> None:
    """Adobe's files count paper, others ink; the same numbers with and without the marker are opposite pictures."""
    from qualitygate.core.limits import DecodeLimits
    from qualitygate.decode.formats import FORMATS

    ink = PillowImage.new("CMYK", (16, 16), (0, 255, 255, 0))
    data = encoded(ink, "JPEG", quality=95)
    at = data.index(b"\xff\xee")
    length = int.from_bytes(data[at + 2 : at + 4], "big")
    bare = data[:at] + data[at + 2 + length :]
    reader = FORMATS["jpeg"]
    first, second = (reader.raster(reader.header(d, DecodeLimits()), DecodeLimits()).samples for d in (data, bare))
    assert np.abs(first[8, 8].astype(int) - (0, 255, 255, 0)).max() <= 3
    assert np.array_equal(second, 255 - first)


def test_lab_tiff_goes_through_littlecms() -> None:
    profile = ImageCms.createProfile("sRGB")
    target = ImageCms.createProfile("LAB", colorTemp=5003)
    transform = ImageCms.buildTransform(profile, target, "RGB", "LAB", ImageCms.Intent.RELATIVE_COLORIMETRIC)
    converted = ImageCms.applyTransform(gradient(), transform)
    image = decode(encoded(converted, "TIFF"), "a.tif")
    assert image.encoding == REC2020_SRGB_CURVE
    assert image.source.colour_space == "CIE L*a*b*"
    assert str(image.source.settings["converter"]).startswith("LittleCMS")
    assert np.abs(srgb(image)[0] - RGB).mean() < 2
