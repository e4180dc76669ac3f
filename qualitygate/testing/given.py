"""What a test handed over as one side of a comparison, as a file or as bytes that lose nothing."""

from __future__ import annotations

import io
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qualitygate.core.errors import ConfigError
from qualitygate.testing.arrays import encoded

if TYPE_CHECKING:
    from PIL.Image import Image

_MODES = ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")
_ORIENTATION = 0x0112
_EXTENSIONS: Mapping[str, str] = {"jpeg": ".jpg", "tiff": ".tif"}


@dataclass(frozen=True, slots=True)
class Given:
    """One side of a comparison.

    Attributes:
        label: What messages call it: its path, or what kind of object it is.
        path: Where it lies, None for what was only in memory.
        data: The file it would be, None where it lies on disk already.
        pixels: Whether only pixels were given, so that rules on the file say nothing of it.
    """

    label: str
    path: Path | None
    data: bytes | None = None
    pixels: bool = False

    def content(self) -> bytes:
        """The bytes of the file.

        Raises:
            ConfigError: QG-1401, it cannot be read.
        """
        if self.data is not None or self.path is None:
            return self.data or b""
        try:
            return self.path.read_bytes()
        except OSError as error:
            raise ConfigError(f"cannot be read: {error.strerror}", code="QG-1401", where=self.label) from None


def given(value: object, side: str, base: Path, root: Path) -> Given:
    """Take what a test handed over, or refuse it.

    Args:
        value: A path, encoded bytes, a PIL image, or an array of samples in sRGB.
        side: `candidate` or `reference`, for messages.
        base: Directory that a relative path is resolved against.
        root: Directory that labels are relative to.

    Raises:
        ConfigError: QG-1460.
    """
    match value:
        case str() | os.PathLike():
            path = base / os.fsdecode(value)
            if not os.fsdecode(value):
                raise _refused(side, "an empty path was given", "is a variable not set?")
            return Given(label_of(path, root), path)
        case bytes() | bytearray() | memoryview():
            data = bytes(value)
            return Given(f"{len(data):,} bytes", None, data)
    kind = f"{type(value).__module__.partition('.')[0]}.{type(value).__name__}"
    if kind == "numpy.ndarray" or kind.startswith("numpy."):
        return _array(value, side)
    if _is_pil(value):
        return _pil(value, side)
    hint = "a path, bytes, a PIL image or a numpy array is expected"
    if kind.startswith("torch."):
        hint = "hand over `tensor.permute(1, 2, 0).cpu().numpy()`, channels last"
    elif kind.startswith(("jax", "tensorflow.", "cupy.")):
        hint = "hand over a numpy array: `numpy.asarray(…)`, channels last"
    raise _refused(side, f"{kind.removeprefix('builtins.')} is no picture", hint)


def label_of(path: Path, root: Path) -> str:
    """A path as messages write it: from the root where it lies within, with `/`."""
    # Not resolved: a link is called what the user calls it.
    absolute = Path(os.path.normpath(path.absolute()))
    return (absolute.relative_to(root) if absolute.is_relative_to(root) else absolute).as_posix()


def extension(data: bytes) -> str:
    """File extension of the format that bytes are in.

    Raises:
        DecodeError: They are no picture.
    """
    from qualitygate.decode.sniff import sniff

    found = sniff(data)
    return _EXTENSIONS.get(found, f".{found}")


def _array(value: Any, side: str) -> Given:
    shape = "x".join(str(length) for length in value.shape)
    return Given(f"array {shape} {value.dtype}", None, encoded(value, side), pixels=True)


def _is_pil(value: object) -> bool:
    import sys

    module = sys.modules.get("PIL.Image")
    return module is not None and isinstance(value, module.Image)


def _pil(value: Any, side: str) -> Given:
    """Pixels, profile and orientation of a PIL image; nothing else of it changes what is seen."""
    image: Image = value
    if getattr(image, "n_frames", 1) > 1:
        raise _refused(side, f"the image has {value.n_frames} frames", "hand over one of them, as a copy")
    if not all(image.size):
        raise _refused(side, f"the image has no pixels ({image.width}x{image.height})", None)
    if image.mode not in _MODES:
        raise _refused(
            side,
            f"images of mode {image.mode} are not taken, since converting them is a choice",
            'convert it yourself, such as `image.convert("RGB")`',
        )
    options: dict[str, Any] = {}
    try:
        orientation = image.getexif().get(_ORIENTATION, 1)
        if orientation != 1:
            from PIL.Image import Exif

            exif = Exif()
            exif[_ORIENTATION] = orientation
            options["exif"] = exif
        buffer = io.BytesIO()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of unused metadata
            image.save(buffer, format="PNG", **options)
    except (OSError, ValueError, SyntaxError) as error:
        raise _refused(side, f"the image cannot be read: {error}", None) from None
    label = f"PIL image {image.width}x{image.height} {image.mode}"
    return Given(label, None, buffer.getvalue(), pixels=True)


def _refused(side: str, message: str, hint: str | None) -> ConfigError:
    return ConfigError(message, code="QG-1460", where=side, hint=hint)
