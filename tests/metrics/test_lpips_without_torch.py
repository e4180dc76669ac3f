"""The device is found without loading torch where the CPU is all there can be, and torch is asked everywhere else."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from qualitygate.core.errors import MissingExtraError
from qualitygate.metrics.lpips_net import devices, without_torch

pytest.importorskip("torch")


@pytest.fixture
def not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if torch were installed and nobody had imported it yet."""
    monkeypatch.delitem(sys.modules, "torch", raising=False)


@pytest.mark.usefixtures("not_loaded")
@pytest.mark.parametrize(
    ("platform", "build", "driver", "sure"),
    [
        ("linux", {"cuda": None, "hip": None}, True, True),
        ("linux", {"cuda": "12.8", "hip": None}, False, True),
        ("linux", {"cuda": "12.8", "hip": None}, True, False),
        ("linux", {"cuda": None, "hip": "6.2"}, False, False),
        ("win32", {"cuda": "12.8"}, False, True),
        ("win32", {"cuda": "12.8"}, True, False),
        ("darwin", {"cuda": None, "hip": None}, False, False),
        ("linux", {}, False, False),
        ("linux", None, False, False),
    ],
)
def test_when_it_is_certain(
    monkeypatch: pytest.MonkeyPatch, platform: str, build: dict[str, str | None] | None, driver: bool, sure: bool
) -> None:
    monkeypatch.setattr(without_torch.sys, "platform", platform)
    monkeypatch.setattr(without_torch, "_build", lambda: None if build is None else SimpleNamespace(**build))
    monkeypatch.setattr(without_torch, "_loads", lambda _: driver)
    assert without_torch.surely_cpu() is sure


def test_torch_agrees() -> None:
    """Where we are certain, torch finds the CPU; asked in a fresh interpreter, in this order."""
    program = (
        "import sys\n"
        "from qualitygate.metrics.lpips_net.without_torch import surely_cpu\n"
        "from qualitygate.metrics.lpips_net.devices import resolve_device\n"
        "sure = surely_cpu(); found = resolve_device('auto')\n"
        "assert ('torch' in sys.modules) is (not sure)\n"
        "import torch\n"
        "assert surely_cpu() is False\n"
        "assert resolve_device('auto') == found\n"
        "assert not sure or found == 'cpu'\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)


def test_a_library_that_is_not_there_does_not_load() -> None:
    assert without_torch._loads("libno-such-driver.so.1") is False


@pytest.mark.usefixtures("not_loaded")
def test_a_torch_that_does_not_load_is_named_when_it_is_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "torch"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise OSError('a library is missing')")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(MissingExtraError, match="does not load: a library is missing") as caught:
        devices.load_torch()
    assert caught.value.code == "QG-1413"
