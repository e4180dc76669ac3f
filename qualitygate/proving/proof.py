"""Proving one incident: run every cell as often as asked, and say what came of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.proofs import record as of
from qualitygate.proofs.case import Case
from qualitygate.proofs.cells import Cell, Observation, Outcome, cells_of
from qualitygate.proofs.record import Mode
from qualitygate.proving import replaying
from qualitygate.proving.account import account, thresholds_of
from qualitygate.proving.case_file import case_of
from qualitygate.proving.check_names import check_places
from qualitygate.proving.commands import Commands, leave
from qualitygate.proving.history import history

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
        if case.check is not None:
            check_places(case, past.rules_of("new"))
        outcomes = _runs(case, cells, runs, past.observe, progress)
        thresholds = {name: thresholds_of(past.rules_of(name), commit) for name, commit in past.thresholds.items()}
        made = account(case, outcomes, "control" if case.control else "commits", runs, now, past, thresholds, device)
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
        check_places(case, how.rules(case))
        outcomes = _runs(
            case, replaying.cells_of(case), runs, lambda cell, attempt: how.observe(case, cell, attempt), progress
        )
        thresholds = {} if case.control else {"new": thresholds_of(how.rules(case), None)}
    mode: Mode = "control" if case.control else "replay"
    made = account(case, outcomes, mode, runs, now, None, thresholds, device)
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
