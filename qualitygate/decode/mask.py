"""Masks from picture files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qualitygate.core.errors import ConfigError, DecodeError
from qualitygate.core.limits import DecodeLimits
from qualitygate.core.mask import Mask


def load_mask(path: Path, size: tuple[int, int]) -> Mask:
    """A mask picture as `(H, W)` booleans: True where it is at least half as bright as white.

    Brightness is the mean of the encoded channels over black, so that transparent means False.

    Args:
        path: A picture in any format that is read.
        size: Width and height it must have.

    Raises:
        ConfigError: QG-1401 when there is no such file, QG-1406 when the size is another, and the code of the
            refusal when it cannot be decoded.
    """
    from qualitygate.decode import decode, read_file  # the room's door imports this file

    if not path.is_file():
        raise ConfigError("the mask does not exist or is no file", code="QG-1401", where=str(path))
    try:
        limits = DecodeLimits()
        image = decode(read_file(path, str(path), limits), str(path), limits)
    except DecodeError as error:
        raise ConfigError(
            f"the mask cannot be used: {error.message}", code=error.code, where=str(path), hint=error.hint
        ) from None
    if image.size != size:
        found, wanted = f"{image.size[0]}x{image.size[1]}", f"{size[0]}x{size[1]}"
        raise ConfigError(
            f"the mask is {found} pixels and the picture {wanted}",
            code="QG-1406",
            where=str(path),
            hint=f"make the mask {wanted}",
        )
    brightness = image.pixels.mean(axis=-1, dtype=np.float64) / image.full_scale
    if image.alpha is not None:
        brightness *= image.alpha.astype(np.float64) / image.full_scale
    mask: Mask = brightness >= 0.5
    return mask
