"""What metrics say that they take in memory: never less than they do, and not absurdly more."""

from __future__ import annotations

import pytest
from metrics_probe import probed

from qualitygate.metrics.lpips import Lpips

pytest.importorskip("torch")
pytest.importorskip("safetensors")
pytest.importorskip("resource")

# What the allocator keeps and libraries load for a first larger picture; `corridor.cost` counts as much for any pair.
SMALL = 8_000_000
# Growth of the peak of resident memory while a pair of noise is measured, and what the metric says of it, in bytes.
PROBE = """
import json, resource, sys
import numpy as np
from qualitygate.core import threads
from qualitygate.core.colour.encoding import DISPLAY_P3, SRGB
from qualitygate.core.image import Image, Source
from qualitygate.metrics.lpips import Lpips
from qualitygate.metrics.on_device.measuring import DeltaE2000OnDevice, SsimOnDevice
from qualitygate.metrics.ssim import Ssim

name, kind, width, height, allowed = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
threads.allow(allowed)
encoding, dtype = {"srgb": (SRGB, np.uint8), "p3": (DISPLAY_P3, np.uint16)}[kind]
on_device = {"lpips": Lpips, "delta_e_2000": DeltaE2000OnDevice, "ssim_on_device": SsimOnDevice}
metric = Ssim() if name == "ssim" else on_device[name](device="cpu")

def image(pixels):
    return Image(pixels, encoding, Source("a", "", 1, "png", pixels.shape[1], pixels.shape[0], 8, "sRGB"))

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)

rng = np.random.default_rng(0)
pair = [np.empty((height, width, 3), dtype) for _ in range(2)]
for pixels in pair:
    for row in pixels:
        row[:] = rng.integers(0, np.iinfo(dtype).max + 1, row.shape)
metric.measure(*(image(np.ascontiguousarray(pixels[:64, :64])) for pixels in pair))
before = peak()
measured = metric.measure(*map(image, pair))
print(json.dumps([peak() - before, metric.working_memory(width * height), measured.values]))
"""


def told(*arguments: object) -> tuple[int, int]:
    grown, said, values = probed(PROBE, *arguments)
    assert all(values.values())
    return grown, said


@pytest.mark.slow
@pytest.mark.parametrize("size", [(600, 500), (1216, 1216), (2000, 1500), (30_000, 100), (100, 30_000)])
@pytest.mark.parametrize("kind", ["srgb", "p3"])
@pytest.mark.parametrize("name", ["lpips", "delta_e_2000", "ssim_on_device", "ssim"])
def test_the_peak_stays_below_what_the_metric_says(name: str, kind: str, size: tuple[int, int]) -> None:
    grown, said = told(name, kind, *size, 1)
    assert grown <= said + SMALL
    # What was freed before is taken first, so that the peak grows by less; of a narrow picture a tile is small.
    assert said <= 8 * grown + SMALL or min(size) < 200


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "allowed"), [("lpips", 1), ("lpips", 2), ("delta_e_2000", 1), ("ssim_on_device", 1), ("ssim", 1)]
)
def test_nor_do_twelve_megapixels_take_more(name: str, allowed: int) -> None:
    grown, said = told(name, "srgb", 4000, 3000, allowed)
    assert grown <= said + SMALL
    assert name != "lpips" or said <= 700_000_000


def test_lpips_is_counted_by_its_tile_and_its_map() -> None:
    costs = [Lpips(device="cpu").working_memory(pixels) for pixels in (1_000_000, 12_000_000, 48_000_000)]
    assert costs[0] < costs[1] < 700_000_000
    assert (costs[2] - costs[1]) / 36_000_000 < 30
    assert Lpips(net="vgg", device="cpu").working_memory(1_000_000) > 3 * costs[0]
