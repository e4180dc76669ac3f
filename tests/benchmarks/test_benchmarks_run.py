"""The benchmark runs, both sides measure the same; how fast is for a quiet machine to say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.oracle
def test_tiny_run_prints_a_row_for_every_peer() -> None:
    pytest.importorskip("skimage")
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--tiny"], cwd=ROOT, capture_output=True, text=True, timeout=600
    )
    assert run.returncode == 0, run.stderr
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in run.stdout.splitlines() if "|" in line]
    found = {(row[0].partition(",")[0].split()[0], row[1].split()[0].rstrip(",")) for row in rows[2:]}
    assert {("DeltaE00", "colour-science"), ("DeltaE00", "scikit-image"), ("SSIM", "scikit-image")} <= found
    assert {("LPIPS", "lpips"), ("decoding", "Pillow"), ("check", "Pillow"), ("qualitygate", "python")} <= found
    assert {("DeltaE00", "linear"), ("SSIM", "linear"), ("whole", "linear")} <= found
    # Nothing is promised for tiny pictures. Behind the rows come the tables of growth and of shares.
    assert {len(row) for row in rows[2:]} == {5, 3}
    assert [row[0] for row in rows[-2:]] == ["starting, imports and processes", "the whole command"]
    assert "missed" not in run.stderr
    assert "the two sides do not measure the same" not in run.stderr


@pytest.mark.oracle
def test_every_pixel_of_the_pair_differs() -> None:
    pytest.importorskip("skimage")
    from benchmarks.pictures import photographs, recompressed

    reference = photographs(200)
    assert reference.shape == (200, 200, 3)
    assert (reference != recompressed(reference)).any(axis=-1).all()
    assert np.abs(reference.astype(int) - recompressed(reference)).mean() < 12
