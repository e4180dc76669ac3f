"""LPIPS of unchanged pictures never varies between runs: not within a process, and not from one process to the next."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qualitygate.core.measurement import Measurement
from qualitygate.decode import decode_file
from qualitygate.metrics.lpips import Lpips

pytest.importorskip("torch")
pytest.importorskip("safetensors")

ROOT = Path(__file__).resolve().parents[2]
# A mild and a strong difference.
PAIRS = {
    "codec": ("hero/webp-q90/reference.png", "hero/webp-q90/candidate.webp"),
    "blur": ("hero/blur/reference.png", "hero/blur/candidate.webp"),
}
_ANOTHER_PROCESS = """
import sys
sys.path.insert(0, sys.argv[1])
from test_lpips_repeats import PAIRS, told
print(told(*PAIRS[sys.argv[2]]))
"""


def told(reference: str, candidate: str) -> str:
    """Every number of a measurement, to the last bit, and the digest of its map."""
    pictures = (decode_file(ROOT / "fixtures" / name) for name in (reference, candidate))
    found = Lpips(device="cpu").measure(*pictures)
    assert isinstance(found, Measurement)
    assert found.error_map is not None
    digest = hashlib.sha256(found.error_map.tobytes()).hexdigest()
    return json.dumps({**{name: value.hex() for name, value in found.values.items()}, "map": digest})


def told_elsewhere(pair: str, threads: str) -> str:
    """The same from a process of its own, with so many threads."""
    return subprocess.run(
        [sys.executable, "-c", _ANOTHER_PROCESS, str(Path(__file__).parent), pair],
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": threads},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


@pytest.mark.parametrize("pair", PAIRS)
def test_repeated_measurements_are_equal_to_the_last_bit(pair: str) -> None:
    first = told(*PAIRS[pair])
    assert {told(*PAIRS[pair]) for _ in range(3)} == {first}
    assert json.loads(first)["value"] != (0.0).hex()


def test_every_process_measures_the_same_to_the_last_bit() -> None:
    found = {told_elsewhere("codec", "1") for _ in range(3)}
    assert len(found) == 1


def test_the_number_of_threads_shows_in_no_digit_that_anybody_reads() -> None:
    """Sums in another order differ in their last bits; the gate prints three decimals."""
    one, two = (json.loads(told_elsewhere("blur", threads)) for threads in ("1", "2"))
    for statistic in ("value", "worst_tile"):
        assert float.fromhex(one[statistic]) == pytest.approx(float.fromhex(two[statistic]), rel=1e-6)


@pytest.mark.parametrize("name", ["hero/webp-q90/reference.png", "hero/blur/candidate.webp"])
def test_an_unchanged_picture_is_exactly_zero(name: str) -> None:
    for _ in range(3):
        assert json.loads(told(name, name))["value"] == (0.0).hex()
        assert json.loads(told(name, name))["worst_tile"] == (0.0).hex()


def test_other_files_of_the_same_pixels_are_exactly_zero() -> None:
    found = json.loads(told("product/same-pixels/reference.png", "product/same-pixels/candidate.webp"))
    assert (found["value"], found["worst_tile"]) == ((0.0).hex(), (0.0).hex())
