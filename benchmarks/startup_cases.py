"""What starting costs: whole processes against bare Python and against importing NumPy. Processor time of children."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image as Pillow

from benchmarks import ordinary_environment
from benchmarks.pictures import Pixels

_RUN = "import sys; from qualitygate.__main__ import {function} as main; sys.argv[0] = {name!r}; main()"


@dataclass(frozen=True, slots=True)
class StartUp:
    """One command.

    Attributes:
        name: What it is called.
        milliseconds: User and system time, median.
        against: What it is held against.
        ratio: Median through that; less is faster.
        target: What the ratio is meant to stay below.
    """

    name: str
    milliseconds: float
    against: str
    ratio: float
    target: float


def commands(directory: Path, pixels: Pixels) -> dict[str, tuple[Sequence[str], str, float]]:
    """The commands, what each is held against, and its target; their files are written to a directory.

    Args:
        directory: Empty directory.
        pixels: A picture of a million pixels.
    """
    for side in ("reference", "candidate"):
        (directory / side).mkdir()
        Pillow.fromarray(pixels).save(directory / side / "a.png")
    _write_cube(directory / "look.cube", 33)
    pair = [os.fspath(directory / side / "a.png") for side in ("reference", "candidate")]
    sets = [os.fspath(directory / side) for side in ("reference", "candidate")]
    gate, luts = ("main", "qualitygate"), ("validate_lut", "validate-lut")
    return {
        "qualitygate --help": (_command(*gate, "--help"), "python", 5.0),
        "validate-lut, 33 nodes": (_command(*luts, os.fspath(directory / "look.cube")), "numpy", 2.5),
        "compare, equal pictures": (_command(*gate, "compare", *pair), "numpy", 2.5),
        "compare --profile ui, equal pictures": (_command(*gate, "compare", *pair, "--profile", "ui"), "numpy", 2.5),
        "check --profile ui, one equal pair": (_command(*gate, "check", *sets, "--profile", "ui"), "numpy", 2.5),
    }


def start_ups(directory: Path, pixels: Pixels, repetitions: int = 9) -> list[StartUp]:
    """Measure every command in turn with `python -c pass` and `python -c "import numpy"`.

    Byte code is written by a first run that does not count, as an installer would; the interpreter runs with the flags
    of a console script. OpenBLAS has one thread everywhere, as this package would choose: the second waits busily, and
    would make `import numpy` look twice as slow as it is.
    """
    bases = {"python": [sys.executable, "-c", "pass"], "numpy": [sys.executable, "-c", "import numpy"]}
    ours = commands(directory, pixels)
    lines: dict[str, Sequence[str]] = {**bases, **{name: command for name, (command, _, _) in ours.items()}}
    environ = {name: value for name, value in ordinary_environment().items() if name != "PYTHONDONTWRITEBYTECODE"}
    environ["OPENBLAS_NUM_THREADS"] = "1"
    environ["QUALITYGATE_CACHE"] = os.fspath(directory / "cache")
    for line in lines.values():
        _seconds(line, environ)
    times: dict[str, list[float]] = {name: [] for name in lines}
    for _ in range(repetitions):
        for name, line in lines.items():
            times[name].append(_seconds(line, environ))
    found = {name: median(values) for name, values in times.items()}
    return [
        StartUp(name, found[name] * 1e3, against, found[name] / found[against], target)
        for name, (_, against, target) in ours.items()
    ]


def _command(function: str, name: str, *arguments: str) -> list[str]:
    return [sys.executable, "-c", _RUN.format(function=function, name=name), *arguments]


def _seconds(command: Sequence[str], environ: Mapping[str, str]) -> float:
    """User and system time of a process and what it started. POSIX only.

    Raises:
        RuntimeError: It failed.
    """
    import resource

    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, check=False, env=dict(environ))
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: exit {done.returncode}: {done.stderr.decode(errors='replace')}")
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def _write_cube(path: Path, size: int) -> None:
    """A smooth look."""
    steps = np.linspace(0.0, 1.0, size)
    blue, green, red = (axis.ravel() for axis in np.meshgrid(steps, steps, steps, indexing="ij"))
    table = np.column_stack((red**1.1, green, blue**0.95))
    lines = "\n".join(" ".join(f"{value:.6f}" for value in node) for node in table)
    path.write_text(f"LUT_3D_SIZE {size}\n{lines}\n", encoding="utf-8")
