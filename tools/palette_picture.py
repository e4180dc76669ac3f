"""Make the picture of `docs/palettes.md`: `python -m tools.palette_picture`."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PIL import ImageDraw

from qualitygate.core.colour.css import lab_of
from qualitygate.core.palette import BrandColour, Palette
from qualitygate.core.subject import Subject
from qualitygate.corridor.palette import judge_picture
from qualitygate.corridor.palette_task import PaletteTask
from qualitygate.demo.looks import drifted, grade
from qualitygate.demo.scene import photographs
from qualitygate.exhibiting.palette_panel import palette_panel

TARGET = Path(__file__).resolve().parent.parent / "docs" / "images" / "palette.png"
COLOURS = {"brand red": "#d0021b", "teal": "#00857c"}


def main() -> None:
    banner = photographs()["coffee"]
    pen = ImageDraw.Draw(banner)
    pen.rectangle((0, banner.height - 60, banner.width, banner.height), fill=COLOURS["brand red"])
    pen.ellipse((20, 20, 80, 80), fill=COLOURS["teal"])
    palette = Palette("campaign", tuple(BrandColour(name, value, lab_of(value)) for name, value in COLOURS.items()))
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "banner-new.webp"
        grade(banner, drifted).save(path, quality=85)
        task = PaletteTask(Subject("file", "campaign/banner-new.webp"), path, palette)
        panel = palette_panel(task, judge_picture(task))
    assert panel is not None
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(panel)


if __name__ == "__main__":
    main()
