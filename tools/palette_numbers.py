"""The measured tables of `docs/palettes.md`: `python -m tools.palette_numbers [PHOTOGRAPH…]`, by default the demo's.

Photographs are looked at as they are and through both looks of the demo; banners are photographs with a band and a disc
of brand colours on them; packshots are pictures of things on a light ground.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from qualitygate.core.colour.css import lab_of
from qualitygate.core.lab_drift import STATISTICS
from qualitygate.core.palette import BrandColour, ColourFigures, Palette
from qualitygate.decode import decode
from qualitygate.demo.looks import Colours, Look, approved, drifted, grade
from qualitygate.demo.scene import photographs
from qualitygate.palette import measuring
from qualitygate.palette.batch import drift, gather
from qualitygate.palette.distribution import Distribution, distribution
from qualitygate.policy.lut_policy import load_lut_policy

FORMATS = (("PNG", 0), ("JPEG", 85), ("WEBP", 85), ("JPEG", 60))
SIZES = (8, 20, 50, 100)
_TRIALS = 100


def partly(share: float) -> Look:
    """The look that drifted, by a share of its way."""

    def look(colours: Colours) -> Colours:
        return colours + share * (drifted(colours) - colours)

    return look


def shifted(axis: int, by: float) -> Look:
    """Lightness or b* moved, by moving samples: 2.55 for a unit of L*, and about 1.3 of blue for one of b*."""
    step = np.array([1.0, 1.0, 1.0]) if axis == 0 else np.array([0.2, 0.05, -0.55])
    return lambda colours: np.clip(colours + step * (by * 2.55 / 255), 0.0, 1.0)


def encoded(picture: Image.Image, kind: str, quality: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **({"quality": quality} if quality else {}))
    return buffer.getvalue()


def figures(data: bytes, colours: Sequence[BrandColour], *, flat: bool = True) -> list[ColourFigures]:
    palette = Palette("measured", tuple(colours), flat=flat)
    inspection = measuring.inspect(decode(data, "measured"), None, palette)
    return [measuring.figures(reading) for reading in inspection.readings]


def brand(name: str, value: str, **limits: float) -> BrandColour:
    return BrandColour(name, value, lab_of(value), **limits)  # type: ignore[arg-type]


def banner(photo: Image.Image) -> Image.Image:
    """A photograph 1,200 px wide with a red band of 90 px and a teal disc of 80 px."""
    picture = photo.resize((1200, round(1200 * photo.height / photo.width)))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, picture.height - 90, 1200, picture.height), fill="#d0021b")
    pen.ellipse((30, 30, 110, 110), fill="#00857c")
    return picture


def packshot(thing: Image.Image, rng: np.random.Generator) -> Image.Image:
    """A thing on a ground that darkens downwards, with grain, 200 px wide."""
    ground = np.full((200, 200, 3), 238.0) + rng.normal(0, 1.5, (200, 200, 3)) - np.linspace(0, 18, 200)[:, None, None]
    picture = Image.fromarray(np.clip(ground, 0, 255).astype(np.uint8))
    side = int(rng.integers(80, 130))
    picture.paste(thing.resize((side, side)), ((200 - side) // 2, (200 - side) // 2))
    return picture


def crops(photo: Image.Image, count: int, rng: np.random.Generator) -> list[Image.Image]:
    made = []
    for _ in range(count):
        side = int(min(photo.size) * rng.uniform(0.5, 0.9))
        x, y = (int(rng.integers(0, length - side + 1)) for length in photo.size)
        made.append(photo.crop((x, y, x + side, y + side)).resize((200, 200)))
    return made


def of_photographs(photos: Sequence[Image.Image]) -> None:
    """How many photographs without any brand colour would fail, by what is counted, and how many get a note."""
    policy = load_lut_policy(Path("/nonexistent"))
    values = ["#{:02x}{:02x}{:02x}".format(*swatch.srgb) for swatch in policy.default.palette]
    colours = [brand(value, value) for value in values]
    every = areas = noted = total = 0
    for photo in photos:
        for look in (None, approved, drifted):
            for kind, quality in FORMATS[1:3]:
                data = encoded(photo if look is None else grade(photo, look), kind, quality)
                total += 1
                every += any(one.outside > 0.02 for one in figures(data, colours, flat=False))
                found = figures(data, colours)
                areas += any(one.outside > 0.02 for one in found)
                noted += any(one.nearby is not None for one in found)
    print(f"photographs against {len(colours)} colours: {total} pictures, fail: every pixel {every}, areas {areas}")
    print(f"pictures with a note on an area nearby: {noted}\n")


def of_banners(photos: Sequence[Image.Image]) -> None:
    red, teal = brand("red", "#d0021b"), brand("teal", "#00857c")
    print("| | red p98 | red within | teal p98 | fail |\n| --- | --- | --- | --- | --- |")
    looks: list[tuple[str, Look | None]] = [("as laid on", None)]
    looks += [(f"{share:.0%} of the drift", partly(share)) for share in (0.15, 0.3, 0.5, 1.0)]
    for name, look in looks:
        for kind, quality in FORMATS:
            found = [figures(encoded(banner(photo) if look is None else grade(banner(photo), look), kind, quality),
                             (red, teal)) for photo in photos]  # fmt: skip
            reds, teals = ([one[index].delta_e.get("p98", np.nan) for one in found] for index in (0, 1))
            fail = sum(max(pair) > 2 for pair in zip(reds, teals, strict=True))
            within = np.mean([one[0].coverage for one in found])
            print(f"| {name}, {kind} {quality or ''} | {min(reds):.1f}–{max(reds):.1f} | {within:.1%} "
                  f"| {min(teals):.1f}–{max(teals):.1f} | {fail} of {len(found)} |")  # fmt: skip
    print()


def of_gradients() -> None:
    """How many gradients around a blue fail, and how many bands of it that is off are found below them."""
    rng, (blue,) = np.random.default_rng(1), [brand("blue", "#1450b4")]
    fail = found = total = 0
    for trial in range(70):
        ends = [np.clip(np.array((0x14, 0x50, 0xB4)) + rng.integers(-90, 91, 3), 0, 255) for _ in range(2)]
        steps = np.rint(np.linspace(*ends, 400 if trial % 2 else 600)).astype(np.uint8)
        plain = np.broadcast_to(steps[:, None] if trial % 2 else steps[None], (400, 600, 3))
        banded = plain.copy()
        banded[330:] = (0x28, 0x5A, 0xB7)
        for kind, quality in FORMATS[:3]:
            total += 1
            for picture in (plain, banded):
                (one,) = figures(encoded(Image.fromarray(picture), kind, quality), (blue,))
                fail += picture is plain and one.outside > 0.02
                found += picture is banded and one.outside > 0.02
    print(f"{total} gradients, fail: {fail}; with a band that is off, found: {found}\n")


def of_batches(name: str, pool: Sequence[Image.Image], rng: np.random.Generator) -> None:
    """How often a drift is noticed, by the size of the batch, against 100 other pictures of the kind."""

    def taken(picture: Image.Image, look: Look | None) -> Distribution:
        graded = picture if look is None else grade(picture, look)
        return distribution(decode(encoded(graded, "PNG", 0), "measured"))

    defects: dict[str, Look | None] = {
        "none": None, "b* by 1": shifted(2, 1), "b* by 2": shifted(2, 2), "b* by 4": shifted(2, 4),
        "L* by -2": shifted(0, -2), "30 % of the drift": partly(0.3), "the drift": drifted,
    }  # fmt: skip
    plain = [taken(picture, None) for picture in pool]
    spread = np.std([one.means for one in plain], axis=0)
    print(f"{name}: {len(pool)} pictures, deviations of L*, a*, b*, C* between them {spread.round(1)}")
    for defect, look in defects.items():
        moved = plain if look is None else [taken(picture, look) for picture in pool]
        change = np.mean([one.means for one in moved], axis=0) - np.mean([one.means for one in plain], axis=0)
        row = [_noticed(plain, moved, size, rng) for size in SIZES]
        print(f"| {defect} | {change[2]:+.1f} | " + " | ".join(f"{hits} %" for hits in row) + " |", change.round(1))
    print()


def _noticed(plain: list[Distribution], moved: list[Distribution], size: int, rng: np.random.Generator) -> int:
    hits = 0
    for _ in range(_TRIALS):
        order = rng.permutation(len(plain))
        batch, base = gather(moved[i] for i in order[:size]), gather(plain[i] for i in order[size : size + 100])
        assert batch is not None
        assert base is not None
        found = drift(batch, base)
        hits += any(found[statistic].proven > 0.5 for statistic in STATISTICS)
    return hits


def main(arguments: Sequence[str]) -> None:
    photos = [Image.open(path).convert("RGB") for path in arguments] or list(photographs().values())
    for photo in photos:
        photo.thumbnail((2000, 2000))
    rng = np.random.default_rng(7)
    of_photographs(photos)
    of_gradients()
    of_banners(list(photographs().values()))
    pool = [crop for photo in photos for crop in crops(photo, -(-216 // len(photos)), rng)]
    of_batches("photographs", pool, rng)
    of_batches("packshots", [packshot(picture, rng) for picture in pool], rng)


if __name__ == "__main__":
    main(sys.argv[1:])
