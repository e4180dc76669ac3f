"""What an event says, in one line: for whoever reads the log."""

from __future__ import annotations

from qualitygate.incidents import events as of
from qualitygate.incidents.events import Event
from qualitygate.incidents.text import one_line

_EDITED = {
    "markdown": "the Markdown",
    "json": "the JSON",
    "merge": "Markdown and JSON",
    "command": "by a command",
}


def told(event: Event) -> str:
    """The telling part of an event; empty where its kind says it all."""
    match event.data:
        case of.Opened(record=record):
            text = record.title or record.impact.summary
        case of.Escalated(reason=reason, severity=severity, to=to):
            text = f"{', '.join(part for part in (severity, f'to {to}' if to else '') if part)}: {reason}"
        case of.Reclassified(kind=kind, reason=reason):
            text = f"{kind}: {reason}"
        case of.Mitigated(kind=kind, ref=ref):
            text = f"{kind} {ref or ''}"
        case of.Noted(text=note):
            text = note
        case of.ImpactRecorded(count=count, unit=unit, source=source, personal_data=personal):
            told = [] if count is None else [f"{count:,} {unit} ({source})"]
            told += [] if personal is None else [f"{'' if personal else 'no '}personal data"]
            text = "; ".join(told)
        case of.Edited(source=source):
            text = _EDITED[source]
        case of.Approved(source=source, url=url):
            text = f"{source.replace('_', ' ')} {url or ''}"
        case of.Published(url=url):
            text = url or ""
        case of.Reopened(reason=reason) | of.FalsePositive(reason=reason):
            text = reason
        case of.Merged(into=into):
            text = f"into {into}"
        case of.Signal(status=status):
            text = status
        case of.EvidenceAdded(items=items):
            names = [item.path.rsplit("/", 1)[-1] if item.path else f"{item.kind} (withheld)" for item in items]
            text = ", ".join(names)
        case of.Proved(proof=proof, reason=why):
            text = f"{proof.result}: {why or proof.check_id}"
        case _:
            text = ""
    return one_line(text)
