"""A scratch repository with a gate in it: tiny pictures, a profile and a configuration on `main`, and a branch."""

from __future__ import annotations

import io
import os
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from PIL import Image

from qualitygate.auditing import Audit, audit

TODAY = date(2025, 10, 1)
BRAND = """schema = 1
[limits.delta_e_2000]
p50 = { fail = 2.0, warn = 1.0, severity = "S1", born_of = "PM-2025-09-27-01" }
max = { fail = 9.0 }
[limits.ssim]
mean = { fail = 0.9 }
[rules]
formats = ["png", "webp"]
[budget]
mean_kb = 50
"""
CONFIG = """[[sets]]
name = "landing"
reference = "approved"
candidate = "build"
profile = "brand"
"""

LUT = """extends = "lut"
[drift.grid]
max = { fail = 4.0, severity = "S1", born_of = "PM-2025-09-27-01" }
[quality.look]
roughness_ratio = 1.25
[palette]
red = "#d0021b"
blue = "#0057b8"
[[assign]]
files = ["luts/display/**"]
profile = "technical"
input = "log"
drift.grid.max = 6.0
"""
CUBE = "LUT_3D_SIZE 2\n" + "\n".join(f"{r} {g} {b}" for b in (0, 1) for g in (0, 1) for r in (0, 1)) + "\n"
LUT_SET = '[[luts]]\nname = "looks"\nfiles = ["luts/**"]\n'
PALETTE = """
[[palettes]]
name = "brand"
files = ["build/**"]
[[palettes.colours]]
name = "red"
value = "#d0021b"
tolerance = 2.0
capture = 8.0
max_outside = 0.02
min_coverage = 0.1
severity = "S1"
born_of = "PM-2025-09-27-01"
[[palettes.colours]]
name = "blue"
value = "#0057b8"
"""
BATCH = """
[[batches]]
name = "catalogue"
candidate = ["build/**"]
baseline = ["approved/**"]
[batches.limits]
b = { fail = 1.0, warn = 0.5 }
"""


def picture(shift: int = 0, size: tuple[int, int] = (32, 32)) -> bytes:
    """A PNG with some structure; `shift` is how far its red lies from that of the others."""
    made = Image.new("RGB", size)
    made.putdata([(100 + x + shift, 90 + y, 80 + (x + y) // 2) for y in range(size[1]) for x in range(size[0])])
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


@dataclass
class Shop:
    """The repository."""

    top: Path

    def git(self, *arguments: str) -> str:
        foreign = ("GIT_", "GITHUB_", "GITLAB_", "CI", "QUALITYGATE_")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        quiet = kept | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(["git", *arguments], cwd=self.top, capture_output=True, text=True, check=False, env=quiet)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.top / name).read_text(encoding="utf-8")
        assert old in text
        self.write(name, text.replace(old, new))

    def commit(self, message: str = "Change") -> str:
        self.git("add", "-A")
        self.git("commit", "-qm", message, "--allow-empty")
        return self.git("rev-parse", "HEAD")

    def merge(self) -> None:
        """Commit, and let main be that."""
        self.commit()
        self.git("branch", "-f", "main", "HEAD")

    def audit(self, base: str | None = "main", **options: Any) -> Audit:
        where = self.top / options.pop("below", "")
        settings = {"today": TODAY, "environ": {}, "measure": False, **options}
        return audit(where, base=base, **settings)

    def listed(self, **options: Any) -> list[tuple[str, str, str]]:
        """Kind, name and new value of everything that is looser, without notes."""
        found = self.audit(**options).answers
        return [(one.entry.kind.value, one.entry.change, one.entry.to) for one in found if one.entry.level == "error"]


def empty(top: Path) -> Shop:
    """A repository without a commit."""
    top.mkdir(parents=True)
    made = Shop(top)
    made.git("init", "-q", "-b", "main")
    made.git("config", "user.name", "A")
    made.git("config", "user.email", "a@example.org")
    return made


def shop(top: Path, below: str = "", config: str = CONFIG, name: str = "qualitygate.toml") -> Shop:
    """Two references and two candidates, a profile and a configuration, on main; the branch `change` is checked out."""
    made = empty(top)
    for file in ("coffee", "rocket"):
        for folder in ("approved", "build"):
            made.write(f"{below}{folder}/{file}.png", picture())
    made.write(f"{below}thresholds/brand.toml", BRAND)
    made.write(f"{below}{name}", config)
    made.commit("First")
    made.git("checkout", "-qb", "change")
    return made
