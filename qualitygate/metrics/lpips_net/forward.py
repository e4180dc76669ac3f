"""The forward pass of LPIPS in torch, tile by tile, and what device it runs on."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.errors import ConfigError, MissingExtraError
from qualitygate.metrics.lpips_net.architecture import ARCHITECTURES, Architecture, Conv
from qualitygate.metrics.lpips_net.weights import load

if TYPE_CHECKING:
    import torch

DEVICES = ("auto", "cpu", "cuda", "mps")

# Of the reference implementation: the mean and deviation of ImageNet, for samples in -1..1.
_SHIFT = (-0.030, -0.088, -0.188)
_SCALE = (0.458, 0.448, 0.450)
_EPSILON = 1e-10


def require_extra() -> None:
    """Say what to install where torch or safetensors is missing. Loads neither.

    Raises:
        MissingExtraError: QG-1413.
    """
    missing = [name for name in ("torch", "safetensors") if importlib.util.find_spec(name) is None]
    if missing:
        raise MissingExtraError(
            f"LPIPS needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed",
            code="QG-1413",
            hint="pip install 'image-qualitygate[lpips]', or leave the metric out with --metric",
        )


def resolve_device(device: str) -> str:
    """`auto` to the best device there is (cuda, then mps, then cpu); another name to itself. Loads torch.

    Raises:
        ConfigError: QG-1416, the device is not there.
        MissingExtraError: QG-1413, torch is not installed, or does not load.
    """
    require_extra()
    try:
        import torch
    except (ImportError, OSError) as error:
        raise MissingExtraError(
            f"LPIPS needs torch, which is installed but does not load: {error}",
            code="QG-1413",
            hint="pip install --force-reinstall 'image-qualitygate[lpips]'",
        ) from error
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if device == "auto":
        return next(name for name, present in there.items() if present)
    if not there[device]:
        present = ", ".join(name for name, is_there in there.items() if is_there)
        raise ConfigError(f"device {device!r} is not available", code="QG-1416", hint=f"available: {present}")
    return device


class Network:
    """A trunk and its heads on a device, in float32 and channels_last.

    Args:
        net: `alex` or `vgg`.
        device: A device that `resolve_device` returned.

    Raises:
        WeightsError: The weights are absent, altered or of another network.
    """

    def __init__(self, net: str, device: str) -> None:
        import torch

        self.architecture: Architecture = ARCHITECTURES[net]
        self.device = device
        weights = load(net)
        self.sha256 = weights.sha256
        self._tensors = {
            name: torch.from_numpy(array.copy()).to(device).contiguous(memory_format=_layout(array.ndim))
            for name, array in weights.tensors.items()
        }
        self._shift = torch.tensor(_SHIFT, device=device).view(1, 3, 1, 1)
        self._scale = torch.tensor(_SCALE, device=device).view(1, 3, 1, 1)

    def layer_maps(
        self, reference: NDArray[np.float32], candidate: NDArray[np.float32]
    ) -> tuple[NDArray[np.float32], ...]:
        """The weighted squared difference of unit-normalised features, before any averaging.

        Args:
            reference, candidate: sRGB samples, float32 `(h, w, 3)` in 0..255, sides of at least 31.

        Returns:
            One float32 `(h_k, w_k)` map for each of the five taps.
        """
        import torch

        with torch.inference_mode(), _full_precision(self.device):
            pair = torch.from_numpy(np.stack([reference, candidate])).to(self.device).permute(0, 3, 1, 2)
            features = ((pair / 127.5 - 1.0) - self._shift) / self._scale
            return tuple(m.cpu().numpy() for m in self._compare(features))

    def _compare(self, features: torch.Tensor) -> Iterator[torch.Tensor]:
        """Run the trunk over a batch of two, yielding a map at each tap so that no two taps are held at once."""
        import torch.nn.functional as functional

        head = 0
        for step in self.architecture.steps:
            if not isinstance(step, Conv):
                features = functional.max_pool2d(features, step.kernel, step.stride)
                continue
            weight, bias = self._tensors[f"features.{step.index}.weight"], self._tensors[f"features.{step.index}.bias"]
            features = functional.conv2d(features, weight, bias, step.stride, step.padding).relu_()
            if step.tap:
                unit = features / (features.square().sum(dim=1, keepdim=True).sqrt_() + _EPSILON)
                difference = (unit[:1] - unit[1:]).square_()
                yield functional.conv2d(difference, self._tensors[f"lin{head}.weight"])[0, 0]
                head += 1


@lru_cache(maxsize=2)
def network(net: str, device: str) -> Network:
    """The network of this process, read and checked once."""
    return Network(net, device)


def upsampled_sum(maps: tuple[NDArray[np.float32], ...], size: tuple[int, int]) -> NDArray[np.float32]:
    """The sum of layer maps brought bilinearly to `(height, width)`, float32, pixel centres aligned."""
    import torch
    import torch.nn.functional as functional

    total = torch.zeros(size)
    for layer in maps:
        tensor = torch.from_numpy(layer)[None, None]
        total += functional.interpolate(tensor, size=size, mode="bilinear", align_corners=False)[0, 0]
    summed: NDArray[np.float32] = total.numpy()
    return summed


def _layout(dimensions: int) -> torch.memory_format:
    import torch

    return torch.channels_last if dimensions == 4 else torch.contiguous_format


def _full_precision(device: str) -> AbstractContextManager[object]:
    """On CUDA, convolutions in float32 proper (not TF32, torch's default) by an algorithm that is always the same."""
    import torch

    if device != "cuda":
        return nullcontext()
    return torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False)  # type: ignore[no-any-return]
