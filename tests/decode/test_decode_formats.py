"""Samples exactly as they are in the file: depths, layouts, alpha, orientation, and what the source says of them."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from decode_builders import encoded, gradient, png, tiff
from decode_corpus import ROOT
from PIL import Image as PillowImage

from qualitygate.core.errors import DecodeError
from qualitygate.decode import decode, decoder_versions
from qualitygate.decode.exif import orient, orientation_of
from qualitygate.decode.heif import container_orientation

RNG = np.random.default_rng(20260101)
RGB8 = RNG.integers(0, 256, (5, 7, 3), dtype=np.uint8)
RGBA8 = RNG.integers(0, 255, (5, 7, 4), dtype=np.uint8)
RGB16 = RNG.integers(0, 65536, (5, 7, 3), dtype=np.uint16)
RGBA16 = RNG.integers(0, 65535, (5, 7, 4), dtype=np.uint16)
GREY16 = RNG.integers(0, 65536, (5, 7), dtype=np.uint16)
GREY8 = RNG.integers(0, 256, (5, 7), dtype=np.uint8)


def three(samples: np.ndarray) -> np.ndarray:
    return np.repeat(samples[..., None], 3, axis=2)


def check(data: bytes, pixels: np.ndarray, alpha: np.ndarray | None = None, name: str = "a") -> None:
    image = decode(data, name)
    assert image.pixels.dtype == pixels.dtype
    assert np.array_equal(image.pixels, pixels)
    assert image.source.has_alpha == (alpha is not None)
    if alpha is None:
        assert image.alpha is None
    else:
        assert image.alpha is not None
        assert image.alpha.dtype == pixels.dtype
        assert np.array_equal(image.alpha, alpha)


@pytest.mark.parametrize("interlace", [False, True])
def test_png_depths(interlace: bool) -> None:
    check(png(RGB8, interlace=interlace), RGB8)
    check(png(RGBA8, interlace=interlace), RGBA8[..., :3], RGBA8[..., 3])
    check(png(GREY16, interlace=interlace), three(GREY16))
    for depth in (1, 2, 4):
        small = GREY8 >> (8 - depth)
        scaled = (small.astype(int) * 255 // (2**depth - 1)).astype(np.uint8)
        check(png(small, depth=depth, interlace=interlace), three(scaled))


@pytest.mark.parametrize("interlace", [False, True])
def test_png_of_16_bits_is_kept(interlace: bool) -> None:
    pytest.importorskip("imagecodecs")
    check(png(RGB16, interlace=interlace), RGB16)
    check(png(RGBA16, interlace=interlace), RGBA16[..., :3], RGBA16[..., 3])
    pair = RGBA16[..., :2].copy()
    check(png(pair, interlace=interlace), three(pair[..., 0]), pair[..., 1])


def test_png_colour_key() -> None:
    key = tuple(int(v) for v in RGB8[2, 3])
    hidden = np.where((key == RGB8).all(axis=-1), 0, 255).astype(np.uint8)
    body = b"".join(v.to_bytes(2, "big") for v in key)
    check(png(RGB8, before=[(b"tRNS", body)]), RGB8, hidden)
    deep_key = int(GREY16[1, 1])
    deep_hidden = np.where(deep_key == GREY16, 0, 65535).astype(np.uint16)
    check(png(GREY16, before=[(b"tRNS", deep_key.to_bytes(2, "big"))]), three(GREY16), deep_hidden)
    two = GREY8 >> 6
    check(png(two, depth=2, before=[(b"tRNS", b"\0\2")]), three(two * 85), np.where(two == 2, 0, 255).astype(np.uint8))


def test_png_colour_key_of_16_bits_compares_all_of_them() -> None:
    pytest.importorskip("imagecodecs")
    samples = np.zeros((1, 2, 3), np.uint16)
    samples[0, 1] = 1  # the same in 8 bits, another colour in 16
    check(png(samples, before=[(b"tRNS", bytes(6))]), samples, np.array([[0, 65535]], np.uint16))


def test_png_palette_with_alpha() -> None:
    indices = GREY8 % 4
    palette = RNG.integers(0, 256, (4, 3), dtype=np.uint8)
    plte = (b"PLTE", palette.tobytes())
    check(png(indices, colour_type=3, before=[plte]), palette[indices])
    check(png(indices, colour_type=3, depth=2, before=[plte]), palette[indices])
    alpha = np.array([255, 0, 128, 255], np.uint8)
    for table in (alpha[:3], alpha):
        check(png(indices, colour_type=3, before=[plte, (b"tRNS", table.tobytes())]), palette[indices], alpha[indices])


def test_static_apng_is_a_picture() -> None:
    control = (b"acTL", bytes([0, 0, 0, 1, 0, 0, 0, 0]))
    frame = (b"fcTL", bytes(4) + (7).to_bytes(4, "big") + (5).to_bytes(4, "big") + bytes(14))
    check(png(RGB8, before=[control, frame]), RGB8)


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("planar", [False, True])
def test_tiff_layouts(order: str, big: bool, planar: bool) -> None:
    pytest.importorskip("imagecodecs")
    how = {"order": order, "big": big, "planar": planar}
    check(tiff(RGB8, **how), RGB8)
    check(tiff(RGBA8, extra=2, **how), RGBA8[..., :3], RGBA8[..., 3])
    check(tiff(RGB16, **how), RGB16)
    check(tiff(RGBA16, extra=2, **how), RGBA16[..., :3], RGBA16[..., 3])
    check(tiff(RGBA16, extra=0, **how), RGBA16[..., :3])
    pair = RGBA16[..., :2].copy()
    check(tiff(pair, photometric=1, extra=2, **how), three(pair[..., 0]), pair[..., 1])


@pytest.mark.parametrize("big", [False, True])
@pytest.mark.parametrize("order", ["<", ">"])
def test_tiff_grey(order: str, big: bool) -> None:
    pytest.importorskip("imagecodecs")
    how = {"order": order, "big": big}
    check(tiff(GREY16, photometric=1, **how), three(GREY16))
    check(tiff(GREY16, photometric=0, **how), three(65535 - GREY16))
    check(tiff(GREY8, photometric=0, **how), three(255 - GREY8))


def test_tiff_of_12_bits_is_scaled_to_full_range() -> None:
    values = np.array([[0, 4095, 2048, 1]], np.uint16)
    packed = bytes([0x00, 0x0F, 0xFF, 0x80, 0x00, 0x01])
    image = decode(tiff(values, photometric=1, bits=12, data=packed), "a.tif")
    assert image.pixels[0, :, 0].tolist() == [0, 65535, round(2048 * 65535 / 4095), 16]
    assert image.source.bit_depth == 12


def test_associated_alpha_becomes_straight() -> None:
    pytest.importorskip("imagecodecs")
    samples = np.array([[[10_000, 20_000, 0, 32_768], [0, 0, 0, 0]]], np.uint16)
    image = decode(tiff(samples, extra=1), "a.tif")
    assert image.pixels[0, 0].tolist() == [round(v * 65535 / 32768) for v in (10_000, 20_000, 0)]
    assert image.alpha is not None
    assert image.alpha.tolist() == [[32768, 0]]


def test_opaque_alpha_is_dropped() -> None:
    opaque = RGBA8.copy()
    opaque[..., 3] = 255
    check(png(opaque), opaque[..., :3])


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_once(kind: str, orientation: int) -> None:
    options = {"WEBP": {"lossless": True}, "JPEG": {"quality": 98, "subsampling": 0}}.get(kind, {})
    if kind == "AVIF":
        options = {"quality": 100, "subsampling": "4:4:4"}
    tags = PillowImage.Exif()
    tags[0x0112] = orientation
    image = decode(encoded(gradient(), kind, exif=tags, **options), "a")
    upright = orient(np.array(gradient()), orientation).astype(int)
    assert image.pixels.shape == upright.shape
    assert np.abs(image.pixels.astype(int) - upright).mean() < 3
    assert image.source.settings.get("orientation_applied", 1) == orientation


def test_orientation_agrees_with_pillow() -> None:
    from PIL import ImageOps

    for value in range(1, 9):
        picture = gradient()
        picture.getexif()[0x0112] = value
        assert np.array_equal(np.array(ImageOps.exif_transpose(picture)), orient(np.array(gradient()), value))


def test_orientation_of_avif_ignores_exif() -> None:
    """The container says how to turn it; EXIF beside it must not turn it again."""
    tags = PillowImage.Exif()
    tags[0x0103] = 6
    body = tags.tobytes().removeprefix(b"Exif\0\0")
    assert body[:2] == b"MM"
    turned = body.replace(b"\x01\x03\x00\x03", b"\x01\x12\x00\x03", 1)
    assert orientation_of(turned) == 6
    data = encoded(gradient(), "AVIF", exif=tags)
    assert body in data
    assert decode(data.replace(body, turned), "a.avif").size == (48, 32)


@pytest.mark.parametrize(
    ("kind", "options", "subsampling", "lossless"),
    [
        ("JPEG", {"subsampling": 0}, "4:4:4", False),
        ("JPEG", {"subsampling": 1}, "4:2:2", False),
        ("JPEG", {"subsampling": 2}, "4:2:0", False),
        ("WEBP", {"quality": 90}, "4:2:0", False),
        ("WEBP", {"lossless": True}, None, True),
        ("AVIF", {"subsampling": "4:4:4"}, "4:4:4", None),
        ("AVIF", {"subsampling": "4:2:2"}, "4:2:2", None),
        ("AVIF", {"subsampling": "4:2:0"}, "4:2:0", None),
        ("PNG", {}, None, True),
        ("GIF", {}, None, True),
        ("BMP", {}, None, True),
        ("TIFF", {}, None, True),
        ("TIFF", {"compression": "jpeg"}, None, False),
    ],
)
def test_source(kind: str, options: dict[str, object], subsampling: str | None, lossless: bool | None) -> None:
    import hashlib

    data = encoded(gradient(), kind, **options)
    source = decode(data, "a").source
    assert source.subsampling == subsampling
    assert source.lossless is lossless
    assert source.format == kind.lower()
    assert (source.width, source.height, source.bit_depth) == (48, 32, 8)
    assert source.sha256 == hashlib.sha256(data).hexdigest()
    assert source.bytes == len(data)
    assert str(source.settings["decoder"]).startswith(("Pillow ", "qualitygate ") if kind == "PNG" else "Pillow ")


def test_chroma_of_jpeg_in_tiff() -> None:
    data = encoded(gradient().convert("YCbCr"), "TIFF", compression="jpeg")
    image = decode(data, "a.tif")
    assert image.source.subsampling == "4:4:4"
    assert np.abs(image.pixels.astype(int) - np.array(gradient())).mean() < 12


def test_grey_jpeg_has_no_chroma() -> None:
    assert decode(encoded(gradient().convert("L"), "JPEG"), "a").source.subsampling is None


@pytest.mark.parametrize("bits", [10, 12])
def test_deep_avif_is_kept(bits: int) -> None:
    codecs = pytest.importorskip("imagecodecs")
    ramp = np.linspace(0, 2**bits - 1, 64, dtype=np.uint16)
    samples = np.repeat(np.repeat(ramp[None, :, None], 16, axis=0), 3, axis=2)
    image = decode(codecs.avif_encode(samples, level=100, bitspersample=bits, pixelformat="444"), "a.avif")
    assert image.source.bit_depth == bits
    assert image.pixels.dtype == np.uint16
    expected = samples.astype(float) * 65535 / (2**bits - 1)
    assert np.abs(image.pixels - expected).max() <= 3 * 65535 / (2**bits - 1)
    assert len(np.unique(image.pixels)) > 40


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_jpeg_xl_is_kept(dtype: type) -> None:
    codecs = pytest.importorskip("imagecodecs")
    pytest.importorskip("pillow_jxl")
    for samples in (RGB8.astype(dtype), RGBA8.astype(dtype)):
        scaled = samples * (257 if dtype is np.uint16 else 1)
        data = codecs.jpegxl_encode(scaled.astype(dtype), lossless=True)
        alpha = scaled[..., 3] if scaled.shape[2] == 4 else None
        check(data, scaled[..., :3].astype(dtype), None if alpha is None else alpha.astype(dtype))


def test_heic() -> None:
    heif = pytest.importorskip("pillow_heif")
    import io

    stream = io.BytesIO()
    heif.from_pillow(gradient()).save(stream, quality=95, chroma=444)
    image = decode(stream.getvalue(), "a.heic")
    assert image.source.format == "heic"
    assert image.source.subsampling == "4:4:4"
    assert np.abs(image.pixels.astype(int) - np.array(gradient())).mean() < 4


@pytest.mark.parametrize("mode", ["RGB;16", "RGBA;16", "L;16"])
def test_deep_heic_is_kept(mode: str) -> None:
    heif = pytest.importorskip("pillow_heif")
    import io

    rgb = np.array(gradient(64, 64)).astype(np.uint16) * 257
    if mode == "L;16":
        samples, rgb = rgb[..., 0], three(rgb[..., 0])
    else:
        samples = np.dstack([rgb, np.full((64, 64), 30_000, np.uint16)]) if mode == "RGBA;16" else rgb
    stream = io.BytesIO()
    heif.from_bytes(mode, (64, 64), samples.tobytes()).save(stream, quality=100, chroma=444)
    image = decode(stream.getvalue(), "a.heic")
    assert image.source.bit_depth == 10
    assert image.pixels.dtype == np.uint16
    assert np.abs(image.pixels.astype(int) - rgb).mean() < 257
    assert (image.alpha is not None) == (mode == "RGBA;16")
    assert image.alpha is None or np.abs(image.alpha.astype(int) - 30_000).max() < 257


def test_decoding_leaves_pillow_as_it_was() -> None:
    """A fresh process: the optional decoders open their files without registering themselves."""
    pytest.importorskip("imagecodecs")
    pytest.importorskip("pillow_heif")
    program = """
import sys, warnings
import numpy as np
from PIL import Image
import qualitygate.decode as decode
assert not {"imagecodecs", "pillow_heif", "pillow_jxl", "torch", "scipy", "skimage"} & set(sys.modules)
Image.init()
def state():
    return dict(Image.OPEN), list(Image.ID), dict(Image.EXTENSION), Image.MAX_IMAGE_PIXELS, list(warnings.filters)
before = state()
import io, imagecodecs, pillow_heif
picture = Image.new("RGB", (64, 64), "red")
heic = io.BytesIO()
pillow_heif.from_pillow(picture).save(heic)
for data, name in ((heic.getvalue(), "a.heic"), (imagecodecs.jpegxl_encode(np.array(picture)), "a.jxl")):
    decode.decode(data, name)
assert before == state()
import pillow_jxl
assert "JXL" in Image.OPEN
"""
    subprocess.run([sys.executable, "-c", program], check=True, cwd=ROOT)


def test_versions() -> None:
    versions = decoder_versions()
    assert {"pillow", "libwebp", "littlecms"} <= set(versions)
    assert all(isinstance(v, str) and v for v in versions.values())


@pytest.mark.parametrize("bits", [16, 24, 32])
def test_bmp_depths(bits: int) -> None:
    import struct

    row = {
        16: struct.pack("<HH", 0x7C00, 0x03E0),
        24: bytes([0, 0, 255, 0, 255, 0, 0, 0]),
        32: bytes([0, 0, 255, 0, 0, 255, 0, 0]),
    }
    info = struct.pack("<IiiHHIIiiII", 40, 2, 1, 1, bits, 0, 0, 0, 0, 0, 0)
    data = b"BM" + struct.pack("<IHHI", 54 + len(row[bits]), 0, 0, 54) + info + row[bits]
    check(data, np.array([[[255, 0, 0], [0, 255, 0]]], np.uint8))
    with pytest.raises(DecodeError) as caught:
        decode(data[:-1], "a.bmp")
    assert caught.value.code == "QG-1203"


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("axis", [None, 0, 1])
def test_rotation_and_mirror_of_heif(turns: int, axis: int | None) -> None:
    """`irot` turns anticlockwise, then `imir` exchanges top and bottom (0) or left and right (1)."""
    expected = np.rot90(RGB8, turns)
    if axis is not None:
        expected = np.flip(expected, axis=axis)
    properties = ((b"irot", bytes([turns])), *(() if axis is None else ((b"imir", bytes([axis])),)))
    assert np.array_equal(orient(RGB8, container_orientation(properties)), expected)
