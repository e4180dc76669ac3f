"""The pictures that cases start from: a file, a photograph of the demo, or one made from a seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw

from qualitygate.core.colour.view import composite, srgb
from qualitygate.core.errors import ConfigError
from qualitygate.decode import decode, read_file
from qualitygate.demo.scene import photographs
from qualitygate.rehearsing.encoding import Samples

SIZE = 640
"""Longer side of a synthetic reference, in pixels."""
_WHITE = (255, 255, 255)
_FALL = 1.3  # natural pictures: 0.7 to 1.5; soft as a resized photograph is


def reference(name: str, directory: Path, size: int | None, seed: int, where: str | None = None) -> Samples:
    """A reference as sRGB samples, uint8 `(H, W, 3)`.

    Args:
        name: `synthetic:photo-like`, `synthetic:screen`, `demo:coffee` and so on, or a path relative to `directory`.
        directory: Where relative paths begin.
        size: Longer side in pixels: larger pictures are reduced to it, synthetic ones are made so.
        seed: Of synthetic pictures.
        where: What to name in errors.

    Raises:
        ConfigError: QG-1405, there is no such picture; QG-1401, no such file.
        DecodeError: The file is no picture.
    """
    kind, _, rest = name.partition(":")
    if kind == "synthetic":
        if rest not in SYNTHETIC:
            raise _unknown(rest, SYNTHETIC, "synthetic reference", where)
        return SYNTHETIC[rest](size or SIZE, seed)
    if kind == "demo":
        photos = photographs()
        if rest not in photos:
            raise _unknown(rest, photos, "photograph", where)
        return _reduced(photos[rest], size)
    path = directory / name
    if not path.is_file():
        raise ConfigError(
            f"no such picture: {name}", code="QG-1401", where=where, hint="or name a synthetic: or demo: one"
        )
    samples, _ = srgb(composite(decode(read_file(path, name), name), _WHITE))
    return _reduced(Pillow.fromarray(np.rint(samples).astype(np.uint8)), size)


def photo_like(size: int, seed: int) -> Samples:
    """What photographs are made of: colours and light that fall off with frequency, edges of objects, a little grain.

    Natural pictures have amplitudes that go with about the inverse of spatial frequency (Field 1987, doi
    10.1364/JOSAA.4.002379), which is what makes codecs and SSIM behave as on photographs.
    """
    rng = np.random.default_rng([seed, 1])
    height, width = max(size * 3 // 4, 1), size
    light, warm, tint = (_falling(rng, height, width) for _ in range(3))
    y, x = np.mgrid[:height, :width] / size
    picture = np.stack([light + 0.25 * warm, light + 0.08 * tint, light - 0.25 * warm], axis=-1) * 26 + 118
    for _ in range(9):
        cx, cy, radius = rng.random(), rng.random() * 0.75, 0.03 + 0.12 * rng.random()
        inside = np.clip((radius - np.hypot(x - cx, y - cy)) * size, 0, 1)[..., None]
        colour = rng.integers(20, 235, 3) + 0.35 * (picture - 118)
        picture = picture * (1 - inside) + colour * inside
    picture += rng.normal(0, 0.5, picture.shape)
    return np.clip(np.rint(picture), 0, 255).astype(np.uint8)


def screen(size: int, seed: int) -> Samples:
    """A screen: flat colours, thin lines, discs, bars of text-like strokes."""
    rng = np.random.default_rng([seed, 2])
    height = max(size * 2 // 3, 1)
    picture = Pillow.new("RGB", (size, height), (248, 249, 251))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 0, size, height // 8), fill=(24, 60, 140))
    for row in range(height // 6, height - height // 8, max(height // 8, 4)):
        colour = tuple(int(value) for value in rng.integers(20, 230, 3))
        pen.rectangle((size // 20, row, size // 20 + height // 14, row + height // 14), fill=colour)
        at = size // 6
        while at < size * 3 // 4:
            stroke = int(rng.integers(2, 9))
            pen.line((at, row + 4, at + stroke, row + height // 16), fill=(30, 32, 40), width=1)
            at += stroke + 3
        pen.ellipse((size * 5 // 6, row, size * 5 // 6 + height // 14, row + height // 14), fill=colour)
        pen.line((size // 20, row + height // 10, size * 19 // 20, row + height // 10), fill=(200, 205, 215))
    return np.asarray(picture)


SYNTHETIC: Mapping[str, Callable[[int, int], Samples]] = {"photo-like": photo_like, "screen": screen}


def _falling(rng: np.random.Generator, height: int, width: int) -> NDArray[np.float64]:
    """Noise whose amplitude falls with the frequency, mean 0 and standard deviation 1."""
    spectrum = np.fft.rfft2(rng.normal(size=(height, width)))
    rows, columns = np.fft.fftfreq(height)[:, None], np.fft.rfftfreq(width)[None, :]
    frequency = np.hypot(rows, columns)
    frequency[0, 0] = np.inf
    field = np.fft.irfft2(spectrum / frequency**_FALL, s=(height, width))
    return np.asarray(field / max(float(field.std()), 1e-12))


def _reduced(picture: Pillow.Image, size: int | None) -> Samples:
    if size is not None:
        picture.thumbnail((size, size), Pillow.Resampling.LANCZOS)
    return np.asarray(picture.convert("RGB"))


def _unknown(name: str, known: Mapping[str, object], what: str, where: str | None) -> ConfigError:
    return ConfigError(f"no {what} {name!r}", code="QG-1405", where=where, hint=f"known: {', '.join(known)}")
