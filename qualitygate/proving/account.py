"""The account of a proof: what was judged by what, and what came of it, as the record that becomes evidence."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import numpy as np

from qualitygate import __version__
from qualitygate.decode import decoder_versions
from qualitygate.incidents.moments import rfc3339
from qualitygate.policy.approvals import digest
from qualitygate.policy.shipped import shipped_directory
from qualitygate.proofs import record as of
from qualitygate.proofs.case import Case
from qualitygate.proofs.cells import Observation, Outcome, reproduced
from qualitygate.proving import replaying
from qualitygate.proving.history import History
from qualitygate.proving.observing import digest_of
from qualitygate.proving.rules import Rules
from qualitygate.vcs.worktree import Commit

NO_GATE = "no gate judged it then: the gap was that there was none"
_REPLAY = "a replay of the stored files shows no gap and no history"
_KEPT = 100  # entries of a mapping in the record: a set may have thousands of pictures


def account(
    case: Case,
    outcomes: Sequence[Outcome],
    mode: of.Mode,
    runs: int,
    now: datetime,
    past: History | None,
    thresholds: dict[str, of.Thresholds],
    device: str,
) -> of.ProofRecord:
    """The record of a proof.

    Args:
        case: What was proved.
        outcomes: Cell by cell.
        mode: Over what.
        runs: How often each cell was repeated.
        now: When it began, with a time zone.
        past: The commits, None for a replay.
        thresholds: Whose thresholds, `old` and `new`.
        device: Where LPIPS ran.
    """
    wrong = [one for one in outcomes if not one.holds]
    passed = not wrong
    reason = "; ".join(f"{one.cell.name}: {one.why}" for one in wrong) or None
    attested = case.control is not None and not case.control.command
    complete = past is not None or case.without_commits is not None or attested
    if passed and not complete:
        prove = f"run `qualitygate prove {case.incident}` without --cases, over the commits of [proof]"
        reason = f"{_REPLAY}: {'name bad_commit and fixed_commit in [proof]' if case.commits is None else prove}"
    elif passed and past is None:
        reason = case.without_commits or replaying.ATTESTED
    elif passed and any(run.verdict == "not_judged" for one in outcomes for run in one.runs):
        reason = NO_GATE
    return of.ProofRecord(
        incident=case.incident,
        title=case.title,
        kind=case.kind.value,
        mode=mode,
        result="passed" if passed else "failed",
        unlocks=passed and complete,
        reproduced=reproduced(outcomes),
        reason=reason,
        check=case.check_id,
        runs=runs,
        started=rfc3339(now),
        case=case_files(case.directory),
        gate={
            "qualitygate": __version__,
            "python": platform.python_version(),
            "numpy": np.__version__,
            **{name: str(version) for name, version in decoder_versions().items()},
            "device": device,
            "shipped_thresholds_sha256": _combined({p.name: digest_of(p) for p in shipped_directory().glob("*.toml")}),
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


def thresholds_of(rules: Rules, commit: Commit | None) -> of.Thresholds:
    """Whose thresholds they are, None for the working tree's, and every file that may hold one."""
    if commit is None:
        return of.Thresholds(revision="working tree", files=rules.digests())
    return of.Thresholds(revision=commit.revision, commit=commit.name, tree=commit.tree, files=rules.digests())


def case_files(directory: Path) -> of.Files:
    """The files of a case, by name, to sha256. Line ends of its TOML make no difference."""
    return {
        path.name: digest(path.read_bytes()) if path.suffix == ".toml" else digest_of(path)
        for path in sorted(directory.iterdir())
        if path.is_file()
    }
