"""Verdicts on LUT files for a person at a terminal: a block per file, the worst first, then how many were rejected.

Loads neither the report of a run nor the texts of its codes: this runs in a git hook.
"""

from __future__ import annotations

from collections.abc import Sequence

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.lut_drift import SPEC
from qualitygate.core.lut_outcome import LutOutcome
from qualitygate.reporters.printable import one_line
from qualitygate.reporters.terminal import LABEL, Page

_STYLES = {Level.ERROR: "red", Level.WARNING: "yellow", Level.NOTE: "cyan"}
_APPROVE = "QG-1695"
_COMMANDS = 5  # shown: who changes more at once does not paste them one by one
_VERDICTS = {"rejected": "bold red", "accepted": "bold green"}


def text(outcomes: Sequence[LutOutcome], incident: str | None, *, colour: bool, width: int) -> str:
    """The verdicts in the order they are given.

    Args:
        outcomes: One per file.
        incident: Path of the postmortem that was opened, None for none.
        colour: Whether the text may contain ANSI escape sequences.
        width: Columns to wrap sentences at.
    """
    page = Page(colour=colour, width=width)
    given: dict[tuple[str | None, str | None], str] = {}
    open_block = False
    for outcome in outcomes:
        if open_block:
            page.gap()
        status = (outcome.status, _VERDICTS[outcome.status])
        page.line(status, "  ", (_place(outcome), "bold"), (_known(outcome), "dim"))
        open_block = _rows(page, outcome, given)
    if len(outcomes) > 1 or not all(outcome.accepted for outcome in outcomes):
        page.gap()
    _conclusion(page, outcomes, incident)
    return page.text


def _place(outcome: LutOutcome) -> str:
    """The file, with the line that it was rejected for: what an editor opens."""
    line = _line(outcome)
    return outcome.file if line is None else f"{outcome.file}:{line}"


def _line(outcome: LutOutcome) -> int | None:
    return next((one.line for one in outcome.findings if one.level is Level.ERROR and one.line is not None), None)


def _known(outcome: LutOutcome) -> str:
    known = (outcome.format, outcome.kind, None if outcome.size is None else f"size {outcome.size}")
    told = ", ".join(part for part in known if part)
    return f"  ({told})" if told else ""


def _rows(page: Page, outcome: LutOutcome, given: dict[tuple[str | None, str | None], str]) -> bool:
    """Everything about one file below its verdict; whether there is anything."""
    findings = sorted((one for one in outcome.findings if one.code != _APPROVE), key=_rank)
    for finding in findings:
        _finding(page, outcome, finding)
    page.row("profile", next((one.profile for one in findings if one.profile), None))
    errors = [one for one in findings if one.level is Level.ERROR]
    for born_of, why in dict.fromkeys((one.born_of, one.why) for one in errors if one.born_of or one.why):
        if (before := given.setdefault((born_of, why), outcome.file)) != outcome.file:
            page.row("why", f"the same as for {before}")
            continue
        page.row("born of", born_of, "magenta")
        page.row("why", why, wrap=True)
    for runbook in dict.fromkeys(one.runbook for one in errors):
        page.row("runbook", runbook, "underline")
    if outcome.drift is not None:
        page.row("drift", f"{SPEC.label} from {outcome.previous}" if outcome.previous else SPEC.label)
        for name, values in outcome.drift.items():
            numbers = "  ".join(f"{statistic} {values[statistic]:5.2f}" for statistic in ("mean", "p95", "max"))
            page.line(" " * (LABEL + 2), f"{name:<{LABEL}}  {numbers}")
    return bool(findings) or outcome.drift is not None


def _finding(page: Page, outcome: LutOutcome, finding: Finding) -> None:
    """`DeltaE00 9.56 exceeds 1.5 (grid_p95, S1, QG-1680)`, and in its own row what a malformed file should hold."""
    message, _, expected = one_line(finding.message).partition("; expected ")
    head, _, about = message.partition(f": {one_line(outcome.file)}")
    # What follows the profile has rows of its own: severity, origin, runbook.
    about = about.partition(f", profile {finding.profile}")[0].strip(" ,;")
    severity = "" if finding.severity is None else finding.severity.value
    where = "" if finding.line in (None, _line(outcome)) else f"line {finding.line}: "
    said = f"{where}{head} ({', '.join(part for part in (about, severity, finding.code) if part)})"
    page.row(finding.level.value, said, _STYLES[finding.level], wrap=True)
    page.row("expected", expected, wrap=True)


def _rank(finding: Finding) -> tuple[int, int]:
    """Errors first, and of them the most serious."""
    return list(Level).index(finding.level), 9 if finding.severity is None else finding.severity.rank


def _conclusion(page: Page, outcomes: Sequence[LutOutcome], incident: str | None) -> None:
    rejected = [outcome for outcome in outcomes if not outcome.accepted]
    if not outcomes:
        page.line("no LUT to validate")
    elif rejected or len(outcomes) > 1:
        status = "rejected" if rejected else "accepted"
        failed = f"{len(rejected):,} rejected, " if rejected else ""
        counts = f"{failed}{len(outcomes) - len(rejected):,} accepted of {len(outcomes):,}"
        page.line((status.upper(), _VERDICTS[status]), "  ", (f"{counts} LUT{'s' * (len(outcomes) > 1)}", "bold"))
    page.row("postmortem", incident)
    commands = [one.message.partition(f": {outcome.file}, ")[2] for outcome in rejected
                for one in outcome.findings if one.code == _APPROVE]  # fmt: skip
    for command in commands[:_COMMANDS]:
        page.row("if meant", one_line(command))
    if len(commands) > _COMMANDS:
        page.row("", f"and {len(commands) - _COMMANDS:,} more (use --format json)")
    if rejected:
        worst = min((one for outcome in rejected for one in outcome.findings), key=_rank)
        page.row("next", f"run `qualitygate explain {worst.code}`", wrap=True)
