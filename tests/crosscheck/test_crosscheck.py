"""What `compare --verify` prints: our numbers beside those of the peers."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from qualitygate.core.colour.encoding import DISPLAY_P3, SRGB, Encoding
from qualitygate.core.errors import MissingExtraError
from qualitygate.core.image import Image, Source
from qualitygate.core.measurement import Measurement, Unmeasurable
from qualitygate.crosscheck import crosscheck
from qualitygate.metrics.delta_e_2000 import DeltaE2000
from qualitygate.metrics.ssim import Ssim


def image(pixels: np.ndarray, encoding: Encoding = SRGB) -> Image:
    height, width, _ = pixels.shape
    return Image(np.ascontiguousarray(pixels), encoding, Source("a.png", "", 0, "png", width, height, 8, encoding.name))


def pair(dtype: type = np.uint8, encoding: Encoding = SRGB) -> tuple[Image, Image]:
    full = np.iinfo(dtype).max
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, full + 1, (300, 70, 3))
    moved = np.clip(pixels + rng.integers(-full // 30, full // 30, pixels.shape), 0, full)
    return image(pixels.astype(dtype), encoding), image(moved.astype(dtype), encoding)


def results(reference: Image, candidate: Image, mask: np.ndarray | None = None) -> dict:
    return {metric.spec.name: metric.measure(reference, candidate, mask) for metric in (DeltaE2000(), Ssim())}


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("dtype", "encoding", "colours", "luma"),
    [
        (np.uint8, SRGB, "pixels", "pixels"),
        (np.uint16, SRGB, "our XYZ", "our luma"),
        (np.uint8, DISPLAY_P3, "our XYZ", "our luma"),
    ],
)
def test_peers_agree(dtype: type, encoding: Encoding, colours: str, luma: str) -> None:
    reference, candidate = pair(dtype, encoding)
    measured = results(reference, candidate)
    checks = crosscheck(reference, candidate, measured)
    assert [(c.metric, c.statistic) for c in checks] == [
        ("delta_e_2000", "mean"),
        ("delta_e_2000", "p95"),
        ("delta_e_2000", "max"),
        ("ssim", "mean"),
    ]
    for check in checks:
        assert check.ours == measured[check.metric].values[check.statistic]
        assert check.difference == check.ours - check.theirs
        assert abs(check.difference) <= (1e-3 if check.metric == "delta_e_2000" else 1e-5)
        assert check.version
    assert {c.library for c in checks} == {"colour-science", "scikit-image"}
    assert [c.basis for c in checks] == [colours] * 3 + [luma]


@pytest.mark.oracle
def test_peers_agree_under_a_mask() -> None:
    reference, candidate = pair()
    mask = np.zeros((300, 70), dtype=bool)
    mask[40:200, 10:60] = True
    checks = crosscheck(reference, candidate, results(reference, candidate, mask), mask)
    whole = crosscheck(reference, candidate, results(reference, candidate))
    for check, unmasked in zip(checks, whole, strict=True):
        assert abs(check.difference) <= (1e-3 if check.metric == "delta_e_2000" else 1e-5)
        if check.statistic == "mean":
            assert check.theirs != unmasked.theirs


@pytest.mark.oracle
def test_a_wrong_number_of_ours_shows() -> None:
    reference, candidate = pair()
    wrong = Measurement("delta_e_2000", {"mean": 1.0, "p95": 1.0, "max": 1.0})
    checks = crosscheck(reference, candidate, {"delta_e_2000": wrong})
    assert all(check.difference < -0.1 for check in checks)


def test_what_was_not_measured_needs_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "colour", None)
    monkeypatch.setitem(sys.modules, "skimage.metrics", None)
    reference, candidate = pair()
    assert crosscheck(reference, candidate, {"ssim": Unmeasurable("QG-1301", "too small")}) == ()


@pytest.mark.parametrize(
    ("module", "distribution"), [("colour", "colour-science"), ("skimage.metrics", "scikit-image")]
)
def test_a_missing_library_is_one_line(monkeypatch: pytest.MonkeyPatch, module: str, distribution: str) -> None:
    reference, candidate = pair()
    metric = DeltaE2000() if module == "colour" else Ssim()
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError) as caught:
        crosscheck(reference, candidate, {metric.spec.name: metric.measure(reference, candidate)})
    assert caught.value.code == "QG-1413"
    assert distribution in str(caught.value)
    assert "pip install 'image-qualitygate[science]'" in str(caught.value)
    assert "\n" not in str(caught.value)
