"""Whether every incident is still caught: every case replayed by the thresholds of the working tree.

What fails: a bad file that its check no longer catches, a fixed one that no longer passes, a case that went missing,
also one that only the proof of an incident tells of, or was changed so that what it showed before is not caught any
more. A waiver answers for a while.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.incident import IncidentState
from qualitygate.incidents.ledger import Ledger
from qualitygate.policy.waivers import FILE as WAIVERS
from qualitygate.policy.waivers import read_waivers
from qualitygate.proofs.answered import answered
from qualitygate.proofs.case import FOLDER, Case
from qualitygate.proofs.cells import Outcome
from qualitygate.proofs.finding import about
from qualitygate.proving import replaying
from qualitygate.proving.before import Before, before
from qualitygate.proving.blame import blamed
from qualitygate.proving.board import board_source, boards_of, nested
from qualitygate.proving.born import Born, born_thresholds
from qualitygate.proving.case_file import cases_below, read_case
from qualitygate.proving.commands import leave
from qualitygate.proving.replaying import Replay
from qualitygate.proving.suits import check_attested
from qualitygate.proving.unjudged import unjudged
from qualitygate.proving.weakened import as_it_was, excused, file_of, gone, lost, since_its_proof


@dataclass(frozen=True, slots=True)
class Replayed:
    """One case: its outcomes, none where it could not be replayed, and the check that must catch it."""

    incident: str
    title: str
    check: str
    outcomes: tuple[Outcome, ...] = ()
    waived: bool = False

    @property
    def holds(self) -> bool:
        """Whether every part came out as it must."""
        return bool(self.outcomes) and all(one.holds for one in self.outcomes)


@dataclass(frozen=True, slots=True)
class Standing:
    """What came of all cases.

    Attributes:
        cases: In the order of their ids.
        findings: What is wrong, errors first. `born_of` is the incident, `path` and `line` the threshold or case.
    """

    cases: tuple[Replayed, ...]
    findings: tuple[Finding, ...]

    @property
    def passed(self) -> bool:
        """Whether no finding is an error."""
        return not any(finding.level is Level.ERROR for finding in self.findings)


def prove_all(
    root: Path,
    *,
    today: date,
    environ: Mapping[str, str],
    base: str | None = None,
    allow_commands: bool = False,
    device: str = "auto",
    ledger: Ledger | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Standing:
    """Replay every case, and hold it against how things stood at the merge base.

    Args:
        root: Top level of the working tree.
        today: Day in UTC, by which waivers expire.
        environ: Environment variables; see `prove`.
        base: Revision that the change goes into: cases that its merge base has must still be there and hold. None looks
            at the working tree alone, which needs no git.
        allow_commands: Whether commands of cases may be run.
        device: Where LPIPS runs.
        ledger: Knows which incidents are closed or proved; by default that of `root`.
        progress: Called with (done, total) after each case.

    Raises:
        ConfigError: Waivers, thresholds or the control board cannot be read, or the base cannot be had (QG-1761). What
            is wrong with one case is a finding.
    """
    waivers, loaded, known = read_waivers(root).cases, _loaded(root), ledger or Ledger(root)
    further = sorted({case.check.config for case in loaded.values() if isinstance(case, Case) and case.check is not None
                      and case.check.config is not None})  # fmt: skip
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="qualitygate-replay-")))
        source = board_source(root, known.root) if waivers else None
        past = stack.enter_context(before(root, base, [*further, *nested(source, root)])) if base is not None else None
        boards = boards_of(source, root, past) if waivers else ()
        how = Replay(root, scratch, leave(allow_commands, environ), device)
        found: list[Finding] = []
        cases: list[Replayed] = []
        for done, (incident, case) in enumerate(loaded.items(), start=1):
            replayed, findings = _one(incident, case, how, past, known)
            cases.append(replayed)
            found += findings
            if progress is not None:
                progress(done, len(loaded))
        found += gone(past, loaded, known)
        found += _unproved(born_thresholds(root, further), _born_before(past, further), loaded, known)
        said = {one.born_of for one in found if one.level is Level.ERROR and one.born_of is not None}
        found += lost(known, {*loaded, *said})
    checks = {one.incident: one.check if one.outcomes else None for one in cases}
    spared = {one.incident for one in waivers if excused(known, one.incident)}
    told = answered(found, waivers, checks, today, WAIVERS, boards, spared)
    failed = {finding.born_of for finding in told if finding.level is Level.ERROR}
    waived = {finding.born_of for finding in told if finding.code == "QG-1768"} - failed
    order = list(Level)
    return Standing(
        tuple(replace(one, waived=one.incident in waived) for one in cases),
        tuple(sorted(told, key=lambda finding: (order.index(finding.level), finding.born_of or ""))),
    )


def _loaded(root: Path) -> dict[str, Case | ConfigError]:
    """Every case, or what is wrong with it: one cannot hide the others."""
    found: dict[str, Case | ConfigError] = {}
    for path in cases_below(root):
        try:
            found[path.parent.name] = read_case(path)
        except ConfigError as error:
            found[path.parent.name] = error
    return found


def _one(
    incident: str, case: Case | ConfigError, how: Replay, past: Before | None, ledger: Ledger
) -> tuple[Replayed, list[Finding]]:
    """One case as it is now and, if it was changed, as it was."""
    if isinstance(case, ConfigError):
        return Replayed(incident, "", "", ()), [_error(case, incident, file_of(incident))]
    found: list[Finding] = []
    outcomes: tuple[Outcome, ...] = ()
    try:
        _attested(case, ledger)
        outcomes = replaying.replay(case, how)
        found += [blamed(case, one, how.rules(case), past) for one in outcomes if not one.holds]
        if past is not None and outcomes[0].holds:
            found += unjudged(case, how, past)
    except ConfigError as error:
        found.append(_not_replayed(error, case))
    if past is not None and incident in past.cases and past.changed(incident, how.root):
        found += as_it_was(case, past, how)
    found += since_its_proof(case, ledger)
    return Replayed(incident, case.title, case.check_id, outcomes), found


def _attested(case: Case, ledger: Ledger) -> None:
    try:
        record = ledger.record(case.incident)
    except ConfigError:
        return  # `incident verify` says what is wrong with a log; a case may be there before its incident
    check_attested(case, record)


def _born_before(past: Before | None, configurations: Sequence[str]) -> Sequence[Born]:
    """Thresholds of the merge base; none where they cannot be read, as where this change fixes them."""
    try:
        return born_thresholds(past.root, configurations) if past is not None else ()
    except ConfigError:
        return ()


def _unproved(now: Sequence[Born], then: Sequence[Born], ids: Collection[str], ledger: Ledger) -> list[Finding]:
    """Thresholds whose incident no case shows: as long as there is none, nobody sees that they stop catching it."""
    found: list[Finding] = []
    there = {one.incident for one in now}
    lost = [one for one in then if one.incident not in there]
    for each, said in ((now, "is born of"), (lost, "was deleted, born of")):
        for one in {one.incident: one for one in reversed(each)}.values():
            if one.incident in ids:
                continue
            level = Level.ERROR if _settled(one.incident, ledger) else Level.WARNING
            detail = "which is closed or proved and has no case" if level is Level.ERROR else "which has no case"
            message = f"no case: {one.key} {said} {one.incident}, {detail} below {FOLDER}"
            found.append(about(one.incident, "QG-1766", level, message, one.file, one.where))
    return found


def _settled(incident: str, ledger: Ledger) -> bool:
    """Whether an incident is closed or proved. One that cannot be read counts: it may be."""
    try:
        record = ledger.record(incident)
    except ConfigError as error:
        return error.code != "QG-1701"
    if excused(ledger, incident):
        return False
    return record.state is IncidentState.CLOSED or (record.proof is not None and record.proof.result == "passed")


def _not_replayed(error: ConfigError, case: Case) -> Finding:
    """A command that may not be run here is no fault of the change: another job runs it."""
    if error.code != "QG-1762":
        return _error(error, case.incident, file_of(case.incident))
    message = f"not replayed: {case.incident}, {error.message}"
    return about(case.incident, "QG-1762", Level.WARNING, message, file_of(case.incident), error.where)


def _error(error: ConfigError, incident: str, path: str) -> Finding:
    hint = f"; {error.hint}" if error.hint else ""
    where = f"{error.where}: " if error.where else ""
    message = f"cannot be replayed: {incident}, {where}{error.message}{hint}"
    return about(incident, error.code, Level.ERROR, message, path, error.where)
