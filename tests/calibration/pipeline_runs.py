"""What a pipeline that does not quite repeat itself makes of a photograph."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image as Pillow

PHOTOS = Path(__file__).resolve().parents[2] / "qualitygate" / "demo" / "photos"


def render(name: str, run: int, noise: float = 1.5, side: int = 200) -> Pillow.Image:
    """A photograph as run `run` of a generator makes it, every run a little different; unchanged for run -1."""
    with Pillow.open(PHOTOS / f"{name}.jpg") as picture:
        picture.thumbnail((side, side))
        pixels = np.asarray(picture.convert("RGB"), dtype=np.float64)
    if run < 0:
        return Pillow.fromarray(pixels.astype(np.uint8))
    rng = np.random.default_rng(run)
    noisy = pixels * (1 + rng.normal(0, 0.001)) + rng.normal(0, noise, pixels.shape)
    return Pillow.fromarray(np.clip(np.rint(noisy), 0, 255).astype(np.uint8))
