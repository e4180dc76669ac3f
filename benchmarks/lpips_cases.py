"""LPIPS beside the plain forward pass of the `lpips` package, and beside itself without what makes it fast.

`benchmarks.timing` alternates the sides. Both use the threads that torch is allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.lpips_peer import PlainForward
from benchmarks.pictures import Pixels, image, photographs, recompressed
from benchmarks.timing import Timing, alternate
from qualitygate.core.measurement import Measurement
from qualitygate.metrics.base import measure_many
from qualitygate.metrics.lpips import Lpips
from qualitygate.metrics.lpips_net.forward import network


@dataclass(frozen=True, slots=True)
class LpipsCase:
    """One comparison.

    Attributes:
        name: What is compared, for a table.
        pixels: Pixels of each picture, or of all pairs of a batch together.
        ours, theirs: Do the measurement and return the value.
        target: How many times faster we mean to be; None where nothing was promised.
        tolerance: How far the values may lie apart.
    """

    name: str
    pixels: int
    ours: Callable[[], float]
    theirs: Callable[[], float]
    target: float | None
    tolerance: float = 1e-5


def lpips_cases(side: int = 1000, large: tuple[int, int] | None = (4000, 3000), device: str = "cpu") -> list[LpipsCase]:
    """Every case; see the module.

    Args:
        side: Side of the square picture of the first cases, 1000 for a megapixel.
        large: Width and height of the large picture; None for none.
        device: Where both sides run.
    """
    reference = photographs(side)
    candidate = recompressed(reference)
    forward = PlainForward(device)
    plain = lambda: forward(reference, candidate)  # noqa: E731
    found = [
        LpipsCase("first sight", side * side, _fresh(reference, candidate, device), plain, 1.15),
        LpipsCase("reference known", side * side, _known(reference, candidate, device), plain, 2.0),
        LpipsCase("bfloat16", side * side, _fresh(reference, candidate, device, "bfloat16"), plain, None, 2e-3),
    ]
    if large is not None:
        broad = enlarged(reference, *large)
        damaged = locally_damaged(broad, 0.01)
        ours, theirs = _fresh(broad, damaged, device), lambda: forward(broad, damaged)
        found.append(LpipsCase("1 % changed in one region", large[0] * large[1], ours, theirs, 8.0))
    found.append(_small_together(device))
    return found


def timings(cases: list[LpipsCase], repetitions: int) -> list[tuple[LpipsCase, Timing]]:
    """Time every case.

    Raises:
        RuntimeError: The two sides of a case do not measure the same.
    """
    found = []
    for case in cases:
        timing = alternate(case.ours, case.theirs, repetitions)
        if abs(timing.our_value - timing.their_value) > case.tolerance:
            raise RuntimeError(f"{case.name}: ours {timing.our_value}, the plain forward {timing.their_value}")
        found.append((case, timing))
    return found


def enlarged(pixels: Pixels, width: int, height: int) -> Pixels:
    """A picture brought to another size, with grain on top: enlarging leaves too little of it."""
    from PIL import Image as Pillow

    large = np.asarray(Pillow.fromarray(pixels).resize((width, height), Pillow.Resampling.BICUBIC))
    grain = np.random.default_rng(0).integers(-6, 7, large.shape, dtype=np.int8)
    grained: Pixels = np.clip(large.astype(np.int16) + grain, 0, 255).astype(np.uint8)
    return grained


def locally_damaged(pixels: Pixels, share: float) -> Pixels:
    """A picture with one square region, so large a share of it, blurred away by coarse blocks."""
    damaged = pixels.copy()
    side = int((share * pixels.shape[0] * pixels.shape[1]) ** 0.5)
    top, left = (pixels.shape[0] - side) * 3 // 5, (pixels.shape[1] - side) * 2 // 5
    part = damaged[top : top + side, left : left + side]
    part[:] = part[::8, ::8].repeat(8, axis=0).repeat(8, axis=1)[:side, :side] ^ 1
    return damaged


def _fresh(reference: Pixels, candidate: Pixels, device: str, dtype: str = "float32") -> Callable[[], float]:
    """All of `measure` on pictures that were never met."""
    left, right, metric = image(reference), image(candidate), Lpips(device=device, dtype=dtype)

    def run() -> float:
        network("alex", device, dtype).forget()
        return _value(metric.measure(left, right))

    return run


def _known(reference: Pixels, candidate: Pixels, device: str) -> Callable[[], float]:
    """All of `measure` on a reference that was compared with others before, and a candidate that is new every time."""
    left, metric, sights = image(reference), Lpips(device=device), iter(range(1, 1 << 30))

    def run() -> float:
        new = candidate.copy()
        low = new[0, :64:8]  # the lowest bits of these samples count the runs
        low ^= np.unpackbits(np.frombuffer(next(sights).to_bytes(3, "little"), dtype=np.uint8)).reshape(8, 3)
        return _value(metric.measure(left, image(new)))

    network("alex", device, "float32").forget()
    run()
    run()
    return run


def _small_together(device: str, side: int = 64, count: int = 16) -> LpipsCase:
    """Small pairs in one call, beside one call for each."""
    mosaic = photographs(4 * side)
    parts = [mosaic[r : r + side, c : c + side] for r in range(0, 4 * side, side) for c in range(0, 4 * side, side)]
    pairs = [(image(np.ascontiguousarray(p)), image(recompressed(p)), None) for p in parts[:count]]
    metric = Lpips(device=device)

    def together() -> float:
        network("alex", device, "float32").forget()
        return float(np.mean([_value(result) for result in measure_many(metric, pairs)]))

    def alone() -> float:
        network("alex", device, "float32").forget()
        return float(np.mean([_value(metric.measure(*pair)) for pair in pairs]))

    return LpipsCase(f"{count} pairs of {side}x{side}, beside one by one", count * side * side, together, alone, None)


def _value(result: object) -> float:
    if not isinstance(result, Measurement):
        raise RuntimeError(f"LPIPS gave {result}")
    return result.values["value"]
