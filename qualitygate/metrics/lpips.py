"""LPIPS: both pictures through a network, and the distance of their features.

Source: Zhang, Isola, Efros, Shechtman & Wang 2018, "The Unreasonable Effectiveness of Deep Features as a Perceptual
Metric", arXiv:1801.03924. Numbers agree with the reference implementation, version 0.1, within 1e-5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.errors import ConfigError
from qualitygate.core.image import Image, same_pixels
from qualitygate.core.mask import Mask, worst_window
from qualitygate.core.measurement import Measurement, MetricResult, MetricSpec, Setting, Unmeasurable
from qualitygate.core.statistics import counted, even_map
from qualitygate.core.threshold import Direction
from qualitygate.metrics.lpips_net.architecture import ARCHITECTURES, SMALLEST_SIDE
from qualitygate.metrics.lpips_net.devices import (
    DEVICES,
    DTYPES,
    check_dtype,
    load_torch,
    require_extra,
    resolve_device,
)
from qualitygate.metrics.lpips_net.provenance import computed_by, provenance
from qualitygate.metrics.lpips_net.weights import glance

if TYPE_CHECKING:
    from qualitygate.metrics.base import Pair
    from qualitygate.metrics.lpips_net.forward import LayerMaps, Network


@dataclass(frozen=True)
class Lpips:
    """Learned perceptual image patch similarity, version 0.1 (Zhang et al. 2018, arXiv:1801.03924).

    Both pictures pass, as sRGB, through a network trained to recognise things, and the distance is how far apart their
    features are, weighted by what people answered in comparisons of patches. It notices texture and structure that
    a pixel difference does not, and minds an even shift of colour less. 0 for equal pictures, larger for less alike;
    unlike pictures come near 1, but there is no upper bound.

    Typical, median / worst of eight photographs as JPEG of quality 85, 4:2:0: value 0.020 / 0.024, worst_tile
    0.058 / 0.116. A blur of one pixel brings value to 0.18, a colour cast to 0.014. The whole table and the limits
    chosen from it: docs/thresholds.md.

    `value` is the published number: each layer's map averaged over its own grid, and the layers summed. `worst_tile`
    is taken over the error map, which is the sum of the layers' maps brought bilinearly to the picture's size. Where a
    mask leaves pixels out, the candidate's are replaced by the reference's there, so that they cannot be felt through
    the network's field of view, and `value` is the mean of the error map over the pixels that count.

    Args:
        net: `alex`, shipped with the package, or `vgg`, see `qualitygate weights convert`.
        device: `auto`, `cpu`, `cuda` or `mps`.
        dtype: What the network computes in: `float32`, or `bfloat16`, which is faster on processors that have it and
            moves the numbers by 1.3 % at most in photographs (docs/metrics.md). Never chosen by itself.

    Raises:
        ConfigError: QG-1405, no such network, device or type.
    """

    net: str = "alex"
    device: str = "auto"
    dtype: str = "float32"

    spec = MetricSpec(
        name="lpips",
        label="LPIPS",
        unit="",
        direction=Direction.LOWER_IS_BETTER,
        statistics=("value", "worst_tile"),
        decimals=3,
        bounds=(0.0, inf),
    )

    def __post_init__(self) -> None:
        options = (
            ("net", self.net, ARCHITECTURES),
            ("device", self.device, DEVICES),
            ("dtype", self.dtype, DTYPES),
        )
        for option, value, known in options:
            if value not in known:
                raise ConfigError(
                    f"unknown {option} {value!r}", code="QG-1405", where="lpips", hint=f"one of {', '.join(known)}"
                )

    def check_available(self) -> str:
        """Whether LPIPS can be measured here, to be asked before any picture is decoded; the device it would run on.

        Loads torch only where torch and the weights are in place and there may be another device than the CPU. Every
        byte of the weights is held against their digest when the network is loaded, which many runs never need.

        Raises:
            MissingExtraError: QG-1413, torch or safetensors is not installed.
            WeightsError: QG-1414 the weights are absent, QG-1415 altered or cut short.
            ConfigError: QG-1416, the device is not there; QG-1440, it does not compute in this type.
        """
        require_extra()
        glance(self.net)
        device = resolve_device(self.device)
        check_dtype(device, self.dtype)
        return device

    def measure(self, reference: Image, candidate: Image, mask: Mask | None = None) -> MetricResult:
        """Measure a pair; see `Metric.measure`.

        Equal pictures are 0 without a forward pass and without loading torch.

        Raises:
            MissingExtraError, WeightsError, ConfigError: As `check_available`.
        """
        require_extra()
        refused = self._refused(reference, candidate)
        if refused is not None:
            return refused
        if mask is not None and mask.all():
            mask = None
        if same_pixels(reference, candidate):
            return self._result(reference, candidate, mask, None, None)
        # Loaded here: what is equal needs none of it.
        from qualitygate.metrics.lpips_net.regions import boxes, changed_blocks
        from qualitygate.metrics.lpips_net.samples import samples
        from qualitygate.metrics.lpips_net.tiles import tiled_layer_maps

        trunk = self._network()
        width, height = candidate.size
        needed = boxes((height, width), trunk.architecture, changed_blocks(reference, candidate, mask))

        def read(rows: slice, columns: slice) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
            return samples(reference, candidate, mask, rows, columns)

        maps = tiled_layer_maps((height, width), trunk.architecture, needed, read, trunk.layer_maps)
        return self._result(reference, candidate, mask, maps, trunk)

    def measure_many(self, pairs: Sequence[Pair]) -> list[MetricResult]:
        """Measure several pairs, small pictures of one size together; see `Metric.measure` and `measure_many`.

        A batch rounds differently: values agree with those of `measure` within 1e-6, and settings tell the batch.

        Raises:
            MissingExtraError, WeightsError, ConfigError: As `check_available`.
        """
        from qualitygate.metrics.lpips_net.batches import batched, worth_batching

        results: dict[int, MetricResult] = {}
        small: dict[tuple[int, int], list[int]] = {}
        for index, (reference, candidate, mask) in enumerate(pairs):
            fit = worth_batching(candidate.size, self.device) and self._refused(reference, candidate) is None
            if fit and not same_pixels(reference, candidate):
                small.setdefault(candidate.size, []).append(index)
            else:
                results[index] = self.measure(reference, candidate, mask)
        for indices in small.values():
            if len(indices) == 1:
                results[indices[0]] = self.measure(*pairs[indices[0]])
                continue
            trunk = self._network()
            group = [pairs[index] for index in indices]
            for index, (maps, count) in zip(indices, batched(group, trunk), strict=True):
                results[index] = self._result(*pairs[index], maps, trunk, count)
        return [results[index] for index in range(len(pairs))]

    def bundle(self, pixels: int) -> int:
        """How many pairs of so many pixels `measure_many` gains from; see `metrics.base.bundle_size`."""
        from qualitygate.metrics.lpips_net.batches import together

        return together(pixels, self.device)

    def _network(self) -> Network:
        from qualitygate.metrics.lpips_net.forward import network

        require_extra()
        load_torch()
        device = resolve_device(self.device)
        check_dtype(device, self.dtype)
        return network(self.net, device, self.dtype)

    def _refused(self, reference: Image, candidate: Image) -> Unmeasurable | None:
        width, height = candidate.size
        if reference.size != candidate.size:
            message = f"{candidate.source.name} is {width}x{height}, its reference {'x'.join(map(str, reference.size))}"
            return Unmeasurable("QG-1304", message)
        if min(width, height) < SMALLEST_SIDE:
            message = f"{candidate.source.name} is {width}x{height}; LPIPS needs {SMALLEST_SIDE} pixels on each side"
            return Unmeasurable("QG-1301", message)
        return None

    def _result(
        self,
        reference: Image,
        candidate: Image,
        mask: Mask | None,
        maps: LayerMaps | None,
        trunk: Network | None,
        batch: int = 1,
    ) -> MetricResult:
        """What the layer maps of a pair come to; without maps and network that of equal pictures."""
        width, height = candidate.size
        if mask is not None and mask.all():
            mask = None
        settings = provenance(self.net, self.dtype, reference, candidate, mask, trunk, batch)
        if maps is None or trunk is None:
            error_map = even_map(0.0, (height, width))
            value = 0.0
        else:
            from qualitygate.metrics.lpips_net.upsampling import upsampled_sum

            error_map = upsampled_sum(maps, (height, width))
            value = float(sum(layer.mean(dtype=np.float64) for layer in maps))
        values = dict(self.summarise(error_map, mask))
        if values.keys() != set(self.spec.statistics):
            return Unmeasurable("QG-1303", f"{candidate.source.name}: nothing is left of it to measure with LPIPS")
        if mask is None:
            values["value"] = value
        if not np.isfinite(list(values.values())).all():
            return Unmeasurable("QG-1302", f"{candidate.source.name}: LPIPS came out as {values}")
        return Measurement(self.spec.name, values, self.spec.unit, settings, error_map)

    def working_memory(self, pixels: int) -> int:
        """Bytes that a pair of so many pixels takes at its peak beside both pictures; see `corridor.cost`."""
        return ARCHITECTURES[self.net].working_memory(pixels)

    def identity(self) -> Mapping[str, Setting]:
        """What else makes the numbers; see `metrics.base.identity`.

        Raises:
            MissingExtraError, WeightsError, ConfigError: As `check_available`.
        """
        return computed_by(self.net, self.dtype, resolve_device(self.device))

    def summarise(self, error_map: NDArray[np.float32], mask: Mask | None = None) -> Mapping[str, float]:
        """Statistics over the counted pixels of an error map; see `Metric.summarise`.

        `value` is the mean of the map, which differs slightly from the published number of a whole picture: the layers
        were brought to one size first.
        """
        those = counted(error_map, mask)
        values: dict[str, float] = {}
        if those.size:
            values["value"] = float(those.mean(dtype=np.float64))
        if worst := worst_window(error_map, mask):
            values["worst_tile"] = worst[0]
        return values
