"""Make the picture of `docs/calibrate.md` by its own first two blocks: `python -m tools.calibration_picture`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from qualitygate.demo.scene import write_scene

DOCS = Path(__file__).resolve().parent.parent / "docs"
TARGET = DOCS / "images" / "calibrate.png"


def main() -> None:
    page = (DOCS / "calibrate.md").read_text(encoding="utf-8")
    found = re.search(r"```python\n(.*?)```.*?\$ qualitygate (calibrate [^\n]*)", page, re.DOTALL)
    assert found is not None
    with tempfile.TemporaryDirectory() as directory:
        write_scene(Path(directory))
        subprocess.run([sys.executable, "-c", found[1]], cwd=directory, check=True)
        command = f'"{sys.executable}" -m qualitygate {found[2]}'
        subprocess.run(["bash", "-c", command], cwd=directory, env=os.environ, check=True)
        TARGET.write_bytes((Path(directory) / "calibrate.png").read_bytes())


if __name__ == "__main__":
    main()
