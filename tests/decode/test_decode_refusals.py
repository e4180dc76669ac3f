"""One small file of our own for every code, and the order in which things are looked at."""

from __future__ import annotations

import os
import stat
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from decode_builders import (
    SIGNATURE,
    box,
    encoded,
    exif,
    gradient,
    icc_segments,
    jpeg_segment,
    png,
    png_chunk,
    tiff,
    with_segments,
)
from PIL import Image as PillowImage

from qualitygate.core.colour.encoding import DISPLAY_P3
from qualitygate.core.errors import DecodeError
from qualitygate.core.limits import DecodeLimits
from qualitygate.decode import decode, decode_file, read_file
from qualitygate.decode.icc_build import build_profile

RGB = np.array(gradient())
JPEG = encoded(gradient(), "JPEG", quality=90)
P3 = build_profile(DISPLAY_P3)


def refusal(data: bytes, name: str = "picture", limits: DecodeLimits | None = None) -> DecodeError:
    with pytest.raises(DecodeError) as caught:
        decode(data, name, limits or DecodeLimits())
    error = caught.value
    assert error.where == name
    assert "\n" not in str(error)
    return error


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "QG-1210"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n", "QG-1208"),
        (b"<!DOCTYPE html>\n<html><body>404</body></html>", "QG-1209"),
        (b"\xef\xbb\xbf \n<HTML><body>Not found</body></HTML>", "QG-1209"),
        (b'<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"></html>', "QG-1209"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "QG-1201"),
        (b"\xc5\xd0\xd3\xc6" + bytes(40), "QG-1201"),
        (b"8BPS\x00\x01" + bytes(40), "QG-1201"),
        (b"\x00\x00\x01\x00\x01\x00" + bytes(40), "QG-1201"),
        (b"P6\n1 1\n255\n\x00\x00\x00", "QG-1201"),
        (b"PF\n1 1\n-1\n\x00\x00\x00\x00", "QG-1201"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "QG-1201"),
        (b"\x00\x00\x00\x0cjP  \r\n\x87\n" + bytes(40), "QG-1201"),
        (box(b"ftyp", b"isomiso2mp41"), "QG-1201"),
        (b"hello", "QG-1201"),
        (b"\x89PNG\n\x1a\n" + png(RGB)[8:], "QG-1204"),
    ],
)
def test_what_is_no_picture(data: bytes, code: str) -> None:
    assert refusal(data).code == code


@pytest.mark.parametrize("name", ["photo.jpg", "photo.png", "photo.gif"])
def test_eps_never_reaches_a_decoder(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import EpsImagePlugin

    def ghostscript(*_: object, **__: object) -> None:
        raise AssertionError("another program was started")

    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", ghostscript)
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n%%EndComments\nshowpage\n"
    error = refusal(eps, name)
    assert error.code == "QG-1201"
    assert "EPS" in error.message


def test_lfs_pointer_says_what_to_do() -> None:
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 12345\n"
    assert "git lfs pull" in str(refusal(pointer, "a.png"))


@pytest.mark.parametrize(
    ("data", "name", "right"),
    [(JPEG, "a.png", ".jpg"), (png(RGB), "a.jpg", ".png"), (encoded(gradient(), "GIF"), "a.webp", ".gif"),
     (png(RGB), "a.svg", ".png")],
)  # fmt: skip
def test_wrong_extension(data: bytes, name: str, right: str) -> None:
    error = refusal(data, name)
    assert error.code == "QG-1202"
    assert error.hint == f"rename it to {right}"


@pytest.mark.parametrize("name", ["a.jpg", "a.JPEG", "a.jfif", "a.jpe", "a.mpo", "a", "HEAD:a", "a.upload"])
def test_extensions_that_agree_or_promise_nothing(name: str) -> None:
    assert decode(JPEG, name).source.format == "jpeg"


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_size_is_refused_from_the_header(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import ImageFile

    def load(*_: object) -> None:
        raise AssertionError("pixels were decoded")

    data = encoded(gradient(), kind)
    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    error = refusal(data, limits=DecodeLimits(max_pixels=100))
    assert error.code == "QG-1205"
    assert "48x32" in error.message


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
@pytest.mark.parametrize("share", [0.1, 0.3, 0.6, 0.95])
def test_cut_files(kind: str, share: float) -> None:
    options = {"compression": "raw"} if kind == "TIFF" else {}
    data = encoded(gradient(), kind, **options)
    assert refusal(data[: int(len(data) * share)]).code in ("QG-1203", "QG-1204")


def test_cut_jpeg_with_an_end_marker_is_noticed() -> None:
    noise = PillowImage.fromarray(np.random.default_rng(0).integers(0, 256, (96, 96, 3), dtype=np.uint8))
    data = encoded(noise, "JPEG")
    assert refusal(data[: len(data) // 2] + b"\xff\xd9").code == "QG-1203"
    progressive = encoded(noise, "JPEG", progressive=True)
    assert refusal(progressive[: len(progressive) // 2] + b"\xff\xd9").code == "QG-1203"


def test_progressive_jpeg_cut_between_scans() -> None:
    data = encoded(gradient(), "JPEG", progressive=True)
    starts = [i for i in range(len(data) - 1) if data[i : i + 2] == b"\xff\xda"]
    assert len(starts) > 5
    for start in starts[1:]:
        assert refusal(data[:start] + b"\xff\xd9").code == "QG-1203"


def test_a_picture_that_ends_in_grey_is_not_taken_for_cut() -> None:
    for mode in ("L", "RGB"):
        grey = PillowImage.new(mode, (61, 33), 128 if mode == "L" else (128, 128, 128))
        assert decode(encoded(grey, "JPEG"), "grey.jpg").size == (61, 33)


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG", "AVIF", "TIFF"])
def test_animations_and_pages(kind: str) -> None:
    frames = [PillowImage.new("RGB", (16, 16), colour) for colour in ("red", "lime", "blue")]
    data = encoded(frames[0], kind, save_all=True, append_images=frames[1:])
    assert refusal(data).code == "QG-1207"


def test_gif_of_many_frames_is_refused_at_the_second() -> None:
    one = encoded(PillowImage.new("P", (4, 4)), "GIF")
    start = one.index(b"\x2c", 13 + 3 * 2)
    data = one[:start] + one[start:-1] * 20_000 + b";"
    assert refusal(data).code == "QG-1207"


def test_tiff_thumbnail_is_no_page() -> None:
    first = tiff(RGB)
    link = len(first) - RGB.nbytes  # where the pixels begin; the next-directory field stands before tag values
    plain = decode(first, "a.tif")
    count = struct.unpack_from("<H", first, 8)[0]
    position = 10 + 12 * count
    entry = struct.pack("<H", 1) + struct.pack("<HHII", 254, 4, 1, 1) + bytes(4)
    linked = first[:position] + struct.pack("<I", len(first)) + first[position + 4 :] + entry
    assert link > position
    assert np.array_equal(decode(linked, "a.tif").pixels, plain.pixels)
    page = entry.replace(struct.pack("<HHII", 254, 4, 1, 1), struct.pack("<HHII", 254, 4, 1, 0))
    assert refusal(linked[: len(first)] + page, "a.tif").code == "QG-1207"
    circle = first[:position] + struct.pack("<I", 8) + first[position + 4 :]
    assert refusal(circle, "a.tif").code == "QG-1207"


def png_without(kind: bytes) -> bytes:
    data = png(RGB)
    at = data.index(kind) - 4
    length = struct.unpack_from(">I", data, at)[0]
    return data[:at] + data[at + 12 + length :]


IHDR = struct.pack(">IIBBBBB", 48, 32, 8, 2, 0, 0, 0)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (png_without(b"IEND"), "QG-1203"),
        (png_without(b"IDAT"), "QG-1204"),
        (png_without(b"IHDR"), "QG-1204"),
        (png(RGB, before=[(b"IHDR", IHDR)]), "QG-1204"),
        (png(RGB, before=[(b"ABCD", b"")]), "QG-1204"),
        (png(RGB, after=[(b"tEXt", b"a\0b"), (b"IDAT", b"")]), "QG-1204"),
        (png(RGB)[:-20] + bytes(20), "QG-1204"),
        (png(RGB, before=[(b"tRNS", b"\0")]), "QG-1204"),
        (png(RGB[:20]).replace(struct.pack(">II", 48, 20), struct.pack(">II", 48, 32)), "QG-1204"),
        (SIGNATURE + png_chunk(b"IHDR", struct.pack(">IIBBBBB", 0, 5, 8, 2, 0, 0, 0)), "QG-1204"),
    ],
)
def test_png_structure(data: bytes, code: str) -> None:
    assert refusal(data).code == code


def test_png_with_fewer_rows_than_promised() -> None:
    rows = zlib.compress(b"".join(b"\0" + row.tobytes() for row in RGB[:20]))
    data = SIGNATURE + png_chunk(b"IHDR", IHDR) + png_chunk(b"IDAT", rows) + png_chunk(b"IEND", b"")
    assert refusal(data).code == "QG-1203"


def test_png_with_a_wrong_checksum_of_its_stream() -> None:
    rows = bytearray(zlib.compress(b"".join(b"\0" + row.tobytes() for row in RGB)))
    rows[-1] ^= 1
    data = SIGNATURE + png_chunk(b"IHDR", IHDR) + png_chunk(b"IDAT", bytes(rows)) + png_chunk(b"IEND", b"")
    assert refusal(data).code == "QG-1204"


@pytest.mark.parametrize(
    "chunk",
    [
        (b"iCCP", b"p\0\0" + zlib.compress(bytes(3_000_000))),
        (b"zTXt", b"Comment\0\0" + zlib.compress(bytes(3_000_000))),
        (b"iTXt", b"Comment\0\1\0\0\0" + zlib.compress(bytes(3_000_000))),
    ],
)
def test_metadata_bombs(chunk: tuple[bytes, bytes]) -> None:
    error = refusal(png(RGB, before=[chunk]), limits=DecodeLimits(max_metadata_bytes=1_000_000))
    assert error.code == "QG-1206"


@pytest.mark.parametrize(
    "data",
    [
        png(RGB, before=[(b"cICP", bytes([9, 16, 0, 1]))]),
        png(RGB, before=[(b"cICP", bytes([12, 18, 0, 1]))]),
    ],
)
def test_hdr(data: bytes) -> None:
    assert refusal(data).code == "QG-1212"


@pytest.mark.parametrize(
    "data",
    [
        with_segments(JPEG, *icc_segments(bytes(400))),
        with_segments(JPEG, *icc_segments(P3[:300])),
        with_segments(JPEG, *icc_segments(P3, 3, order=[0, 2])),
        with_segments(JPEG, *icc_segments(P3, 3, order=[0, 1, 2, 2])),
        with_segments(JPEG, *icc_segments(P3, 2, total=3)),
        with_segments(JPEG, *icc_segments(P3.replace(b"RGB XYZ", b"GRAYXYZ"))),
        with_segments(JPEG, *icc_segments(P3.replace(b"mntr", b"link"))),
        with_segments(JPEG, *icc_segments(P3.replace(b"rTRC", b"xTRC"))),
        png(RGB, before=[(b"iCCP", b"p\0\0" + b"noise")]),
        png(RGB, before=[(b"iCCP", b"p\0\0" + zlib.compress(P3)[:-30])]),
        png(RGB, before=[(b"gAMA", bytes(4))]),
        png(RGB, before=[(b"cHRM", bytes(32))]),
        png(RGB[..., 0], before=[(b"iCCP", b"p\0\0" + zlib.compress(P3))]),
    ],
)
def test_invalid_colour_is_never_silently_srgb(data: bytes) -> None:
    assert refusal(data).code == "QG-1214"


def test_cmyk_without_profile() -> None:
    assert refusal(encoded(PillowImage.new("CMYK", (8, 8)), "JPEG")).code == "QG-1213"
    assert refusal(encoded(PillowImage.new("CMYK", (8, 8)), "TIFF")).code == "QG-1213"
    assert refusal(tiff(np.zeros((4, 4, 4), np.uint16), photometric=5)).code == "QG-1213"


@pytest.mark.parametrize(
    "data",
    [
        tiff(RGB.astype(np.float32), more=[(339, 3, [3, 3, 3])]),
        tiff(RGB[..., 0].astype(np.uint32), photometric=1),
        tiff(RGB[..., 0].astype(np.uint16), photometric=1, more=[(339, 3, [2])]),
        tiff(RGB, photometric=32844),
    ],
)
def test_pixel_types_that_are_not_measured(data: bytes) -> None:
    assert refusal(data).code == "QG-1217"


def test_twelve_bit_jpeg_is_refused_by_name() -> None:
    at = JPEG.index(b"\xff\xc0") + 4
    assert refusal(JPEG[:at] + b"\x0c" + JPEG[at + 1 :]).code == "QG-1211"


def test_jpeg_of_very_many_scans_is_refused() -> None:
    start = JPEG.index(b"\xff\xda")
    assert refusal(JPEG[:start] + JPEG[start:-2] * 200 + b"\xff\xd9").code == "QG-1204"


def test_junk_after_the_end_is_tolerated() -> None:
    assert np.array_equal(decode(JPEG + b"junk" * 100, "a").pixels, decode(JPEG, "a").pixels)


def test_broken_exif_is_recorded_and_changes_nothing() -> None:
    data = with_segments(JPEG, jpeg_segment(0xE1, b"Exif\0\0II\x2a\0\xff\xff\xff\x7f"))
    image = decode(data, "a.jpg")
    assert image.source.settings["exif"] == "unreadable"
    assert image.size == (48, 32)
    assert decode(with_segments(JPEG, jpeg_segment(0xE1, b"Exif\0\0" + exif(6))), "a").size == (32, 48)


@pytest.mark.parametrize(
    ("kind", "data", "code"),
    [
        ("imagecodecs", png(RGB.astype(np.uint16) * 257), "QG-1211"),
        ("imagecodecs", tiff(RGB.astype(np.uint16) * 257), "QG-1211"),
        ("pillow_heif", box(b"ftyp", b"heic\0\0\0\0mif1heic") + box(b"meta", bytes(4)) + box(b"mdat", b""), "QG-1204"),
        ("imagecodecs", bytes.fromhex("ff0a0010b01308065000"), "QG-1215"),
    ],
)
def test_without_the_extra(kind: str, data: bytes, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    monkeypatch.setitem(sys.modules, kind, None)
    error = refusal(data)
    assert error.code == code
    if code != "QG-1204":
        assert error.hint is not None
        assert "image-qualitygate[formats]" in error.hint


def test_an_exception_of_the_decoder_is_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import ImageFile

    for raised in (RecursionError("deep"), struct.error("x"), SyntaxError("y\nz"), KeyError("k")):

        def load(*_: object, error: Exception = raised) -> None:
            raise error

        monkeypatch.setattr(ImageFile.ImageFile, "load", load)
        assert refusal(JPEG).code == "QG-1204"


def test_want_of_memory_is_no_fault_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    from PIL import ImageFile

    def load(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    error = refusal(JPEG)
    assert error.code == "QG-1306"
    assert "corrupt" not in str(error)


def test_warnings_of_the_decoder_are_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    import warnings

    from PIL import ImageFile

    def load(*_: object) -> None:
        warnings.warn_explicit("something is odd", UserWarning, "ImageFile.py", 1, module="PIL.ImageFile")

    monkeypatch.setattr(ImageFile.ImageFile, "load", load)
    assert "something is odd" in refusal(JPEG).message


@pytest.mark.parametrize(("most", "code"), [(len(JPEG) + 5, None), (len(JPEG) + 4, "QG-1206")])
def test_a_file_that_grows_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, most: int, code: str | None
) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(JPEG + b"grown")
    true = os.fstat

    def earlier(descriptor: int) -> os.stat_result:
        status = list(true(descriptor))
        status[stat.ST_SIZE] = len(JPEG)
        return os.stat_result(status)

    monkeypatch.setattr(os, "fstat", earlier)
    if code is None:
        assert read_file(path, "a.jpg", DecodeLimits(max_bytes=most)) == JPEG + b"grown"
        return
    with pytest.raises(DecodeError) as caught:
        read_file(path, "a.jpg", DecodeLimits(max_bytes=most))
    assert caught.value.code == code


def test_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(JPEG)
    assert read_file(path, "a.jpg") == JPEG
    assert decode_file(path).source.name == str(path)
    for wrong, limits, code in [
        (tmp_path / "missing.jpg", DecodeLimits(), "QG-1216"),
        (tmp_path, DecodeLimits(), "QG-1216"),
        (path, DecodeLimits(max_bytes=10), "QG-1206"),
    ]:
        with pytest.raises(DecodeError) as caught:
            read_file(wrong, "name", limits)
        assert caught.value.code == code
        assert caught.value.where == "name"
    path.write_bytes(b"")
    with pytest.raises(DecodeError) as caught:
        read_file(path, "a.jpg")
    assert caught.value.code == "QG-1210"
