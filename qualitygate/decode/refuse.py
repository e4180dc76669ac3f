"""Early refusals: what can be said of bytes before any decoder sees them."""

from __future__ import annotations

from qualitygate.core.errors import DecodeError

_LFS_PREFIXES = (b"version https://git-lfs.github.com/spec/", b"version https://hawser.github.com/spec/")
_HTML_STARTS = (b"<!doctype html", b"<html", b"<head", b"<body")
# An LFS pointer file must be smaller than this (git-lfs specification, "The Pointer").
_LFS_MAX_BYTES = 1024


def refusal(code: str, message: str, hint: str | None = None) -> DecodeError:
    """A `DecodeError` that does not know the file's name yet; `decode` adds it."""
    return DecodeError(message, code=code, hint=hint)


def refuse_no_picture(data: bytes) -> None:
    """Refuse bytes that are known to be something other than a picture.

    Raises:
        DecodeError: QG-1210 for no bytes, QG-1208 for a Git LFS pointer, QG-1209 for an HTML page.
    """
    if not data:
        raise refusal("QG-1210", "the file is empty", "write or download it again")
    if len(data) <= _LFS_MAX_BYTES and data.startswith(_LFS_PREFIXES):
        raise refusal("QG-1208", "the file is a Git LFS pointer, not the picture", "run `git lfs pull`")
    # Servers put comments, an XML declaration or blank lines before the element.
    start = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith(_HTML_STARTS) or (start.startswith((b"<?xml", b"<!--")) and b"<html" in start):
        raise refusal("QG-1209", "the file is an HTML page, not a picture", "look at the download step")


def refuse_size(width: int, height: int, max_pixels: int) -> None:
    """Refuse a picture by the size in its header, before pixels are allocated.

    Raises:
        DecodeError: QG-1204 for a side of zero, QG-1205 for too many pixels.
    """
    if width <= 0 or height <= 0:
        raise refusal("QG-1204", f"the header says {width}x{height} pixels", "write or download it again")
    if width * height > max_pixels:
        raise refusal(
            "QG-1205",
            f"{width}x{height} are {width * height:,} pixels, the limit is {max_pixels:,}",
            "raise `limits.max_pixels` if it is genuine",
        )


def truncated(what: str) -> DecodeError:
    """QG-1203 saying what is missing."""
    return refusal("QG-1203", f"the file is cut short: {what}", "write or download it again")


def corrupt(what: str) -> DecodeError:
    """QG-1204 saying which rule is broken."""
    return refusal("QG-1204", f"the file is corrupt: {what}", "write or download it again")


def animation(frames: str) -> DecodeError:
    """QG-1207 saying how many frames or pages there are."""
    return refusal("QG-1207", f"the file holds {frames}", "compare the frames as single pictures")


def unsupported(what: str, hint: str = "convert it to 8- or 16-bit RGB or grey") -> DecodeError:
    """QG-1217 saying which pixel type is not measured."""
    return refusal("QG-1217", what, hint)


def no_ink_profile() -> DecodeError:
    """QG-1213: inks are no colour until a profile says which, and on which paper."""
    return refusal("QG-1213", "the picture is CMYK without a profile", "embed the ICC profile of its inks")
