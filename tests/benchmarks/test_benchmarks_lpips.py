"""The LPIPS and device benchmarks run, and both sides of every case measure the same."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

pytestmark = pytest.mark.oracle


@pytest.fixture(autouse=True)
def _installed() -> None:
    for package in ("torch", "safetensors", "skimage"):
        pytest.importorskip(package)
    if find_spec("lpips") is None:  # its torchvision does not load everywhere, and the benchmark needs none of it
        pytest.skip("lpips is not installed")


def test_both_sides_of_every_lpips_case_measure_the_same() -> None:
    from benchmarks.lpips_cases import lpips_cases, timings

    found = timings(lpips_cases(side=96, large=(500, 420)), repetitions=1)
    assert [case.target for case, _ in found].count(None) == 2
    assert all(timing.our_value > 0 and timing.ours > 0 < timing.theirs for _, timing in found)


def test_a_case_whose_sides_differ_is_an_error() -> None:
    from benchmarks.lpips_cases import LpipsCase, timings

    case = LpipsCase("unlike", 1, lambda: 1.0, lambda: 1.1, None)
    with pytest.raises(RuntimeError, match="unlike"):
        timings([case], 1)


def test_the_plain_forward_is_that_of_the_package() -> None:
    """What we are compared with is LPIPS, and ours is the same."""
    from benchmarks.lpips_peer import PlainForward
    from benchmarks.pictures import image, photographs, recompressed
    from qualitygate.core.measurement import Measurement
    from qualitygate.metrics.lpips import Lpips

    reference = photographs(128)
    candidate = recompressed(reference)
    ours = Lpips(device="cpu").measure(image(reference), image(candidate))
    assert isinstance(ours, Measurement)
    assert PlainForward()(reference, candidate) == pytest.approx(ours.values["value"], abs=1e-6)


def test_a_device_measures_the_same_as_the_cpu() -> None:
    from benchmarks.device_cases import device_cases
    from benchmarks.lpips_cases import timings

    names = [case.name for case, _ in timings(device_cases("cpu", side=96, count=3), repetitions=1)]
    assert names[0] == "DeltaE00, 1 pair, cpu beside the CPU"
    assert len(names) == 6
