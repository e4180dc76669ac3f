"""The audit of a change: what it loosens, how that stands to waivers, what was used up, what drifted."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from qualitygate.auditing.baselines import baselines
from qualitygate.auditing.consumed import Consumed, consumed, used_up
from qualitygate.auditing.drift import in_words, measured
from qualitygate.auditing.effort import Effort
from qualitygate.auditing.existing import existing
from qualitygate.auditing.finding_configuration import configuration, configuration_before
from qualitygate.auditing.findings import findings_of
from qualitygate.auditing.past import Past, past
from qualitygate.auditing.places import from_top, pinpointed, readable
from qualitygate.auditing.records import (
    approvals,
    approved_pictures,
    tests_of_thresholds,
    waivers_added,
    waivers_before,
)
from qualitygate.auditing.references import entries_of, moved_alike, replaced
from qualitygate.auditing.since import Since, drift_bounds, since
from qualitygate.auditing.states import alike, state_before, state_now
from qualitygate.auditing.upgrades import upgrades
from qualitygate.core.errors import ConfigError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.verdict import Report
from qualitygate.planning.metrics import all_specs
from qualitygate.planning.plan import Plan
from qualitygate.policy.ratchet.compare import compare, present_values
from qualitygate.policy.ratchet.entry import Entry
from qualitygate.policy.ratchet.state import State
from qualitygate.policy.ratchet.waived import Answered, Remark, answered
from qualitygate.policy.waivers import FILE as WAIVERS
from qualitygate.policy.waivers import read_waivers
from qualitygate.running.resources import Results, refuse_beside
from qualitygate.vcs import target_branch
from qualitygate.vcs.blobs import Change, against
from qualitygate.vcs.repository import top_level
from qualitygate.vcs.worktree import commit_of, merge_base


@dataclass(frozen=True, slots=True)
class Measured:
    """A run that was made already, for a step of the check."""

    plan: Plan
    report: Report


@dataclass(frozen=True, slots=True)
class Audit:
    """What came of an audit.

    Attributes:
        base: The commit compared with, as it was named and its short name.
        config: The configuration, relative to the top level; empty where there is none.
        answers: What is loosened, with the waiver that covers it; gravest first.
        remarks: What is to be said of waivers.
        consumed: How much of each limit was used up; empty where nothing was measured.
        unmeasured: Why nothing was measured; None where it was, or was not asked for.
        since: What came together since an older commit; None where none was named.
        notes: What else a person should know.
        waivers: Where waivers stand, relative to the top level.
        unkept: A warning (QG-1447) where results could not be kept; empty without one.
    """

    base: str
    config: str
    answers: tuple[Answered, ...] = ()
    remarks: tuple[Remark, ...] = ()
    consumed: tuple[Consumed, ...] = ()
    unmeasured: str | None = None
    since: Since | None = None
    notes: tuple[str, ...] = ()
    waivers: str = WAIVERS
    unkept: tuple[Finding, ...] = ()

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything there is to say, errors first."""
        order = list(Level)
        found = [*findings_of(self.answers, self.remarks), *self.unkept, *(_note(text) for text in self.notes)]
        return tuple(sorted(found, key=lambda one: order.index(one.level)))

    @property
    def passed(self) -> bool:
        """Whether nothing is an error."""
        return not any(one.level is Level.ERROR for one in self.findings)


def audit(
    directory: Path,
    *,
    today: date,
    environ: Mapping[str, str],
    base: str | None = None,
    anchor: str | None = None,
    config: Path | None = None,
    measure: bool = True,
    run: Measured | None = None,
    device: str = "auto",
    workers: int | None = 1,
    memory: int | None = None,
    results: Results | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Audit:
    """What a change loosens, held against waivers.

    Args:
        directory: Where the configuration is looked for, upwards.
        today: Day in UTC, by which waivers expire.
        environ: Environment variables, which may name the target branch.
        base: Revision whose merge base with HEAD is compared with; by default the target branch of CI.
        anchor: Older revision that drift is summed up from.
        config: Configuration in place of the nearest.
        measure: Whether references are measured, and the sets, to say how much of each limit is used up.
        run: A run over the same configuration, if one was made.
        device, workers, memory, results, progress: As of `gate.run`. With `results` nothing is measured twice, in
            this audit, between runs, and between it and the check that it belongs to.

    Raises:
        ConfigError: QG-1815, no base is named; QG-1761 or QG-1690, git does not give it, as in a shallow clone;
            QG-1445, results cannot be where they were asked for; or the configuration, a threshold file or the waivers
            of the working tree are wrong.
    """
    effort = Effort(device, workers, memory, results, progress)
    base = base or target_branch(environ)
    if base is None:
        raise ConfigError("no base is named, and CI names no target branch", code="QG-1815",
                          hint="add --base origin/main")  # fmt: skip
    top = top_level(directory)
    if top is None:
        raise ConfigError("no git repository here, or git cannot open it", code="QG-1761", where="git",
                          hint="an audit compares with a commit")  # fmt: skip
    top, directory = top.resolve(), directory.resolve()
    source = configuration(directory, config)
    specs = all_specs()
    after = state_now(top, source, directory)
    root = after.config.root if after.config is not None else directory
    inside = f"{after.inside(root)}/".removeprefix("./")
    with ExitStack() as stack:
        then = stack.enter_context(past(top, replace(merge_base(top, base), revision=base)))
        changes = against(top, then.commit.name, then.label).changes
        source_then = configuration_before(then, source, directory, changes)
        before, after = alike(state_before(then, source_then, then.root / after.inside(directory)), after)
        same = moved_alike(then, before, after)
        there = existing(before, after, same)
        if measure and results is not None and results.asked:
            files = (file for taken in there.now.values() for pair in taken.values() for file in pair)
            refuse_beside((top / file for file in files), results.directory)
        found: list[Entry] = list(compare(before, after, there, specs))
        changed = replaced(then, before, after, changes)
        drift: dict[str, str] = {}
        if measure:
            regenerated = [one for one in changed if one.word == "regenerated"]
            drifts = measured(then, after, regenerated, there.now, effort)
            drift = {one.reference.new or "": in_words(one) for one in drifts}
        found += entries_of(changed, before, after, drift)
        found += baselines(then, before, after, changes)
        found += approvals(then, root, inside, changes)
        found += approved_pictures(then, after, changes)
        found += tests_of_thresholds(then, inside, changes)
        came = None
        if anchor is not None:
            old = stack.enter_context(past(top, commit_of(top, anchor, "the anchor")))
            changed_since = against(top, old.commit.name, old.label).changes
            came = since(old, after, source, directory, changed_since, specs, effort if measure else None)
            found += came.entries
        waivers, earlier = read_waivers(root), waivers_before(before, then.root / after.inside(root))
        found += waivers_added(earlier, waivers, inside)
        present = {
            **present_values(after, specs, there.luts),
            **drift_bounds(after, [one.change for one in waivers.changes]),
        }
        found = [readable(pinpointed(replace(one, where=from_top(one.where, top)), top)) for one in found]
        answers, remarks = answered(found, waivers.changes, earlier.changes, present, today, _boards(before, after))
        notes = tuple(_notes(then, before, after, changes))
    rows: tuple[Consumed, ...] = ()
    why = None
    if run is not None:
        rows = consumed(run.plan, run.report)
    elif measure:
        rows, why = used_up(source, directory, base, effort)
    return Audit(
        then.label,
        after.file,
        tuple(sorted(answers, key=_gravity)),
        tuple(replace(one, waiver=replace(one.waiver, where=from_top(one.waiver.where, top))) for one in remarks),
        rows,
        why,
        came,
        notes,
        f"{inside}{WAIVERS}",
        tuple(effort.said[:1]),  # the same each time that something was measured
    )


def _boards(before: State, after: State) -> tuple[Sequence[str], ...]:
    """Control boards of now and of the earlier state, so that no change names its own."""
    return tuple(one.config.incident.control_board for one in (after, before) if one.config is not None)


def _gravity(one: Answered) -> tuple[bool, int, bool, int]:
    """Open before covered, errors before notes, the most serious first, what remembers an incident first."""
    entry = one.entry
    rank = entry.severity.rank if entry.severity is not None else 9
    return not one.open, list(Level).index(entry.level), entry.born_of is None, rank


def _notes(then: Past, before: State, after: State, changes: Sequence[Change]) -> Iterator[str]:
    if not after.file and before.config is None:
        yield "there is no configuration here: only what lies in thresholds/ is compared"
    elif before.config is None and not before.own and not before.unreadable:
        yield f"{after.file} is new: nothing is configured at {then.label}, so nothing can be loosened"
    yield from upgrades(then, after, changes)


def _note(text: str) -> Finding:
    return Finding("QG-1816", Level.NOTE, text)
