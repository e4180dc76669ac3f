"""Make the documentation's picture of the HTML report: `python -m tools.report_picture`. Needs Chromium.

It shows the demo's drifted look.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from qualitygate.demo.scene import write_scene

TARGET = Path(__file__).resolve().parent.parent / "docs" / "images" / "report.png"
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
CHECK = ("check", "reference", "candidate-drifted", "--profile", "hero", "--metric", "delta_e_2000", "--no-incident")


def main() -> None:
    with tempfile.TemporaryDirectory() as directory, sync_playwright() as driver:
        scene = write_scene(Path(directory) / "demo")
        line = [sys.executable, "-m", "qualitygate", *CHECK, "--report", "html=report", "--output", os.devnull]
        code = subprocess.run(line, cwd=scene.good.parent, check=False).returncode
        if code != 1:
            raise SystemExit(f"the drifted look should fail with exit code 1, not {code}")
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        page = browser.new_page(viewport={"width": 1280, "height": 820})
        page.goto(f"{(scene.good.parent / 'report/index.html').as_uri()}#/coffee.webp")
        page.wait_for_function("() => Array.from(document.images).every((one) => one.complete)")
        shot = page.screenshot()
        browser.close()
    # Photographs and a scale of colours: with fewer of them it would show steps that the report has not.
    with Image.open(io.BytesIO(shot)) as picture:
        picture.convert("RGB").save(TARGET, optimize=True)


if __name__ == "__main__":
    main()
