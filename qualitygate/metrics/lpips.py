"""LPIPS: both pictures through a network, and the distance of their features.

Source: Zhang, Isola, Efros, Shechtman & Wang 2018, "The Unreasonable Effectiveness of Deep Features as a Perceptual
Metric", arXiv:1801.03924. Numbers agree with the reference implementation, version 0.1, within 1e-5.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from math import inf

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.view import srgb
from qualitygate.core.errors import ConfigError
from qualitygate.core.image import Image, same_pixels
from qualitygate.core.mask import Mask, worst_window
from qualitygate.core.measurement import Measurement, MetricResult, MetricSpec, Setting, Unmeasurable
from qualitygate.core.threshold import Direction
from qualitygate.metrics.lpips_net.architecture import ARCHITECTURES, SMALLEST_SIDE, VERSION
from qualitygate.metrics.lpips_net.forward import DEVICES, network, require_extra, resolve_device, upsampled_sum
from qualitygate.metrics.lpips_net.tiles import Band, tiled_layer_maps
from qualitygate.metrics.lpips_net.weights import expected_digest, load, locate


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

    Raises:
        ConfigError: QG-1405, no such network or device name.
    """

    net: str = "alex"
    device: str = "auto"

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
        for option, value, known in (("net", self.net, ARCHITECTURES), ("device", self.device, DEVICES)):
            if value not in known:
                raise ConfigError(
                    f"unknown {option} {value!r}", code="QG-1405", where="lpips", hint=f"one of {', '.join(known)}"
                )

    def check_available(self) -> str:
        """Whether LPIPS can be measured here, to be asked before any picture is decoded; the device it would run on.

        Loads torch only where torch and the weights are in place.

        Raises:
            MissingExtraError: QG-1413, torch or safetensors is not installed.
            WeightsError: QG-1414 the weights are absent, QG-1415 altered, QG-1418 of another network.
            ConfigError: QG-1416, the device is not there.
        """
        require_extra()
        load(self.net)
        return resolve_device(self.device)

    def measure(self, reference: Image, candidate: Image, mask: Mask | None = None) -> MetricResult:
        """Measure a pair; see `Metric.measure`.

        Equal pictures are 0 without a forward pass and without loading torch.

        Raises:
            MissingExtraError, WeightsError, ConfigError: As `check_available`.
        """
        require_extra()
        width, height = candidate.size
        if reference.size != candidate.size:
            message = f"{candidate.source.name} is {width}x{height}, its reference {'x'.join(map(str, reference.size))}"
            return Unmeasurable("QG-1304", message)
        if min(width, height) < SMALLEST_SIDE:
            message = f"{candidate.source.name} is {width}x{height}; LPIPS needs {SMALLEST_SIDE} pixels on each side"
            return Unmeasurable("QG-1301", message)
        if mask is not None and mask.all():
            mask = None
        settings: dict[str, Setting] = {
            "net": self.net,
            "version": VERSION,
            "dtype": "float32",
            "clipped_reference": _clipped_share(reference),
            "clipped_candidate": _clipped_share(candidate),
            "mask": "none" if mask is None else "candidate replaced by reference, mean of the upsampled map",
        }
        if same_pixels(reference, candidate):
            settings |= {"device": "none", "weights_sha256": expected_digest(self.net, locate(self.net)), "torch": None}
            error_map = np.zeros((height, width), dtype=np.float32)
            value = 0.0
        else:
            trunk = network(self.net, resolve_device(self.device))
            settings |= {"device": trunk.device, "weights_sha256": trunk.sha256, "torch": metadata.version("torch")}

            def read(rows: slice) -> Band:
                return _band(reference, candidate, mask, rows)

            maps = tiled_layer_maps((height, width), trunk.architecture, read, trunk.layer_maps)
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

    def summarise(self, error_map: NDArray[np.float32], mask: Mask | None = None) -> Mapping[str, float]:
        """Statistics over the counted pixels of an error map; see `Metric.summarise`.

        `value` is the mean of the map, which differs slightly from the published number of a whole picture: the layers
        were brought to one size first.
        """
        counted = error_map if mask is None else error_map[mask]
        values: dict[str, float] = {}
        if counted.size:
            values["value"] = float(counted.mean(dtype=np.float64))
        if worst := worst_window(error_map, mask):
            values["worst_tile"] = worst[0]
        return values


def _clipped_share(image: Image) -> float:
    """Share of a picture's pixels outside sRGB, 0..1, counted in bands to keep memory small."""
    if image.encoding.is_srgb:
        return 0.0
    height = image.pixels.shape[0]
    bands = (slice(top, min(top + 256, height)) for top in range(0, height, 256))
    return float(sum(srgb(image, rows)[1] * (rows.stop - rows.start) for rows in bands) / height)


def _band(reference: Image, candidate: Image, mask: Mask | None, rows: slice) -> Band:
    """A band of rows of both pictures as sRGB in 0..255, float32, the candidate's masked pixels replaced."""
    ours, theirs = srgb(reference, rows)[0], srgb(candidate, rows)[0]
    if mask is not None:
        theirs = np.where(mask[rows][..., None], theirs, ours)
    return ours, theirs
