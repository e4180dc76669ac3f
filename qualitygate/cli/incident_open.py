"""`qualitygate incident open`: by hand, or from the payload of an alert."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

import click
import msgspec
from click.core import ParameterSource

from qualitygate import clock
from qualitygate.cli import incident_alerts, incident_options
from qualitygate.cli.incident_output import print_step
from qualitygate.cli.incident_settings import settings_of
from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.document import Lang
from qualitygate.incidents.facts import Impact, Roles, Times
from qualitygate.incidents.free_ids import free_id
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.machine import check_time
from qualitygate.incidents.markdown.template import questions
from qualitygate.incidents.moments import rfc3339
from qualitygate.incidents.narrative import TimelineEntry
from qualitygate.incidents.phrases import phrase
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line

_MAX_PAYLOAD_BYTES = 10_000_000
_ATTEMPTS = 100
_OPTIONS = {"impact_text": "impact", "pipelines": "pipeline", "stakeholders": "stakeholder"}


@click.command()
@click.option("--severity", type=click.Choice([one.value for one in Severity]), help="S0 emergency … S3 minor.")
@click.option("--title", help="What happened, in a few words.")
@click.option("--impact", "impact_text", metavar="TEXT", help="Extent of the damage, in words.  [default: the title]")
@click.option(
    "--kind",
    type=click.Choice([one.value for one in IncidentKind]),
    default="real",
    show_default=True,
    help="Met by users, caught before, or a drill.",
)
@click.option("--started", metavar="TIME", help="When it began, if known; --at is when it was detected.")
@click.option("--pipeline", "pipelines", multiple=True, help="Pipeline concerned; may be given several times.")
@click.option("--stakeholder", "stakeholders", multiple=True, help="Whom to notify.")
@click.option("--commit", help="Commit that caused it, if known.")
@click.option("--lang", type=click.Choice(["en", "de", "fr", "ja"]), help="[default: the configuration's, else en]")
@click.option("--id", "given_id", metavar="PM-…", help="The id.  [default: six digits that no branch has]")
@click.option("--from-alert", metavar="FILE", help="Alertmanager's webhook payload; - reads standard input.")
@incident_options.verb
@click.pass_context
def command(
    context: click.Context,
    severity: str | None,
    title: str | None,
    impact_text: str | None,
    kind: str,
    started: str | None,
    pipelines: tuple[str, ...],
    stakeholders: tuple[str, ...],
    commit: str | None,
    lang: str | None,
    given_id: str | None,
    from_alert: str | None,
    root: Path,
    actor: str,
    at: datetime | None,
    form: str,
) -> int:
    """Open an incident. When this returns, it is on the disk.

    By hand with --severity and --title; or with --from-alert from what Alertmanager posts: the same alert opens one
    incident however often it is sent, and one that no longer fires clears its signal but resolves nothing.
    """
    now = clock.now()
    ledger, settings = Ledger(root), settings_of(root)
    said: Lang = lang or settings.lang  # type: ignore[assignment]
    if from_alert is not None:
        named = {one for one in context.params if context.get_parameter_source(one) is ParameterSource.COMMANDLINE}
        if ignored := sorted(named - {"from_alert", "given_id", "root", "actor", "form", "lang"}):
            options = ", ".join(f"--{_OPTIONS.get(one, one)}" for one in ignored)
            raise click.UsageError(f"with --from-alert the rest comes from the alert; leave out {options}")
        who = actor if "actor" in named else "Alertmanager"
        content = _payload(from_alert)
        given = incident_alerts.Given(given_id, settings.stakeholders, said)
        outcomes = incident_alerts.receive(ledger, content, from_alert, given, actor=who, now=now)
        return incident_alerts.tell(outcomes, form)
    if severity is None or not one_line(title or ""):
        raise click.UsageError("give --severity S0|S1|S2|S3 and --title TEXT, or --from-alert FILE")
    detected = at or now
    check_time((), detected, now, step=True)
    began = clock.rfc3339_time(started, "--started") if started else None
    if began is not None and began > detected:
        raise ConfigError("is later than the detection", code="QG-1713", where="--started", hint="give an earlier time")
    name = one_line(title or "")
    rca, lessons = questions(said)
    record = Postmortem(
        id="PM-1970-01-01-00",
        lang=said,
        title=name,
        severity=Severity(severity),
        state=IncidentState.DETECTED,
        kind=IncidentKind(kind),
        commit=incident_options.line("--commit", commit),
        times=Times(started=rfc3339(began) if began else None, detected=rfc3339(detected)),
        impact=Impact(
            summary=incident_options.line("--impact", impact_text) or name,
            count=0,
            pipelines=tuple(dict.fromkeys(_each("--pipeline", pipelines))),
        ),
        stakeholders=_each("--stakeholder", stakeholders) or settings.stakeholders,
        roles=Roles(watchers=(actor,)),
        timeline=(TimelineEntry(at=rfc3339(detected), event=phrase("detected", said, title=name), owner=actor),),
        rca=rca,
        lessons=lessons,
    )
    opened = _opened(ledger, record, given_id, actor, detected, now)
    print_step(ledger, opened, form, detected)
    return 0


def _opened(
    ledger: Ledger, record: Postmortem, given_id: str | None, actor: str, detected: datetime, now: datetime
) -> Postmortem:
    for _ in range(_ATTEMPTS):
        if given_id is not None:
            incident_id = incident_alerts.free_of_day(ledger, given_id, detected)
        else:
            incident_id = free_id(ledger.root, detected.date())
        opened = ledger.open(msgspec.structs.replace(record, id=incident_id), actor=actor, recorded=now)
        if opened is not None:
            return opened
    raise ConfigError("no free incident id was found", code="QG-1412", where=str(ledger.root), hint="give one by --id")


def _each(option: str, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text for value in values if (text := incident_options.line(option, value)))


def _payload(name: str) -> bytes:
    if name == "-":
        content = sys.stdin.buffer.read(_MAX_PAYLOAD_BYTES + 1)
    else:
        path = Path(name)
        if not path.is_file():
            raise ConfigError("no such file", code="QG-1401", where=name, hint="give the payload, or -")
        with path.open("rb") as file:
            content = file.read(_MAX_PAYLOAD_BYTES + 1)
    if len(content) > _MAX_PAYLOAD_BYTES:
        raise ConfigError(
            f"larger than {_MAX_PAYLOAD_BYTES:,} bytes", code="QG-1719", where=name, hint="give the payload alone"
        )
    return content
