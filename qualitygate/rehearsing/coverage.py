"""Which limits, rules and budgets the cases exercise, and how closely they pin each down."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from qualitygate.core.finding_level import Level
from qualitygate.core.measurement import MetricSpec
from qualitygate.core.threshold import Direction, Threshold
from qualitygate.policy.model import Budget, Profile, Rule
from qualitygate.rehearsing.cases import Case
from qualitygate.rehearsing.playing import Played

Entry = Threshold | Rule | Budget


@dataclass(frozen=True, slots=True)
class Exercise:
    """One value that a case brought to a limit.

    Attributes:
        case: Name of the case.
        value: In the metric's unit, bytes for budgets; None for rules.
    """

    case: str
    value: float | None


@dataclass(frozen=True, slots=True)
class Covered:
    """One limit, rule or budget, and what the cases do to it.

    Attributes:
        name: As `by` names it.
        where: `file.toml:LINE` it was read from.
        profiles: Names of the profiles that have it, stated or inherited.
        entry: What it says.
        fails: The case that fires it by the least, and expects that it does, or fails by nothing else; None where none
            does: it could be loosened or deleted unnoticed.
        passes: The case that keeps it by the least, and passes or admits nothing else; None where none does: it could
            be tightened unnoticed.
    """

    name: str
    where: str
    profiles: tuple[str, ...]
    entry: Entry
    fails: Exercise | None
    passes: Exercise | None

    @property
    def limit(self) -> str:
        """What it allows, for people."""
        match self.entry:
            case Rule():
                return self.entry.text
            case Budget():
                limit = self.entry.fail if self.entry.fail is not None else self.entry.warn
                return f"{(limit or 0) / 1000:g} KB"
            case Threshold():
                limit = self.entry.fail if self.entry.fail is not None else self.entry.warn
                return f"{limit:g}"


def entries(profile: Profile, metrics: Iterable[str] | None = None) -> dict[str, Entry]:
    """Everything a profile can fail by, by the names of `by`; limits on the metrics given, None for all."""
    names = None if metrics is None else set(metrics)
    found: dict[str, Entry] = {
        f"{each.metric}.{each.statistic}": each for each in profile.thresholds if names is None or each.metric in names
    }
    found |= {f"rules.{each.kind}": each for each in profile.rules}
    return found | {f"budget.{each.statistic}_kb": each for each in profile.budgets}


def coverage(
    profiles: Sequence[tuple[Profile, Mapping[str, Entry]]],
    played: Sequence[tuple[Case, str, Played]],
    specs: Mapping[str, MetricSpec],
) -> tuple[Covered, ...]:
    """What the cases do to every limit of some profiles.

    A limit that several profiles share, since one extends the other, counts once: it stands in one line of one file.

    Args:
        profiles: The profiles and what of them is judged.
        played: Cases, the origin of their profile, and what the gate said.
        specs: Every metric, by name.
    """
    users: dict[tuple[str, str], list[str]] = {}
    said: dict[tuple[str, str], Entry] = {}
    origins: dict[tuple[str, str], set[str]] = {}
    for profile, judged in profiles:
        for name, entry in judged.items():
            key = name, profile.lines.get(name, profile.origin)
            users.setdefault(key, []).append(profile.name)
            origins.setdefault(key, set()).add(profile.origin)
            said[key] = entry
    found = []
    for key, entry in said.items():
        mine = [(case, result) for case, origin, result in played if origin in origins[key] and not result.reason]
        found.append(_covered(key, tuple(dict.fromkeys(users[key])), entry, mine, specs))
    return tuple(found)


def _covered(
    key: tuple[str, str], users: tuple[str, ...], entry: Entry, played: Sequence[tuple[Case, Played]],
    specs: Mapping[str, MetricSpec],
) -> Covered:  # fmt: skip
    name, where = key
    # A limit that only warns is exercised by a warning.
    level = Level.WARNING if not isinstance(entry, Rule) and entry.fail is None else Level.ERROR
    fires: list[Exercise] = []
    keeps: list[Exercise] = []
    for case, result in played:
        one, fired = Exercise(case.name, result.values.get(name)), result.of_level(level)
        # Only what somebody would notice counts: that it no longer fires, or that it fires as well.
        if name in fired and (name in case.by or fired == (name,)):
            fires.append(one)
        elif name not in result.fired and (case.expect == "pass" or case.only):
            keeps.append(one)
    rising = not (isinstance(entry, Threshold) and specs[entry.metric].direction is Direction.HIGHER_IS_BETTER)
    sign = 1.0 if rising else -1.0

    def badness(one: Exercise) -> float:
        return 0.0 if one.value is None else sign * one.value

    return Covered(
        name, where, users, entry, min(fires, key=badness, default=None), max(keeps, key=badness, default=None)
    )
