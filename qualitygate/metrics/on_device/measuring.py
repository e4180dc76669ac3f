"""DeltaE00 and SSIM as metrics that compute their maps on a device, several pairs at a time where they are asked to."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from functools import lru_cache

from qualitygate.core.image import Image
from qualitygate.core.installed_packages import version
from qualitygate.core.mask import Mask
from qualitygate.core.measurement import MetricResult, MetricSpec, Setting
from qualitygate.metrics.base import Pair
from qualitygate.metrics.delta_e_2000 import DeltaE2000
from qualitygate.metrics.lpips_net.devices import limit_threads, memory_errors, resolve_device
from qualitygate.metrics.on_device.chunks import pixels_at_once
from qualitygate.metrics.on_device.delta_e_2000 import delta_e_maps
from qualitygate.metrics.on_device.planes import luma_or_samples
from qualitygate.metrics.on_device.ssim import ssim_maps
from qualitygate.metrics.ssim import Ssim

# Bytes per pixel of the picture: its map, and the sorted copy that percentiles are taken from.
_MAP = 15


class _OnDevice(ABC):
    """What both metrics have in common: a device that is named, and batches of which a single pair is one."""

    spec: MetricSpec
    _working: int

    def __init__(self, device: str) -> None:
        self.device = device

    def check_available(self) -> str:
        """Whether the device is there; its name.

        Raises:
            MissingExtraError: QG-1413, torch is not installed.
            ConfigError: QG-1416, the device is not there.
        """
        return resolve_device(self.device, self.spec.label)

    def measure(self, reference: Image, candidate: Image, mask: Mask | None = None) -> MetricResult:
        """Measure a pair; see `Metric.measure`."""
        return self.measure_many([(reference, candidate, mask)])[0]

    @abstractmethod
    def measure_many(self, pairs: Sequence[Pair]) -> list[MetricResult]:
        """Measure several pairs; see `metrics.base.measure_many`."""

    def bundle(self, pixels: int) -> int:
        """How many pairs of so many pixels `measure_many` gains from; while it measures, the next are decoded."""
        return max(4, pixels_at_once(self.device) // (2 * max(pixels, 1)))

    def working_memory(self, pixels: int) -> int:
        """Bytes that pairs of so many pixels take at their peak beside the pictures; see `corridor.cost`.

        As on torch's CPU: a GPU has most of it in a memory of its own.
        """
        return self._working * min(pixels, pixels_at_once(self.device)) + _MAP * pixels

    def identity(self) -> Mapping[str, Setting]:
        """What else makes the numbers; see `metrics.base.identity`."""
        return {"kernel": kernel_name(self.device)}


class DeltaE2000OnDevice(_OnDevice, DeltaE2000):
    """`DeltaE2000` whose map is computed by torch.

    Args:
        device: `cuda` or `mps`; `cpu` runs the same code on torch's CPU.
    """

    # Bytes per pixel of a chunk: 121 are alive at once, what allocators make of it was measured at up to 209.
    _working = 240

    def measure_many(self, pairs: Sequence[Pair]) -> list[MetricResult]:
        """Measure several pairs; see `metrics.base.measure_many`."""
        device = self.check_available()
        limit_threads()
        results = [self._refused(reference, candidate) for reference, candidate, _ in pairs]
        fit = [pair for pair, refused in zip(pairs, results, strict=True) if refused is None]
        with memory_errors():
            maps = iter(delta_e_maps([(reference, candidate) for reference, candidate, _ in fit], device))
        return [
            self._result(*pair, next(maps), kernel_name(device)) if refused is None else refused
            for pair, refused in zip(pairs, results, strict=True)
        ]


class SsimOnDevice(_OnDevice, Ssim):
    """`Ssim` whose map is computed by torch.

    Args:
        device: `cuda` or `mps`; `cpu` runs the same code on torch's CPU.
    """

    _working = 130  # 58 and 70

    def measure_many(self, pairs: Sequence[Pair]) -> list[MetricResult]:
        """Measure several pairs; see `metrics.base.measure_many`."""
        device = self.check_available()
        limit_threads()
        results = [self._refused(reference, candidate) for reference, candidate, _ in pairs]
        fit = [pair for pair, refused in zip(pairs, results, strict=True) if refused is None]
        prepared = [luma_or_samples(*pair) for pair in fit]
        with memory_errors():
            maps = iter(ssim_maps([planes for planes, _ in prepared], device))
        shares = iter(clipped for _, clipped in prepared)
        return [
            self._result(*pair, next(maps), next(shares), kernel_name(device)) if refused is None else refused
            for pair, refused in zip(pairs, results, strict=True)
        ]


def kernel_name(device: str) -> str:
    """What computed a map, as `settings` tell it, such as `torch 2.6.0, cuda`."""
    return f"torch {_torch_version()}, {device}"


@lru_cache(maxsize=1)
def _torch_version() -> str | None:
    return version("torch")
