"""Neighbours as whole processes over the gate's own folder of pairs: odiff, pixelmatch, reg-cli.

They answer another question (how many pixels differ by more than a threshold), read the same files, and have no
picture of the difference to write: none is asked for, or no pixel exceeds the threshold of 0.1 that all three are
given or have. `npm install odiff-bin pixelmatch reg-cli` gives them; a directory that has their `node_modules` is named
by `--npm`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corridor_cases import Spent, children

# Exit codes that say "they differ" and nothing worse.
_DIFFERS = (0, 1, 22, 66)
_THRESHOLD = "0.1"


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One program.

    Attributes:
        name: With its version.
        over: Runs it over a folder with `reference/` and `candidate/`.
        promise: What we mean to take at most of its wall time; None where nothing was promised.
        counted: Whether the processor time of everything it starts can be seen.
    """

    name: str
    over: Callable[[Path], Spent]
    promise: float | None = None
    counted: bool = True


def neighbours(npm: Path) -> Iterator[Neighbour]:
    """Those that are installed below `npm`, in a fixed order."""
    modules = npm / "node_modules"
    native = sorted((modules / "@odiff").glob("*/odiff"))
    if native:
        odiff, name = [str(native[0])], f"odiff {_version(modules / 'odiff-bin')}"
        yield Neighbour(name, lambda root: _pair_by_pair(odiff, root), 1.0)
        cores = os.cpu_count() or 1
        yield Neighbour(f"{name}, {cores} at a time", lambda root: _pair_by_pair(odiff, root, cores))
    node = shutil.which("node")
    if (modules / "pixelmatch").is_dir() and node is not None:
        command = [node, str(modules / ".bin" / "pixelmatch")]
        yield Neighbour(f"pixelmatch {_version(modules / 'pixelmatch')}", lambda root: _pair_by_pair(command, root))
    if (modules / "reg-cli").is_dir() and node is not None:
        name, program = f"reg-cli {_version(modules / 'reg-cli')}", modules / ".bin" / "reg-cli"
        yield Neighbour(name, lambda root: _reg(program, root), counted=False)


def _pair_by_pair(command: list[str], root: Path, together: int = 1) -> Spent:
    """A process for each pair, so many at a time, without a picture of the difference."""
    lines = [
        [*command, str(reference), str(root / "candidate" / reference.name)]
        for reference in sorted((root / "reference").iterdir())
    ]
    before, begun = children(), time.perf_counter()
    if together == 1:
        for line in lines:
            _called(line)
    else:
        with ThreadPoolExecutor(together) as pool:
            list(pool.map(_called, lines))
    return Spent(children() - before, time.perf_counter() - begun)


def _reg(program: Path, root: Path) -> Spent:
    """One process that starts others by itself, with its defaults but for the threshold, which saves it pictures."""
    with tempfile.TemporaryDirectory() as scratch:
        before, begun = children(), time.perf_counter()
        folders = [str(root / "candidate"), str(root / "reference"), f"{scratch}/difference"]
        _called([str(program), *folders, "-J", f"{scratch}/reg.json", "-M", _THRESHOLD])
        return Spent(children() - before, time.perf_counter() - begun)


def _called(command: list[str]) -> None:
    """Run a program to its end.

    Raises:
        RuntimeError: It could not do its work; that pictures differ is no trouble.
    """
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in _DIFFERS:
        raise RuntimeError(f"{command[0]}: exit code {done.returncode}\n{done.stderr}{done.stdout}")


def _version(package: Path) -> str:
    return str(json.loads((package / "package.json").read_text(encoding="utf-8"))["version"])
