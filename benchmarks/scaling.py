"""How cost grows: with the pixels of a picture, and with the pairs of a folder; slopes, and a plot of both."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import process_time

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw

from benchmarks.corridor_cases import gate, run, write_folder
from benchmarks.lpips_cases import enlarged
from benchmarks.pictures import image, photographs, recompressed
from qualitygate.imaging.lettering import font
from qualitygate.imaging.png import encode
from qualitygate.metrics.delta_e_2000 import DeltaE2000
from qualitygate.metrics.ssim import Ssim


@dataclass(frozen=True, slots=True)
class Growth:
    """Seconds of processor time against a size.

    Attributes:
        name, unit: What grows, in which unit.
        sizes, seconds: Measured.
        slope: Of log seconds over log size: 1 is linear.
    """

    name: str
    unit: str
    sizes: tuple[float, ...]
    seconds: tuple[float, ...]
    slope: float


def with_pixels(sides: tuple[int, ...] = (500, 1000, 2000, 4000), repeats: int = 5) -> list[Growth]:
    """DeltaE00 and SSIM of one pair, processor time, by megapixels."""
    found = []
    base = photographs(1000)
    for metric in (DeltaE2000(), Ssim()):
        seconds = []
        for side in sides:
            pixels = enlarged(base, side, side) if side != 1000 else base
            left, right = image(pixels), image(recompressed(pixels))
            metric.measure(left, right)
            seconds.append(median(_spent(lambda: metric.measure(left, right)) for _ in range(repeats)))  # noqa: B023
        found.append(_growth(metric.spec.label, "MP", [side * side / 1e6 for side in sides], seconds))
    return found


def with_pairs(counts: tuple[int, ...] = (25, 50, 100, 200), side: int = 500, repeats: int = 3) -> Growth:
    """The whole command over folders of more and more pairs, processor time beyond that of a single pair."""
    seconds = []
    with tempfile.TemporaryDirectory() as scratch:
        one = Path(scratch) / "one"
        write_folder(one, identical=0, near=1, side=side)
        start = median(run(gate(one, "--no-cache")).cpu for _ in range(repeats))
        for count in counts:
            folder = Path(scratch) / str(count)
            write_folder(folder, identical=0, near=count, side=side)
            spent = median(run(gate(folder, "--no-cache")).cpu for _ in range(repeats)) - start
            seconds.append(max(spent, 1e-3))  # a few tiny pairs are lost in the noise of starting
    return _growth("whole check", "pairs", [count - 1 for count in counts], seconds)


def plot(growths: list[Growth]) -> bytes:
    """Both axes logarithmic, the dots measured, the lines the fits; PNG."""
    width, height, left, top = 1120, 420, 70, 60
    sheet = Pillow.new("RGB", (width, height), (28, 28, 28))
    draw = ImageDraw.Draw(sheet)
    colours = ((90, 170, 255), (255, 170, 60), (120, 210, 130))
    wide = (width - left) // len(growths) - 40
    for index, growth in enumerate(growths):
        x0, y0, high = left + index * (wide + 40), top, height - top - 60
        x, y = np.log10(growth.sizes), np.log10(growth.seconds)
        across = (x - x.min()) / max(float(np.ptp(x)), 1e-9) * (wide - 40) + x0 + 20
        down = y0 + high - 20 - (y - y.min()) / max(float(np.ptp(y)), 1e-9) * (high - 40)
        draw.rectangle((x0, y0, x0 + wide, y0 + high), outline=(72, 72, 72))
        title = f"{growth.name}: slope {growth.slope:.2f}"
        draw.text((x0, y0 - 30), title, (236, 236, 236), font(18))
        draw.line([*zip(across.tolist(), down.tolist(), strict=True)], colours[index % 3], 2)
        for place_x, place_y, size, second in zip(across, down, growth.sizes, growth.seconds, strict=True):
            draw.ellipse((place_x - 4, place_y - 4, place_x + 4, place_y + 4), colours[index % 3])
            said = f"{second:.1f} s" if second >= 1 else f"{second * 1e3:.0f} ms"
            right = place_x > x0 + wide / 2
            draw.text(
                (place_x - (60 if right else -8), place_y - (4 if right else 22)), said, (165, 165, 165), font(13)
            )
            draw.text((place_x - 12, y0 + high + 8), f"{size:g}", (165, 165, 165), font(13))
        draw.text((x0 + wide - 40, y0 + high + 28), growth.unit, (165, 165, 165), font(14))
    return encode(sheet)


def _growth(name: str, unit: str, sizes: list[float], seconds: list[float]) -> Growth:
    slope = float(np.polyfit(np.log(sizes), np.log(seconds), 1)[0])
    return Growth(name, unit, tuple(sizes), tuple(seconds), slope)


def _spent(work: object) -> float:
    begun = process_time()
    work()  # type: ignore[operator]
    return process_time() - begun
