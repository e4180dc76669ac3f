"""Times and dates of a record that have the right form, and with which nothing can be reckoned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from qualitygate.incidents.moments import flaw, flaw_of_day
from qualitygate.incidents.postmortem import Postmortem


class Flaw(NamedTuple):
    """One of them.

    Attributes:
        path: Where it stands, `$.actions[0].due`.
        text: What stands there.
        why: What is wrong with it, `stands in no calendar`.
    """

    path: str
    text: str
    why: str


def flaws_of_facts(record: Postmortem) -> Iterator[Flaw]:
    """Those of what happened, which only events tell: no clock could be shown."""
    times = [(f"$.times.{name}", getattr(record.times, name)) for name in record.times.__struct_fields__]
    times += [(f"$.approvals[{number}].at", approval.at) for number, approval in enumerate(record.approvals)]
    times += [("$.proof.at", record.proof.at)] if record.proof is not None else []
    for path, text in times:
        if text is not None and (why := flaw(text)):
            yield Flaw(path, text, why)


def flaws_of_text(record: Postmortem) -> Iterator[Flaw]:
    """Those of the text, which an edit fixes."""
    for number, row in enumerate(record.timeline):
        if why := flaw(row.at):
            yield Flaw(f"$.timeline[{number}].at", row.at, why)
    for number, action in enumerate(record.actions):
        if action.due is not None and (why := flaw_of_day(action.due)):
            yield Flaw(f"$.actions[{number}].due", action.due, why)


def flaws(record: Postmortem) -> Iterator[Flaw]:
    """All of them."""
    yield from flaws_of_facts(record)
    yield from flaws_of_text(record)
