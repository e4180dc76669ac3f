"""QG-7xx: whether somebody else approved this very text, and whether that can be looked up."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
import rfc8785

from qualitygate.core.incident import IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.checklist import reached
from qualitygate.incidents.document import content_digest, document_of
from qualitygate.incidents.lint.facts import LintFacts
from qualitygate.incidents.lint.moments import moment
from qualitygate.incidents.lint.rule import Hit
from qualitygate.incidents.postmortem import Approval, Postmortem

_GAPS = 10
_ADDRESS = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>")


def some(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-701."""
    if not record.approvals:
        yield Hit("QG-701", "nobody has approved the text")


def by_another(record: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-702. An author's approval does no harm beside that of somebody else."""
    wrote = {alias for author in facts.authors for alias in _aliases(author)}
    given = _of_this_text(record)
    if given and all(_aliases(approval.by) & wrote for approval in given):
        names = ", ".join(dict.fromkeys(approval.by for approval in given))
        yield Hit("QG-702", f"approved by {names}, who wrote the text")


def of_this_text(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-703."""
    if record.approvals and not _of_this_text(record):
        last = record.approvals[-1]
        yield Hit("QG-703", f"the text was changed since {last.by} approved it at {last.at}")


def on_the_platform(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-704 and QG-707."""
    given = _of_this_text(record)
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
    """QG-706. Nobody here knows who is in a team, `@org/team`: where one is named, anybody may be."""
    board = {alias for name in facts.board for alias in _aliases(name)}
    given = _of_this_text(record)
    if not board or any("/" in name for name in facts.board):
        return
    if given and not any(_aliases(approval.by) & board for approval in given):
        names = ", ".join(dict.fromkeys(approval.by for approval in given))
        yield Hit("QG-706", f"approved by {names}, none of the control board")


def _of_this_text(record: Postmortem) -> list[Approval]:
    """The approvals of the text as it stands.

    After the publication the timeline goes on (a note, an alert that clears) without voiding what was approved.
    """
    if not record.approvals:
        return []
    document = document_of(record)
    published = moment(record.times.published)
    texts = [document]
    if published is not None and record.times.reopened is None and reached(record, IncidentState.PUBLISHED):
        earlier = (row for row in document.timeline if (at := moment(row.at)) is None or at <= published)
        texts.append(msgspec.structs.replace(document, timeline=tuple(earlier)))
    try:
        digests = {content_digest(text) for text in texts}
    except rfc8785.CanonicalizationError:  # a number beyond what JSON holds exactly: nobody approved that
        return []
    return [approval for approval in record.approvals if approval.content_sha256 in digests]


def _aliases(name: str) -> frozenset[str]:
    """What somebody may be called: `Name <mail>` is both, `@handle` is `handle`."""
    found = _ADDRESS.fullmatch(name.strip())
    parts = found.group("name", "address") if found else (name,)
    return frozenset(key for part in parts if (key := " ".join(part.casefold().split()).removeprefix("@")))


RULES = (some, by_another, of_this_text, on_the_platform, owners, by_the_board)
