"""`qualitygate prove PM-… --init`: write the case of an incident from what its record says."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path

import click

from qualitygate.core.errors import ConfigError, RefusedError
from qualitygate.incidents import durable
from qualitygate.incidents.collecting import why_withheld
from qualitygate.incidents.facts import Trigger
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line
from qualitygate.policy.model import PairSet
from qualitygate.proofs.case import FILE, FOLDER, Check
from qualitygate.proofs.skeleton import Skeleton, case_text
from qualitygate.proving.case_file import read_case
from qualitygate.proving.rules import Rules
from qualitygate.proving.suits import gate_code
from qualitygate.vcs.tracked import ignored

_LARGE = 1_000_000  # bytes of a file that git would keep for ever
_LARGEST = 100_000_000


def write_case(incident: str, ledger: Ledger, top: Path, given: Mapping[str, Path], form: str) -> int:
    """Write `case.toml` and copy files beside it. Nothing that is there is overwritten.

    Args:
        incident: Id.
        ledger: Knows the incident.
        top: Top level of the working tree.
        given: `reference`, `bad` and `fixed` to a file.
        form: `text` or `json`.

    Raises:
        ConfigError: QG-1701, no such incident; QG-1760, there is a case or another file of that name; QG-1401, a file
            is not there; QG-1412, not writable.
        RefusedError: QG-1797, the pictures of this incident must not be in git.
    """
    record = ledger.record(incident)
    folder = top / FOLDER / incident
    if (folder / FILE).exists():
        raise ConfigError(f"{incident} has a case already", code="QG-1760", where=_shown(folder / FILE, top),
                          hint=f"edit it, then run `qualitygate prove {incident}`")  # fmt: skip
    why = why_withheld(record)
    if why is not None and given:
        raise RefusedError(f"pictures of {incident} must not be in git ({why})", code="QG-1797",
                           where=_shown(folder, top), hint="leave them out: [proof] names commits")  # fmt: skip
    contents = {key: _content(path, key) for key, path in given.items()}
    names = {key: f"{key}{path.suffix.lower()}" for key, path in given.items()}
    for key, name in names.items():
        if (folder / name).exists() and (folder / name).read_bytes() != contents[key]:
            raise ConfigError("another file of this name is there", code="QG-1760", where=_shown(folder / name, top),
                              hint="remove it, or write the case by hand")  # fmt: skip
    known = _skeleton(record, top, names)
    text = case_text(known)
    with durable.reported(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for key, name in names.items():
            durable.create_file(folder / name, contents[key])
        if not durable.create_file(folder / FILE, text.encode()):
            raise ConfigError(f"{incident} has a case already", code="QG-1760", where=_shown(folder / FILE, top))
    _tell(incident, folder, top, {name: len(contents[key]) for key, name in names.items()}, known.ignored, form)
    return 0


def _tell(incident: str, folder: Path, top: Path, copied: Mapping[str, int], unheld: str | None, form: str) -> None:
    path, to_do = _shown(folder / FILE, top), []
    if unheld is not None:
        to_do.append(f'git ignores {unheld}, so no commit holds its pictures; write without_commits = "…" in [proof]')
    try:
        read_case(folder / FILE)
    except ConfigError as error:
        to_do.append(f"{error.message}{f'; {error.hint}' if error.hint else ''}")
    if form == "json":
        missing = "; ".join(to_do) or None
        files = [_shown(folder / name, top) for name in copied]
        click.echo(json.dumps({"id": incident, "path": path, "files": files, "missing": missing}, ensure_ascii=False))
        return
    click.echo(f"wrote  {path}")
    for name, size in copied.items():
        large = ", large for a file that git keeps: crop or scale it" if size > _LARGE else ""
        click.echo(f"copied {_shown(folder / name, top)}  {size:,} bytes{large}")
    for missing in to_do:
        click.echo(f"to do  {one_line(missing)}")
    click.echo(f"then   qualitygate prove {incident}")


def _skeleton(record: Postmortem, top: Path, names: Mapping[str, str]) -> Skeleton:
    trigger = next((one for one in record.triggers if gate_code(one) is not None), None)
    made = _configured(top, trigger)
    return Skeleton(
        incident=record.id,
        title=one_line(record.title),
        kind=record.kind.value,
        check=_check(trigger) if trigger is not None else None,
        commit=(trigger.commit if trigger is not None else None) or record.commit,
        files=names,
        set=made.name if made is not None else None,
        pictures=_within(made, top) if made is not None else None,
        ignored=_ignored(made, top, trigger) if made is not None else None,
    )


def _check(trigger: Trigger) -> Check:
    code = gate_code(trigger) or ""
    found = Check(code, trigger.metric, trigger.statistic, trigger.region)
    if found.of_luts:
        return Check(code, trigger.metric, trigger.statistic, lut=trigger.subject)
    if trigger.region is not None and trigger.set is not None:  # a profile alone has no regions
        return Check(code, trigger.metric, trigger.statistic, trigger.region, set=trigger.set)
    return Check(code, trigger.metric, trigger.statistic, trigger.region, profile=trigger.profile)


def _configured(top: Path, trigger: Trigger | None) -> PairSet | None:
    """The set of the configuration that failed, if it is there."""
    if trigger is None or trigger.set is None:
        return None
    try:
        return next((one for one in Rules(top, "here").config.pair_sets if one.name == trigger.set), None)
    except ConfigError:
        return None  # `prove` will say what is wrong with it


def _within(made: PairSet, top: Path) -> tuple[str, str] | None:
    """Directories of a set as commits have them; None where they lie outside of it, or where there is one."""
    if made.from_git:
        return None
    names = [os.path.relpath(path, top) for path in (made.reference, made.candidate)]
    if any(Path(name).is_absolute() or Path(name).parts[:1] == (os.pardir,) for name in names):
        return None
    return Path(names[0]).as_posix(), Path(names[1]).as_posix()


def _ignored(made: PairSet, top: Path, trigger: Trigger | None) -> str | None:
    """The directory of candidates, from the top level, where git ignores it: no commit holds what was judged."""
    candidate = Path(os.path.relpath(made.candidate, top))
    if candidate.is_absolute() or candidate.parts[:1] == (os.pardir,):
        return None
    within = ignored(top, top / candidate, trigger.subject if trigger is not None else None)
    return candidate.as_posix() if within else None


def _content(path: Path, key: str) -> bytes:
    try:
        if not path.is_file():
            raise ConfigError("no such file", code="QG-1401", where=str(path), hint=f"correct --{key}")
        if path.stat().st_size > _LARGEST:
            raise ConfigError(f"larger than {_LARGEST:,} bytes", code="QG-1405", where=str(path),
                              hint="git would keep it for ever: crop or scale it")  # fmt: skip
        return path.read_bytes()
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", code="QG-1401", where=str(path)) from None


def _shown(path: Path, top: Path) -> str:
    return path.relative_to(top).as_posix()
