"""Corrective actions as backlog items, and what the backlog says of them written back into the text. Pure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable

import msgspec

from qualitygate.core.backlog import BacklogItem, TicketStatus
from qualitygate.core.threshold import Severity
from qualitygate.incidents.document import Document
from qualitygate.incidents.narrative import Action
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line

_LOGIN = re.compile(r"@([A-Za-z0-9](?:[A-Za-z0-9-]{0,38}))")


def action_keys(actions: Iterable[Action]) -> tuple[str, ...]:
    """What tells the actions of an incident apart, in their order: 16 hexadecimal digits each.

    It comes from the title, but for white space and the form of accents, so that neither moving an action nor changing
    its owner, date or size makes another of it; of equal titles, from how many came before.
    """
    seen: Counter[str] = Counter()
    keys: list[str] = []
    for action in actions:
        title = " ".join(unicodedata.normalize("NFC", action.title).split())
        keys.append(hashlib.sha256(f"{title}\0{seen[title]}".encode("utf-8", "surrogatepass")).hexdigest()[:16])
        seen[title] += 1
    return tuple(keys)


def backlog_items(record: Postmortem, postmortem: str) -> tuple[BacklogItem, ...]:
    """The actions of an incident, ready to become tickets.

    An incident of severity S0, or with personal data, is told by its id alone: a backlog has more readers.

    Args:
        postmortem: Where the text is, relative to the repository, for whoever reads the ticket.
    """
    discreet = record.severity is Severity.S0 or record.impact.personal_data is True
    headline = "" if discreet or not record.title else f": {code_span(record.title)}"
    items = []
    for key, action in zip(action_keys(record.actions), record.actions, strict=True):
        owner = one_line(action.owner or "")
        login = _LOGIN.fullmatch(owner)
        lines: tuple[str, ...] = (
            f"Corrective action of incident {record.id} ({record.severity.value}){headline}",
            f"Owner: {code_span(owner) if owner else 'nobody yet'}",
            f"Due: {action.due or 'no date yet'}",
            f"Size: {action.size or '?'}, benefit: {action.benefit or '?'}, type: {action.type or '?'}",
            f"Postmortem: {code_span(postmortem)}",
        )
        labels = ["incident", f"severity/{record.severity.value}"]
        labels += [f"size/{action.size}"] if action.size is not None else []
        labels += [f"type/{action.type}"] if action.type is not None else []
        title = one_line(action.title)
        if len(title) > 256:  # a title is cut there
            lines = (*lines, f"In full: {code_span(title)}")
        items.append(
            BacklogItem(
                incident=record.id,
                key=key,
                title=title or "(no title)",
                lines=lines,
                labels=tuple(labels),
                assignee=login[1] if login is not None else None,
                since=record.times.detected,
                url=action.ticket_url,
                status=action.status,
            )
        )
    return tuple(items)


def with_ticket(document: Document, key: str, url: str, status: TicketStatus) -> Document:
    """The text with a ticket recorded; unchanged where it is recorded, or the action is no longer there.

    An action that the ticket says is done or dropped becomes so, and stays unverified; one that is done here is never
    opened again by its ticket.
    """
    actions = list(document.actions)
    keys = action_keys(actions)
    if key not in keys:
        return document
    place = keys.index(key)
    known = actions[place]
    now = status if known.status == "open" else known.status
    actions[place] = msgspec.structs.replace(known, ticket_url=url, status=now)
    return msgspec.structs.replace(document, actions=tuple(actions))


def code_span(text: str) -> str:
    """Any text as Markdown code, in which it can mention nobody, refer to nothing and end no comment."""
    text = one_line(text)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    fence = "`" * (longest + 1)
    return f"{fence}{pad}{text}{pad}{fence}"
