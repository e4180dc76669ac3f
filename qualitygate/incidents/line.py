"""An event as a line of its log: RFC 8785 (JCS) canonical JSON, whose sha256 does not depend on who wrote it."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
import rfc8785
from msgspec import Struct

from qualitygate.core.errors import ConfigError
from qualitygate.incidents.events import Event, Opened, Proved
from qualitygate.incidents.flaws import flaws_of_facts
from qualitygate.incidents.moments import flaw


class Line(Struct, frozen=True):
    """An event with the digest of its line.

    Attributes:
        raw: The line without its end, as it was written: a later version adds fields to events, and not to logs.
    """

    event: Event
    sha256: str
    raw: bytes = b""

    @property
    def is_canonical(self) -> bool:
        """Whether the line is written as RFC 8785 asks, and so by this program, of whatever version."""
        try:
            return rfc8785.dumps(msgspec.json.decode(self.raw)) == self.raw
        except (ValueError, rfc8785.CanonicalizationError):
            return False


_DECODER = msgspec.json.Decoder(Event)


def to_line(event: Event) -> bytes:
    """The canonical JSON of an event, without line end.

    Raises:
        ConfigError: QG-1706, it holds a number that JSON cannot hold exactly (RFC 8785 allows 53 bits).
    """
    plain: Any = msgspec.to_builtins(event)
    try:
        return rfc8785.dumps(plain)
    except rfc8785.CanonicalizationError as error:
        raise ConfigError(f"the event cannot be written: {error}", code="QG-1706", where=event.incident) from error


def from_line(line: bytes) -> Line:
    """The event in a line.

    Raises:
        msgspec.DecodeError: It is none.
        ValueError: It happened at a time that no calendar has, or so far off that nothing can be reckoned with it.
    """
    event = _DECODER.decode(line)
    _check_times(event)
    return Line(event, digest(line), line)


def _check_times(event: Event) -> None:
    """Refuse what no clock can be shown of. What people wrote in the text is not held against the log: they fix it."""
    times = [event.at, event.recorded]
    if isinstance(event.data, Proved):
        times.append(event.data.proof.at)
    for time in times:
        if why := flaw(time):
            raise ValueError(f"{time} {why}")
    if isinstance(event.data, Opened):
        for found in flaws_of_facts(event.data.record):
            raise ValueError(f"{found.text} {found.why}")


def digest(line: bytes) -> str:
    """sha256 of a line without its line end, 64 hexadecimal digits."""
    return hashlib.sha256(line).hexdigest()
