"""The benchmark runs, both sides measure the same; how fast is for a quiet machine to say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.oracle
def test_quick_run_prints_a_row_for_every_peer() -> None:
    pytest.importorskip("skimage")
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--quick"], cwd=ROOT, capture_output=True, text=True, timeout=300
    )
    assert run.returncode == 0, run.stderr
    rows = [[cell.strip() for cell in line.strip("| ").split("|")] for line in run.stdout.splitlines() if "|" in line]
    assert [(row[0], row[1].split()[0]) for row in rows[2:]] == [
        ("delta_e_2000", "colour-science"),
        ("delta_e_2000", "scikit-image"),
        ("ssim", "scikit-image"),
    ]
    for row in rows[2:]:
        assert float(row[-2]) == pytest.approx(float(row[-1]), abs=5e-3)
    assert "100% differ" in run.stdout


@pytest.mark.oracle
def test_every_pixel_of_the_pair_differs() -> None:
    pytest.importorskip("skimage")
    from benchmarks.pictures import photographs, recompressed

    reference = photographs(200)
    assert reference.shape == (200, 200, 3)
    assert (reference != recompressed(reference)).any(axis=-1).all()
    assert np.abs(reference.astype(int) - recompressed(reference)).mean() < 12
