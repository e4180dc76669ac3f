"""Where a run measures: on the CPU, or everything on a GPU that LPIPS finds."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image as Pillow

from qualitygate.metrics.base import Metric
from qualitygate.metrics.on_device.measuring import DeltaE2000OnDevice, SsimOnDevice
from qualitygate.planning import plan as planning
from qualitygate.running.resources import device_of


def a_pair(folder: Path) -> tuple[Path, Path]:
    found = folder / "reference", folder / "candidate"
    for directory in found:
        directory.mkdir()
        Pillow.new("RGB", (40, 40), (9, 99, 199)).save(directory / "a.png")
    return found


def plan(folder: Path, metrics: list[str]) -> planning.Plan:
    return planning.plan(*a_pair(folder), profile="ui", metrics=metrics)


@pytest.fixture
def a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """LPIPS says that it found one: planning loads no torch, and needs none to be there."""

    def found(metric: Metric) -> str | None:
        return "cuda" if metric.spec.name == "lpips" else None

    monkeypatch.setattr(planning, "ready", found)


@pytest.mark.usefixtures("a_gpu")
def test_a_gpu_that_lpips_finds_measures_everything(tmp_path: Path) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("safetensors")
    made = plan(tmp_path, ["lpips", "ssim"])
    tasks = made.sets[0].tasks
    (task,) = tasks
    assert [getattr(metric, "device", None) for metric in task.metrics] == ["cuda", "cuda"]
    assert isinstance(task.metrics[1], SsimOnDevice)
    assert (made.device, device_of(tasks)) == ("cuda", "cuda")


@pytest.mark.usefixtures("a_gpu")
def test_without_lpips_nobody_looks_for_one(tmp_path: Path) -> None:
    made = plan(tmp_path, ["delta_e_2000", "ssim"])
    tasks = made.sets[0].tasks
    (task,) = tasks
    assert not any(isinstance(metric, DeltaE2000OnDevice | SsimOnDevice) for metric in task.metrics)
    assert (made.device, device_of(tasks)) == (None, None)
