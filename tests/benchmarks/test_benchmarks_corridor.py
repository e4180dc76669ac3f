"""The measurements of whole runs run; and the memory of a run keeps to its budget."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from benchmarks import corridor_cases
from benchmarks.memory import lpips_growth, peak_memory

LINUX = pytest.mark.skipif(not Path("/proc/self/smaps_rollup").exists(), reason="reads /proc")


def test_folder_times_are_numbers_of_whole_runs(tmp_path: Path) -> None:
    pytest.importorskip("skimage")
    corridor_cases.write_folder(tmp_path, identical=3, near=2, side=96)
    assert len(list(tmp_path.rglob("*.png"))) == 10
    times = corridor_cases.folder_times(tmp_path, repeats=1)
    assert times.cold_ratio > 0
    assert times.again_ratio > 0
    assert min(times.pillow.cpu, times.cold.cpu, times.again.wall) > 0


@LINUX
def test_memory_of_a_tree_of_processes_is_seen() -> None:
    child = "import time; held = bytearray(200_000_000); held[::4096] = bytes(len(held[::4096])) ; time.sleep(1.5)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    assert peak_memory([sys.executable, "-c", parent]) > 200_000_000


@LINUX
def test_what_lpips_takes_beyond_its_pictures_is_seen() -> None:
    """Its trunk alone holds features of many times the picture's size."""
    for package in ("torch", "safetensors", "skimage"):
        pytest.importorskip(package)
    ballast = np.ones(200_000_000, dtype=np.uint8)  # what this process takes is not what that one does
    pixels = np.random.default_rng(2).integers(0, 255, (600, 600, 3), dtype=np.uint8)
    grown = lpips_growth(pixels, pixels ^ 1)
    assert len(ballast) > 5_000_000
    assert 5_000_000 < grown < 700_000_000


@LINUX
@pytest.mark.slow
def test_large_pictures_in_many_processes_stay_within_the_budget(tmp_path: Path) -> None:
    """12 MP, eight processes."""
    generator = np.random.default_rng(4)
    even = np.linspace(0, 200, 3464).astype(np.uint8)[:, None, None]
    pixels = generator.integers(0, 40, (3464, 3464, 3), dtype=np.uint8) + even
    for name, content in (("reference", pixels), ("candidate", pixels ^ 1)):
        (tmp_path / name).mkdir()
        first = tmp_path / name / "00.png"
        Pillow.fromarray(content).save(first, compress_level=1)
        for number in range(1, 16):
            os.link(first, tmp_path / name / f"{number:02}.png")
    bounded = corridor_cases.peak_pss(tmp_path, "--workers", "8", "--memory", "1 GiB")
    assert bounded < 2**30
    assert corridor_cases.peak_pss(tmp_path, "--workers", "8", "--memory", "8 GiB") > bounded * 1.2
