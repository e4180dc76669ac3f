"""Parting two incidents that were given one id, on branches that did not know of each other.

Git has united their logs, so that nothing is lost. The one that was written down first keeps the id; each other one
becomes an incident under an id that follows from its own identity, so that whoever parts them gets the same.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from qualitygate.incidents import views
from qualitygate.incidents.arrival import Arrival
from qualitygate.incidents.facts import Evidence
from qualitygate.incidents.fold import fold
from qualitygate.incidents.following import says
from qualitygate.incidents.importing import Imported, renumbered
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.line import Line
from qualitygate.incidents.log import canonical, is_shared, openings, to_bytes

_CONFLICT = ("<<<<<<< ", "\n<<<<<<< ")


def part(ledger: Ledger, incident_id: str, *, actor: str, now: datetime) -> tuple[Imported, ...]:
    """Give every incident but the first under an id one of its own, with its text, its evidence and its whole log.

    Returns:
        What became of the others; none if the id is that of one incident.

    Raises:
        ConfigError: QG-1702, the log cannot be read; QG-1412, not writable.
    """
    log = ledger.log(incident_id)
    if log.defects or not is_shared(log.lines):
        return ()
    first, *others = _parts(log.lines)
    done = []
    for lines in others:
        record = fold(lines)
        content = to_bytes(lines)
        arrival = Arrival(record, lines, content, _evidence(ledger, record.evidence), None)
        done.append(renumbered(ledger, arrival, actor, now))
    others_say = [fold(lines) for lines in others]

    def foreign(text: str) -> bool:
        return text.startswith(_CONFLICT[0]) or _CONFLICT[1] in text or any(says(text, one) for one in others_say)

    ledger.keep_only(incident_id, {line.sha256 for line in first}, foreign=foreign)
    return tuple(done)


def _parts(lines: tuple[Line, ...]) -> list[tuple[Line, ...]]:
    """The events of each incident, the one that was written down first before the others."""
    of: dict[str, str] = {}
    for line in canonical(lines):
        of[line.sha256] = of[line.event.prev[0]] if line.event.prev else line.sha256
    roots = [line.sha256 for line in openings(canonical(lines)) if not line.event.prev]
    return [canonical([line for line in lines if of[line.sha256] == root]) for root in roots]


def _evidence(ledger: Ledger, items: tuple[Evidence, ...]) -> dict[str, tuple[Evidence, bytes]]:
    """The evidence that is on the disk as it was recorded; of two files of one name, git kept one."""
    found = {}
    for item in items:
        content = views.read(ledger.root / item.path) if item.path else None
        if item.path and content is not None and hashlib.sha256(content).hexdigest() == item.sha256:
            found[item.path] = (item, content)
    return found
