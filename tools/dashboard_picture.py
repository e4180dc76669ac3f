"""Make the documentation's picture of the dashboard: `python -m tools.dashboard_picture`. Needs Chromium.

It shows the incidents of the dashboard's tests.
"""

from __future__ import annotations

import io
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "images" / "dashboard.png"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
SIZE = {"width": 1280, "height": 980}


def main() -> None:
    sys.path.insert(0, str(ROOT / "tests" / "incidents"))
    from dashboard_cases import NOW, a_year, write

    with tempfile.TemporaryDirectory() as directory, sync_playwright() as driver:
        index = write(Path(directory), a_year())
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport=SIZE)
        page.clock.set_fixed_time(NOW)
        page.goto(index.as_uri())
        shot = page.screenshot()
        browser.close()
    # A picture of text needs few colours, and git keeps every byte; an octree keeps the rare ones, too.
    with Image.open(io.BytesIO(shot)) as picture:
        palette = picture.convert("RGB").quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        palette.save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
