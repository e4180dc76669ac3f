"""LPIPS as users meet it: published numbers, properties, masks, limits of size, and what it refuses."""

from __future__ import annotations

import pickle
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from qualitygate.core.colour.encoding import DISPLAY_P3, SRGB
from qualitygate.core.errors import ConfigError, MissingExtraError, WeightsError
from qualitygate.core.image import Image, Source
from qualitygate.core.measurement import Measurement, Unmeasurable
from qualitygate.metrics.lpips import Lpips
from qualitygate.metrics.lpips_net import devices, forward
from qualitygate.metrics.lpips_net.weights import KNOWN

pytest.importorskip("torch")
pytest.importorskip("safetensors")


def picture(pixels: np.ndarray, name: str = "candidate.png", encoding=SRGB) -> Image:
    height, width = pixels.shape[:2]
    source = Source(name, "0" * 64, 1, "png", width, height, 8 * pixels.itemsize, encoding.name)
    return Image(np.ascontiguousarray(pixels), encoding, source)


def noise(height: int, width: int, seed: int = 0) -> np.ndarray:
    """Smooth gradients with texture on top, uint8."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width]
    base = np.stack([x * 200 / width, y * 200 / height, (x + y) * 100 / (width + height)], axis=-1)
    return np.clip(base + rng.normal(20, 15, base.shape), 0, 255).astype(np.uint8)


def measured(reference: Image, candidate: Image, mask=None, **options) -> Measurement:
    result = Lpips(device="cpu", **options).measure(reference, candidate, mask)
    assert isinstance(result, Measurement), result
    return result


@pytest.mark.parametrize(("name", "published"), [("ex_p0", 0.722), ("ex_p1", 0.138)])
def test_the_published_numbers_are_reproduced(corpora: Path, name: str, published: float) -> None:
    def read(stem: str) -> Image:
        with PIL.Image.open(corpora / "lpips" / f"{stem}.png") as image:
            return picture(np.asarray(image.convert("RGB")), stem)

    assert round(measured(read("ex_ref"), read(name)).values["value"], 3) == published


def test_equal_pictures_are_zero_and_load_no_torch() -> None:
    script = """
import sys, numpy as np
from qualitygate.core.colour.encoding import SRGB
from qualitygate.core.image import Image, Source
from qualitygate.metrics.lpips import Lpips
pixels = np.full((40, 50, 3), 90, dtype=np.uint8)
image = Image(pixels, SRGB, Source("a", "", 1, "png", 50, 40, 8, "sRGB"))
copy = Image(pixels.copy(), SRGB, image.source)
result = Lpips().measure(image, copy)
assert dict(result.values) == {"value": 0.0, "worst_tile": 0.0}, result
assert not result.error_map.any() and result.error_map.shape == (40, 50)
assert "torch" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[2])


def test_the_short_cut_gives_the_number_of_the_network() -> None:
    pixels = noise(64, 64).astype(np.float32)
    maps = forward.network("alex", "cpu", "float32").layer_maps(pixels, pixels.copy())
    assert all((layer == 0).all() for layer in maps)


def test_the_order_of_the_pictures_does_not_matter() -> None:
    a, b = picture(noise(80, 96, 1)), picture(noise(80, 96, 2))
    assert measured(a, b).values["value"] == pytest.approx(measured(b, a).values["value"], abs=1e-7)


def test_it_is_the_same_every_time() -> None:
    a, b = picture(noise(80, 96, 1)), picture(noise(80, 96, 2))
    assert measured(a, b).values == measured(a, b).values


def test_more_damage_is_farther() -> None:
    pixels = noise(128, 128)
    coarse, fine = ((pixels // step * step).astype(np.uint8) for step in (64, 8))
    near, far = (measured(picture(pixels), picture(p)).values["value"] for p in (fine, coarse))
    assert 0 < near < far


def test_the_worst_tile_is_where_the_damage_is() -> None:
    pixels = noise(256, 256)
    damaged = pixels.copy()
    damaged[192:, 192:] = 255 - damaged[192:, 192:]
    result = measured(picture(pixels), picture(damaged))
    assert result.values["worst_tile"] > 4 * result.values["value"] > 0
    assert result.error_map is not None
    assert result.error_map.dtype == np.float32
    row, column = np.unravel_index(result.error_map.argmax(), result.error_map.shape)
    assert row > 160
    assert column > 160


@pytest.mark.parametrize("shape", [(31, 31), (31, 400), (47, 33)])
def test_thirty_one_pixels_are_enough(shape: tuple[int, int]) -> None:
    result = measured(picture(noise(*shape, 1)), picture(noise(*shape, 2)))
    assert result.values["value"] > 0
    assert result.error_map is not None
    assert result.error_map.shape == shape


@pytest.mark.parametrize("shape", [(30, 200), (200, 30), (1, 1)])
@pytest.mark.parametrize("equal", [True, False])
def test_thirty_pixels_are_too_small_even_for_equal_pictures(shape: tuple[int, int], equal: bool) -> None:
    a, b = picture(noise(*shape)), picture(noise(*shape, 0 if equal else 1))
    result = Lpips(device="cpu").measure(a, b)
    assert isinstance(result, Unmeasurable)
    assert result.code == "QG-1301"
    assert "candidate.png" in result.message


def test_unlike_sizes_are_unmeasurable() -> None:
    result = Lpips(device="cpu").measure(picture(noise(40, 50)), picture(noise(50, 40)))
    assert isinstance(result, Unmeasurable)
    assert result.code == "QG-1304"


class TestMask:
    def test_what_is_ignored_cannot_be_felt_anywhere(self) -> None:
        pixels = noise(160, 160)
        damaged = pixels.copy()
        damaged[:60, :60] = 0
        mask = np.ones((160, 160), dtype=bool)
        mask[:60, :60] = False
        result = measured(picture(pixels), picture(damaged), mask)
        assert dict(result.values) == {"value": 0.0, "worst_tile": 0.0}
        assert result.settings["mask"] != "none"

    def test_value_is_the_mean_over_what_counts(self) -> None:
        a, b = picture(noise(96, 130, 1)), picture(noise(96, 130, 2))
        mask = np.ones((96, 130), dtype=bool)
        mask[:, 65:] = False
        result = measured(a, b, mask)
        assert result.error_map is not None
        assert result.values["value"] == pytest.approx(float(result.error_map[mask].mean()), rel=1e-6)
        assert dict(result.values) == dict(Lpips().summarise(result.error_map, mask))

    def test_a_mask_that_ignores_nothing_changes_nothing(self) -> None:
        a, b = picture(noise(64, 64, 1)), picture(noise(64, 64, 2))
        assert measured(a, b, np.ones((64, 64), dtype=bool)).values == measured(a, b).values

    @pytest.mark.parametrize("equal", [True, False])
    def test_ignoring_everything_is_unmeasurable(self, equal: bool) -> None:
        a, b = picture(noise(64, 64)), picture(noise(64, 64, 0 if equal else 1))
        result = Lpips(device="cpu").measure(a, b, np.zeros((64, 64), dtype=bool))
        assert isinstance(result, Unmeasurable)
        assert result.code == "QG-1303"

    def test_a_region_is_summarised_from_the_map(self) -> None:
        error_map = np.zeros((128, 128), dtype=np.float32)
        error_map[:64, :64] = 0.5
        region = np.zeros((128, 128), dtype=bool)
        region[:64, :64] = True
        assert dict(Lpips().summarise(error_map, region)) == {"value": 0.5, "worst_tile": 0.5}
        assert dict(Lpips().summarise(error_map)) == {"value": 0.125, "worst_tile": 0.5}


def test_sixteen_bits_measure_as_eight_where_they_say_the_same() -> None:
    a, b = noise(64, 64, 1), noise(64, 64, 2)
    deep = measured(picture(a.astype(np.uint16) * 257), picture(b))
    assert deep.values["value"] == pytest.approx(measured(picture(a), picture(b)).values["value"], abs=1e-6)


def test_colours_outside_srgb_are_counted() -> None:
    red = np.zeros((300, 40, 3), dtype=np.uint8)
    red[:150] = (255, 0, 0)
    red[150:] = 128
    a, b = picture(red, "reference.png", DISPLAY_P3), picture(noise(300, 40))
    result = measured(a, b)
    assert result.settings["clipped_reference"] == pytest.approx(0.5)
    assert result.settings["clipped_candidate"] == 0.0


def test_the_settings_say_how_it_was_made() -> None:
    settings = measured(picture(noise(40, 40, 1)), picture(noise(40, 40, 2))).settings
    assert settings["net"] == "alex"
    assert settings["version"] == "0.1"
    assert settings["weights_sha256"] == KNOWN["alex"]
    assert settings["device"] == "cpu"
    assert settings["dtype"] == "float32"
    assert str(settings["torch"])[0].isdigit()


def test_no_socket_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: object, **kwargs: object) -> None:
        raise AssertionError("a measurement opened a socket")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    forward.network.cache_clear()
    assert Lpips(device="cpu").check_available() == "cpu"
    assert measured(picture(noise(40, 40, 1)), picture(noise(40, 40, 2))).values["value"] > 0


def test_torch_threads_are_left_alone() -> None:
    import torch

    before = torch.get_num_threads()
    measured(picture(noise(40, 40, 1)), picture(noise(40, 40, 2)))
    assert torch.get_num_threads() == before


def test_instances_can_be_pickled() -> None:
    metric = Lpips(device="cpu")
    metric.measure(picture(noise(40, 40, 1)), picture(noise(40, 40, 2)))
    assert pickle.loads(pickle.dumps(metric)) == metric
    assert len(pickle.dumps(metric)) < 500


@pytest.mark.parametrize("options", [{"net": "squeeze"}, {"device": "cuda:9"}])
def test_unknown_options_are_refused(options: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match="one of") as caught:
        Lpips(**options)
    assert caught.value.code == "QG-1405"


def test_a_device_that_is_not_there_is_refused() -> None:
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a CUDA device")
    with pytest.raises(ConfigError, match="available: ") as caught:
        Lpips(device="cuda").check_available()
    assert caught.value.code == "QG-1416"


def test_a_missing_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices.importlib.util, "find_spec", lambda *_: None)
    for attempt in (Lpips().check_available, lambda: Lpips().measure(*[picture(noise(40, 40))] * 2)):
        with pytest.raises(MissingExtraError, match=r"pip install 'image-qualitygate\[lpips\]'") as caught:
            attempt()
        assert caught.value.code == "QG-1413"
        assert "or measure without it: --metric delta_e_2000 --metric ssim" in str(caught.value)


def test_vgg_without_weights_says_the_command(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("QUALITYGATE_CACHE", str(tmp_path))
    forward.network.cache_clear()
    pair = picture(noise(40, 40, 1)), picture(noise(40, 40, 2))
    for attempt in (Lpips(net="vgg").check_available, lambda: Lpips(net="vgg", device="cpu").measure(*pair)):
        with pytest.raises(WeightsError, match="qualitygate weights convert CHECKPOINT --net vgg") as caught:
            attempt()
        assert caught.value.code == "QG-1414"


@pytest.mark.gpu
def test_the_gpu_agrees_with_the_cpu() -> None:
    import torch

    if not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    a, b = picture(noise(300, 500, 1)), picture(noise(300, 500, 2))
    on_gpu = Lpips(device="cuda").measure(a, b)
    assert isinstance(on_gpu, Measurement)
    assert on_gpu.values["value"] == pytest.approx(measured(a, b).values["value"], abs=1e-5)
