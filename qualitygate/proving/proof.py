"""Proving one incident: run every cell as often as asked, and say what came of it."""

from __future__ import annotations

import hashlib
import platform
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np

from qualitygate import __version__
from qualitygate.core.errors import ConfigError
from qualitygate.decode import decoder_versions
from qualitygate.incidents.moments import rfc3339
from qualitygate.proofs import record as of
from qualitygate.proofs.case import FILE, Case
from qualitygate.proofs.cells import Cell, Observation, Outcome, cells_of, reproduced
from qualitygate.proving import replaying
from qualitygate.proving.case_file import case_of
from qualitygate.proving.commands import Commands, leave
from qualitygate.proving.history import History, history
from qualitygate.proving.observing import digest_of
from qualitygate.proving.rules import Rules
from qualitygate.vcs.worktree import Commit

_KEPT = 100  # entries of a mapping in the record: a set may have thousands of pictures
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Proven:
    """A proof that was run.

    Attributes:
        case: What was proved.
        record: What will be evidence.
        outcomes: Cell by cell.
        notes: What else should be said.
    """

    case: Case
    record: of.ProofRecord
    outcomes: tuple[Outcome, ...]
    notes: tuple[str, ...] = ()

    @property
    def passed(self) -> bool:
        """Whether every cell came out as it must, alike in every run."""
        return self.record.result == "passed"


def prove(
    incident: str,
    root: Path,
    *,
    now: datetime,
    environ: Mapping[str, str],
    stored_only: bool = False,
    runs: int | None = None,
    allow_commands: bool = False,
    device: str = "auto",
    progress: Progress | None = None,
) -> Proven:
    """Prove that an incident cannot come back, over the commits its case names, else by replaying the stored files.

    Writes nothing; see `qualitygate.proving.recording` for making it evidence.

    Args:
        incident: Id; its case is `fixtures/incidents/ID/case.toml` below `root`.
        root: Top level of the working tree.
        now: The time, with a time zone.
        environ: Environment variables, which commands get and which say whose change CI judges.
        stored_only: Replay the stored files even where commits are named.
        runs: How often each cell is repeated; None for what the case says.
        allow_commands: Whether commands of the case may be run.
        device: `auto`, `cpu`, `cuda` or `mps`, for LPIPS.
        progress: Called with (done, total) after each run of a cell.

    Raises:
        ConfigError: The case (QG-1760 and those of TOML), a revision or its files (QG-1761), a command that may not be
            run (QG-1762) or failed (QG-1763), or the thresholds are wrong.
    """
    case = case_of(root, incident)
    commands = leave(allow_commands, environ)
    times = runs or case.runs
    if case.commits is not None and not stored_only and (case.control is None or case.control.command):
        return _over_history(case, root, times, commands, device, now, progress)
    return _replayed(case, root, times, commands, device, now, progress)


def _over_history(
    case: Case, root: Path, runs: int, commands: Commands, device: str, now: datetime, progress: Progress | None
) -> Proven:
    cells = cells_of(case.kind)
    if case.control is not None:
        cells = tuple(cell for cell in cells if cell.thresholds == "new")
    with history(case, root, commands, device) as past:
        outcomes = _runs(case, cells, runs, past.observe, progress)
        thresholds = {name: _thresholds(past.rules_of(name), commit) for name, commit in past.thresholds.items()}
        made = _record(case, outcomes, "control" if case.control else "commits", runs, now, past, thresholds, device)
    return Proven(case, made, outcomes, _uncommitted(case, root, thresholds))


def _uncommitted(case: Case, root: Path, thresholds: Mapping[str, of.Thresholds]) -> tuple[str, ...]:
    """A note where the thresholds that a person looks at are not those that were proved."""
    if case.commits is None or case.commits.new_thresholds is not None or "new" not in thresholds:
        return ()
    try:
        same = replaying.Replay(root).rules(case).digests() == thresholds["new"].files
    except ConfigError:
        same = False
    return () if same else ("thresholds of the working tree are not those of HEAD, which were used: commit them",)


def _replayed(
    case: Case, root: Path, runs: int, commands: Commands, device: str, now: datetime, progress: Progress | None
) -> Proven:
    with tempfile.TemporaryDirectory(prefix="qualitygate-replay-") as scratch:
        how = replaying.Replay(root, Path(scratch), commands, device)
        outcomes = _runs(
            case, replaying.cells_of(case), runs, lambda cell, attempt: how.observe(case, cell, attempt), progress
        )
        thresholds = {} if case.control else {"new": _thresholds(how.rules(case), None)}
    mode = "control" if case.control else "replay"
    made = _record(case, outcomes, mode, runs, now, None, thresholds, device)
    notes: tuple[str, ...] = ()
    if case.reproduce is not None and commands.refused is not None and case.stored:
        notes = ("the generator was not run, the stored pictures were judged",)
    return Proven(case, made, outcomes, notes)


def _runs(
    case: Case,
    cells: Sequence[Cell],
    runs: int,
    observe: Callable[[Cell, int], Observation],
    progress: Progress | None,
) -> tuple[Outcome, ...]:
    seen: list[list[Observation]] = []
    for attempt in range(runs):
        seen.append([])
        for cell in cells:
            seen[-1].append(observe(cell, attempt))
            if progress is not None:
                progress(attempt * len(cells) + len(seen[-1]), runs * len(cells))
    return replaying.judged(case, cells, seen)


def _record(
    case: Case,
    outcomes: Sequence[Outcome],
    mode: str,
    runs: int,
    now: datetime,
    past: History | None,
    thresholds: dict[str, of.Thresholds],
    device: str,
) -> of.ProofRecord:
    wrong = [one for one in outcomes if not one.holds]
    passed = not wrong
    reason = "; ".join(f"{one.cell.name}: {one.why}" for one in wrong) or None
    attested = case.control is not None and not case.control.command
    complete = past is not None or case.without_commits is not None or attested
    if passed and not complete:
        reason = "a replay of the stored files shows no gap and no history: name bad_commit and fixed_commit in [proof]"
    elif passed and past is None:
        reason = case.without_commits or replaying.ATTESTED
    return of.ProofRecord(
        incident=case.incident,
        title=case.title,
        kind=case.kind.value,
        mode="control" if mode == "control" else "commits" if mode == "commits" else "replay",
        result="passed" if passed else "failed",
        unlocks=passed and complete,
        reproduced=reproduced(outcomes),
        reason=reason,
        check=case.check_id,
        runs=runs,
        started=rfc3339(now),
        case=f"fixtures/incidents/{case.incident}/{FILE}",
        case_sha256=digest_of(case.directory / FILE),
        gate={
            "qualitygate": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            **{name: str(version) for name, version in decoder_versions().items()},
            "device": device,
        },
        commits={name: _commit(commit) for name, commit in past.commits.items()} if past is not None else {},
        thresholds=thresholds,
        cells=tuple(_cell(one) for one in outcomes),
    )


def _cell(one: Outcome) -> of.CellRecord:
    return of.CellRecord(
        name=one.cell.name,
        files=one.cell.part,
        thresholds=one.cell.thresholds,
        expected="fails with the check" if one.cell.fails else "passes",
        holds=one.holds,
        flaky=one.flaky,
        why=one.why,
        runs=tuple(_run(run) for run in one.runs),
    )


def _run(seen: Observation) -> of.Run:
    return of.Run(
        verdict=seen.verdict,
        checks=seen.checks,
        values=dict(list(seen.values.items())[:_KEPT]),
        limit=seen.limit,
        inputs=dict(list(seen.inputs.items())[:_KEPT]),
        inputs_count=len(seen.inputs),
        inputs_sha256=_combined(seen.inputs),
        messages=seen.messages,
        note=seen.note,
        seconds=seen.seconds,
    )


def _combined(inputs: Mapping[str, str]) -> str:
    """Digest over all files, also those that are not listed: `NAME NUL SHA256 LF`, sorted."""
    lines = "".join(f"{name}\0{digest}\n" for name, digest in sorted(inputs.items()))
    return hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()


def _commit(commit: Commit) -> of.Commit:
    return of.Commit(revision=commit.revision, commit=commit.name, tree=commit.tree)


def _thresholds(rules: Rules, commit: Commit | None) -> of.Thresholds:
    if commit is None:
        return of.Thresholds(revision="working tree", files=rules.digests())
    return of.Thresholds(revision=commit.revision, commit=commit.name, tree=commit.tree, files=rules.digests())


def agrees_with(case: Case, kind: str) -> None:
    """Refuse a case that calls the incident something else than its record does: a near miss owes a cell less.

    Raises:
        ConfigError: QG-1760.
    """
    if case.kind.value != kind:
        raise ConfigError(f"the case says {case.kind.value}, the incident is {kind}", code="QG-1760",
                          where=case.lines.get("kind", case.where), hint=f'write kind = "{kind}"')  # fmt: skip
