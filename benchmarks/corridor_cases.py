"""The gate as a whole process over a folder of pairs: cold, again, in how much memory. Beside mere decoding by Pillow.

Every function returns numbers.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
from PIL import Image as Pillow

from benchmarks import ordinary_environment
from benchmarks.memory import peak_memory
from benchmarks.pictures import Pixels, photographs

_DECODE = """
import sys
from pathlib import Path
from PIL import Image
for name in ("reference", "candidate"):
    for path in sorted((Path(sys.argv[1]) / name).iterdir()):
        with Image.open(path) as picture:
            picture.load()
"""
METRICS = ("--metric", "delta_e_2000", "--metric", "ssim")


@dataclass(frozen=True, slots=True)
class Spent:
    """What a whole process took, its children included.

    Attributes:
        cpu, wall: Seconds.
    """

    cpu: float
    wall: float


@dataclass(frozen=True, slots=True)
class FolderTimes:
    """Medians over several repeats, and ratios of CPU time to Pillow's decoding of the same files in the same repeat.

    Attributes:
        pillow, cold, again: Decoding alone; a first run with an empty cache; a second one, nothing changed.
        cold_ratio, again_ratio: `cold` and `again` through `pillow`.
    """

    pillow: Spent
    cold: Spent
    again: Spent
    cold_ratio: float
    again_ratio: float


def write_folder(root: Path, *, identical: int, near: int, side: int = 1000) -> None:
    """PNG pairs of photographs with the noise of a camera: byte-identical ones, then such that differ everywhere.

    Args:
        root: Gets `reference/` and `candidate/`.
        identical, near: How many pairs of each kind.
        side: Pixels on each side.
    """
    base = photographs(512)
    base = np.tile(base, (-(-side // 512), -(-side // 512), 1))[:side, :side]
    for name in ("reference", "candidate"):
        (root / name).mkdir(parents=True)

    def write(number: int) -> None:
        turned = np.roll(base, (37 * number, 53 * number), axis=(0, 1))
        reference = noisy(turned, np.random.default_rng((6, number)))
        places = [root / name / f"{number:03}.png" for name in ("reference", "candidate")]
        Pillow.fromarray(reference).save(places[0])
        if number < identical:
            places[1].write_bytes(places[0].read_bytes())
        else:
            Pillow.fromarray(np.where(reference < 255, reference + 1, 254).astype(np.uint8)).save(places[1])

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(write, range(identical + near)))


def linked_folder(root: Path, *, pairs: int, side: int, different: int = 4) -> None:
    """Many large pairs that take little space: a few, each under many names."""
    write_folder(root, identical=0, near=different, side=side)
    for name in ("reference", "candidate"):
        for number in range(different, pairs):
            os.link(root / name / f"{number % different:03}.png", root / name / f"{number:03}.png")


def noisy(pixels: Pixels, generator: np.random.Generator) -> Pixels:
    """A photograph with noise of about two levels, which is what keeps real ones from compressing well."""
    noise = generator.normal(0.0, 2.0, pixels.shape)
    return np.clip(pixels + noise, 0, 255).astype(np.uint8)


def folder_times(root: Path, *, repeats: int = 3) -> FolderTimes:
    """Decoding, a cold run and a second run in turn, so that a busy moment of the machine hits all of them."""
    spent: list[tuple[Spent, Spent, Spent]] = []
    for _ in range(repeats):
        with tempfile.TemporaryDirectory() as cache:
            spent.append((decoding(root), run(gate(root, "--cache", cache)), run(gate(root, "--cache", cache))))
    pillow, first, second = (
        Spent(median(one.cpu for one in each), median(one.wall for one in each)) for each in zip(*spent, strict=True)
    )
    cold, again = (median(one[side].cpu / one[0].cpu for one in spent) for side in (1, 2))
    return FolderTimes(pillow, first, second, cold, again)


def decoding(root: Path) -> Spent:
    """Pillow decodes every file of the folder once, in one process."""
    return run([sys.executable, "-c", _DECODE, str(root)])


def cold(root: Path) -> Spent:
    """The gate over the folder with an empty cache: DeltaE00 and SSIM, all statistics, judged by the profile hero."""
    with tempfile.TemporaryDirectory() as cache:
        return run(gate(root, "--cache", cache))


def peak_pss(root: Path, *options: str) -> int:
    """Highest sum of the proportional set sizes of the gate's processes over a folder, in bytes, without a cache."""
    return peak_memory(gate(root, "--no-cache", *options))


def gate(root: Path, *options: str) -> list[str]:
    """The command that judges a folder by DeltaE00 and SSIM, whatever comes of it.

    The folder breaks the profile's byte budget, since its noise does not compress; no incident is opened for that.
    """
    installed = Path(sys.executable).with_name("qualitygate")
    program = [str(installed)] if installed.is_file() else [sys.executable, "-m", "qualitygate"]
    pictures = [str(root / name) for name in ("reference", "candidate")]
    return [*program, "check", *pictures, "--profile", "hero", *METRICS, "--no-incident", *options]


def run(command: Sequence[str]) -> Spent:
    """Run a command to its end and see what it took.

    Raises:
        RuntimeError: It could not do its work; that the gate fails is no trouble.
    """
    before, begun = children(), time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, env=ordinary_environment(), check=False)
    wall = time.perf_counter() - begun
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{command}: exit code {done.returncode}\n{done.stderr}")
    return Spent(children() - before, wall)


def children() -> float:
    """Seconds of user and system time of all processes that were waited for."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
