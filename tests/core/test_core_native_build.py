"""The extension is put into the tree whole, since processes may have the one that stood there in memory."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path
from types import ModuleType

import pytest

HOOK = Path(__file__).resolve().parents[2] / "hatch_build.py"


def test_an_extension_that_is_in_use_keeps_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interface = ModuleType("interface")
    interface.BuildHookInterface = type("Hook", (), {"target_name": "wheel", "root": str(tmp_path)})  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "hatchling.builders.hooks.plugin.interface", interface)
    for name in ("hatchling", "hatchling.builders", "hatchling.builders.hooks", "hatchling.builders.hooks.plugin"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.delenv("QUALITYGATE_KERNELS", raising=False)
    hook = runpy.run_path(str(HOOK))["KernelsHook"]()
    built = tmp_path / "elsewhere" / "_kernels.abi3.so"
    built.parent.mkdir()
    built.write_bytes(b"new")
    target = tmp_path / "qualitygate" / "core" / "native" / built.name
    target.parent.mkdir(parents=True)
    target.write_bytes(b"the one before")
    hook.initialize.__globals__["_compiled"] = lambda _: built
    with target.open("rb") as in_use:
        hook.initialize("editable", {})
        assert in_use.read() == b"the one before"
    assert target.read_bytes() == b"new"
    assert [path.name for path in target.parent.iterdir()] == [built.name]
