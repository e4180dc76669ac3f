"""The forward pass of LPIPS in torch, tile by tile or for several small pictures at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qualitygate.metrics.lpips_net.architecture import ARCHITECTURES, Architecture, Conv
from qualitygate.metrics.lpips_net.devices import full_precision, limit_threads, memory_errors
from qualitygate.metrics.lpips_net.remembered import BYTES, RememberedFeatures
from qualitygate.metrics.lpips_net.weights import load

if TYPE_CHECKING:
    import torch

# Of the reference implementation: the mean and deviation of ImageNet, for samples in -1..1.
_SHIFT = (-0.030, -0.088, -0.188)
_SCALE = (0.458, 0.448, 0.450)
_EPSILON = 1e-10

LayerMaps = tuple[NDArray[np.float32], ...]


class Network:
    """A trunk and its heads on a device, in channels_last.

    Every tile goes through the trunk by itself, never beside another one of its pair: so the features of a picture are
    the same bits whatever it is compared with, and remembering them changes no number.

    Args:
        net: `alex` or `vgg`.
        device: A device that `resolve_device` returned.
        dtype: What the trunk computes in, `float32` or `bfloat16`. Features are compared in float32.
        remembered: Bytes of features to hold, see `RememberedFeatures`.

    Raises:
        WeightsError: The weights are absent, altered or of another network.
    """

    def __init__(self, net: str, device: str, dtype: str = "float32", remembered: int = BYTES) -> None:
        import torch

        limit_threads()
        self.architecture: Architecture = ARCHITECTURES[net]
        self.device = device
        self._dtype: torch.dtype = getattr(torch, dtype)
        self._capacity = remembered
        self.forget()
        weights = load(net)
        self.sha256 = weights.sha256
        self._tensors = {
            name: torch.from_numpy(array.copy())
            .to(device, torch.float32 if name.startswith("lin") else self._dtype)
            .contiguous(memory_format=torch.channels_last if array.ndim == 4 else torch.contiguous_format)
            for name, array in weights.tensors.items()
        }
        self._shift = torch.tensor(_SHIFT, device=device).view(1, 3, 1, 1)
        self._scale = torch.tensor(_SCALE, device=device).view(1, 3, 1, 1)

    def forget(self) -> None:
        """Let all remembered features go."""
        self._remembered = RememberedFeatures(self._capacity)

    def layer_maps(self, reference: NDArray[np.float32], candidate: NDArray[np.float32]) -> LayerMaps:
        """The weighted squared difference of unit-normalised features, before any averaging.

        Args:
            reference, candidate: sRGB samples, float32 `(h, w, 3)` in 0..255, sides of at least 31.

        Returns:
            One float32 `(h_k, w_k)` map for each of the five taps.
        """
        import torch

        with torch.inference_mode(), full_precision(self.device), memory_errors():
            # Both trunks advance together, so that of features which are not kept only one tap of each is held.
            pairs = zip(self._known(reference), self._known(candidate), strict=True)
            return tuple(self._distance(tap, *pair)[0].cpu().numpy() for tap, pair in enumerate(pairs))

    def batched_layer_maps(self, pictures: NDArray[np.float32], pairs: Iterable[tuple[int, int]]) -> list[LayerMaps]:
        """Layer maps of several pairs of small pictures, each picture taken through the trunk once.

        Agrees with `layer_maps` within 1e-6 per value: what a batch is computed by may round differently.

        Args:
            pictures: float32 `(n, h, w, 3)`, otherwise as in `layer_maps`.
            pairs: Which two to compare.
        """
        import torch

        wanted = list(pairs)
        left, right = [first for first, _ in wanted], [second for _, second in wanted]
        with torch.inference_mode(), full_precision(self.device), memory_errors():
            taps = [
                self._distance(tap, features[left], features[right]).cpu().numpy()
                for tap, features in enumerate(self._taps(pictures))
            ]
        return [tuple(tap[index] for tap in taps) for index in range(len(left))]

    def _known(self, tile: NDArray[np.float32]) -> Iterable[torch.Tensor]:
        """Features of a tile: those remembered, or computed as they are asked for."""
        key = self._remembered.key(tile)
        if key is None:
            return self._taps(tile[None])
        found = self._remembered.get(key)
        if found is None:
            found = tuple(self._taps(tile[None]))
            self._remembered.put(key, found)
        return found

    def _taps(self, pictures: NDArray[np.float32]) -> Iterator[torch.Tensor]:
        """Unit-normalised features `(n, c, h_k, w_k)` of pictures `(n, h, w, 3)`, float32, one tap after another."""
        import torch
        import torch.nn.functional as functional

        samples = torch.from_numpy(np.ascontiguousarray(pictures)).to(self.device).permute(0, 3, 1, 2)
        features = samples.div(127.5).sub_(1.0).sub_(self._shift).div_(self._scale).to(self._dtype)
        del samples
        for step in self.architecture.steps:
            if not isinstance(step, Conv):
                features = functional.max_pool2d(features, step.kernel, step.stride)
                continue
            weight, bias = self._tensors[f"features.{step.index}.weight"], self._tensors[f"features.{step.index}.bias"]
            features = functional.conv2d(features, weight, bias, step.stride, step.padding).relu_()
            if step.tap:
                tapped = features.float()
                yield tapped / (torch.linalg.vector_norm(tapped, dim=1, keepdim=True) + _EPSILON)

    def _distance(self, tap: int, reference: torch.Tensor, candidate: torch.Tensor) -> torch.Tensor:
        """The map `(n, h_k, w_k)` of a tap."""
        import torch.nn.functional as functional

        return functional.conv2d((reference - candidate).square_(), self._tensors[f"lin{tap}.weight"])[:, 0]


@lru_cache(maxsize=2)
def network(net: str, device: str, dtype: str) -> Network:
    """The network of this process, read and checked once. All arguments by position, so that it stays one."""
    return Network(net, device, dtype)
