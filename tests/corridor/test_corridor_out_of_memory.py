"""Where torch finds no memory, on the device or here, one pair is unmeasurable, and the others are measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from qualitygate.core.measurement import Measurement, Unmeasurable
from qualitygate.core.subject import Subject
from qualitygate.corridor.judging import run
from qualitygate.corridor.task import PairTask
from qualitygate.executors.serial import Serial
from qualitygate.metrics.base import Metric
from qualitygate.metrics.lpips import Lpips
from qualitygate.metrics.on_device.measuring import DeltaE2000OnDevice, SsimOnDevice

torch = pytest.importorskip("torch")
pytest.importorskip("safetensors")

NAMES = ("a.png", "b.png", "large.png")
LARGE = 96


def tasks_of(folder: Path, metric: Metric) -> list[PairTask]:
    generator = np.random.default_rng(1)
    for name in NAMES:
        for part in ("ref", "cand"):
            (folder / part).mkdir(exist_ok=True)
            side = LARGE if name == "large.png" else 64
            pixels = generator.integers(0, 256, (side, side, 3)).astype(np.uint8)
            Pillow.fromarray(pixels).save(folder / part / name)
    return [
        PairTask(Subject("pair", name, "s", name, name), name, folder / "ref" / name, folder / "cand" / name, (metric,))
        for name in NAMES
    ]


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeError("[enforce fail at alloc_cpu.cpp:127] DefaultCPUAllocator: can't allocate memory"),
        RuntimeError("MPS backend out of memory"),
    ],
    ids=["cuda", "cpu", "mps"],
)
@pytest.mark.parametrize("kind", [DeltaE2000OnDevice, SsimOnDevice, Lpips])
def test_one_pair_has_too_little(kind, error: Exception, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plenty = torch.from_numpy

    def from_numpy(array):
        if array.shape[-1] == 3 and array.size == LARGE * LARGE * 3:
            raise error
        return plenty(array)

    metric = kind(device="cpu")
    tasks = tasks_of(tmp_path, metric)
    monkeypatch.setattr(torch, "from_numpy", from_numpy)
    found = [one.measurements[metric.spec.name] for one in run(tasks, Serial())]
    assert [type(one) for one in found] == [Measurement, Measurement, Unmeasurable]
    assert found[2].code == "QG-1306"
