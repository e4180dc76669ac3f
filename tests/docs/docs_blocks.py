"""Code blocks of a Markdown page, and a scratch directory to run them in one after the other."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^(?P<indent> *)```(?P<info>[^\n`]*)\n(?P<text>.*?)^(?P=indent)```[ ]*$", re.MULTILINE | re.DOTALL)
# What a fresh environment is needed for; `tests/test_fresh_environment.py` runs these.
_INSTALLING = re.compile(r"^(?:pip install|git clone https?|pre-commit install)\b[^&]*(?:&& )?(?:pytest\b.*)?")
_ANYTHING = "…"


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced block.

    Attributes:
        page: Path of the page, for messages.
        line: Line of the fence.
        language: First word after the fence.
        options: Further words, such as `config` or `file=NAME`.
        text: What stands between the fences.
    """

    page: Path
    line: int
    language: str
    options: tuple[str, ...]
    text: str

    @property
    def file(self) -> str | None:
        """Name of the file that the block is, None for one that is no file."""
        return next((option.removeprefix("file=") for option in self.options if option.startswith("file=")), None)

    @property
    def commands(self) -> Iterator[tuple[str, str]]:
        """Commands of a console block, each with the output shown after it."""
        for part in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command.strip(), output


def blocks(page: Path) -> list[Block]:
    """Every fenced block of a page."""
    text = page.read_text(encoding="utf-8")
    found = []
    for match in _FENCE.finditer(text):
        language, *options = match["info"].split() or [""]
        body = re.sub(rf"^{match['indent']}", "", match["text"], flags=re.MULTILINE)
        found.append(Block(page, text.count("\n", 0, match.start()) + 1, language, tuple(options), body))
    return found


def agrees(shown: str, real: str) -> bool:
    """Whether output is as shown. `…` alone on a line stands for any lines, within a line for any characters."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == _ANYTHING else ".*?".join(map(re.escape, line.split(_ANYTHING))) + r"[ ]*\n"
        for line in shown.rstrip().splitlines()
    )
    return re.fullmatch(pattern, real.rstrip() + "\n") is not None


class Scratch:
    """A directory, a working directory within it that `cd` moves, and what is installed there."""

    def __init__(self, directory: Path, environment: dict[str, str]) -> None:
        self.top = directory
        self.here = directory
        self.site = directory / ".site"
        self.site.mkdir()
        self.environment = {**environment, "PYTHONPATH": f"{environment['PYTHONPATH']}:{self.site}"}

    def run(self, command: str) -> tuple[int, str]:
        """Run a shell command in the working directory; its exit code and both streams together."""
        if installing := _INSTALLING.match(command):
            self._install(installing[0])
            command = command[installing.end() :]
            if not command:
                return 0, ""
        where = self.top / ".where"
        script = f"{command}\nstatus=$?\npwd > {shlex.quote(str(where))}\nexit $status\n"
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.here,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )
        if where.is_file():
            self.here = Path(where.read_text(encoding="utf-8").strip())
        return done.returncode, done.stdout

    def python(self, code: str) -> tuple[int, str]:
        """Run Python code in the working directory."""
        return self.run(f"{shlex.quote(sys.executable)} - <<'END_OF_BLOCK'\n{code}\nEND_OF_BLOCK")

    def write(self, name: str, text: str) -> None:
        """Write a file of the page."""
        target = self.here / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")

    def _install(self, command: str) -> None:
        """What `pip install .` does for the gate: modules on the path and the entry points of `pyproject.toml`.

        Building a wheel takes a build backend from the network; this is what the wheel would hold.
        """
        if command != "pip install .":
            return
        project = tomllib.loads((self.here / "pyproject.toml").read_text(encoding="utf-8"))
        name, version = project["project"]["name"].replace("-", "_"), project["project"]["version"]
        for module in project["tool"]["hatch"]["build"]["targets"]["wheel"]["only-include"]:
            (self.site / module).write_bytes((self.here / module).read_bytes())
        metadata = self.site / f"{name}-{version}.dist-info"
        metadata.mkdir()
        (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        groups = [
            f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in points.items())
            for group, points in project["project"]["entry-points"].items()
        ]
        (metadata / "entry_points.txt").write_text("\n".join(groups), encoding="utf-8")
