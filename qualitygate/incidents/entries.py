"""What is to be written into an event log, and the line it becomes behind those there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from qualitygate.core.errors import ConfigError
from qualitygate.incidents.archive import MAX_LOG_BYTES
from qualitygate.incidents.events import Event, Payload
from qualitygate.incidents.line import Line, digest, from_line, to_line
from qualitygate.incidents.log import heads
from qualitygate.incidents.moments import rfc3339
from qualitygate.incidents.paths import Paths


@dataclass(frozen=True, slots=True)
class Entry:
    """One event to be written.

    Attributes:
        data: What happened.
        implied: Whether it was passed on the way to a later state by one call.
    """

    data: Payload
    implied: bool = False


@dataclass(frozen=True, slots=True)
class Writer:
    """Who writes into the log of an incident, and when.

    Attributes:
        incident_id: The incident.
        actor: Who did what is written.
        recorded: When it is written down, with a time zone.
        new_uid: Gives 32 hexadecimal digits, never the same twice.
    """

    incident_id: str
    actor: str
    recorded: datetime
    new_uid: Callable[[], str]

    def line(self, before: Sequence[Line], entry: Entry, at: str) -> Line:
        """The line of an entry that happened at a time, RFC 3339; it follows every head of the lines there are.

        Raises:
            ConfigError: QG-1706, it holds a number that JSON cannot hold exactly.
        """
        event = Event(
            uid=self.new_uid(),
            incident=self.incident_id,
            seq=len(before),
            at=at,
            recorded=rfc3339(self.recorded),
            actor=self.actor,
            implied=entry.implied,
            prev=heads(before),
            data=entry.data,
        )
        text = to_line(event)
        # What is kept in memory is what a reader will get, normalised alike.
        line = from_line(text)
        assert line.sha256 == digest(text)
        return line


def readable(paths: Paths, content: bytes) -> bytes:
    """A log that is to be written, if it can be read again.

    Raises:
        ConfigError: QG-1706, it would be too large.
    """
    if len(content) > MAX_LOG_BYTES:
        raise ConfigError(
            f"the log would be larger than {MAX_LOG_BYTES:,} bytes",
            code="QG-1706",
            where=str(paths.events),
            hint="keep what is large as evidence, and name it in the text",
        )
    return content
