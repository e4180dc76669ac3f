"""What an alert does to the incidents there are: opens one, is heard again, or clears."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import click

from qualitygate.cli.output import as_json
from qualitygate.core.errors import ConfigError
from qualitygate.incidents.alerts import Alert, knows, read_alerts, record_of, still_the_same
from qualitygate.incidents.document import Lang
from qualitygate.incidents.entries import Entry
from qualitygate.incidents.events import Signal
from qualitygate.incidents.fold import fold
from qualitygate.incidents.identity import gate_incident_id
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.line import Line
from qualitygate.incidents.machine import check_time
from qualitygate.incidents.postmortem import Postmortem

_ATTEMPTS = 100
_CLOCKS = "set the clock of this machine, or that of the monitoring"

Known = tuple[str, tuple[Line, ...], Postmortem]


@dataclass(frozen=True, slots=True)
class Given:
    """What the porch adds to an alert.

    Attributes:
        incident_id: The id of the incident it opens; None for one that follows from the alert.
        stakeholders: Whom to notify.
        lang: Language of its postmortem.
    """

    incident_id: str | None = None
    stakeholders: tuple[str, ...] = ()
    lang: Lang = "en"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one alert."""

    alert: Alert
    incident: str | None
    what: Literal["opened", "known", "fired again", "cleared", "unmatched"]


def receive(ledger: Ledger, content: bytes, where: str, given: Given, *, actor: str, now: datetime) -> list[Outcome]:
    """Take in a payload: each alert opens, repeats or clears. Sent twice, it does nothing the second time.

    Raises:
        ConfigError: QG-1719, no payload; QG-1713, an alert of the future. Then nothing was written.
    """
    alerts = read_alerts(content, where)
    for alert in alerts:
        check_time((), alert.started, now, step=True, where=f"{where}: startsAt of {alert.name}", hint=_CLOCKS)
    if given.incident_id is not None and sum(alert.status == "firing" for alert in alerts) != 1:
        raise ConfigError(
            "names one incident, and the payload is not of one firing alert",
            code="QG-1719",
            where="--id",
            hint="leave --id out: the ids follow from the alerts",
        )
    return [_receive(ledger, alert, given, actor, now) for alert in alerts]


def free_of_day(ledger: Ledger, incident_id: str, detected: datetime) -> str:
    """An id that was given by hand, if it is one, of the day of detection, and free.

    Raises:
        ConfigError: QG-1701, it is none or of another day; QG-1721, it is taken.
    """
    paths = ledger.paths(incident_id)
    day = detected.date().isoformat()
    if not incident_id.startswith(f"PM-{day}-"):
        raise ConfigError(
            f"{incident_id} is of another day than the detection",
            code="QG-1701",
            where="--id",
            hint=f"write PM-{day}-NN, or give the time of detection by --at",
        )
    if any(path.exists() for path in (paths.events, paths.json, paths.markdown)):
        raise ConfigError(
            f"there is an incident {incident_id} already",
            code="QG-1721",
            where="--id",
            hint="use the next number, or leave --id out",
        )
    return incident_id


def tell(outcomes: Sequence[Outcome], form: str) -> int:
    """Print what came of the alerts. An alert that matches nothing is said, and is no failure."""
    if form == "json":
        first = next((one.incident for one in outcomes if one.incident), None)
        each = [{"alert": one.alert.name, "id": one.incident, "outcome": one.what} for one in outcomes]
        click.echo(as_json({"id": first, "alerts": each}))
        return 0
    for one in outcomes:
        place = one.incident or "no open incident has this alert; nothing to clear"
        click.echo(f"{one.what:<11} {place}  {one.alert.name}: {one.alert.summary}")
    return 0


def _receive(ledger: Ledger, alert: Alert, given: Given, actor: str, now: datetime) -> Outcome:
    for attempt in range(_ATTEMPTS):
        known = _of_key(ledger, alert)
        heard = next((name for name, lines, _ in known if knows(lines, alert)), None)
        if heard is not None:
            return Outcome(alert, heard, "known")
        incident = _belonging(known, alert)
        if incident is not None:
            return Outcome(alert, incident, _signal(ledger, incident, alert, actor, now))
        if alert.status == "resolved":
            return Outcome(alert, None, "unmatched")
        # A function of the alert, so that of two receivers of it only one can open.
        derived = gate_incident_id(f"{alert.key}/{alert.once}", alert.started.date(), attempt)
        try:
            incident_id = free_of_day(ledger, given.incident_id, alert.started) if given.incident_id else derived
        except ConfigError as error:
            if error.code == "QG-1721" and attempt == 0:
                continue  # perhaps another receiver of this alert has opened it just now
            raise
        record = record_of(alert, incident_id, now, given.stakeholders, given.lang)
        if ledger.open(record, actor=actor, recorded=now, alert=alert.once) is not None:
            return Outcome(alert, incident_id, "opened")
        # Another receiver was first: what it opened is found by the next look. Or the id is another incident's.
    raise ConfigError("no free incident id was found", code="QG-1412", where=str(ledger.root), hint="run it again")


def _signal(
    ledger: Ledger, incident_id: str, alert: Alert, actor: str, now: datetime
) -> Literal["known", "fired again", "cleared"]:
    status: Literal["firing", "cleared"] = "firing" if alert.status == "firing" else "cleared"
    written = False

    def decide(lines: tuple[Line, ...]) -> tuple[Entry, ...]:
        nonlocal written
        written = not knows(lines, alert)
        return (Entry(Signal(status=status, alert=alert.once, key=alert.key)),) if written else ()

    at = (alert.ended if status == "cleared" else alert.started) or now
    ledger.extend(incident_id, decide, actor=actor, at=min(at, now), recorded=now)
    if not written:
        return "known"
    return "fired again" if status == "firing" else "cleared"


def _belonging(known: list[Known], alert: Alert) -> str | None:
    """The newest open incident that the alert belongs to."""
    for name, lines, record in reversed(known):
        if record.state.is_open and (alert.status == "resolved" or still_the_same(lines, alert)):
            return name
    return None


def _of_key(ledger: Ledger, alert: Alert) -> list[Known]:
    """Every incident of the alert's key, in the order of their opening. One that cannot be read is passed over."""
    found = []
    for name in ledger.mentioning(alert.key):
        try:
            lines = ledger.lines(name)
            record = fold(lines)
        except (ConfigError, ValueError):
            continue
        if record.key == alert.key:
            found.append((name, lines, record))
    return sorted(found, key=lambda one: one[1][0].event.recorded)
