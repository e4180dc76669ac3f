"""The event log of an incident as bytes: lines, their chain, and what is wrong with it.

Each line names the digests of the lines it follows. Written one after the other that is the line before; after a merge
of two branches, both of which wrote, there are several ends (heads) until a `joined` event follows all of them and
seals everything before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from heapq import heapify, heappop, heappush
from itertools import pairwise
from typing import NamedTuple

import msgspec

from qualitygate.incidents.events import Joined, Opened
from qualitygate.incidents.line import Line, from_line

CONFLICT = (b"<<<<<<< ", b"=======", b">>>>>>> ", b"||||||| ")


class Defect(NamedTuple):
    """Something wrong with a log.

    Attributes:
        line: Counted from 1.
        text: What is wrong.
    """

    line: int
    text: str


class Log(NamedTuple):
    """What a log holds: its events, and the lines that are none."""

    lines: tuple[Line, ...]
    defects: tuple[Defect, ...]


def parse(content: bytes) -> Log:
    """The events in a log. Lines that are no events are told, never skipped in silence."""
    lines: list[Line] = []
    defects: list[Defect] = []
    for number, raw in enumerate(content.split(b"\n"), 1):
        # Git may have turned line ends; the digest is over the line without them.
        text = raw.removesuffix(b"\r")
        if not text:
            continue
        if text.startswith(CONFLICT):
            defects.append(Defect(number, "holds the markers of an unresolved merge"))
            continue
        try:
            lines.append(from_line(text))
        except (msgspec.DecodeError, ValueError, RecursionError) as error:
            defects.append(Defect(number, f"is no event: {' '.join(str(error).split())[:200]}"))
    if content and not content.endswith(b"\n"):
        defects.append(Defect(content.count(b"\n") + 1, "is cut off: no line end"))
    return Log(tuple(lines), tuple(defects))


def to_bytes(lines: Iterable[Line]) -> bytes:
    """Events as they stand in a log, each with its line end."""
    return b"".join(line.raw + b"\n" for line in lines)


def canonical(lines: Sequence[Line]) -> tuple[Line, ...]:
    """Events in the one order that everybody gives them: each below those it follows; of two branches, whose lines git
    may have put either way round, the one that was written down first stands first.
    """
    if all(line.event.prev == (before.sha256,) for before, line in pairwise(lines)):
        return tuple(lines)
    known = {line.sha256 for line in lines}
    waiting = {line.sha256: {sha for sha in line.event.prev if sha in known} for line in lines}
    followers: dict[str, list[Line]] = {}
    for line in lines:
        for sha in waiting[line.sha256]:
            followers.setdefault(sha, []).append(line)
    ready = [(_place(line), line) for line in lines if not waiting[line.sha256]]
    heapify(ready)
    ordered: list[Line] = []
    while ready:
        line = heappop(ready)[1]
        ordered.append(line)
        for follower in followers.pop(line.sha256, ()):
            waiting[follower.sha256].discard(line.sha256)
            if not waiting[follower.sha256]:
                heappush(ready, (_place(follower), follower))
    return tuple(ordered)


def _place(line: Line) -> tuple[str, str, str]:
    return line.event.recorded, line.event.uid, line.sha256


def heads(lines: Iterable[Line]) -> tuple[str, ...]:
    """Digests of the events that no other follows, in the order of the lines."""
    found: dict[str, None] = {}
    followed: set[str] = set()
    for line in lines:
        followed.update(line.event.prev)
        found[line.sha256] = None
    return tuple(sha for sha in found if sha not in followed)


def upto(lines: Sequence[Line], ends: Iterable[str]) -> tuple[Line, ...] | None:
    """These events and all that they follow, in the canonical order; None if one of them is not there."""
    by_digest = {line.sha256: line for line in lines}
    found: set[str] = set()
    waiting = list(ends)
    while waiting:
        sha = waiting.pop()
        if sha not in by_digest:
            return None
        if sha not in found:
            found.add(sha)
            waiting += by_digest[sha].event.prev
    return canonical([line for line in lines if line.sha256 in found])


def order(lines: Iterable[Line]) -> str:
    """Digest over lines in their order, which a `joined` event seals."""
    sealed = hashlib.sha256()
    for line in lines:
        sealed.update(line.sha256.encode("ascii") + b"\n")
    return sealed.hexdigest()


def openings(lines: Iterable[Line]) -> list[Line]:
    """The events that open an incident: one, or one from each branch that met the same failure."""
    return [line for line in lines if isinstance(line.event.data, Opened)]


def is_shared(lines: Iterable[Line]) -> bool:
    """Whether two incidents were given one id, on branches that did not know of each other.

    The same failure met on two branches is one incident: its openings have the same key.
    """
    keys = [line.event.data.record.key for line in openings(lines) if isinstance(line.event.data, Opened)]
    return len(keys) > 1 and (None in keys or len(set(keys)) > 1)


def is_linked(lines: Sequence[Line]) -> bool:
    """Whether each event follows events that are there, and only the opening none: quicker than all of `defects`."""
    known = {line.sha256 for line in lines}
    return all(
        (line.event.prev or isinstance(line.event.data, Opened)) and known.issuperset(line.event.prev) for line in lines
    )


def defects(incident_id: str, log: Log, *, canonical_form: bool = True) -> Iterator[Defect]:
    """Everything that is wrong with a log: edited, missing, reordered or doubled events, a second beginning.

    A cut-off end is not to be seen in the log itself: see `chain` in the record and the columns of `reports.csv`.
    Lines of two branches have no order between them, so that git may put either first.

    Args:
        canonical_form: Whether each line must be just what this program would write, which takes most of the time.
    """
    yield from log.defects
    known: dict[str, int] = {}
    uids: dict[str, int] = {}
    before: dict[str, int] = {}  # digest to the events it follows, one bit each
    shared = is_shared(log.lines)
    for number, line in enumerate(log.lines, 1):
        event = line.event
        opens = isinstance(event.data, Opened)
        if event.incident != incident_id:
            yield Defect(number, f"belongs to {event.incident}")
        if number == 1 and not opens:
            yield Defect(number, "does not open the incident: the beginning is missing")
        if number > 1 and opens and (shared or event.prev):
            yield Defect(number, "is a second opening: two incidents were given this id, `verify --repair` parts them")
        if canonical_form and not line.is_canonical:
            yield Defect(number, "is not written as this program writes it: it was edited")
        if event.uid in uids:
            yield Defect(number, f"repeats the uid of line {uids[event.uid]}")
        if any(sha not in known for sha in event.prev) or not (event.prev or opens):
            yield Defect(number, "does not follow the line before: a line was edited, removed or moved")
        else:
            mask = 0
            for sha in event.prev:
                mask |= before[sha] | 1 << known[sha]
            before[line.sha256] = mask
            if event.seq != mask.bit_count() or not _sealed(line, log.lines):
                yield Defect(number, "does not follow the lines it was written after: one was edited, removed or moved")
        known[line.sha256] = uids[event.uid] = number
        before.setdefault(line.sha256, 0)


def _sealed(line: Line, lines: Sequence[Line]) -> bool:
    """Whether an event that joins branches follows just those events that it sealed; any other follows one line."""
    event = line.event
    if not isinstance(event.data, Joined):
        return len(event.prev) <= 1
    joined = upto(lines, event.prev)
    return joined is not None and event.data.order == order(joined)
