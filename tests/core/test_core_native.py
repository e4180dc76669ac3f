"""Which compiled extension is used: the one of these files, and no other."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from types import ModuleType, SimpleNamespace

import numpy as np
import pytest
from click.testing import CliRunner
from numpy.typing import NDArray
from PIL import Image as Pillow

from qualitygate.cli import root
from qualitygate.core import native
from qualitygate.core.native import CONTRACT, KernelError, kernel_name, kernel_trouble, kernels
from qualitygate.decode import _versions as decoders
from qualitygate.decode import decode, decoder_versions, png_data, png_samples

NAME = "qualitygate.core.native._kernels"
Put = Callable[[ModuleType | None], None]


def extension(**has: object) -> ModuleType:
    """A module in place of the extension."""
    module = ModuleType(NAME)
    for name, value in has.items():
        setattr(module, name, value)
    return module


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Put]:
    """Puts a module in the place of the extension, until the test ends."""

    def forget() -> None:
        kernels.cache_clear()
        decoders.cache_clear()

    def put(module: ModuleType | None) -> None:
        monkeypatch.setitem(sys.modules, NAME, module)
        forget()

    monkeypatch.delenv("QUALITYGATE_KERNELS", raising=False)
    yield put
    monkeypatch.undo()
    forget()


def picture(mode: str = "RGBA") -> tuple[bytes, NDArray[np.uint8]]:
    pixels = np.random.default_rng(0).integers(0, 256, (20, 30, len(mode)), dtype=np.uint8)
    buffer = BytesIO()
    Pillow.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue(), pixels


def doctor(*options: str) -> str:
    told = CliRunner().invoke(root, ["doctor", *options])
    assert told.exit_code == 0
    return told.output


def test_the_number_in_the_header_is_that_of_the_python_files() -> None:
    header = (Path(native.__file__).parent / "kernels.h").read_text(encoding="utf-8")
    assert re.findall(r"^#define CONTRACT (\d+)$", header, re.MULTILINE) == [str(CONTRACT)]


@pytest.mark.parametrize(
    "other",
    [extension(LEVEL=3), extension(LEVEL=3, CONTRACT=CONTRACT - 1), extension(LEVEL=3, CONTRACT=CONTRACT + 1)],
    ids=["from before there was a number", "older", "newer"],
)
def test_an_extension_of_other_files_counts_as_none(other: ModuleType, installed: Put) -> None:
    installed(other)
    assert kernels() is None
    assert kernel_name() == "numpy"
    assert kernel_trouble() == "compiled for another version: install again"
    data, pixels = picture()
    image = decode(data, "a.png")
    assert str(image.source.settings["decoder"]).startswith("Pillow ")
    assert np.array_equal(image.pixels, pixels[..., :3])
    assert "png" not in decoder_versions()
    found = json.loads(doctor("--format", "json"))
    assert (found["kernels"], found["kernels_trouble"]) == ("numpy", "compiled for another version: install again")
    assert "kernels numpy, compiled for another version: install again; measuring takes about 6 times" in " ".join(
        doctor().split()
    )


def test_one_that_does_not_load_is_told(installed: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(name: str) -> ModuleType:
        raise ImportError(f"{name}: invalid ELF header")

    installed(extension())
    monkeypatch.setattr("qualitygate.core.native.importlib", SimpleNamespace(import_module=broken))
    assert kernels() is None
    assert kernel_trouble() == "does not load: install again"


def test_where_there_is_none_it_is_told_from_where_this_runs(installed: Put) -> None:
    installed(None)  # importing it raises ModuleNotFoundError
    assert kernels() is None
    package = Path(native.__file__).resolve().parents[2]
    trouble = json.loads(doctor("--format", "json"))["kernels_trouble"]
    assert trouble.startswith(f"not compiled in the checkout that this runs from, {package}: ")
    told = " ".join(doctor().split())
    assert f"kernels numpy, {trouble}; measuring takes about 6 times as long, decoding PNG twice" in told


def test_an_installed_package_without_them_says_to_install_again(
    installed: Put, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed(None)
    monkeypatch.setattr(native, "__file__", str(tmp_path / "qualitygate" / "core" / "native" / "__init__.py"))
    where = tmp_path.resolve() / "qualitygate"
    assert kernel_trouble() == (
        f"not compiled when this was installed, in {where}: install a C compiler, then qualitygate again"
    )


def test_kernels_that_are_turned_off_are_told(installed: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    installed(extension(LEVEL=4, CONTRACT=CONTRACT))
    monkeypatch.setenv("QUALITYGATE_KERNELS", "numpy")
    found = json.loads(doctor("--format", "json"))
    assert (found["kernels"], found["kernels_trouble"]) == ("numpy", "turned off by QUALITYGATE_KERNELS")
    assert "kernels numpy, turned off by QUALITYGATE_KERNELS; measuring" in " ".join(doctor().split())


@pytest.mark.parametrize(("there", "note"), [(True, None), (False, "little is gained without the kernels")])
def test_faster_inflating_is_promised_with_the_kernels_alone(
    there: bool, note: str | None, installed: Put, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qualitygate.cli.extras.find_spec", lambda _: True)
    installed(extension(LEVEL=4, CONTRACT=CONTRACT) if there else None)
    assert json.loads(doctor("--format", "json"))["extras"]["fast"].get("note") == note
    assert ("little is gained" in " ".join(doctor().split())) is (note is not None)


def test_the_one_of_these_files_is_used(installed: Put) -> None:
    installed(extension(LEVEL=4, CONTRACT=CONTRACT))
    assert kernels() is sys.modules[NAME]
    assert kernel_name() == "native, x86-64-v4"
    assert kernel_trouble() is None


def refusing(*_: object) -> None:
    raise ValueError("buffers do not fit each other")


@pytest.mark.parametrize(
    ("mode", "broken"),
    [
        ("RGB", extension()),
        ("RGB", extension(png_rows=refusing)),
        ("RGB", extension(png_rows=lambda: 0)),
        ("RGBA", extension(png_part=refusing)),
    ],
    ids=["not there", "refuses", "takes something else", "parts nothing"],
)
def test_a_mistake_about_a_kernel_is_no_fault_of_a_picture(
    mode: str, broken: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In place of a refusal that says the file is corrupt."""
    real = kernels()
    if real is None:
        pytest.skip("the kernels were not built")
    if not hasattr(broken, "png_rows") and mode == "RGBA":
        broken.png_rows = real.png_rows
    for module in (png_data, png_samples):
        monkeypatch.setattr(module, "kernels", lambda: broken)
    with pytest.raises(KernelError, match="png_"):
        decode(picture(mode)[0], "a.png")
