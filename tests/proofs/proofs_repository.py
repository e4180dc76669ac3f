"""A scratch repository in which something went wrong: real commits, tiny pictures, thresholds that were too loose."""

from __future__ import annotations

import io
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

ID = "PM-2025-09-27-01"
LOOSE = 'schema = 1\n[limits.delta_e_2000]\np50 = { fail = 40.0, severity = "S1" }\n'
TIGHT = LOOSE.replace("fail = 40.0", f'fail = 2.0, born_of = "{ID}", why = "a LUT drifted"')
CHECK = """
[check]
code = "QG-1001"
metric = "delta_e_2000"
statistic = "p50"
profile = "mine"
"""
CONFIG = """
[[sets]]
name = "hero"
reference = "approved"
candidate = "build"
profile = "mine"
pipeline = "look"
"""


def picture(shift: int = 0) -> bytes:
    """A PNG of 16 by 16 pixels with some structure; `shift` is how far it left the brand."""
    made = Image.new("RGB", (16, 16))
    made.putdata([(100 + x * 4 + shift, 90 + y * 4, 80 + x + y) for y in range(16) for x in range(16)])
    out = io.BytesIO()
    made.save(out, "PNG")
    return out.getvalue()


GOOD, BAD = picture(), picture(60)


@dataclass
class Scratch:
    """The repository, and the commits of its story."""

    top: Path
    parent: str = ""
    bad: str = ""
    fixed: str = ""
    tight: str = ""

    def git(self, *arguments: str) -> str:
        identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
        done = subprocess.run(
            ["git", *identity, *arguments], cwd=self.top, capture_output=True, text=True, check=False, env=quiet()
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.top / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def commit(self, message: str, **files: str | bytes) -> str:
        for name, content in files.items():
            self.write(name, content)
        self.git("add", "-A")
        self.git("commit", "-qm", message, "--allow-empty")
        return self.git("rev-parse", "HEAD")

    def case(
        self, proof: str | None = None, check: str = CHECK, kind: str = "real", more: str = "", top: str = ""
    ) -> Path:
        """Write a case with its three files; `proof` is the body of [proof], by default the commits of the story."""
        folder = f"fixtures/incidents/{ID}"
        for name, content in (("reference.png", GOOD), ("bad.png", BAD), ("fixed.png", GOOD)):
            self.write(f"{folder}/{name}", content)
        if proof is None:
            proof = (
                f'bad_commit = "{self.bad}"\nfixed_commit = "{self.fixed}"\n'
                'reference = "approved/a.png"\ncandidate = "build/a.png"\n'
            )
        body = f'incident = "{ID}"\ntitle = "The look drifted"\nkind = "{kind}"\n'
        body += top or 'reference = "reference.png"\nbad = "bad.png"\nfixed = "fixed.png"\n'
        return self.write(f"{folder}/case.toml", f"{body}{check}{more}\n[proof]\n{proof}")

    def repaired(self) -> str:
        """A commit of its own that puts the good picture back."""
        return self.commit("Fix it", **{"build/a.png": GOOD})

    @property
    def worktrees(self) -> list[str]:
        return [
            line for line in self.git("worktree", "list", "--porcelain").splitlines() if line.startswith("worktree ")
        ]


def quiet() -> dict[str, str]:
    """An environment without anybody's git configuration and without CI."""
    foreign = ("GIT_", "GITHUB_", "GITLAB_", "CI", "QUALITYGATE_", "PYTEST_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    return kept | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}


def story(top: Path) -> Scratch:
    """An approved picture, a commit that broke it unseen, one that fixed it, one that tightened the limit."""
    top.mkdir(parents=True)
    made = Scratch(top)
    made.git("init", "-q")
    made.git("config", "user.name", "A")
    made.git("config", "user.email", "a@example.org")
    first = {"approved/a.png": GOOD, "build/a.png": GOOD, "thresholds/mine.toml": LOOSE, "qualitygate.toml": CONFIG}
    made.parent = made.commit("Approve", **first)
    made.bad = made.commit("Update the look", **{"build/a.png": BAD})
    made.fixed = made.commit("Roll the look back", **{"build/a.png": GOOD})
    made.tight = made.commit("Tighten the limit", **{"thresholds/mine.toml": TIGHT})
    return made
