"""One destroyed block in a picture of twelve megapixels: every mean stays quiet, `worst_tile` does not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from qualitygate import gate
from qualitygate.core.measurement import Measurement
from qualitygate.core.verdict import Level, SubjectResult, status_of
from qualitygate.defects import DEFECTS

SIZE = (4240, 2832)
METRICS = ("delta_e_2000", "ssim")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, np.ndarray]:
    """A photograph of twelve megapixels with grain, as PNG, and the samples that a JPEG of quality 92 keeps of it."""
    directory = tmp_path_factory.mktemp("large")
    photo = Path(__file__).resolve().parents[2] / "qualitygate" / "demo" / "photos" / "coffee.jpg"
    with Pillow.open(photo) as picture:
        scaled = np.asarray(picture.convert("RGB").resize(SIZE, Pillow.Resampling.LANCZOS), dtype=np.float32)
    rng = np.random.default_rng(0)
    grain = rng.normal(0, 1, (SIZE[1], SIZE[0], 1)).astype(np.float32)
    Pillow.fromarray(np.clip(scaled + grain, 0, 255).astype(np.uint8)).save(
        directory / "reference.png", compress_level=1
    )
    with Pillow.open(directory / "reference.png") as picture:
        picture.save(directory / "good.jpg", quality=92)
    with Pillow.open(directory / "good.jpg") as picture:
        stored = np.asarray(picture.convert("RGB"), dtype=np.float32) / 255
    return directory, stored


def values(result: SubjectResult) -> dict[str, float]:
    return {
        f"{name}.{statistic}": value
        for name, found in result.measurements.items()
        if isinstance(found, Measurement)
        for statistic, value in found.values.items()
    }


@pytest.mark.slow
def test_a_destroyed_block_of_24_pixels_is_caught_by_worst_tile_alone(large: tuple[Path, np.ndarray]) -> None:
    directory, stored = large
    reference = directory / "reference.png"
    good = gate.compare(reference, directory / "good.jpg", profile="hero", metrics=METRICS)
    assert status_of(good.verdict) == "passed", [finding.message for finding in good.findings]
    before = values(good)
    for seed, profile in enumerate(("hero", "product")):
        damaged = DEFECTS["local_damage"].apply(stored, 24, np.random.default_rng(seed))
        assert 0 < (damaged != stored).any(axis=-1).sum() <= 24 * 24
        Pillow.fromarray(np.rint(damaged * 255).astype(np.uint8)).save(directory / "bad.png", compress_level=1)
        bad = gate.compare(reference, directory / "bad.png", profile=profile, metrics=METRICS)
        assert status_of(bad.verdict) == "failed"
        errors = {f"{each.metric}.{each.statistic}" for each in bad.findings if each.level is Level.ERROR}
        assert errors
        assert errors <= {"delta_e_2000.worst_tile", "ssim.worst_tile"}
        after = values(bad)
        for quiet in ("delta_e_2000.mean", "delta_e_2000.p50", "delta_e_2000.p95", "ssim.mean"):
            assert after[quiet] == pytest.approx(before[quiet], abs=0.005), quiet
        assert after["delta_e_2000.worst_tile"] > before["delta_e_2000.worst_tile"] + 3
        assert after["ssim.worst_tile"] < before["ssim.worst_tile"] - 0.1
