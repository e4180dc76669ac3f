"""What the numbers of LPIPS come from: network, weights by their digest, type, device and torch."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from qualitygate.core.image import Image
from qualitygate.core.installed_packages import version
from qualitygate.core.mask import Mask
from qualitygate.core.measurement import Setting
from qualitygate.metrics.lpips_net.architecture import VERSION
from qualitygate.metrics.lpips_net.samples import clipped_share
from qualitygate.metrics.lpips_net.weights import expected_digest, locate

if TYPE_CHECKING:
    from qualitygate.metrics.lpips_net.forward import Network


def provenance(
    net: str, dtype: str, reference: Image, candidate: Image, mask: Mask | None, trunk: Network | None, batch: int
) -> Mapping[str, Setting]:
    """The settings of a measurement.

    Args:
        net, dtype: As those of the metric.
        reference, candidate: The pair, for the shares of its samples that sRGB cannot hold.
        mask: `(H, W)` bool; None where every pixel counts.
        trunk: What computed the features; None for equal pictures, which need none.
        batch: How many pairs were computed together.
    """
    settings: dict[str, Setting] = {
        "net": net,
        "version": VERSION,
        "dtype": dtype,
        "clipped_reference": clipped_share(reference),
        "clipped_candidate": clipped_share(candidate),
        "mask": "none" if mask is None else "candidate replaced by reference, mean of the upsampled map",
    }
    if trunk is None:
        return settings | {"device": "none", "weights_sha256": expected_digest(net, locate(net)), "torch": None}
    settings |= {"device": trunk.device, "weights_sha256": trunk.sha256, "torch": _torch_version()}
    return settings | ({"batch": batch} if batch > 1 else {})


def computed_by(net: str, dtype: str, device: str) -> Mapping[str, Setting]:
    """What makes the numbers beside the pictures, before any of them is measured; see `metrics.base.identity`.

    Raises:
        WeightsError: QG-1414 the weights are absent, QG-1415 altered or cut short.
    """
    torch = _torch_version()
    weights = expected_digest(net, locate(net))
    return {"net": net, "dtype": dtype, "version": VERSION, "weights_sha256": weights, "device": device, "torch": torch}


@lru_cache(maxsize=1)
def _torch_version() -> str | None:
    """Asked once: reading a package's metadata takes as long as measuring a thumbnail."""
    return version("torch")
