"""One corrective action as the backlog shows it. Only data: incidents make it, notifiers bring it there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TicketStatus = Literal["open", "done", "dropped"]


@dataclass(frozen=True, slots=True)
class BacklogItem:
    """One action, ready to become a ticket.

    Attributes:
        incident: Id of the incident, `PM-…`.
        key: What tells the action from the others of its incident, 16 hexadecimal digits; see `incidents.backlog`.
        title: The ticket's title, one line.
        lines: What the ticket says about the action, one list item each, in Markdown.
        labels: In the order they are shown.
        assignee: Login on the platform; None where the owner is no login.
        since: RFC 3339 time before which no ticket of it can have been made: the incident's detection.
        url: The ticket that is already recorded.
        status: How far the action has come, as the postmortem says.
    """

    incident: str
    key: str
    title: str
    lines: tuple[str, ...]
    labels: tuple[str, ...]
    assignee: str | None
    since: str
    url: str | None = None
    status: TicketStatus = "open"

    @property
    def name(self) -> str:
        """`PM-…/KEY`, which the ticket carries and is found by."""
        return f"{self.incident}/{self.key}"
