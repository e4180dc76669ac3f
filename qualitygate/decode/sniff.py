"""Which format the bytes are, by their signature and never by the name; then whether the name agrees."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from qualitygate.decode.refuse import corrupt, refusal

_SUPPORTED = "PNG, JPEG, WebP, AVIF, TIFF, GIF, BMP; with the extra `formats` HEIC and JPEG XL"

# What is recognised in order to be refused by name: none of these reaches a decoder.
_REFUSED: tuple[tuple[bytes, str], ...] = (
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", "JPEG 2000"),
    (b"\xff\x4f\xff\x51", "JPEG 2000"),
    (b"\x00\x00\x01\x00", "ICO"),
    (b"\x00\x00\x02\x00", "CUR"),
    (b"icns", "ICNS"),
    (b"8BPS", "Photoshop"),
    (b"%!PS", "EPS or PostScript"),
    (b"\xc5\xd0\xd3\xc6", "EPS"),
    (b"%PDF", "PDF"),
    (b"DDS ", "DDS"),
    (b"BLP", "BLP"),
    (b"\x01\xda", "SGI"),
    (b"qoif", "QOI"),
    (b"v/1\x01", "OpenEXR"),
    (b"#?RADIANCE", "Radiance HDR"),
    (b"#?RGBE", "Radiance HDR"),
    (b"II\xbc\x01", "JPEG XR"),
    (b"SIMPLE  =", "FITS"),
    (b"\x8aMNG\r\n\x1a\n", "MNG"),
    (b"\x8bJNG\r\n\x1a\n", "JNG"),
    (b"\xd7\xcd\xc6\x9a", "WMF"),
    (b"gimp xcf", "GIMP"),
    (b"FORM", "IFF"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x1f\x8b", "gzip"),
    (b"<svg", "SVG"),
)
_NETPBM = re.compile(rb"P([1-7]|[fF])[\s#]")

EXTENSIONS: dict[str, frozenset[str]] = {
    ".png": frozenset({"png"}),
    ".apng": frozenset({"png"}),
    **dict.fromkeys((".jpg", ".jpeg", ".jpe", ".jfif", ".mpo"), frozenset({"jpeg"})),
    ".webp": frozenset({"webp"}),
    ".avif": frozenset({"avif"}),
    ".avifs": frozenset({"avif"}),
    # HEIF is the container of both; AVIF in .heif is within the standard, AV1 in .heic is not.
    **dict.fromkeys((".heif", ".hif"), frozenset({"heic", "avif"})),
    ".heic": frozenset({"heic"}),
    ".heics": frozenset({"heic"}),
    **dict.fromkeys((".tif", ".tiff"), frozenset({"tiff"})),
    ".gif": frozenset({"gif"}),
    ".bmp": frozenset({"bmp"}),
    ".dib": frozenset({"bmp"}),
    ".jxl": frozenset({"jxl"}),
    # Names of formats that are not read: a PNG in them is still misnamed.
    **dict.fromkeys((".jp2", ".j2k", ".ico", ".psd", ".eps", ".svg", ".ppm", ".pgm", ".pdf", ".exr"), frozenset()),
}
_AVIF_BRANDS = (b"avif", b"avis")
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs")


def sniff(data: bytes) -> str:
    """The format of the bytes: `png`, `jpeg`, `webp`, `avif`, `tiff`, `gif`, `bmp`, `heic` or `jxl`.

    Raises:
        DecodeError: QG-1201 for anything else, by its name where it has one; QG-1204 for a damaged PNG signature.
    """
    found = _supported(data)
    if found is not None:
        return found
    if b"IHDR" in data[:32] or data[:8].endswith(b"\r\n\x1a\n") or data[1:4] == b"PNG":
        raise corrupt("the PNG signature is damaged, as by a transfer in text mode")
    stripped = data[:512].removeprefix(b"\xef\xbb\xbf").lstrip()
    for signature, name in _REFUSED:
        if data.startswith(signature) or (signature == b"<svg" and b"<svg" in stripped[:512]):
            raise refusal("QG-1201", f"the file is {_article(name)} file, which is not read", f"read are {_SUPPORTED}")
    if _NETPBM.match(data[:3]):
        raise refusal("QG-1201", "the file is a Netpbm file, which is not read", f"read are {_SUPPORTED}")
    if data[4:8] == b"ftyp":
        brand = data[8:12].decode("latin-1")
        raise refusal("QG-1201", f"the file is an ISO media file of brand {brand!r}", f"read are {_SUPPORTED}")
    raise refusal("QG-1201", "the bytes are no picture in a supported format", f"read are {_SUPPORTED}")


def check_extension(name: str, found: str) -> None:
    """Refuse a name that promises another format; unknown and missing extensions promise nothing.

    Raises:
        DecodeError: QG-1202.
    """
    suffix = PurePosixPath(name).suffix.lower()
    allowed = EXTENSIONS.get(suffix)
    if allowed is not None and found not in allowed:
        right = next(ext for ext, formats in EXTENSIONS.items() if found in formats)
        raise refusal("QG-1202", f"the file is {_article(_TITLES[found])} file named {suffix}", f"rename it to {right}")


_TITLES = {
    "png": "PNG", "jpeg": "JPEG", "webp": "WebP", "avif": "AVIF", "tiff": "TIFF", "gif": "GIF", "bmp": "BMP",
    "heic": "HEIC", "jxl": "JPEG XL",
}  # fmt: skip


def _article(name: str) -> str:
    return f"an {name}" if name[0] in "AEIO" or name in ("SGI", "MNG", "SVG", "FITS") else f"a {name}"


def _supported(data: bytes) -> str | None:
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return "gif"
    if data[:4] in (b"II\x2a\x00", b"MM\x00\x2a", b"II\x2b\x00", b"MM\x00\x2b"):
        return "tiff"
    if data.startswith((b"\xff\x0a", b"\x00\x00\x00\x0cJXL \r\n\x87\n")):
        return "jxl"
    if data[:2] == b"BM" and len(data) >= 18 and data[14] in (12, 16, 40, 52, 56, 64, 108, 124):
        return "bmp"
    return _isobmff_brand(data)


def _isobmff_brand(data: bytes) -> str | None:
    """`avif` or `heic` by the major and compatible brands of the `ftyp` box (ISO/IEC 23008-12, 23000-22)."""
    if data[4:8] != b"ftyp":
        return None
    size = min(int.from_bytes(data[:4], "big"), 1024)
    brands = [data[8:12]] + [data[i : i + 4] for i in range(16, size, 4)]
    for brand in brands:
        if brand in _AVIF_BRANDS:
            return "avif"
        if brand in _HEIC_BRANDS:
            return "heic"
    return None
