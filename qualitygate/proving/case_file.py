"""Reading `fixtures/incidents/PM-…/case.toml`, strictly."""

from __future__ import annotations

import os
import re
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import IncidentKind, is_incident_id
from qualitygate.policy.document import Document, read, shown
from qualitygate.policy.table import Table
from qualitygate.proofs.case import FILE, FOLDER, Case, Check, Commits, Control, Inputs, Reproduce
from qualitygate.proving.check_names import check_names

_CODE = re.compile(r"QG-\d{4}")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")
_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
GIVEN = ("prompt", "model_version", "seed")
"""What a generator can be told, each the value of a key of `bad`, `fixed` and `parent`."""
_KEYS = ("incident", "title", "kind", "reference", "bad", "fixed", "check", "reproduce", "control", "proof")


def cases_below(root: Path) -> list[Path]:
    """The case files of a repository, in the order of their ids. A directory without one is no case."""
    folder = root / FOLDER
    if not folder.is_dir():
        return []
    return sorted(path / FILE for path in folder.iterdir() if is_incident_id(path.name) and (path / FILE).is_file())


def case_of(root: Path, incident: str) -> Case:
    """The case of an incident.

    Raises:
        ConfigError: QG-1760, it has none; else as `read_case`.
    """
    path = root / FOLDER / incident / FILE
    if not is_incident_id(incident) or not path.is_file():
        init = f"`qualitygate prove {incident} --init` writes {shown(path)}"
        hint = init if is_incident_id(incident) else "write PM-YYYY-MM-DD-NN"
        raise ConfigError(f"{incident!r} has no regression case", code="QG-1760", where=FOLDER, hint=hint)
    return read_case(path)


def read_case(path: Path) -> Case:
    """Read a case. Its files are looked for, not read.

    Raises:
        ConfigError: It cannot be read (QG-1401, QG-1403), has an unknown key (QG-1404) or a wrong value (QG-1405), or
            says too little or contradicts itself (QG-1760).
    """
    document = read(path)
    table = Table(document, (), document.data)
    table.only(*_KEYS)
    incident = _needed(table, "incident")
    if incident != path.parent.name:
        raise _wrong(table, "incident", f"{incident!r} is not the name of its directory", f"write {path.parent.name!r}")
    files = {key: _file(table, key, path.parent) for key in ("reference", "bad", "fixed")}
    check = _check(table.table("check")) if table.has("check") else None
    control = _control(table.table("control"), path) if table.has("control") else None
    if (check is None) == (control is None):
        raise _wrong(table, None, "a case has either a [check] or a [control]", "say what must catch it")
    proof = table.table("proof")
    proof.only("bad_commit", "fixed_commit", "parent", "old_thresholds", "new_thresholds", "reference", "candidate",
               "lut", "runs", "without_commits")  # fmt: skip
    case = Case(
        incident=incident,
        title=table.prose("title") or "",
        kind=IncidentKind(table.choice("kind", [kind.value for kind in IncidentKind]) or _needed(table, "kind")),
        directory=path.parent,
        where=document.label,
        **files,
        check=check,
        reproduce=_reproduce(table.table("reproduce")) if table.has("reproduce") else None,
        control=control,
        commits=_commits(proof, check) if proof.has("bad_commit") or proof.has("fixed_commit") else None,
        without_commits=proof.prose("without_commits"),
        runs=proof.positive_integer("runs") or 3,
        lines=_lines(document),
    )
    _consistent(table, case)
    return case


def _lines(document: Document) -> dict[str, str]:
    """Where the tables and their keys stand: `file.toml:LINE` by `check` and by `check.profile`."""
    lines = {key: document.where((key,)) for key in document.data}
    for key, value in document.data.items():
        lines |= {f"{key}.{name}": document.where((key, name)) for name in value} if isinstance(value, dict) else {}
    return lines


def _consistent(table: Table, case: Case) -> None:
    given = [key for key in ("reference", "bad", "fixed") if table.has(key)]
    if case.check is None:
        if given or case.reproduce is not None:
            key = given[0] if given else "reproduce"
            raise _wrong(table, key, "a [control] judges no pictures", "leave it out, or name a [check]")
    elif given and "bad" in given and len(given) < 3 and not (case.check.of_luts and "fixed" in given):
        missing = next(key for key in ("reference", "bad", "fixed") if key not in given)
        raise _wrong(table, None, f"`{missing}` is missing", "a case keeps a reference, a bad and a fixed file")
    elif not case.stored and case.reproduce is None and case.commits is None:
        raise _wrong(table, None, "nothing to judge", "keep `reference`, `bad` and `fixed`, or write [reproduce]")
    if case.commits is not None and case.without_commits is not None:
        raise _wrong(table.table("proof"), "without_commits", "commits are named as well", "leave one of both out")


def _check(table: Table) -> Check:
    table.only("code", "metric", "statistic", "region", "profile", "set", "metrics", "lut", "config")
    code = _needed(table, "code")
    if not _CODE.fullmatch(code):
        raise table.wrong("code", f"{code!r} is no code", 'write "QG-1001" for a limit, "QG-1680" for drift of a LUT')
    check = Check(
        code=code,
        metric=table.text("metric"),
        statistic=table.text("statistic"),
        region=table.text("region"),
        profile=table.text("profile"),
        set=table.text("set"),
        metrics=table.texts("metrics"),
        lut=_relative(table, "lut"),
        config=_relative(table, "config"),
    )
    if check.statistic is not None and check.metric is None:
        raise table.wrong("statistic", "has no `metric`", 'write metric = "delta_e_2000"')
    check_names(table, check)
    if not check.of_luts and (check.profile is None) == (check.set is None):
        raise table.wrong(None, "either `profile` or `set` says how pictures are judged", 'write profile = "hero"')
    if check.metrics is not None and check.metric is not None and check.metric not in check.metrics:
        raise table.wrong("metrics", f"leaves out {check.metric}, which must catch the incident")
    return check


def _reproduce(table: Table) -> Reproduce:
    table.only("command", "output", "bad", "fixed", "parent", "timeout")
    command = table.texts("command")
    if not command:
        raise _wrong(table, "command", "is missing", 'write command = ["tools/generate", "--output", "{output}"]')
    _placeholders(table, command, (*GIVEN, "output", "reference"))
    if not any("{output}" in part for part in command):
        raise table.wrong("command", "has no {output}", "the generator must be told where to write")
    output = _needed(table, "output")
    if "/" in output or "\\" in output or output.startswith("."):
        raise table.wrong("output", f"{output!r} is no file name", 'write output = "hero.png"')
    found = {key: _inputs(table, key) for key in ("bad", "fixed", "parent") if table.has(key)}
    for key in ("bad", "fixed"):
        if key not in found:
            raise _wrong(table, None, f"`{key}` is missing", f'write {key} = {{ model_version = "…" }}')
    return Reproduce(
        tuple(command),
        output,
        found["bad"],
        found["fixed"],
        found.get("parent"),
        table.positive_integer("timeout") or 300,
    )


def _inputs(table: Table, key: str) -> Inputs:
    values = table.table(key)
    values.only(*GIVEN)
    return Inputs({name: text for name in values.data if (text := values.text(name)) is not None})


def _control(table: Table, path: Path) -> Control:
    table.only("name", "description", "command", "evidence", "timeout")
    name, description = _needed(table, "name"), table.prose("description")
    if not _NAME.fullmatch(name):
        raise table.wrong("name", f"{name!r} is no name", "lower-case letters, digits, `-`, `_` and `.`")
    if description is None:
        raise _wrong(table, None, "`description` is missing", "say what the control does")
    command, evidence = table.texts("command") or (), table.texts("evidence") or ()
    if not command and not evidence:
        raise _wrong(table, None, "neither `command` nor `evidence`", f"how would {shown(path)} show the control?")
    _placeholders(table, command, ("tree",))
    return Control(name, description, command, evidence, table.positive_integer("timeout") or 300)


def _commits(table: Table, check: Check | None) -> Commits:
    texts = {key: table.text(key) for key in ("parent", "old_thresholds", "new_thresholds")}
    paths = {key: _relative(table, key) for key in ("reference", "candidate", "lut")}
    if check is not None and check.of_luts and paths["lut"] is None:
        paths["lut"] = check.lut
    if (paths["candidate"] is None) != (paths["reference"] is None) and paths["candidate"] is not None:
        raise _wrong(table, None, "`reference` is missing beside `candidate`", 'write reference = "approved/hero"')
    return Commits(bad=_needed(table, "bad_commit"), fixed=_needed(table, "fixed_commit"), **texts, **paths)


def _placeholders(table: Table, command: tuple[str, ...], known: tuple[str, ...]) -> None:
    for part in command:
        for name in _PLACEHOLDER.findall(part):
            if name not in known:
                raise table.wrong("command", f"unknown placeholder {{{name}}}", f"known here: {', '.join(known)}")


def _file(table: Table, key: str, directory: Path) -> str | None:
    name = _relative(table, key)
    if name is not None:
        found = Path(os.path.realpath(directory / name))  # a loop of links is no error to it
        if not found.is_relative_to(os.path.realpath(directory)) or not found.is_file():
            raise _wrong(table, key, f"{name}: no such file in the case", "paths are relative to case.toml")
    return name


def _relative(table: Table, key: str) -> str | None:
    name = table.text(key)
    if name is not None and (name.startswith(("/", "-")) or "\\" in name or ":" in name or ".." in name.split("/")):
        raise table.wrong(key, f"{name!r} is no relative path", "write it with `/`, without `..`")
    return name


def _needed(table: Table, key: str) -> str:
    value = table.text(key)
    if value is None:
        raise _wrong(table, None, f"`{key}` is missing", f'write {key} = "…"')
    return value


def _wrong(table: Table, key: str | None, message: str, hint: str) -> ConfigError:
    if key is None and not table.path:
        return ConfigError(message, code="QG-1760", where=table.document.label, hint=hint)
    return table.wrong(key, message, hint, code="QG-1760")
