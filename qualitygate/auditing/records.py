"""Records that a change adds or takes away: approvals of LUTs, tests of thresholds, waivers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from qualitygate.auditing.past import Past, sha256_of
from qualitygate.core.errors import ConfigError
from qualitygate.core.finding_level import Level
from qualitygate.core.glob import matches_any
from qualitygate.core.waiver import Waiver
from qualitygate.policy.approvals import FOLDER as APPROVALS
from qualitygate.policy.approvals import read_approval
from qualitygate.policy.document import read
from qualitygate.policy.provenance import SUFFIX, parse_provenance
from qualitygate.policy.ratchet.entry import NONE, Entry, Kind, plain
from qualitygate.policy.ratchet.sets import DELETED
from qualitygate.policy.ratchet.state import State
from qualitygate.policy.shipped import FOLDER
from qualitygate.policy.waivers import FILE as WAIVERS
from qualitygate.policy.waivers import Waivers, read_waivers
from qualitygate.vcs.blobs import Change

TESTS = f"{FOLDER}/tests"


def approvals(past: Past, root: Path, inside: str, changes: Sequence[Change]) -> Iterator[Entry]:
    """Changes of LUTs that this change approves: what drift and quality have against them no longer counts.

    Args:
        past: The earlier commit.
        root: Root of the configuration in the working tree.
        inside: The same relative to the top level, with a final `/` unless it is the top level.
        changes: What git says changed since.
    """
    for change in changes:
        path = change.path
        if path is None or not path.startswith(f"{inside}{APPROVALS}/") or not path.endswith(".json"):
            continue
        content = (past.top / path).read_bytes() if (past.top / path).is_file() else b""
        before = past.content(change.old_path) if change.old_path is not None else None
        if before == content:
            continue
        try:
            record = read_approval(past.top / path, root, content)
            bound, detail = record.new_sha256, f"{record.file}, approved {record.approved[:10]}: {record.reason}"
        except ConfigError as error:
            bound, detail = sha256_of(content), error.message
        name = path.removeprefix(inside)
        yield Entry(Kind.APPROVAL, f"approval {plain(name)}", "not approved", "approved", f"sha256:{bound}", path,
                    details=(detail,))  # fmt: skip


def approved_pictures(past: Past, after: State, changes: Sequence[Change]) -> Iterator[Entry]:
    """Changes of pictures that are compared with git and that this change approves by a sidecar.

    Args:
        past: The earlier commit.
        after: The state of the working tree.
        changes: What git says changed since.
    """
    for one in after.sets:
        folder = f"{after.inside(one.candidate)}/".removeprefix("./")
        for change in changes:
            path = change.path
            if not one.from_git or path is None or not path.startswith(folder) or not path.endswith(SUFFIX):
                continue
            key = path.removeprefix(folder).removesuffix(SUFFIX)
            if not matches_any(one.include, key) or matches_any(one.exclude, key):
                continue
            content = (past.top / path).read_bytes() if (past.top / path).is_file() else b""
            if change.old_path is not None and past.content(change.old_path) == content:
                continue
            try:
                told = parse_provenance(content, path)
                bound, detail = told.sha256, f"approved {told.approved[:10]} by {told.approved_by}: {told.reason}"
            except ConfigError as error:
                bound, detail = sha256_of(content), error.message
            yield Entry(Kind.APPROVAL, f"approval {plain(path)}", "not approved", "approved", f"sha256:{bound}", path,
                        sets=(one.name,), details=(detail,))  # fmt: skip


def tests_of_thresholds(past: Past, inside: str, changes: Sequence[Change]) -> Iterator[Entry]:
    """Cases of tests of thresholds that are gone, wherever in `thresholds/tests` they stood.

    Args:
        past: The earlier commit.
        inside: As of `approvals`.
        changes: What git says changed since.
    """
    folder = f"{inside}{TESTS}"
    there: set[str] | None = None
    for change in changes:
        old = change.old_path
        if old is None or not old.startswith(f"{folder}/") or not old.endswith(".toml"):
            continue
        if there is None:
            there = {name for path in sorted((past.top / folder).glob("*.toml")) for name in _cases(path)}
        cases = _cases(past.root / old)
        gone = [name for name in cases if name not in there]
        where = old if change.path is None else change.path
        for name in gone:
            yield Entry(Kind.CHECK, f"test {plain(name)}", f"a case of {plain(old)}", DELETED, DELETED, where)
        if not cases and change.path is None:
            yield Entry(Kind.CHECK, f"test {plain(old.removeprefix(inside))}", "there", DELETED, DELETED, old)


def _cases(path: Path) -> tuple[str, ...]:
    """Names of the cases of a file; none where it cannot be read: the tests themselves say so."""
    try:
        found = read(path).data.get("case", [])
    except ConfigError:
        return ()
    names = [case.get("name") for case in found if isinstance(case, dict)] if isinstance(found, list) else []
    return tuple(name for name in names if isinstance(name, str))


def waivers_before(before: State, directory: Path) -> Waivers:
    """The waivers of an earlier state; none where they cannot be read.

    Args:
        before: The state.
        directory: Where `thresholds/` lay without a configuration.
    """
    try:
        return read_waivers(before.config.root if before.config is not None else directory)
    except ConfigError:
        return Waivers()


def waivers_added(before: Waivers, now: Waivers, inside: str) -> Iterator[Entry]:
    """Notes on the cases that may fail now, and might not."""
    known = {_named(one) for one in before.cases}
    for one in now.cases:
        if _named(one) not in known:
            until = f"waived until {one.expires.isoformat()}"
            line = one.where.rpartition(":")[2]
            yield Entry(Kind.CHECK, f"waiver {one.incident} {one.check}", NONE, until, until,
                        f"{inside}{WAIVERS}:{line}", born_of=one.incident,
                        details=(f"approved by {one.approved_by}: {one.reason}",),
                        level=Level.NOTE)  # fmt: skip


def _named(one: Waiver) -> tuple[str, str, str]:
    return one.incident, one.check, one.expires.isoformat()
