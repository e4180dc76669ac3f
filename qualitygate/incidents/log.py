"""The event log of an incident as bytes: lines, their chain, and what is wrong with it.

Each line names the digests of the lines it follows. Written one after the other that is the line before; after a merge
of two branches, both of which wrote, there are several ends (heads) until a `joined` event follows all of them and
seals the order of everything before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import msgspec

from qualitygate.incidents.events import Joined, Line, Opened, digest, from_line, to_line

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


def heads(lines: Iterable[Line]) -> tuple[str, ...]:
    """Digests of the events that no other follows, in the order of the log."""
    found: dict[str, None] = {}
    for line in lines:
        for earlier in line.event.prev:
            found.pop(earlier, None)
        found[line.sha256] = None
    return tuple(found)


def order(lines: Iterable[Line]) -> str:
    """Digest over lines in their order, which a `joined` event seals."""
    sealed = hashlib.sha256()
    for line in lines:
        sealed.update(line.sha256.encode("ascii") + b"\n")
    return sealed.hexdigest()


def defects(incident_id: str, log: Log) -> Iterator[Defect]:
    """Everything that is wrong with a log: edited, missing, reordered or doubled events, a second beginning.

    A cut-off end is not to be seen in the log itself: see `chain` in the record and the columns of `reports.csv`.
    """
    yield from log.defects
    known: dict[str, int] = {}
    uids: dict[str, int] = {}
    for number, line in enumerate(log.lines, 1):
        event = line.event
        if event.incident != incident_id:
            yield Defect(number, f"belongs to {event.incident}")
        if isinstance(event.data, Opened) != (number == 1):
            yield Defect(
                number,
                "is a second opening: two incidents were given this id"
                if number > 1
                else "does not open the incident: the beginning is missing",
            )
        if digest(to_line(event)) != line.sha256:
            yield Defect(number, "is not written as this program writes it: it was edited")
        if event.uid in uids:
            yield Defect(number, f"repeats the uid of line {uids[event.uid]}")
        missing = [sha for sha in event.prev if sha not in known]
        if missing or (number > 1 and not event.prev):
            yield Defect(number, "does not follow the line before: a line was edited, removed or moved")
        elif not _follows(line, log.lines[: number - 1]):
            yield Defect(number, "follows another order of lines: a line was moved or removed")
        known[line.sha256] = uids[event.uid] = number


def _follows(line: Line, before: Sequence[Line]) -> bool:
    """Whether an event stands where its writer put it, as far as the log can show."""
    event = line.event
    if isinstance(event.data, Joined):
        return event.data.order == order(before) and event.seq == len(before)
    if len(event.prev) > 1:
        return False
    # Lines of another branch may stand between, none may be missing: it saw `seq` lines, all of which stand above it.
    return event.seq <= len(before)
