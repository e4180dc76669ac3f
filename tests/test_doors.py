"""The doors of the house: who may import whom (`docs/architecture.md`). Read from the source, nothing is run."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parent.parent / "qualitygate"
ROOMS = (
    "cache",
    "decode",
    "imaging",
    "metrics",
    "crosscheck",
    "calibration",
    "defects",
    "luts",
    "palette",
    "policy",
    "pairing",
    "vcs",
    "executors",
    "governance",
    "notifiers",
    "reporters",
    "incidents",
    "proofs",
)
PORCHES = (
    "actor",
    "approving",
    "auditing",
    "calibrating",
    "cli",
    "clock",
    "demo",
    "exhibiting",
    "files",
    "gate",
    "incident_opening",
    "incident_root",
    "ownership",
    "planning",
    "proving",
    "references",
    "rehearsing",
    "running",
    "steps",
    "__init__",
    "__main__",
    "pytest_plugin",
    "testing",
)
# The corridor measures and judges through interfaces only, so that a plugin or another executor fits.
CORRIDOR = ("core", "decode", "luts", "palette", "policy", "metrics.base", "executors.base", "cache.base")
# What is loaded by name when something is measured, and never by importing a module of ours.
HEAVY = {
    "torch", "safetensors", "skimage", "colour", "scipy", "imagecodecs", "pillow_heif", "pillow_jxl", "PyOpenColorIO",
    "httpx",
}  # fmt: skip

MODULES = sorted(path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))


def room_of(module: Path) -> str:
    """First folder of a module, or its own name where it stands at the top."""
    return module.parts[0] if len(module.parts) > 1 else module.stem


def imported(module: Path, tree: ast.AST) -> Iterator[str]:
    """Full dotted names of everything a module imports, wherever in it; `from a import b` gives `a.b`."""
    package = ["qualitygate", *module.parent.parts]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            origin = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{origin}.{alias.name}" for alias in node.names)


def own_imports(module: Path) -> list[str]:
    """What a module imports from this package, without the leading `qualitygate.`."""
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
    return [name.removeprefix("qualitygate.") for name in imported(module, tree) if name.startswith("qualitygate.")]


def through(door: str, name: str) -> bool:
    return name == door or name.startswith(f"{door}.")


def at_module_level(tree: ast.Module) -> Iterator[ast.stmt]:
    """Statements that run when a module is imported: not those in functions, nor under `if TYPE_CHECKING`."""
    pending: list[ast.stmt] = list(tree.body)
    while pending:
        statement = pending.pop()
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test):
            continue
        yield statement
        for child in ast.iter_child_nodes(statement):
            if isinstance(child, ast.stmt):
                pending.append(child)


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_every_module_stands_in_a_known_room(module: Path) -> None:
    known = {"core", "corridor", *ROOMS, *PORCHES}
    assert room_of(module) in known, f"{module}: say in this test and in docs/architecture.md what it may import"


def test_the_plan_of_the_house_shows_every_room_and_every_porch() -> None:
    page = (PACKAGE.parent / "docs" / "architecture.md").read_text(encoding="utf-8")
    parts = [path for path in PACKAGE.iterdir() if path.is_dir() or path.suffix == ".py"]
    named = {f"`{path.name}/`" if path.is_dir() else f"`{path.name}`" for path in parts}
    named -= {"`__pycache__/`", "`__init__.py`"}
    assert sorted(name for name in named if name not in page) == []
    names = [*ROOMS, *PORCHES]
    assert sorted(name for name in names if names.count(name) > 1) == []


@pytest.mark.parametrize("module", [m for m in MODULES if room_of(m) == "core"], ids=str)
def test_core_imports_nothing_above_it(module: Path) -> None:
    assert [name for name in own_imports(module) if not through("core", name)] == []


@pytest.mark.parametrize("module", [m for m in MODULES if room_of(m) in ROOMS], ids=str)
def test_a_room_opens_onto_the_core_only(module: Path) -> None:
    allowed = ("core", room_of(module), "__version__")
    assert [name for name in own_imports(module) if not any(through(door, name) for door in allowed)] == []


@pytest.mark.parametrize("module", [m for m in MODULES if room_of(m) == "corridor"], ids=str)
def test_the_corridor_sees_interfaces(module: Path) -> None:
    allowed = (*CORRIDOR, "corridor", "__version__")
    assert [name for name in own_imports(module) if not any(through(door, name) for door in allowed)] == []


@pytest.mark.parametrize("module", [m for m in MODULES if room_of(m) not in PORCHES], ids=str)
def test_nothing_but_a_porch_imports_a_porch(module: Path) -> None:
    assert [name for name in own_imports(module) if any(through(porch, name) for porch in PORCHES)] == []


@pytest.mark.parametrize("module", MODULES, ids=str)
def test_heavy_packages_are_imported_where_they_are_used(module: Path) -> None:
    tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
    statements = ast.Module(body=list(at_module_level(tree)), type_ignores=[])
    direct = [s for s in statements.body if isinstance(s, ast.Import | ast.ImportFrom)]
    names = {name.partition(".")[0] for name in imported(module, ast.Module(body=direct, type_ignores=[]))}
    assert names & HEAVY == set()


def test_the_core_does_no_input_or_output() -> None:
    """No `open`, no subprocess, no network, and nothing beyond numpy in the foundation."""
    outside = set()
    for module in MODULES:
        if room_of(module) != "core":
            continue
        tree = ast.parse((PACKAGE / module).read_text(encoding="utf-8"))
        outside |= {name.partition(".")[0] for name in imported(module, tree)}
        calls = [
            node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        ]
        assert "open" not in calls, module
    assert outside & {"PIL", "click", "rich", "subprocess", "socket", "urllib", "tempfile", "shutil"} == set()
