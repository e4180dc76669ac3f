"""Neighbours as whole processes over the gate's own folder of pairs: odiff, pixelmatch, reg-cli.

They answer another question (how many pixels differ by more than a threshold), read the same files, and write no
picture of the difference where they can be told not to. `npm install odiff-bin pixelmatch reg-cli` gives them; a
directory that has their `node_modules` is named by `--npm`.
"""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks.corridor_cases import Spent, _children, gate, run

# Exit codes that say "they differ" and nothing worse.
_DIFFERS = (0, 1, 22, 66)


@dataclass(frozen=True, slots=True)
class Neighbour:
    """One program.

    Attributes:
        name: With its version.
        over: Runs it over a folder with `reference/` and `candidate/`.
    """

    name: str
    over: Callable[[Path], Spent]


def neighbours(npm: Path) -> Iterator[Neighbour]:
    """Those that are installed below `npm`, in a fixed order."""
    modules = npm / "node_modules"
    native = sorted((modules / "@odiff").glob("*/odiff"))
    if native:
        yield Neighbour(f"odiff {_version(modules / 'odiff-bin')}", lambda root: _pair_by_pair([str(native[0])], root))
    if (modules / "pixelmatch").is_dir() and (node := shutil.which("node")):
        # Its own command line needs pngjs, which it brings.
        binary = str(modules / ".bin" / "pixelmatch")
        yield Neighbour(
            f"pixelmatch {_version(modules / 'pixelmatch')}", lambda root: _pair_by_pair([node, binary], root)
        )
    if (modules / "reg-cli").is_dir():
        yield Neighbour(
            f"reg-cli {_version(modules / 'reg-cli')}", lambda root: _reg(modules / ".bin" / "reg-cli", root)
        )


def our_folder(root: Path) -> Spent:
    """The gate over the folder: DeltaE00 and SSIM, all statistics, judged by the profile hero, nothing cached."""
    return run(gate(root, "--no-cache"))


def decoding(root: Path) -> Spent:
    """Pillow decodes every file of the folder once, in one process."""
    from benchmarks.corridor_cases import _DECODE

    return run([sys.executable, "-c", _DECODE, str(root)])


def _pair_by_pair(command: list[str], root: Path) -> Spent:
    """One process after the other, without a picture of the difference."""
    before, begun = _children(), time.perf_counter()
    for reference in sorted((root / "reference").iterdir()):
        _called([*command, str(reference), str(root / "candidate" / reference.name)])
    return Spent(_children() - before, time.perf_counter() - begun)


def _reg(binary: Path, root: Path) -> Spent:
    with tempfile.TemporaryDirectory() as scratch:
        before, begun = _children(), time.perf_counter()
        report = ["-J", f"{scratch}/reg.json", "-M", "0.1"]
        _called([str(binary), str(root / "candidate"), str(root / "reference"), f"{scratch}/diff", *report])
        return Spent(_children() - before, time.perf_counter() - begun)


def _called(command: list[str]) -> None:
    import subprocess

    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode not in _DIFFERS:
        raise RuntimeError(f"{command[0]}: exit code {done.returncode}\n{done.stderr}{done.stdout}")


def _version(package: Path) -> str:
    return str(json.loads((package / "package.json").read_text(encoding="utf-8"))["version"])
