"""An issue as the API gives it, and as an action wants it: title, body with the marker, labels. Pure."""

from __future__ import annotations

import re

from msgspec import Struct

from qualitygate.core.backlog import BacklogItem, TicketStatus

_LONGEST_TITLE = 256
_END = "<!-- qualitygate:end -->"
_MARKER = re.compile(r"^<!-- qualitygate:action (PM-\d{4}-\d{2}-\d{2}-\d{2,}/[0-9a-f]{16}) -->[ \t]*$", re.MULTILINE)
# Labels that are ours to take away when they no longer hold; `incident` and those of others stay.
_OURS = re.compile(r"(?:severity/S[0-3]|size/[SML]|type/(?:detect|mitigate|prevent|repair))")


class Named(Struct, frozen=True):
    """A label."""

    name: str = ""


class User(Struct, frozen=True):
    """An account."""

    login: str


class Issue(Struct, frozen=True):
    """One issue; a pull request is one too, with `pull_request`."""

    number: int
    title: str
    html_url: str
    state: str
    body: str | None = None
    state_reason: str | None = None
    labels: tuple[Named, ...] = ()
    assignees: tuple[User, ...] | None = ()
    pull_request: dict[str, object] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The item names its body carries, as `PM-…/KEY`."""
        return tuple(_MARKER.findall(_lf(self.body or "")))

    @property
    def logins(self) -> tuple[str, ...]:
        """Who it is assigned to."""
        return tuple(user.login for user in self.assignees or ())

    @property
    def status(self) -> TicketStatus:
        """How far it has come: closed as completed is done, closed as not planned or as a duplicate is dropped."""
        if self.state != "closed":
            return "open"
        return "dropped" if self.state_reason in ("not_planned", "duplicate") else "done"


def marker(item: BacklogItem) -> str:
    """The hidden line that an issue is found by."""
    return f"<!-- qualitygate:action {item.name} -->"


def title_of(item: BacklogItem) -> str:
    """The title, cut where GitHub's limit of 256 characters makes it necessary."""
    return item.title if len(item.title) <= _LONGEST_TITLE else f"{item.title[: _LONGEST_TITLE - 1]}…"


def block_of(item: BacklogItem) -> str:
    """Our part of the body, from the marker to its end. What people write before and after it is theirs."""
    lines = [marker(item), *(f"- {line}" for line in item.lines), ""]
    lines += ["Closing this issue does not verify the action: that takes a proof, or a person who says so.", _END]
    return "\n".join(lines)


def body_with(item: BacklogItem, body: str | None) -> str:
    """A body with our part of it renewed; put at the end where it has none."""
    text = _lf(body or "")
    start = next((found.start() for found in _MARKER.finditer(text) if found[1].startswith(f"{item.incident}/")), None)
    if start is None:
        return f"{text.rstrip()}\n\n{block_of(item)}".lstrip()
    # The end is ours only before the next marker; where somebody deleted it, the marker's line is all that is ours.
    line_end = text.find("\n", start)
    end = text.find(_END, start)
    following = _MARKER.search(text, line_end) if line_end >= 0 else None
    if end < 0 or (following is not None and following.start() < end):
        rest = text[line_end:] if line_end >= 0 else ""
        return f"{text[:start]}{block_of(item)}{rest}"
    return f"{text[:start]}{block_of(item)}{text[end + len(_END) :]}"


def labels_with(item: BacklogItem, labels: tuple[str, ...]) -> tuple[str, ...]:
    """Labels with ours added, and those of ours that no longer hold taken away."""
    wanted = {label.casefold() for label in item.labels}
    kept = [label for label in labels if label.casefold() in wanted or not _OURS.fullmatch(label)]
    have = {label.casefold() for label in kept}
    return (*kept, *(label for label in item.labels if label.casefold() not in have))


def same_text(one: str | None, other: str | None) -> bool:
    """Whether two bodies are the same but for line ends and white space at the end, which GitHub may change."""
    return _lf(one or "").rstrip() == _lf(other or "").rstrip()


def _lf(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
