"""What people write in a postmortem: timeline, analysis, actions, lessons, and sections of their own."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

from qualitygate.incidents.notation import Count, Day, Time

Effort = Literal["S", "M", "L"]


class TimelineEntry(Struct, frozen=True, kw_only=True):
    """One row of the timeline."""

    at: Time
    event: str
    owner: str


class Cause(Struct, frozen=True, kw_only=True):
    """One cause; `open` while it is a question that nobody has answered."""

    class_: Literal["direct", "contributing", "systemic"] = msgspec.field(name="class")
    text: str
    domain: Literal["model", "data", "operations"] | None = None
    open: bool = False


class Edge(Struct, frozen=True, kw_only=True):
    """One arrow of the causal map, between positions in `causes`."""

    from_: Count = msgspec.field(name="from")
    to: Count


class Falsification(Struct, frozen=True, kw_only=True):
    """An attempt to prove a supposed cause wrong, and how it ended."""

    hypothesis: str
    result: str


class RootCause(Struct, frozen=True, kw_only=True):
    """The analysis: causes, how they led to each other, five whys or why there are fewer, and what was ruled out."""

    causes: tuple[Cause, ...] = ()
    edges: tuple[Edge, ...] = ()
    whys: tuple[str, ...] = ()
    whys_reason: str | None = None
    falsifications: tuple[Falsification, ...] = ()


class Action(Struct, frozen=True, kw_only=True):
    """One corrective action."""

    title: str
    due: Day | None = None
    owner: str | None = None
    size: Effort | None = None
    benefit: Effort | None = None
    type: Literal["detect", "mitigate", "prevent", "repair"] | None = None
    status: Literal["open", "done", "dropped"] = "open"
    ticket_url: str | None = None
    verified_by: str | None = None


class Lesson(Struct, frozen=True, kw_only=True):
    """One lesson; `open` while it is a question that nobody has answered."""

    text: str
    target: str | None = None
    owner: str | None = None
    status: Literal["open", "done"] = "open"


class Section(Struct, frozen=True, kw_only=True):
    """A section of the Markdown that is none of ours, kept as it was written.

    Attributes:
        after: The known section it follows.
        text: Its Markdown, heading and all, without the line end at its end.
    """

    after: Literal["title", "context", "timeline", "root_cause", "actions", "lessons"]
    text: str
