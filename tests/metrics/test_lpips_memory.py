"""Memory that LPIPS takes beyond the decoded pictures is bounded by the tile, whatever the size."""

from __future__ import annotations

from pathlib import Path

import pytest
from metrics_probe import probed

pytest.importorskip("torch")
pytest.importorskip("safetensors")
resource = pytest.importorskip("resource")

# Growth of the peak of resident memory from after a first small pair, with both pictures decoded, in MB.
PROBE = """
import json, resource, sys
import numpy as np
from PIL import Image as Pillow
from qualitygate.core.colour.encoding import SRGB
from qualitygate.core.image import Image, Source
from qualitygate.metrics.lpips import Lpips

def image(pixels):
    return Image(pixels, SRGB, Source("a", "", 1, "png", pixels.shape[1], pixels.shape[0], 8, "sRGB"))

def peak():
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most * (1 if sys.platform == "darwin" else 1024) / 1e6

width, height, times = map(int, sys.argv[2:])
with Pillow.open(sys.argv[1]) as opened:
    photograph = np.asarray(opened.convert("RGB").resize((width, height), Pillow.Resampling.BILINEAR))
rng = np.random.default_rng(0)
pair = []
for _ in range(2):
    pixels = photograph.copy()
    for row in range(height):
        pixels[row] = np.clip(pixels[row] + rng.integers(-9, 10, (width, 3)), 0, 255)
    pair.append(image(pixels))
metric = Lpips(device="cpu")
metric.measure(*(image(np.ascontiguousarray(one.pixels[:64, :64])) for one in pair))
before = peak()
for _ in range(times):
    value = metric.measure(*pair).values["value"]
print(json.dumps({"growth": peak() - before, "value": value}))
"""


def growth(photos: list[Path], *arguments: int) -> float:
    found = probed(PROBE, photos[0], *arguments)
    assert found["value"] > 0.001
    return float(found["growth"])


@pytest.mark.slow
def test_twelve_megapixels_take_less_than_seven_hundred_megabytes(photos: list[Path]) -> None:
    assert growth(photos, 4000, 3000, 1) < 700


@pytest.mark.slow
def test_nor_do_they_when_features_are_remembered(photos: list[Path]) -> None:
    assert growth(photos, 4000, 3000, 3) < 700


@pytest.mark.slow
def test_twice_the_picture_takes_no_more_than_its_map(photos: list[Path]) -> None:
    """The error map takes four bytes a pixel; all else is bounded by the tile, and by what an allocator makes of it.

    From run to run that differs by a hundred megabytes; of a pass over the whole picture there would be thousands more.
    """
    assert growth(photos, 6000, 4000, 1) - growth(photos, 4000, 3000, 1) < 12 * 4 + 250
