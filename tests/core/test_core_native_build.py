"""The hook that compiles: the tree gets the extension whole, and the build leaves nothing where it was compiled."""

from __future__ import annotations

import runpy
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

HOOK = Path(__file__).resolve().parents[2] / "hatch_build.py"


@pytest.fixture
def hook(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The hook, without hatchling, over an empty tree, with its compiler's scratch in `tmp_path / "scratch"`."""
    said: list[str] = []
    app = SimpleNamespace(display_warning=said.append, said=said)
    interface = ModuleType("interface")
    known = {"target_name": "wheel", "root": str(tmp_path / "tree"), "app": app}
    interface.BuildHookInterface = type("Hook", (), known)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "hatchling.builders.hooks.plugin.interface", interface)
    for name in ("hatchling", "hatchling.builders", "hatchling.builders.hooks", "hatchling.builders.hooks.plugin"):
        monkeypatch.setitem(sys.modules, name, ModuleType(name))
    monkeypatch.delenv("QUALITYGATE_KERNELS", raising=False)
    (tmp_path / "scratch").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    return runpy.run_path(str(HOOK))["KernelsHook"]()


def compiles(hook: Any, content: bytes = b"new") -> None:
    def compiled(root: Path, scratch: Path) -> Path:
        built = scratch / "lib" / "_kernels.abi3.so"
        built.parent.mkdir()
        built.write_bytes(content)
        return built

    hook.initialize.__globals__["_compiled"] = compiled


def left(tmp_path: Path) -> list[str]:
    return [path.name for path in (tmp_path / "scratch").iterdir()]


def test_an_extension_that_is_in_use_keeps_its_bytes(tmp_path: Path, hook: Any) -> None:
    compiles(hook)
    target = tmp_path / "tree" / "qualitygate" / "core" / "native" / "_kernels.abi3.so"
    target.parent.mkdir(parents=True)
    target.write_bytes(b"the one before")
    with target.open("rb") as in_use:
        hook.initialize("editable", {})
        assert in_use.read() == b"the one before"
    assert target.read_bytes() == b"new"
    assert [path.name for path in target.parent.iterdir()] == [target.name]
    assert left(tmp_path) == []


def test_what_was_compiled_stands_until_the_wheel_is_made_and_no_longer(tmp_path: Path, hook: Any) -> None:
    compiles(hook)
    data: dict[str, Any] = {"force_include": {}}
    hook.initialize("standard", data)
    assert [Path(path).read_bytes() for path in data["force_include"]] == [b"new"]
    hook.finalize("standard", data, "the.whl")
    assert left(tmp_path) == []


@pytest.mark.parametrize("wish", ["", "required"])
def test_a_compiler_that_fails_leaves_nothing_either(
    wish: str, tmp_path: Path, hook: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUALITYGATE_KERNELS", wish)

    def fails(root: Path, scratch: Path) -> Path:
        (scratch / "half").write_bytes(b"made")
        raise RuntimeError("no compiler")

    hook.initialize.__globals__["_compiled"] = fails
    data: dict[str, Any] = {"force_include": {}}
    with pytest.raises(RuntimeError) if wish else nullcontext():
        hook.initialize("standard", data)
    assert left(tmp_path) == []
    if not wish:
        hook.finalize("standard", data, "the.whl")
        assert hook.app.said == ["the kernels were not compiled, NumPy will serve: no compiler"]


def test_nothing_is_left_by_a_build_that_compiles_nothing(
    tmp_path: Path, hook: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUALITYGATE_KERNELS", "none")
    hook.initialize("standard", {})
    hook.finalize("standard", {}, "the.whl")
    assert left(tmp_path) == []
