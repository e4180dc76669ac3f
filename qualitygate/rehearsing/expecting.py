"""What was expected of a case against what the gate said."""

from __future__ import annotations

from qualitygate.core.finding_level import Level
from qualitygate.rehearsing.cases import Case
from qualitygate.rehearsing.playing import Played

_WORDS = {"pass": "passes", "warn": "warns", "fail": "fails"}


def outcome(played: Played) -> str:
    """`pass`, `warn` or `fail`: what limits and rules say, beside whatever else is noted."""
    if played.others or played.of_level(Level.ERROR):
        return "fail"
    return "warn" if played.of_level(Level.WARNING) else "pass"


def broken(case: Case, played: Played, judged: frozenset[str]) -> tuple[str, ...]:
    """Every expectation that was not met, in words; none where all were.

    Args:
        case: What is expected.
        played: What the gate said.
        judged: Names of the limits and rules that were judged: `by` may name others, which a run that was restricted
            to some metrics leaves out.
    """
    said: list[str] = []
    got = outcome(played)
    by = [name for name in case.by if name in judged]
    if got != case.expect:
        what = _named(played, Level.ERROR if got == "fail" else Level.WARNING)
        because = f", by {what}" if what else ""
        said.append(f"expected to {case.expect}, but it {_WORDS[got]}{because}")
        said += [message for message in played.others[:1] if case.expect != "fail"]
        if case.expect != "fail" or got == "pass":
            return tuple(said)
    level = Level.WARNING if case.expect == "warn" else Level.ERROR
    fired = set(played.of_level(level))
    missing = [name for name in by if name not in fired]
    if missing:
        values = ", ".join(_with_value(name, played) for name in missing)
        said.append(f"did not fire: {values}")
    extra = sorted(fired - set(case.by))
    if case.only and extra:
        said.append(f"fired, too: {', '.join(_with_value(name, played) for name in extra)}")
    errors = [finding for finding in played.fired.values() if finding.level is Level.ERROR]
    if case.severity is not None:
        worst = min(
            (finding.severity for finding in errors if finding.severity), key=lambda one: one.rank, default=None
        )
        if worst is not case.severity:
            said.append(f"severity {case.severity} expected, {worst or 'none'} resulted")
    if case.incident is not None and case.incident not in {finding.born_of for finding in errors}:
        said.append(f"no limit that fired is born of {case.incident}")
    return tuple(said)


def _named(played: Played, level: Level) -> str:
    return ", ".join(_with_value(name, played) for name in played.of_level(level))


def _with_value(name: str, played: Played) -> str:
    value = played.values.get(name)
    if value is None:
        return name
    return f"{name} ({value / 1000:.1f} KB)" if name.startswith("budget.") else f"{name} ({value:.4g})"
