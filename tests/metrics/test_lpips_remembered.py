"""Features that are remembered: bit for bit those computed anew, bounded, and never those of another picture."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from qualitygate.metrics.lpips_net.remembered import RememberedFeatures

torch = pytest.importorskip("torch")
pytest.importorskip("safetensors")

Tile = np.ndarray


@pytest.fixture(scope="module")
def photograph(photos) -> Tile:
    """A photograph with odd sides, float32."""
    with Pillow.open(photos[0]) as opened:
        opened.thumbnail((241, 241))
        pixels = np.asarray(opened.convert("RGB")).astype(np.float32)
    return pixels[: pixels.shape[0] // 2 * 2 - 1]


def trunk(remembered: int):
    from qualitygate.metrics.lpips_net.forward import Network

    return Network("alex", "cpu", "float32", remembered)


def candidates(tile: Tile, count: int) -> list[Tile]:
    rng = np.random.default_rng(0)
    return [np.clip(tile + rng.normal(0, 4, tile.shape), 0, 255).astype(np.float32) for _ in range(count)]


def test_remembered_features_give_the_same_bits(photograph: Tile) -> None:
    keeps, forgets = trunk(10**8), trunk(0)
    for candidate in candidates(photograph, 4):
        for pair in ((photograph, candidate), (candidate, photograph)):
            for kept, fresh in zip(keeps.layer_maps(*pair), forgets.layer_maps(*pair), strict=True):
                np.testing.assert_array_equal(kept, fresh)


def test_a_reference_is_computed_twice_and_never_again(photograph: Tile, monkeypatch: pytest.MonkeyPatch) -> None:
    network = trunk(10**8)
    computed: list[bytes] = []
    original = network._taps
    monkeypatch.setattr(network, "_taps", lambda x: (computed.append(x.tobytes()), original(x))[1])
    for candidate in candidates(photograph, 5):
        network.layer_maps(photograph, candidate)
    assert computed.count(photograph.tobytes()) == 2
    assert len(computed) == 7


def test_what_differs_where_the_checksum_does_not_look_is_another_picture(photograph: Tile) -> None:
    """The checksum only says whether looking is worth while; the digest is of every sample."""
    network, fresh = trunk(10**8), trunk(0)
    other = candidates(photograph, 1)[0]
    for _ in range(3):
        network.layer_maps(photograph, other)
    altered = photograph.copy()
    altered[33:40, 41:48] = 255 - altered[33:40, 41:48]  # between multiples of eight
    np.testing.assert_array_equal(altered[::8, ::8], photograph[::8, ::8])
    for got, expected in zip(network.layer_maps(altered, other), fresh.layer_maps(altered, other), strict=True):
        np.testing.assert_array_equal(got, expected)


def test_a_view_and_its_copy_are_one_picture(photograph: Tile) -> None:
    memory = RememberedFeatures(10**6)
    wide = np.concatenate([photograph, photograph], axis=1)
    view = wide[:, photograph.shape[1] :]
    memory.key(view)
    assert memory.key(view) == memory.key(photograph) is not None


def test_samples_written_over_are_another_picture(photograph: Tile) -> None:
    """A buffer that is used again holds other samples, and gets their features."""
    network, fresh = trunk(10**8), trunk(0)
    first, second, third = candidates(photograph, 3)
    buffer = first.copy()
    for _ in range(3):
        network.layer_maps(buffer, third)
    buffer[:] = second
    for got, expected in zip(network.layer_maps(buffer, third), fresh.layer_maps(second, third), strict=True):
        np.testing.assert_array_equal(got, expected)


def features(size: int) -> tuple[torch.Tensor, ...]:
    return (torch.zeros(size // 4),)


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(1, 30)), max_size=60))
def test_it_holds_no_more_than_it_may(puts: list[tuple[int, int]]) -> None:
    memory = RememberedFeatures(200)
    for name, size in puts:
        memory.put(bytes([name, size]), features(4 * size))
        assert memory.held <= 200
        found = memory.get(bytes([name, size]))
        assert found is not None
        assert found[0].shape == (size,)


def test_the_least_recently_used_goes_first() -> None:
    memory = RememberedFeatures(100)
    memory.put(b"a", features(40))
    memory.put(b"b", features(40))
    assert memory.get(b"a") is not None
    memory.put(b"c", features(40))
    assert memory.get(b"b") is None
    assert memory.get(b"a") is not None
    memory.put(b"huge", features(400))
    assert memory.get(b"huge") is None
    assert memory.get(b"c") is not None


def test_nothing_is_kept_of_what_is_seen_once() -> None:
    memory = RememberedFeatures(10**6)
    tiles = [np.full((40, 40, 3), value, dtype=np.float32) for value in range(5)]
    assert [memory.key(tile) for tile in tiles] == [None] * 5
    keys = {memory.key(tile) for tile in tiles}
    assert len(keys) == 5
    assert None not in keys


def test_another_shape_of_the_same_bytes_is_another_picture() -> None:
    memory = RememberedFeatures(10**6)
    flat, tall = np.zeros((40, 80, 3), np.float32), np.zeros((80, 40, 3), np.float32)
    for tile in (flat, tall):
        memory.key(tile)
    assert memory.key(flat) != memory.key(tall)
