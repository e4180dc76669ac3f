"""The same measurement by other people's libraries, for `compare --verify`. Needs the extra `science`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qualitygate.core.image import Image
from qualitygate.core.mask import Mask
from qualitygate.core.measurement import Measurement, MetricResult


@dataclass(frozen=True, slots=True)
class CrossCheck:
    """One statistic, measured by us and by a peer.

    Attributes:
        metric, statistic: What was measured.
        ours, theirs: Both values.
        library, version: The peer.
        difference: `ours - theirs`.
        basis: What the peer was given: `pixels` of an 8-bit sRGB pair (for SSIM their BT.601 luma in float64), else
            `our XYZ` or `our luma`, so that only its formula is an independent witness.
    """

    metric: str
    statistic: str
    ours: float
    theirs: float
    library: str
    version: str
    difference: float
    basis: str


@dataclass(frozen=True, slots=True)
class Witness:
    """What a peer says of a pair.

    Attributes:
        library, version: The peer.
        basis: See `CrossCheck`.
        values: Statistic to value.
    """

    library: str
    version: str
    basis: str
    values: Mapping[str, float]


def crosscheck(
    reference: Image, candidate: Image, results: Mapping[str, MetricResult], mask: Mask | None = None
) -> tuple[CrossCheck, ...]:
    """Recompute what was measured with colour-science (delta_e_2000) and scikit-image (ssim), in float64.

    Args:
        reference, candidate: The opaque pictures that were measured.
        results: Metric name to result; metrics without a peer, and those that could not be measured, are left out.
        mask: `(H, W)` bool, the one that the results were measured with.

    Returns:
        delta_e_2000's mean, p95 and max and ssim's mean, as far as they were measured, in that order.

    Raises:
        MissingExtraError: QG-1413, a library is not installed.
    """
    from qualitygate.crosscheck.colour_science import delta_e_2000
    from qualitygate.crosscheck.scikit_image import ssim

    peers: dict[str, Callable[[Image, Image, Mask | None], Witness]] = {"delta_e_2000": delta_e_2000, "ssim": ssim}
    checks = []
    for metric, peer in peers.items():
        result = results.get(metric)
        if not isinstance(result, Measurement):
            continue
        witness = peer(reference, candidate, mask)
        for statistic, theirs in witness.values.items():
            ours = result.values[statistic]
            checks.append(
                CrossCheck(
                    metric, statistic, ours, theirs, witness.library, witness.version, ours - theirs, witness.basis
                )
            )
    return tuple(checks)
