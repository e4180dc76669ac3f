"""Waivers: what may be so for a while, because somebody said so and somebody else agreed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

LONGEST = timedelta(days=90)
"""How far ahead a waiver may expire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """Who granted it, why and until when: what every waiver says.

    Attributes:
        reason: Why.
        owner, approved_by: Who wants it, and who agreed: two people.
        expires: Last day it holds.
        where: `file.toml:LINE`.
    """

    reason: str
    owner: str
    approved_by: str
    expires: date
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiver(Grant):
    """One `[[waiver]]` for a case that may fail.

    Attributes:
        incident, check: What it waives: the case of an incident, with the check named in it.
    """

    incident: str
    check: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWaiver(Grant):
    """One `[[waiver]]` for a change that loosens something.

    Attributes:
        change: What is loosened, as `qualitygate audit` prints it.
        to: The new value or digest it is bound to, so that it cannot cover a later loosening.
    """

    change: str
    to: str


def objection(waiver: Grant, today: date, boards: Iterable[Sequence[str]] = ()) -> str | None:
    """Why a waiver does not hold; None where it does.

    Args:
        waiver: The waiver.
        today: Day in UTC.
        boards: Control boards, as they are configured now and as they were: who approves is on each that names anybody.
    """
    if person(waiver.owner) == person(waiver.approved_by):
        return f"{waiver.owner} approved their own waiver; somebody else must"
    for board in boards:
        if board and person(waiver.approved_by) not in {person(member) for member in board}:
            return f"{waiver.approved_by} is not on the control board; one of {', '.join(board)} must approve it"
    if waiver.expires < today:
        return f"it expired on {waiver.expires.isoformat()}"
    if waiver.expires > today + LONGEST:
        last = (today + LONGEST).isoformat()
        return f"it expires on {waiver.expires.isoformat()}, more than {LONGEST.days} days ahead (at most {last})"
    return None


def person(name: str) -> str:
    """A name as it is compared: neither spelling, spaces nor the `@` of a handle make another person."""
    plain = "".join(unicodedata.normalize("NFKC", name).split())
    return "".join(c for c in plain if unicodedata.category(c) != "Cf").lstrip("@").casefold()
