"""How far everything has drifted from an older anchor: limits as they were there, references as they were there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from qualitygate.auditing.drift import Drift, in_words, measured
from qualitygate.auditing.effort import Effort
from qualitygate.auditing.existing import existing
from qualitygate.auditing.finding_configuration import configuration_before
from qualitygate.auditing.past import Past, sha256_of
from qualitygate.auditing.references import Replaced, moved_alike, replaced
from qualitygate.auditing.states import alike, state_before
from qualitygate.core.finding_level import Level
from qualitygate.pairing.walk import ACCEPTED
from qualitygate.policy.ratchet.compare import compare
from qualitygate.policy.ratchet.entry import Entry, Kind, plain
from qualitygate.policy.ratchet.profiles import Specs
from qualitygate.policy.ratchet.state import State
from qualitygate.vcs.blobs import Change


@dataclass(frozen=True, slots=True)
class Since:
    """What came together since an older commit.

    Attributes:
        label: The commit, as it was named and its short name.
        loosened: What is looser than it was there: told, since each step of it was audited in its own change.
        drifts: References that are not what they were there, the one furthest in its limit first.
        entries: What fails: references that left the limits of their own set, step by step.
        measured: Whether references were measured.
    """

    label: str
    loosened: tuple[Entry, ...] = ()
    drifts: tuple[Drift, ...] = ()
    entries: tuple[Entry, ...] = ()
    measured: bool = True


def since(
    past: Past,
    after: State,
    source: Path | None,
    directory: Path,
    changes: Sequence[Change],
    specs: Specs,
    effort: Effort | None,
) -> Since:
    """Compare with an older commit.

    Args:
        past: The commit.
        after: The state of the working tree.
        source: Its configuration.
        directory: Where it was looked for.
        changes: What git says changed since that commit.
        specs: What is known of the metrics.
        effort: How references are measured; None measures none.

    Raises:
        ConfigError: QG-1761, git does not answer; or as `drift.measured`.
    """
    source_then = configuration_before(past, source, directory, tuple(changes))
    before, after = alike(state_before(past, source_then, past.root / after.inside(directory)), after)
    there = existing(before, after, moved_alike(past, before, after))
    loosened = tuple(replace(one, level=Level.NOTE) for one in compare(before, after, there, specs))
    changed = tuple(_pictures(past, before, after, changes))
    drifts: tuple[Drift, ...] = ()
    if effort is not None:
        drifts = measured(past, after, changed, there.now, effort)
    entries = tuple(_entry(one, past) for one in drifts if one.exceeded)
    return Since(past.label, loosened, drifts, entries, effort is not None)


def drift_name(set_name: str, key: str) -> str:
    """What a waiver calls the accumulated drift of a reference."""
    return f"set {set_name}: drift of {plain(key)}"


def drift_bounds(after: State, names: Sequence[str]) -> dict[str, str]:
    """What waivers of accumulated drift are bound to, as things stand: the content of the reference."""
    found = {}
    for one in after.sets:
        prefix = drift_name(one.name, "")
        for name in names:
            path = (one.candidate if one.from_git else one.reference) / name.removeprefix(prefix)
            if name.startswith(prefix) and path.is_file():
                found[name] = f"sha256:{sha256_of(path.read_bytes())}"
    return found


def _pictures(past: Past, before: State, after: State, changes: Sequence[Change]) -> Iterator[Replaced]:
    """References that have an earlier version; what is accepted besides one is held against the one there was."""
    for one in replaced(past, before, after, changes, pictures=True):
        if one.new is None:
            continue
        if one.old is None and ACCEPTED in one.new:
            picture = one.new.rpartition(f"{ACCEPTED}/")[0]
            one = replace(one, old=picture if picture in past.tree else None)
        if one.old is not None:
            yield one


def _entry(drift: Drift, past: Past) -> Entry:
    one = drift.reference
    limit = drift.broken[0] if drift.broken else None
    of_rule = limit is not None and limit.metric is None
    worst = drift.shares[0] if drift.shares else None
    return Entry(
        Kind.DRIFT,
        drift_name(one.set_name, one.key),
        f"as at {past.label}",
        in_words(drift),
        f"sha256:{one.sha256}",
        one.new or "",
        percent=100.0 * worst.used if not of_rule and worst is not None and worst.used is not None else None,
        severity=limit.severity if limit is not None else None,
        born_of=limit.born_of if limit is not None else None,
        sets=(one.set_name,),
        details=tuple(finding.message for finding in drift.broken),
    )
