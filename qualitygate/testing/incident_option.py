"""`--incident`: which cases and marked tests are collected, and which are left out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import pytest

OPTION = "--incident"
INI = "qualitygate_incidents"
CASE = "case.toml"
ALL = "all"
_FOLDER = "fixtures/incidents"
_ID = re.compile(r"PM-\d{4}-\d{2}-\d{2}-\d{2,}")


def add_options(parser: pytest.Parser) -> None:
    """`--incident[=PM-…]`, `--incident-allow-reproduce`, and where cases are."""
    group = parser.getgroup("qualitygate", "image quality gate")
    group.addoption(
        OPTION,
        dest="qualitygate_incident",
        nargs="?",
        const=ALL,
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
            one = f"{OPTION}={rest.pop(0)}" if rest and _ID.fullmatch(rest[0]) else f"{OPTION}={ALL}"
        found.append(one)
    return found


def have_cases_collected(config: pytest.Config) -> None:
    """With the option, the cases are collected whatever else was named.

    Raises:
        UsageError: What was asked for is no incident id.
    """
    asked = asked_for(config)
    if asked is None:
        return
    folder = folder_of(config)
    if asked != ALL and not _ID.fullmatch(asked):
        raise pytest.UsageError(f"{OPTION}: {asked!r} is no incident id; write PM-YYYY-MM-DD-NN")
    if folder.is_dir():
        named = [(config.invocation_params.dir / one.partition("::")[0]).resolve() for one in config.args]
        target = folder.resolve()
        # Whoever names cases means those and no others; a directory above them is walked anyway.
        if not any(one.is_relative_to(target) or target.is_relative_to(one) for one in named):
            config.args.append(str(folder))


def is_case(file: Path, config: pytest.Config) -> bool:
    """Whether the option asks for a file as a case."""
    asked = asked_for(config)
    if asked is None or file.name != CASE or file.parent.parent != folder_of(config):
        return False
    name = file.parent.name
    return _ID.fullmatch(name) is not None and asked in (ALL, name)


def select(config: pytest.Config, items: list[pytest.Item], kind: type[pytest.Item]) -> None:
    """Keep cases (items of a `kind`), each once, and what is marked `incident`; deselect everything else.

    Raises:
        UsageError: There are cases, and none was collected.
    """
    asked = asked_for(config)
    if asked is None:
        return
    kept: dict[str, pytest.Item] = {}
    removed = []
    for item in items:
        if not _selected(item, asked):
            removed.append(item)
        elif not isinstance(item, kind) or item.nodeid not in kept:
            kept[item.nodeid if isinstance(item, kind) else f"{item.nodeid} {id(item)}"] = item
    if removed:
        config.hook.pytest_deselected(items=removed)
    items[:] = kept.values()
    folder = folder_of(config)
    wanted = folder.glob(f"{'PM-*' if asked == ALL else asked}/{CASE}") if folder.is_dir() else ()
    if any(wanted) and not any(isinstance(item, kind) for item in items):
        raise pytest.UsageError(f"{OPTION}: no case below {folder} was collected; does `norecursedirs` leave it out?")


def asked_for(config: pytest.Config) -> str | None:
    """`all`, an incident, or None without the option."""
    found = config.getoption("qualitygate_incident", None)
    return found if isinstance(found, str) else None


def folder_of(config: pytest.Config) -> Path:
    """Directory of the cases."""
    return config.rootpath / str(config.getini(INI))


def root_of(config: pytest.Config) -> Path:
    """Directory that holds `thresholds/`: the one that `fixtures/incidents` lies in, else pytest's own."""
    folder = folder_of(config)
    return folder.parent.parent if folder.as_posix().endswith(f"/{_FOLDER}") else config.rootpath


def incidents_of(item: pytest.Item) -> tuple[str, ...]:
    """Ids that the marks of a test name, the nearest first, each once."""
    named = [one for mark in item.iter_markers("incident") for one in (*mark.args, mark.kwargs.get("id"))]
    return tuple(dict.fromkeys(str(one) for one in named if one))


def _selected(item: pytest.Item, asked: str) -> bool:
    if asked == ALL:
        return item.get_closest_marker("incident") is not None
    return asked in incidents_of(item)
