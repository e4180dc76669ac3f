"""Several pairs at once, bfloat16, threads, and photographs in tiles against one untiled forward pass."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from qualitygate.core.colour.encoding import DISPLAY_P3, SRGB
from qualitygate.core.errors import ConfigError
from qualitygate.core.image import Image, Source
from qualitygate.core.measurement import Measurement, Unmeasurable
from qualitygate.executors.process_pool import ProcessPool
from qualitygate.metrics.base import measure_many
from qualitygate.metrics.lpips import Lpips
from qualitygate.metrics.lpips_net import architecture, batches, devices, forward

torch = pytest.importorskip("torch")
pytest.importorskip("safetensors")


def picture(pixels: np.ndarray, name: str = "a.png", encoding=SRGB) -> Image:
    height, width = pixels.shape[:2]
    source = Source(name, "", 1, "png", width, height, 8 * pixels.itemsize, encoding.name)
    return Image(np.ascontiguousarray(pixels), encoding, source)


def photograph(path: Path, width: int, height: int) -> np.ndarray:
    with Pillow.open(path) as opened:
        return np.asarray(opened.convert("RGB").resize((width, height), Pillow.Resampling.LANCZOS))


def as_jpeg(pixels: np.ndarray, quality: int = 60) -> np.ndarray:
    stored = BytesIO()
    Pillow.fromarray(pixels).save(stored, "JPEG", quality=quality)
    return np.asarray(Pillow.open(stored).convert("RGB"))


@pytest.fixture(scope="module")
def pairs(photos: list[Path]) -> list[tuple[Image, Image]]:
    """Photographs and their JPEG, of two sizes in turn."""
    found = []
    for index in range(6):
        pixels = photograph(photos[index % len(photos)], *((97, 65), (70, 111))[index % 2])
        found.append((picture(pixels), picture(as_jpeg(pixels, 40 + 5 * index), f"candidate {index}")))
    return found


@pytest.mark.parametrize("size", [(401, 299), (333, 32), (31, 500), (257, 258)])
def test_a_photograph_in_tiles_has_the_value_of_the_untiled_forward(
    photos: list[Path], monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    reference = photograph(photos[1], *size)
    candidate = as_jpeg(reference)
    whole = Lpips(device="cpu").measure(picture(reference), picture(candidate))
    small = replace(architecture.ALEX, tile=64)
    monkeypatch.setitem(architecture.ARCHITECTURES, "alex", small)
    forward.network.cache_clear()
    try:
        tiled = Lpips(device="cpu").measure(picture(reference), picture(candidate))
    finally:
        forward.network.cache_clear()
    assert isinstance(whole, Measurement)
    assert isinstance(tiled, Measurement)
    assert tiled.values["value"] == pytest.approx(whole.values["value"], abs=2e-8)
    np.testing.assert_allclose(tiled.error_map, whole.error_map, atol=1e-5)


def test_a_local_change_in_a_photograph_has_the_value_of_the_untiled_forward(photos: list[Path]) -> None:
    reference = photograph(photos[2], 701, 555)
    candidate = reference.copy()
    candidate[300:330, 610:650] = as_jpeg(reference, 5)[300:330, 610:650]
    result = Lpips(device="cpu").measure(picture(reference), picture(candidate))
    trunk = forward.Network("alex", "cpu", "float32", 0)
    maps = trunk.layer_maps(reference.astype(np.float32), candidate.astype(np.float32))
    assert isinstance(result, Measurement)
    assert result.values["value"] == pytest.approx(sum(float(m.mean(dtype=np.float64)) for m in maps), abs=1e-9)
    assert result.values["value"] > 1e-5
    assert result.error_map is not None
    assert not result.error_map[:150].any()


def test_several_pairs_measure_as_one_by_one(pairs: list[tuple[Image, Image]]) -> None:
    mask = np.ones((65, 97), dtype=bool)
    mask[10:40, 20:60] = False
    p3 = picture(pairs[0][1].pixels, "p3", DISPLAY_P3)
    asked = [
        *((reference, candidate, None) for reference, candidate in pairs),
        (pairs[0][0], pairs[2][1], mask),
        (pairs[0][0], pairs[0][0], None),
        (pairs[0][0], pairs[1][1], None),
        (pairs[0][0], p3, None),
        (pairs[0][0], pairs[2][1], np.zeros((65, 97), dtype=bool)),
        (pairs[0][0], pairs[4][1], np.ones((65, 97), dtype=bool)),
    ]
    metric = Lpips(device="cpu")
    together, alone = measure_many(metric, asked), [metric.measure(*pair) for pair in asked]
    for one, other in zip(together, alone, strict=True):
        assert type(one) is type(other)
        if isinstance(one, Unmeasurable):
            assert one == other
            continue
        assert isinstance(other, Measurement)
        assert dict(one.values) == pytest.approx(dict(other.values), abs=1e-6)
        assert {k: v for k, v in one.settings.items() if k != "batch"} == dict(other.settings)
        np.testing.assert_allclose(one.error_map, other.error_map, atol=1e-5)
    assert [getattr(one, "code", None) for one in together].count("QG-1304") == 1
    assert together[0].settings["batch"] >= 3


def test_a_reference_of_several_candidates_goes_through_once(
    pairs: list[tuple[Image, Image]], monkeypatch: pytest.MonkeyPatch
) -> None:
    trunk = forward.Network("alex", "cpu", "float32")
    sizes: list[int] = []
    original = trunk.batched_layer_maps
    monkeypatch.setattr(trunk, "batched_layer_maps", lambda x, pairs: (sizes.append(len(x)), original(x, pairs))[1])
    asked = [(pairs[0][0], pairs[index][1], None) for index in (0, 2, 4)]
    assert len(list(batches.batched(asked, trunk))) == 3
    assert sizes == [4]


def test_batches_are_bounded(pairs: list[tuple[Image, Image]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(batches._TOGETHER, "cpu", 2 * 2 * 97 * 65)
    trunk = forward.Network("alex", "cpu", "float32")
    asked = [(pairs[0][0], pairs[index][1], None) for index in (0, 2, 4)]
    assert [together for _, together in batches.batched(asked, trunk)] == [2, 2, 1]


def test_bfloat16_is_recorded_and_near(pairs: list[tuple[Image, Image]]) -> None:
    full = Lpips(device="cpu").measure(*pairs[0])
    half = Lpips(device="cpu", dtype="bfloat16").measure(*pairs[0])
    assert isinstance(full, Measurement)
    assert isinstance(half, Measurement)
    assert (full.settings["dtype"], half.settings["dtype"]) == ("float32", "bfloat16")
    assert half.values["value"] != full.values["value"]
    assert half.values["value"] == pytest.approx(full.values["value"], rel=0.05)
    assert Lpips(dtype="bfloat16").identity() != Lpips().identity()


def test_a_type_that_is_not_known_is_refused() -> None:
    with pytest.raises(ConfigError, match="float32, bfloat16") as caught:
        Lpips(dtype="float16")
    assert caught.value.code == "QG-1405"


def test_a_device_without_the_type_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda: False)
    devices.check_dtype("cuda", "float32")
    devices.check_dtype("cpu", "bfloat16")
    with pytest.raises(ConfigError, match="bfloat16") as caught:
        devices.check_dtype("cuda", "bfloat16")
    assert caught.value.code == "QG-1440"


def threads_after_measuring(seed: int) -> int:
    """Run in a worker: how many threads torch uses there once something was measured."""
    rng = np.random.default_rng(seed)
    a, b = (picture(rng.integers(0, 256, (40, 40, 3), dtype=np.uint8)) for _ in range(2))
    assert isinstance(Lpips(device="cpu").measure(a, b), Measurement)
    return torch.get_num_threads()


def test_workers_side_by_side_use_one_thread_each() -> None:
    assert list(ProcessPool(2).map(threads_after_measuring, [1, 2], lambda _: -1)) == [1, 1]
