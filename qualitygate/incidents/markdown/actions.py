"""The section Corrective Actions: `- [ ] text — date`, and below each what else is known of it."""

from __future__ import annotations

import re
from typing import NamedTuple

from qualitygate.incidents.markdown import fields, inline, moments, vocabulary
from qualitygate.incidents.markdown.bullets import Bullet
from qualitygate.incidents.markdown.layout import Piece, Reader
from qualitygate.incidents.markdown.stating import Sources, stated
from qualitygate.incidents.markdown.vocabulary import Words
from qualitygate.incidents.narrative import Action

_BOX = re.compile(r"\[([ xX])\](?:\s+|$)")
_DASH = re.compile(r"[—–―─－]|(?:^|\s)-{1,3}\s")


class _Line(NamedTuple):
    """The first line of an action, taken apart; texts are raw."""

    box: str | None
    title: str
    due: str | None


def read(reader: Reader, bullets: list[Bullet]) -> tuple[tuple[Action, ...], list[Bullet]]:
    """The actions, and the bullets that are none.

    Raises:
        ConfigError: QG-1754, a field stands there twice or contradicts the box; QG-1755, a date or a value of a field
            cannot be read.
    """
    actions: list[Action] = []
    foreign: list[Bullet] = []
    for bullet in bullets:
        if not bullet.raw:
            foreign.append(bullet)
            continue
        name = f"actions[{len(actions)}]"
        reader.lines[name] = bullet.start + 1
        line = _first_line(reader, bullet)
        found = fields.read(reader, bullet, "action", name)
        action = Action(
            title=reader.text(line.title) or "…",
            due=line.due,
            owner=found.get("owner"),
            size=found.get("size"),  # type: ignore[arg-type]
            benefit=found.get("benefit"),  # type: ignore[arg-type]
            type=found.get("type"),  # type: ignore[arg-type]
            status=_status(reader, bullet, line.box, found.get("status"), name),  # type: ignore[arg-type]
            ticket_url=found.get("ticket_url"),
            verified_by=found.get("verified_by"),
        )
        actions.append(action)
        reader.pieces.append(Piece("actions", bullet.start, bullet.end, action, bullet.rest_of(reader)))
    return tuple(actions), foreign


def _first_line(reader: Reader, bullet: Bullet) -> _Line:
    box = _BOX.match(bullet.raw)
    raw = bullet.raw[box.end() :] if box else bullet.raw
    tick = box[1].lower() if box else None
    cut = _cut(raw)
    if cut is None:
        return _Line(tick, raw, None)
    title, tail = cut
    if vocabulary.find("marker", tail) == "no_date":
        last = bullet.start + bullet.raw.count("\n")
        reader.word(last, tail, "marker", "no_date", max(reader.source.line(last).rfind(tail), 0))
        return _Line(tick, title, None)
    due = moments.read_date(tail)
    if due is None:
        right = "write the date as 2025-10-01, or 'no date'"
        raise reader.broken(bullet.start, f"{tail!r} {moments.flaw_of_date(tail)}", right, "QG-1755")
    return _Line(tick, title, due)


def _cut(raw: str) -> tuple[str, str] | None:
    """Title and due date as they stand there, None where no date follows the last dash."""
    for match in reversed(list(_DASH.finditer(raw))):
        tail = raw[match.end() :].strip()
        if vocabulary.find("marker", tail) == "no_date" or moments.is_date_like(tail):
            return raw[: match.start()].strip(), tail
    return None


def _status(reader: Reader, bullet: Bullet, box: str | None, stated_status: str | None, name: str) -> str:
    """Open, done or dropped: the box says the first two, a field the third.

    Raises:
        ConfigError: QG-1754, box and field contradict each other.
    """
    ticked = "done" if box == "x" else "open"
    if stated_status is None or stated_status == ticked:
        return ticked
    if stated_status == "dropped" or box is None:
        return stated_status
    line = reader.lines[f"{name}.status"] - 1
    found = f"the box of the action on line {bullet.start + 1} says {ticked}, this says {stated_status}"
    raise reader.broken(line, found, "tick the box, or remove this line")


def write(action: Action, words: Words, sources: Sources) -> list[str]:
    """The lines of an action."""
    due = action.due or words("marker", "no_date")
    values = {
        "owner": stated(sources, "text", action.owner) if action.owner else None,
        "size": words("effort", action.size) if action.size else None,
        "benefit": words("effort", action.benefit) if action.benefit else None,
        "type": words("type", action.type) if action.type else None,
        "status": words("status", "dropped") if action.status == "dropped" else None,
        "ticket_url": _ticket(action.ticket_url, sources),
        "verified_by": stated(sources, "text", action.verified_by) if action.verified_by else None,
    }
    box = "x" if action.status == "done" else " "
    lines = [f"- [{box}] {stated(sources, 'text', action.title)} — {due}"]
    return lines + [f"  - {words.label('action', name)}{value}" for name, value in values.items() if value]


def _ticket(url: str | None, sources: Sources) -> str | None:
    if not url:
        return None
    return sources.get(("text", url)) or inline.address(url)
