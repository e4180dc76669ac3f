"""Weights files: where they are, that they are the right ones, and what happens when they are not."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np
import pytest

from qualitygate.core.errors import WeightsError
from qualitygate.core.user_paths import cache_directory
from qualitygate.metrics.lpips_net import weights
from qualitygate.metrics.lpips_net.architecture import ALEX, ARCHITECTURES, VGG

safetensors = pytest.importorskip("safetensors.numpy")


@pytest.fixture
def own_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("QUALITYGATE_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def small_vgg(monkeypatch: pytest.MonkeyPatch) -> dict[str, np.ndarray]:
    """Tensors of `alex` standing in for those of `vgg`, six times smaller."""
    monkeypatch.setitem(ARCHITECTURES, "vgg", ALEX)
    return dict(weights.load("alex").tensors)


def test_the_shipped_file_is_the_known_one() -> None:
    loaded = weights.load("alex")
    path = weights.locate("alex")
    assert hashlib.sha256(path.read_bytes()).hexdigest() == weights.KNOWN["alex"] == loaded.sha256
    assert {name: array.shape for name, array in loaded.tensors.items()} == ALEX.shapes()
    assert path.parent == Path(weights.__file__).parent


def test_architectures_have_the_published_number_of_parameters() -> None:
    trunk = {
        net: sum(int(np.prod(shape)) for name, shape in ARCHITECTURES[net].shapes().items() if "features" in name)
        for net in ("alex", "vgg")
    }
    assert trunk == {"alex": 2_469_696, "vgg": 14_714_688}  # torchvision's `features` of alexnet and vgg16


def test_serialising_is_what_the_library_writes_and_reads() -> None:
    tensors = weights.load("alex").tensors
    data = weights.serialise(tensors)
    assert data == safetensors.save(dict(tensors))
    assert weights.serialise(dict(reversed(list(tensors.items())))) == data


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({"QUALITYGATE_CACHE": "/q", "XDG_CACHE_HOME": "/x"}, "linux", "/q"),
        ({"XDG_CACHE_HOME": "/x"}, "linux", "/x/qualitygate"),
        ({"XDG_CACHE_HOME": ""}, "linux", "/h/.cache/qualitygate"),
        ({"XDG_CACHE_HOME": "x"}, "linux", "/h/.cache/qualitygate"),  # relative ones are to be ignored
        ({}, "darwin", "/h/Library/Caches/qualitygate"),
        ({"LOCALAPPDATA": "/l"}, "win32", "/l/qualitygate/Cache"),
        ({}, "win32", "/h/AppData/Local/qualitygate/Cache"),
    ],
)
def test_the_cache_is_where_the_platform_keeps_caches(environ: dict[str, str], platform: str, expected: str) -> None:
    assert cache_directory(environ, platform, Path("/h")) == Path(expected)


def test_a_user_without_a_home_is_told_what_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("QUALITYGATE_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    with pytest.raises(WeightsError, match="QUALITYGATE_CACHE") as caught:
        weights.load("vgg")
    assert caught.value.code == "QG-1414"


def test_absent_weights_say_how_to_get_them(own_cache: Path) -> None:
    with pytest.raises(WeightsError, match="qualitygate weights convert CHECKPOINT --net vgg") as caught:
        weights.load("vgg")
    assert caught.value.code == "QG-1414"
    assert str(own_cache) in str(caught.value)


def test_a_package_without_its_file_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "file_name", lambda *_: "absent.safetensors")
    with pytest.raises(WeightsError, match="reinstall") as caught:
        weights.load("alex")
    assert caught.value.code == "QG-1414"


@pytest.mark.parametrize("damage", ["flipped bit", "truncated", "empty", "appended"])
def test_a_changed_shipped_file_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, damage: str) -> None:
    data = bytearray(weights.locate("alex").read_bytes())
    if damage == "flipped bit":
        data[5_000_000] ^= 1
    elif damage == "appended":
        data += b"\0"
    else:
        del data[9_000_000 if damage == "truncated" else 0 :]
    path = tmp_path / "copy.safetensors"
    path.write_bytes(data)
    monkeypatch.setattr(weights, "locate", lambda *_: path)
    with pytest.raises(WeightsError, match="SHA-256") as caught:
        weights.load("alex")
    assert caught.value.code == "QG-1415"


def test_a_record_beside_the_shipped_file_does_not_vouch_for_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "copy.safetensors"
    weights.store(b"anything", path)
    monkeypatch.setattr(weights, "locate", lambda *_: path)
    with pytest.raises(WeightsError) as caught:
        weights.load("alex")
    assert caught.value.code == "QG-1415"


def test_stored_weights_are_found_again(own_cache: Path, small_vgg: dict[str, np.ndarray]) -> None:
    sha256 = weights.store(weights.serialise(small_vgg), weights.cached_path("vgg"))
    loaded = weights.load("vgg")
    assert loaded.sha256 == sha256
    np.testing.assert_array_equal(loaded.tensors["lin0.weight"], small_vgg["lin0.weight"])
    assert sorted(p.name for p in (own_cache / "weights").iterdir()) == [
        "lpips-v0.1-vgg.safetensors",
        "lpips-v0.1-vgg.safetensors.sha256",
    ]


def test_stored_weights_that_changed_are_refused(own_cache: Path, small_vgg: dict[str, np.ndarray]) -> None:
    path = weights.cached_path("vgg")
    data = weights.serialise(small_vgg)
    weights.store(data, path)
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))
    with pytest.raises(WeightsError, match="weights convert` again") as caught:
        weights.load("vgg")
    assert caught.value.code == "QG-1415"


def test_without_a_record_only_the_known_weights_are_accepted(
    own_cache: Path, small_vgg: dict[str, np.ndarray]
) -> None:
    path = weights.cached_path("vgg")
    weights.store(weights.serialise(small_vgg), path)
    weights.digest_path(path).unlink()
    with pytest.raises(WeightsError) as caught:
        weights.load("vgg")
    assert caught.value.code == "QG-1415"


@pytest.mark.parametrize(
    ("change", "found"),
    [
        (lambda t: t.pop("lin3.weight"), "'lin3.weight' is missing"),
        (lambda t: t.update(extra=np.zeros(1, np.float32)), "'extra' does not belong"),
        (lambda t: t.update({"lin0.weight": np.zeros((1, 63, 1, 1), np.float32)}), r"has shape \(1, 63, 1, 1\)"),
        (lambda t: t.update({"lin0.weight": np.zeros((1, 64, 1, 1))}), "is float64 instead of float32"),
        (lambda t: t.update({"lin0.weight": np.full((1, 64, 1, 1), np.nan, np.float32)}), "not finite"),
    ],
)
def test_tensors_of_another_network_are_named(change, found: str) -> None:
    tensors = dict(weights.load("alex").tensors)
    change(tensors)
    with pytest.raises(WeightsError, match=found) as caught:
        weights.check(tensors, ALEX, "x.safetensors")
    assert caught.value.code == "QG-1418"


def test_one_network_is_not_another() -> None:
    with pytest.raises(WeightsError, match=r"not the weights of LPIPS v0\.1 'vgg'"):
        weights.check(weights.load("alex").tensors, VGG, "x.safetensors")


@pytest.mark.parametrize("data", [b"", b"\x08", b"\xff" * 100, b"\x02\0\0\0\0\0\0\0{}trailing"])
def test_malformed_safetensors_are_refused(data: bytes) -> None:
    with pytest.raises(WeightsError) as caught:
        weights.parse(data, "x.safetensors")
    assert caught.value.code == "QG-1418"


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(WeightsError) as caught:
        weights.store(b"data", tmp_path / "file" / "weights" / "x.safetensors")
    assert caught.value.code == "QG-1412"
