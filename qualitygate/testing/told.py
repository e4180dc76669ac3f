"""The words of a failed check: numbers against limits, the incident behind them, where to look, how to accept."""

from __future__ import annotations

import shlex
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from qualitygate.core.measurement import Measurement, MetricSpec, Unmeasurable
from qualitygate.core.ships import named
from qualitygate.core.verdict import Finding, Level, SubjectResult
from qualitygate.reporters import wording
from qualitygate.reporters.origin import origins
from qualitygate.testing.keeping import Kept
from qualitygate.testing.target import Target, from_here

_MANY = 8
_FIRST = "after looking at the candidate"


@dataclass(frozen=True, slots=True)
class Told:
    """What a check knows of itself beside its numbers.

    Attributes:
        test: Node id of the test.
        name: The check's own name, None where it has none.
        reference, candidate: What both sides are called.
        incidents: Incidents that the test is marked with.
        kept: Files that were left behind.
        here: Directory that pytest was started in, which paths are told from.
        again: Arguments that run this test again from there, quoted for a shell.
        nearest: The accepted reference that the numbers are of, None for the reference itself.
        writable: Whether `--qualitygate-update` could write the reference.
        in_ci: Whether this is CI, where nothing is written.
        ledger: Ids of the incidents behind its limits that were written up in the repository.
    """

    test: str
    name: str | None
    reference: str
    candidate: str
    incidents: tuple[str, ...] = ()
    kept: Kept = field(default_factory=Kept)
    here: Path = Path()
    again: str = ""
    nearest: Target | None = None
    writable: bool = True
    in_ci: bool = False
    ledger: Collection[str] = ()


def mismatch(result: SubjectResult, specs: Mapping[str, MetricSpec], known: Told) -> str:
    """Why a candidate does not match; the first line says the worst."""
    result = replace(result, findings=tuple(named(finding, known.ledger) for finding in result.findings))
    errors = [finding for finding in result.findings if finding.level is Level.ERROR]
    worst = errors[0]
    rows = _head(result, known)
    rows += [("limit" if index == 0 else "", _limit(finding)) for index, finding in enumerate(errors[:_MANY])]
    if len(errors) > _MANY:
        rows.append(("", f"and {len(errors) - _MANY} more"))
    rows += [(finding.level.value, wording.remark_in_short(finding)) for finding in result.findings
             if finding.level is not Level.ERROR][:_MANY]  # fmt: skip
    rows += [("measured", line) for line in _measured(result, specs)]
    for origin in origins(errors, specs):
        rows += [("born of", incident) for incident in origin.born_of]
        rows += [("why", origin.why)] if origin.why else []
    rows += [("runbook", runbook) for runbook in dict.fromkeys(finding.runbook for finding in errors) if runbook]
    return _page(f"{_headline(worst)} [{worst.code}]", rows + _tail(known, "once a person has seen that it is right"))


def unmeasurable(result: SubjectResult, reason: Unmeasurable, known: Told) -> str:
    """Why there is no verdict."""
    files = (known.reference, known.candidate)
    headline = f"could not be measured: {reason.message.removesuffix(f' [{reason.code}]')} [{reason.code}]"
    rows = [row for row in _head(result, known) if row[1] not in files or row[1] not in headline]
    return _page(headline, rows + _tail(known, None))


def missing(known: Told) -> str:
    """What to do about a reference that is not there."""
    rows = [("check", _check(known)), ("candidate", known.candidate)]
    return _page(f"no reference, nothing was compared: {known.reference} [QG-1462]", rows + _tail(known, _FIRST))


def _head(result: SubjectResult, known: Told) -> list[tuple[str, str]]:
    check = f"{_check(known)}, profile {result.profile}" if result.profile else _check(known)
    reference = result.subject.reference or known.reference
    return [("check", check), ("reference", reference), ("candidate", known.candidate)]


def _check(known: Told) -> str:
    return known.test if known.name is None else f"{known.test}, {known.name}"


def _headline(finding: Finding) -> str:
    statistic = wording.statistic(finding)
    return wording.headline(finding) + (f" ({statistic})" if statistic else "")


def _limit(finding: Finding) -> str:
    """`DeltaE00 6.06 exceeds 4.0 (worst_tile, S2)`, or a rule with what it says."""
    detail = wording.detail(finding)
    return wording.in_short(finding) + (f": {detail}" if detail else "")


def _measured(result: SubjectResult, specs: Mapping[str, MetricSpec]) -> Iterable[str]:
    """Every statistic of every metric, one line a metric."""
    for name, outcome in result.measurements.items():
        spec = specs.get(name)
        label, decimals = (spec.label, spec.decimals) if spec else (name, 4)
        if isinstance(outcome, Measurement):
            values = ", ".join(f"{statistic} {value:.{decimals}f}" for statistic, value in outcome.values.items())
            yield f"{label} {values}"
        elif outcome.code not in {finding.code for finding in result.findings}:
            yield f"{label}: {wording.reason(outcome)} [{outcome.code}]"


def _tail(known: Told, accept_when: str | None) -> list[tuple[str, str]]:
    rows = [("incident", f"{incident}, which this test keeps from coming back") for incident in known.incidents]
    kept = known.kept
    if kept.heat_map is not None:
        rows.append(("heat map", from_here(kept.heat_map, known.here)))
    if kept.candidate is not None:
        rows.append(("kept", from_here(kept.candidate, known.here)))
    if kept.lost is not None:
        rows.append(("heat map", f"not written: {kept.lost}"))
    if accept_when is not None and known.writable:
        where = "not in CI, " if known.in_ci else ""
        if (one := known.nearest) is not None:
            name = shlex.quote(one.path.stem)
            command = f"pytest --qualitygate-update --qualitygate-as {name} {known.again}"
            rows += [("accept", f"{where}{accept_when}: {command}"), ("", f"writes {one.label}")]
            where, accept_when = "", "or in the place of the first reference"
        rows.append(("accept", f"{where}{accept_when}: pytest --qualitygate-update {known.again}"))
        if accept_when != _FIRST:  # of a first one the headline names the file
            rows.append(("", f"writes {known.reference}"))
    return rows


def _page(headline: str, rows: Iterable[tuple[str, str]]) -> str:
    return "\n".join((headline, *(f"  {label:<10} {text}".rstrip() for label, text in rows)))
