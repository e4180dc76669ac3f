"""How it ended to bring something to another system: a closed union, matched exhaustively."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qualitygate.core.backlog import TicketStatus

Change = Literal["created", "updated", "unchanged"]


@dataclass(frozen=True, slots=True)
class Delivered:
    """It is there.

    Attributes:
        url: Where it can be looked at; None for what a dry run would have created.
        change: What was done to it, or would have been in a dry run.
        status: How far it has come over there.
        notes: What was not as asked for, such as labels that were dropped; one line each.
    """

    url: str | None
    change: Change
    status: TicketStatus = "open"
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Retryable:
    """It is not there, and the same attempt may succeed later.

    Attributes:
        after: Seconds to wait before it makes sense, None where nobody said.
    """

    reason: str
    code: str
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Rejected:
    """It was refused, and the same attempt would be refused again.

    Attributes:
        hint: What would be right.
        url: What exists all the same, for something that was created but is not as it was sent.
    """

    reason: str
    code: str
    hint: str | None = None
    url: str | None = None


Delivery = Delivered | Retryable | Rejected
