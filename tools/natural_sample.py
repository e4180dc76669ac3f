"""Make the natural-image colours of the LUT drift from the photographs of the demo: `python -m tools.natural_sample`.

Each photograph is reduced by area averaging, which removes noise and JPEG artefacts, to about 380 pixels; all of them
are taken, so that colours count as often as they fill the picture.
"""

from __future__ import annotations

from pathlib import Path

from PIL import Image

PACKAGE = Path(__file__).resolve().parent.parent / "qualitygate"
PHOTOS = PACKAGE / "demo" / "photos"
SAMPLE = PACKAGE / "luts" / "natural.txt"
PIXELS = 380

_HEAD = """\
# Colours of natural pictures, 8-bit sRGB, one per line. Made by `python -m tools.natural_sample` from the photographs
# in qualitygate/demo/photos, which are CC0 or public domain (see LICENCES.md there):
# {names}.
"""


def colours(photo: Path) -> list[tuple[int, int, int]]:
    """The pixels of a photograph reduced to about `PIXELS` of them, row by row."""
    picture = Image.open(photo).convert("RGB")
    scale = (PIXELS / (picture.width * picture.height)) ** 0.5
    small = picture.resize((round(picture.width * scale), round(picture.height * scale)), Image.Resampling.BOX)
    data = small.tobytes()
    return [(data[at], data[at + 1], data[at + 2]) for at in range(0, len(data), 3)]


def sample() -> str:
    """The whole file."""
    photos = sorted(PHOTOS.glob("*.jpg"))
    lines = [f"{red} {green} {blue}\n" for photo in photos for red, green, blue in colours(photo)]
    return _HEAD.format(names=", ".join(photo.name for photo in photos)) + "".join(lines)


if __name__ == "__main__":
    SAMPLE.write_text(sample(), encoding="ascii")
