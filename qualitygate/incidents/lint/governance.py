"""QG-7xx: whether somebody else approved this very text, and whether that can be looked up."""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate.core.threshold import Severity
from qualitygate.incidents.approvals import standing
from qualitygate.incidents.lint.facts import LintFacts
from qualitygate.incidents.lint.rule import Hit
from qualitygate.incidents.naming import among
from qualitygate.incidents.postmortem import Postmortem

_GAPS = 10


def some(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-701."""
    if not record.approvals:
        yield Hit("QG-701", "nobody has approved the text")


def by_another(record: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-702. An author's approval does no harm beside that of somebody else."""
    given = standing(record)
    if given and all(among(approval.by, facts.authors) for approval in given):
        names = ", ".join(dict.fromkeys(approval.by for approval in given))
        yield Hit("QG-702", f"approved by {names}, who wrote the text")


def of_this_text(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-703."""
    if record.approvals and not standing(record):
        last = record.approvals[-1]
        yield Hit("QG-703", f"the text was changed since {last.by} approved it at {last.at}")


def on_the_platform(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-704 and QG-707."""
    given = standing(record)
    reviewed = [approval for approval in given if approval.source == "platform_review"]
    if given and not reviewed and record.severity in (Severity.S0, Severity.S1):
        yield Hit("QG-704", f"only self-declared approvals, and it is {record.severity}")
    for approval in reviewed:
        if not approval.url or not approval.commit:
            missing = " and ".join(
                name for name, value in (("address", approval.url), ("commit", approval.commit)) if not value
            )
            yield Hit("QG-707", f"the review by {approval.by} cannot be looked up: it has no {missing}")


def owners(_: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-705."""
    for gap in facts.codeowners_gaps[:_GAPS]:
        yield Hit("QG-705", gap)
    if len(facts.codeowners_gaps) > _GAPS:
        yield Hit("QG-705", f"and {len(facts.codeowners_gaps) - _GAPS:,} more paths without an owner")


def by_the_board(record: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-706 and QG-708. Nobody here knows who is in a team, `@org/team`: where one is named, anybody may be.

    Who is not of the control board that the configuration names is an error until the publication; afterwards the board
    may have changed. Owners of the brand are as good where no board is named, and never more than a warning.
    """
    given, board = standing(record), facts.control_board or facts.board
    if not given or not board or any("/" in name for name in board):
        return
    if not any(among(approval.by, board) for approval in given):
        names = ", ".join(dict.fromkeys(approval.by for approval in given))
        named = facts.control_board and record.times.published is None
        yield Hit("QG-708" if named else "QG-706", f"approved by {names}, none of the control board")


def board_named(record: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-709, as long as a board can still be named."""
    serious = record.severity in (Severity.S0, Severity.S1) and record.times.published is None
    if serious and facts.control_board == ():
        yield Hit("QG-709", f"it is {record.severity}, and no control board is named: any reader may approve")


RULES = (some, by_another, of_this_text, on_the_platform, owners, by_the_board, board_named)
