"""DeltaE00 and SSIM as metrics on a device: the results of the CPU's, several pairs at once, and what they refuse."""

from __future__ import annotations

import pickle
from importlib import metadata
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from qualitygate.core.colour.encoding import DISPLAY_P3, SRGB
from qualitygate.core.errors import ConfigError, MissingExtraError
from qualitygate.core.image import Image, Source
from qualitygate.core.measurement import Measurement, Unmeasurable
from qualitygate.metrics.base import measure_many
from qualitygate.metrics.delta_e_2000 import DeltaE2000
from qualitygate.metrics.lpips_net import devices
from qualitygate.metrics.on_device.delta_e_2000 import delta_e_maps
from qualitygate.metrics.on_device.measuring import DeltaE2000OnDevice, SsimOnDevice
from qualitygate.metrics.on_device.ssim import ssim_maps
from qualitygate.metrics.ssim import Ssim
from qualitygate.planning.metrics import build

torch = pytest.importorskip("torch")
BOTH = [(DeltaE2000OnDevice("cpu"), DeltaE2000()), (SsimOnDevice("cpu"), Ssim())]


def picture(pixels: np.ndarray, encoding=SRGB, name: str = "a.png") -> Image:
    height, width = pixels.shape[:2]
    source = Source(name, "", 1, "png", width, height, 8 * pixels.itemsize, encoding.name)
    return Image(np.ascontiguousarray(pixels), encoding, source)


def photograph(path: Path, width: int, height: int) -> np.ndarray:
    with Pillow.open(path) as opened:
        return np.asarray(opened.convert("RGB").resize((width, height), Pillow.Resampling.LANCZOS))


def as_jpeg(pixels: np.ndarray) -> np.ndarray:
    stored = BytesIO()
    Pillow.fromarray(pixels).save(stored, "JPEG", quality=70)
    return np.asarray(Pillow.open(stored).convert("RGB"))


@pytest.fixture(scope="module")
def asked(photos: list[Path]) -> list[tuple[Image, Image, np.ndarray | None]]:
    """Pairs of three sizes, both depths, two encodings, with masks, equal ones and unlike sizes."""
    big, wide, other = photograph(photos[0], 301, 203), photograph(photos[1], 211, 75), photograph(photos[2], 301, 203)
    mask = np.ones((203, 301), dtype=bool)
    mask[20:160, 100:250] = False
    half = big.copy()
    half[100:] = as_jpeg(big)[100:]
    return [
        (picture(big), picture(as_jpeg(big)), None),
        (picture(wide), picture(as_jpeg(wide)), None),
        (picture(other), picture(as_jpeg(other)), mask),
        (picture(big), picture(big.copy()), None),
        (picture(big), picture(half), None),
        (picture(big), picture(as_jpeg(big), DISPLAY_P3), None),
        (picture(big.astype(np.uint16) * 257), picture(as_jpeg(big).astype(np.uint16) * 257 + 3), None),
        (picture(big.astype(np.uint16) * 257), picture(as_jpeg(big)), mask),
        (picture(big), picture(wide), None),
        (picture(big), picture(as_jpeg(big)), np.zeros((203, 301), dtype=bool)),
        (picture(big[:10]), picture(as_jpeg(big)[:10]), None),
    ]


@pytest.mark.parametrize(("on_device", "on_cpu"), BOTH, ids=["delta_e_2000", "ssim"])
def test_several_pairs_at_once_give_what_the_cpu_gives(on_device, on_cpu, asked) -> None:
    together = measure_many(on_device, asked)
    for pair, found in zip(asked, together, strict=True):
        expected = on_cpu.measure(*pair)
        assert type(found) is type(expected)
        if isinstance(expected, Unmeasurable):
            assert found == expected
            continue
        assert isinstance(found, Measurement)
        assert dict(found.values) == pytest.approx(dict(expected.values), abs=1e-3)
        tolerance = 1e-6 if on_cpu.spec.name == "ssim" else 1e-4
        assert found.values["mean"] == pytest.approx(expected.values["mean"], abs=tolerance)
        np.testing.assert_allclose(found.error_map, expected.error_map, atol=1e-3)
        assert found.origin == expected.origin
        assert found.settings["kernel"] == f"torch {metadata.version('torch')}, cpu"
        assert found.settings.keys() == expected.settings.keys()
        for key, setting in expected.settings.items():
            if key != "kernel":
                assert found.settings[key] == (pytest.approx(setting) if isinstance(setting, float) else setting)


def test_equal_pictures_are_exactly_zero_and_one(asked) -> None:
    delta_e, ssim = (measure_many(metric, asked[3:5]) for metric, _ in BOTH)
    assert not delta_e[0].error_map.any()
    assert (ssim[0].error_map == 1).all()
    assert not delta_e[1].error_map[:100].any()
    assert (ssim[1].error_map[:90] == 1).all()


@pytest.mark.parametrize("chunk", [1, 64 * 301, 70_000])
def test_the_size_of_a_chunk_changes_no_number(asked, chunk: int) -> None:
    pairs = [(a, b) for a, b, _ in (asked[0], asked[1], asked[2])]
    if chunk > 1:
        for small, large in zip(delta_e_maps(pairs, "cpu", chunk), delta_e_maps(pairs, "cpu"), strict=True):
            np.testing.assert_allclose(small, large, atol=1e-5)
    samples = [(a.pixels, b.pixels) for a, b in pairs]
    for small, large in zip(ssim_maps(samples, "cpu", chunk=chunk), ssim_maps(samples, "cpu"), strict=True):
        np.testing.assert_allclose(small, large, atol=1e-6)


def test_a_device_is_used_where_it_is_named() -> None:
    assert isinstance(build("ssim", "cuda", "alex"), SsimOnDevice)
    assert isinstance(build("delta_e_2000", "mps", "alex"), DeltaE2000OnDevice)
    for device in ("auto", "cpu"):
        assert type(build("ssim", device, "alex")) is Ssim
        assert type(build("delta_e_2000", device, "alex")) is DeltaE2000


@pytest.mark.parametrize("kind", [DeltaE2000OnDevice, SsimOnDevice])
def test_it_refuses_before_anything_is_decoded(kind, monkeypatch: pytest.MonkeyPatch) -> None:
    if not torch.cuda.is_available():
        with pytest.raises(ConfigError, match="not available") as caught:
            kind("cuda").check_available()
        assert caught.value.code == "QG-1416"
    monkeypatch.setattr(devices.importlib.util, "find_spec", lambda *_: None)
    with pytest.raises(MissingExtraError, match=f"{kind.spec.label} needs torch") as missing:
        kind("cuda").check_available()
    assert missing.value.code == "QG-1413"
    assert missing.value.hint is not None
    assert "--device cpu" in missing.value.hint


@pytest.mark.parametrize("kind", [DeltaE2000OnDevice, SsimOnDevice])
def test_a_device_that_nobody_knows_is_an_error_of_the_caller(kind) -> None:
    with pytest.raises(ConfigError, match="unknown device 'tpu'") as unknown:
        kind("tpu").check_available()
    assert unknown.value.code == "QG-1405"


def test_instances_can_be_pickled_and_say_what_makes_their_numbers() -> None:
    for metric, on_cpu in BOTH:
        again = pickle.loads(pickle.dumps(metric))
        assert again.identity() == metric.identity() != on_cpu.identity()


@pytest.mark.gpu
def test_the_gpu_gives_what_the_cpu_gives(asked) -> None:
    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    for metric, on_cpu in ((DeltaE2000OnDevice("cuda"), DeltaE2000()), (SsimOnDevice("cuda"), Ssim())):
        for pair, found in zip(asked[:8], measure_many(metric, asked[:8]), strict=True):
            expected = on_cpu.measure(*pair)
            np.testing.assert_allclose(found.error_map, expected.error_map, atol=1e-3)
