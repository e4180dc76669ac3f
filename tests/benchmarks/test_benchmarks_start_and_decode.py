"""That the measurements of decoding and of starting run and tell what they measured; never how fast."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.decoding_cases import decodings
from qualitygate.core.native import kernels
from qualitygate.decode import inflate, optional

PICTURE = np.random.default_rng(7).integers(0, 256, (64, 96, 3), dtype=np.uint8)


def test_decoding_is_measured_with_and_without_the_extra() -> None:
    found = decodings(PICTURE, repetitions=1)
    assert [one.form for one in found] == ["png"] * 3 + ["jpeg"] * 3 + ["webp"] * 3
    assert found[1].decoder.startswith("Pillow " if kernels() is None else "qualitygate ")
    assert "zlib-ng" not in found[1].decoder
    assert all(one.milliseconds >= 0 for one in found)
    assert inflate.faster is optional.faster


@pytest.mark.skipif(sys.platform == "win32", reason="times of child processes are those of POSIX")
def test_starting_is_measured(tmp_path: Path) -> None:
    from benchmarks.startup_cases import start_ups

    found = start_ups(tmp_path, PICTURE, repetitions=1)
    assert {one.against for one in found} == {"python", "numpy"}
    assert all(one.milliseconds > 0 and one.ratio > 0 for one in found)
