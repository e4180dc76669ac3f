"""Print what known changes measure on the demo's photographs: `python -m tools.known_changes`."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from qualitygate import gate
from qualitygate.core.measurement import Measurement

PHOTOS = Path(__file__).resolve().parent.parent / "qualitygate" / "demo" / "photos"
# Metric, statistic, decimals: the columns of the table.
COLUMNS = (
    ("delta_e_2000", "mean", 2),
    ("delta_e_2000", "p95", 2),
    ("delta_e_2000", "worst_tile", 2),
    ("ssim", "mean", 3),
    ("ssim", "worst_tile", 3),
    ("lpips", "value", 3),
)
Change = tuple[str, Image.Image, str, dict[str, Any]]


def changes(picture: Image.Image) -> Iterator[Change]:
    """Name, changed picture, extension and options of each change."""
    plain = np.asarray(picture).astype(np.float64)
    yield "one level brighter", _picture(plain + 1), "png", {}
    for quality in (95, 85, 50, 20):
        yield f"JPEG quality {quality}", picture, "jpg", {"quality": quality}
    for percent in (3, 10):
        yield f"red {percent} % stronger", _picture(plain * [1 + percent / 100, 1, 1]), "png", {}
    yield "gamma 1.1", _picture(255 * (plain / 255) ** 1.1), "png", {}
    yield "blur, radius 1 px", picture.filter(ImageFilter.GaussianBlur(1)), "png", {}
    torn = plain.copy()
    torn[100:124, 200:224] = np.random.default_rng(1).integers(0, 255, (24, 24, 3))
    yield "24-pixel block destroyed", _picture(torn), "png", {}
    yield "moved by one pixel", _picture(np.roll(plain, 1, axis=1)), "png", {}


def _picture(pixels: NDArray[np.float64]) -> Image.Image:
    return Image.fromarray(np.clip(pixels, 0, 255).round().astype(np.uint8))


def main() -> None:
    rows: dict[str, list[list[float]]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        reference = Path(scratch) / "reference.png"
        for photo in sorted(PHOTOS.glob("*.jpg")):
            with Image.open(photo) as opened:
                picture = opened.convert("RGB")
            picture.save(reference)
            for name, changed, extension, options in changes(picture):
                candidate = Path(scratch) / f"candidate.{extension}"
                changed.save(candidate, **options)
                rows.setdefault(name, []).append(_measured(reference, candidate))
    for name, values in rows.items():
        ranges = [
            f"{min(column):.{decimals}f}–{max(column):.{decimals}f}"
            for column, (_, _, decimals) in zip(zip(*values, strict=True), COLUMNS, strict=True)
        ]
        print(f"| {name} | {' | '.join(ranges)} |")


def _measured(reference: Path, candidate: Path) -> list[float]:
    found = gate.compare(reference, candidate).measurements
    values = []
    for metric, statistic, _ in COLUMNS:
        result = found[metric]
        assert isinstance(result, Measurement), result
        values.append(result.values[statistic])
    return values


if __name__ == "__main__":
    main()
