"""The second porch: `pytest --incident` replays every regression case as tests, and selects what is marked `incident`.

    pytest --incident                      all cases below fixtures/incidents, and tests marked `incident`
    pytest --incident=PM-2025-09-27-01     those of one incident
    pytest --filter=incident               the same as --incident

Without the option nothing is collected, selected or imported: other people's runs load this file and no more.
"""

from __future__ import annotations

import copy
import re
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from qualitygate.proofs.case import Case
    from qualitygate.proofs.cells import Cell

OPTION = "--incident"
INI = "qualitygate_incidents"
_FOLDER = "fixtures/incidents"
_FILE = "case.toml"
_ALL = "all"
_ID = re.compile(r"PM-\d{4}-\d{2}-\d{2}-\d{2,}")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--incident[=PM-…]`, `--incident-allow-reproduce`, and where cases are."""
    group = parser.getgroup("qualitygate", "incidents")
    group.addoption(
        OPTION,
        dest="qualitygate_incident",
        nargs="?",
        const=_ALL,
        metavar="PM-…",
        help="replay the regression cases of incidents, or of one; also spelled --filter=incident",
    )
    group.addoption(
        "--incident-allow-reproduce",
        dest="qualitygate_reproduce",
        action="store_true",
        help="let cases run their commands; never for a stranger's change",
    )
    parser.addini(INI, f"directory of regression cases [{_FOLDER}]", default=_FOLDER)


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config, parser: pytest.Parser, args: list[str]) -> None:
    """Read `--incident tests/` as the option and a path, and `--filter=incident` as `--incident`."""
    spelled = spelled_out(args)
    if spelled != args:
        args[:] = spelled
        early_config.known_args_namespace = parser.parse_known_args(args, namespace=copy.copy(early_config.option))


def spelled_out(args: Iterable[str]) -> list[str]:
    """Arguments in which the option always has its value behind `=`, so that it never takes a path for it."""
    found: list[str] = []
    rest = list(args)
    while rest:
        one = rest.pop(0)
        if one == "--":
            return [*found, one, *rest]
        if one == "--filter=incident":
            one = OPTION
        elif one == "--filter" and rest[:1] == ["incident"]:
            rest.pop(0)
            one = OPTION
        if one == OPTION:
            one = f"{OPTION}={rest.pop(0)}" if rest and _ID.fullmatch(rest[0]) else f"{OPTION}={_ALL}"
        found.append(one)
    return found


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker; with the option, have the cases collected whatever else was named."""
    config.addinivalue_line("markers", "incident(id): keeps an incident from coming back; selected by --incident")
    asked = _asked(config)
    if asked is None:
        return
    folder = _folder(config)
    if asked != _ALL and not _ID.fullmatch(asked):
        raise pytest.UsageError(f"{OPTION}: {asked!r} is no incident id; write PM-YYYY-MM-DD-NN")
    if folder.is_dir():
        named = [(config.invocation_params.dir / one.partition("::")[0]).resolve() for one in config.args]
        target = folder.resolve()
        # Whoever names cases means those and no others; a directory above them is walked anyway.
        if not any(one.is_relative_to(target) or target.is_relative_to(one) for one in named):
            config.args.append(str(folder))


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> CaseFile | None:
    """A case, where the option asks for it."""
    asked = _asked(parent.config)
    if asked is None or file_path.name != _FILE or file_path.parent.parent != _folder(parent.config):
        return None
    name = file_path.parent.name
    if not _ID.fullmatch(name) or asked not in (_ALL, name):
        return None
    return CaseFile.from_parent(parent, path=file_path)


@pytest.hookimpl(tryfirst=True)  # before -k and -m leave out more
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep cases, each once, and what is marked `incident`; deselect everything else."""
    asked = _asked(config)
    if asked is None:
        return
    kept: dict[str, pytest.Item] = {}
    removed = []
    for item in items:
        if not _selected(item, asked):
            removed.append(item)
        elif not isinstance(item, CaseItem) or item.nodeid not in kept:
            kept[item.nodeid if isinstance(item, CaseItem) else f"{item.nodeid} {id(item)}"] = item
    if removed:
        config.hook.pytest_deselected(items=removed)
    items[:] = kept.values()
    folder = _folder(config)
    wanted = folder.glob(f"{'PM-*' if asked == _ALL else asked}/{_FILE}") if folder.is_dir() else ()
    if any(wanted) and not any(isinstance(item, CaseItem) for item in items):
        raise pytest.UsageError(f"{OPTION}: no case below {folder} was collected; does `norecursedirs` leave it out?")


class CaseFile(pytest.File):
    """A `case.toml`: one test for each of its parts."""

    def collect(self) -> Iterator[CaseItem]:
        """`bad` and `fixed`, or `control`."""
        from qualitygate.proving.case_file import read_case
        from qualitygate.proving.replaying import cells_of

        case = read_case(self.path)
        for cell in cells_of(case):
            name = "bad" if cell.fails else cell.name
            yield CaseItem.from_parent(self, name=name, case=case, cell=cell)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        """A case that cannot be read is one line, not a traceback."""
        return _told(excinfo) or super().repr_failure(excinfo)


class CaseItem(pytest.Item):
    """One part of a case: the bad file must fail with the check, the mended one must pass."""

    def __init__(self, *, case: Case, cell: Cell, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.case, self.cell = case, cell
        self.add_marker(pytest.mark.incident(case.incident))

    def runtest(self) -> None:
        """Replay it by the thresholds of the working tree."""
        import os

        from qualitygate.core.errors import ConfigError
        from qualitygate.proofs.cells import outcome
        from qualitygate.proving.blame import blamed
        from qualitygate.proving.commands import leave
        from qualitygate.proving.replaying import Replay

        allowed = leave(bool(self.config.getoption("qualitygate_reproduce")), os.environ)
        with tempfile.TemporaryDirectory(prefix="qualitygate-replay-") as scratch:
            how = Replay(_root(self.config), Path(scratch), allowed)
            try:
                seen = how.observe(self.case, self.cell)
            except ConfigError as error:
                if error.code == "QG-1762":
                    pytest.skip(str(error))
                raise
            found = outcome(self.cell, [seen], self.case.check_id)
            if not found.holds:
                finding = blamed(self.case, found, how.rules(self.case), None)
                head = f"{self.case.incident}: {self.case.title}".rstrip(": ")
                raise CaseError(f"{head}\n{finding.message} [{finding.code}]")

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What is no longer caught: incident, limit and value, not a traceback."""
        return _told(excinfo) or super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """The case's file and the part of it."""
        return self.path, 0, f"{self.case.incident} {self.name}"


class CaseError(Exception):
    """A part of a case did not come out as it must."""


def _told(excinfo: pytest.ExceptionInfo[BaseException]) -> str | None:
    from qualitygate.core.errors import QualityGateError

    return str(excinfo.value) if isinstance(excinfo.value, CaseError | QualityGateError) else None


def _selected(item: pytest.Item, asked: str) -> bool:
    marks = list(item.iter_markers("incident"))
    if asked == _ALL:
        return bool(marks)
    return any(asked in mark.args or mark.kwargs.get("id") == asked for mark in marks)


def _asked(config: pytest.Config) -> str | None:
    found = config.getoption("qualitygate_incident", None)
    return found if isinstance(found, str) else None


def _folder(config: pytest.Config) -> Path:
    return config.rootpath / str(config.getini(INI))


def _root(config: pytest.Config) -> Path:
    """Directory that holds `thresholds/`: the one that `fixtures/incidents` lies in, else pytest's own."""
    folder = _folder(config)
    return folder.parent.parent if folder.as_posix().endswith(f"/{_FOLDER}") else config.rootpath
