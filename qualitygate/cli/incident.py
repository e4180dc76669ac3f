"""`qualitygate incident`: carry an incident from detection to its close. Modules are imported when a verb is used."""

from __future__ import annotations

import click

from qualitygate.cli.table import TableGroup, Verb

_TABLE = {
    "list": Verb("incident_list:list_", "List incidents.", "See"),
    "show": Verb("incident_list:show", "Show one incident.", "See"),
    "status": Verb("incident_status:status", "Say what runs and what is late; exit 1 when something is late.", "See"),
    "next": Verb("incident_status:next_", "Show the one sensible next step.", "See"),
    "verify": Verb("incident_verify", "Find tampered logs, changed evidence, records that fell behind.", "See"),
    "open": Verb("incident_open", "Open an incident, by hand or from an alert.", "Carry"),
    "ack": Verb("incident_steps:ack", "Take it over.", "Carry"),
    "escalate": Verb("incident_notes:escalate", "Change the severity or call somebody else, with a reason.", "Carry"),
    "mitigate": Verb("incident_steps:mitigate", "Begin to stop the damage, or say how it was stopped.", "Carry"),
    "note": Verb("incident_notes:note", "Add to the timeline.", "Carry"),
    "impact": Verb("incident_notes:impact", "Record how far it reached, from data.", "Carry"),
    "draft": Verb("incident_steps:draft", "Begin to write the postmortem.", "Carry"),
    "review": Verb("incident_steps:review", "Hand the postmortem to its reviewers.", "Carry"),
    "approve": Verb("incident_approve", "Approve the text, as one of the control board.", "Carry"),
    "publish": Verb("incident_steps:publish", "Publish the postmortem.", "Carry"),
    "remediate": Verb("incident_steps:remediate", "The corrective actions are in the backlog.", "Carry"),
    "resolve": Verb("incident_steps:resolve", "What had to be mended is mended.", "Carry"),
    "close": Verb("incident_steps:close", "Proved, and done.", "Carry"),
    "reopen": Verb("incident_notes:reopen", "It came back.", "Otherwise"),
    "merge": Verb("incident_notes:merge", "It is the same as another.", "Otherwise"),
    "false-positive": Verb("incident_notes:false_positive", "There was nothing.", "Otherwise"),
    "import": Verb("incident_import", "Bring incidents home from a CI artifact.", "Otherwise"),
}


@click.group(cls=TableGroup, table=_TABLE)
def command() -> None:
    """Carry an incident from detection to its close, as files in git.

    Every verb takes --at (when it happened, RFC 3339), --actor (who did it) and --format json.
    """
