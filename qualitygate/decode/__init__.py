"""The front door for pictures: bytes to an `Image` whose encoding is known, or one named refusal."""

from __future__ import annotations

import hashlib
import os
import re
import zlib
from dataclasses import replace
from functools import cache
from pathlib import Path

from qualitygate.core.errors import DecodeError
from qualitygate.core.image import Image, Source
from qualitygate.core.installed_packages import contents
from qualitygate.core.installed_packages import version as installed
from qualitygate.core.limits import DecodeLimits
from qualitygate.core.measurement import Setting
from qualitygate.core.native import KernelError, kernels
from qualitygate.decode import png_samples
from qualitygate.decode.colour import resolve
from qualitygate.decode.exif import orient
from qualitygate.decode.formats import FORMATS
from qualitygate.decode.mask import load_mask
from qualitygate.decode.raster import drop_opaque
from qualitygate.decode.refuse import corrupt, refuse_no_picture
from qualitygate.decode.sniff import check_extension, sniff

__all__ = ["decode", "decode_file", "decoder_contents", "decoder_versions", "load_mask", "read_file"]

_OPTIONAL = ("zlib-ng", "imagecodecs", "pillow-heif", "pillow-jxl-plugin")
# Where wheels of Pillow keep libjpeg, libwebp and the others: beside it on Linux, within on macOS, in it on Windows.
_BUNDLED = re.compile(r"^(?:pillow\.libs/|PIL/\.dylibs/|PIL/_imaging\.[^,]*\.pyd,)", re.MULTILINE)


def read_file(path: Path, name: str, limits: DecodeLimits = DecodeLimits()) -> bytes:  # noqa: B008 (frozen)
    """The bytes of a file, whose size is looked at before it is read.

    Args:
        path: Where it is.
        name: What messages call it.
        limits: `max_bytes` holds.

    Raises:
        DecodeError: QG-1216 when it cannot be opened or is no regular file, QG-1206 when it is too large, QG-1210
            when it is empty.
    """
    try:
        if not path.is_file():
            missing = "it is no regular file" if path.exists() else "there is no such file"
            raise DecodeError(f"the file cannot be read: {missing}", code="QG-1216", where=name)
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            data = stream.read(size + 1) if size <= limits.max_bytes else None
            if data is not None and len(data) > size:
                # It grows meanwhile; one byte more than allowed is enough to know.
                data += stream.read(limits.max_bytes + 1 - len(data))
    except OSError as error:
        raise DecodeError(f"the file cannot be read: {error.strerror}", code="QG-1216", where=name) from None
    if data is None or len(data) > limits.max_bytes:
        raise DecodeError(
            f"the file is larger than {limits.max_bytes:,} bytes",
            code="QG-1206",
            where=name,
            hint="raise `limits.max_bytes` if it is genuine",
        )
    if not data:
        raise DecodeError("the file is empty", code="QG-1210", where=name, hint="write or download it again")
    return data


def decode_file(path: str | Path, limits: DecodeLimits = DecodeLimits()) -> Image:  # noqa: B008 (frozen)
    """Read and decode a picture; its path is its name.

    Raises:
        DecodeError: As `read_file` and `decode`.
    """
    return decode(read_file(Path(path), str(path), limits), str(path), limits)


def decode(data: bytes, name: str, limits: DecodeLimits = DecodeLimits()) -> Image:  # noqa: B008 (frozen)
    """Decode a picture: pure over its bytes.

    Nothing is guessed: a file is decoded to samples whose encoding is known, or refused by a stable code. Untagged
    pictures are sRGB (CSS Color 4, 12.2), and recorded as such.

    Args:
        data: The file.
        name: What messages call it; its extension, where it has one of a picture, must agree with the bytes.
        limits: Hold before pixels are allocated.

    Returns:
        An upright `Image` of 8 or 16 bits, alpha straight and None when opaque.

    Raises:
        DecodeError: QG-1201 to QG-1217, or QG-1306 for want of memory, see `qualitygate.core.codes`; `where` is `name`.
            No file raises anything else.
    """
    try:
        return _decode(data, name, limits)
    except DecodeError as error:
        raise DecodeError(error.message, code=error.code, where=name, hint=error.hint) from None
    except KernelError:
        raise  # no file is to blame
    except MemoryError as error:
        # Nor is it here, as a rule: what a file may ask for was looked at before.
        message = "there was not enough memory to decode it"
        hint = "lower `workers` or `limits.max_pixels`, or use a larger machine"
        raise DecodeError(message, code="QG-1306", where=name, hint=hint) from error
    except Exception as error:
        # Decoders raise whatever they like on hostile files: struct.error, SyntaxError, RecursionError.
        text = " ".join(f"{type(error).__name__}: {error}".split())[:200].rstrip(": ")
        code = "QG-1203" if "truncated" in text.lower() else "QG-1204"
        what = "cut short" if code == "QG-1203" else "corrupt"
        message = f"the file is {what}: the decoder says {text}"
        raise DecodeError(message, code=code, where=name, hint="write or download it again") from error


def _decode(data: bytes, name: str, limits: DecodeLimits) -> Image:
    refuse_no_picture(data)
    found = sniff(data)
    check_extension(name, found)
    reader = FORMATS[found]
    header = reader.header(data, limits)
    raster = reader.raster(header, limits)
    if raster.icc is not None:
        header = replace(header, icc=raster.icc)
    samples, encoding, space, colour = resolve(raster, header)
    alpha = drop_opaque(raster.alpha)
    settings: dict[str, Setting] = {"decoder": raster.decoder, **header.settings, **colour}
    if header.orientation != 1:
        settings["orientation_applied"] = header.orientation
    if header.orientation != 1 and not raster.oriented:
        samples = orient(samples, header.orientation)
        alpha = None if alpha is None else orient(alpha, header.orientation)
    if samples.shape[0] == 0 or samples.shape[1] == 0:
        raise corrupt("the decoder gave no pixels")
    source = Source(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        format=found,
        width=samples.shape[1],
        height=samples.shape[0],
        bit_depth=header.bit_depth,
        colour_space=space,
        has_alpha=alpha is not None,
        subsampling=header.subsampling,
        lossless=header.lossless,
        settings=settings,
    )
    return Image(samples, encoding, source, alpha)


def decoder_contents() -> dict[str, str]:
    """What tells one set of decoders from another, without loading any: digests of what is installed of each.

    Where that does not cover the libraries that Pillow decodes with, since a system brings them, the versions of all.
    """
    found = {"png": png_samples.kernels_name() if kernels() is not None else "", "zlib": zlib.ZLIB_RUNTIME_VERSION}
    for name in ("pillow", *_OPTIONAL):
        listed = contents(name)
        if listed is None and name != "pillow" and installed(name) is None:
            continue
        if listed is None or (name == "pillow" and not _BUNDLED.search(listed)):
            return found | decoder_versions()
        found[name] = hashlib.sha256(listed.encode()).hexdigest()
    return found


def decoder_versions() -> dict[str, str]:
    """What decodes and converts here: Pillow, its libraries, and the optional decoders that are installed."""
    return dict(_versions())


@cache
def _versions() -> tuple[tuple[str, str], ...]:
    import PIL
    from PIL import features

    found: dict[str, str | None] = {
        "pillow": PIL.__version__,
        "libjpeg-turbo" if features.check_feature("libjpeg_turbo") else "libjpeg": features.version("libjpeg_turbo")
        or features.version("jpg"),
        "libwebp": features.version("webp"),
        "libavif": features.version("avif"),
        "libtiff": features.version("libtiff"),
        "zlib": features.version("zlib"),
        "littlecms": features.version("littlecms2"),
        "png": png_samples.decoder_name() if kernels() is not None else None,
        **{name: installed(name) for name in _OPTIONAL},
    }
    return tuple((name, version) for name, version in found.items() if version)
