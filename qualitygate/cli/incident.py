"""`qualitygate incident`: carry an incident from detection to its close. Modules are imported when a verb is used."""

from __future__ import annotations

import click

from qualitygate.cli.table import TableGroup, Verb

_TABLE = {
    "list": Verb("incident_list:list_", "List incidents.", "See"),
    "show": Verb("incident_list:show", "Show one incident.", "See"),
    "status": Verb("incident_status:status", "List running clocks; exit with 1 if one is late.", "See"),
    "next": Verb("incident_status:next_", "Show the next step.", "See"),
    "verify": Verb("incident_verify", "Find tampered logs, changed evidence and outdated records.", "See"),
    "open": Verb("incident_open", "Open an incident, by hand or from an alert.", "Carry"),
    "ack": Verb("incident_steps:ack", "Acknowledge it and take it over.", "Carry"),
    "escalate": Verb("incident_notes:escalate", "Change the severity or call somebody in, with a reason.", "Carry"),
    "mitigate": Verb("incident_steps:mitigate", "Start to stop the damage, or record how it was stopped.", "Carry"),
    "note": Verb("incident_notes:note", "Add to the timeline.", "Carry"),
    "impact": Verb("incident_notes:impact", "Record the extent of the damage, from data.", "Carry"),
    "draft": Verb("incident_steps:draft", "Start writing the postmortem.", "Carry"),
    "review": Verb("incident_steps:review", "Hand the postmortem to its reviewers.", "Carry"),
    "approve": Verb("incident_approve", "Approve the text, as a member of the control board.", "Carry"),
    "publish": Verb("incident_steps:publish", "Publish the postmortem.", "Carry"),
    "remediate": Verb("incident_steps:remediate", "Record that the corrective actions are in the backlog.", "Carry"),
    "resolve": Verb("incident_steps:resolve", "Mark the fix as done.", "Carry"),
    "close": Verb("incident_steps:close", "Close it, once proved.", "Carry"),
    "reopen": Verb("incident_notes:reopen", "Reopen it.", "Otherwise"),
    "merge": Verb("incident_notes:merge", "Merge it into another incident.", "Otherwise"),
    "false-positive": Verb("incident_notes:false_positive", "Mark it as a false positive.", "Otherwise"),
    "import": Verb("incident_import", "Import incidents from a CI artifact.", "Otherwise"),
}


@click.group(cls=TableGroup, table=_TABLE)
def command() -> None:
    """Manage an incident from detection to its close, as files in git.

    Every verb takes --at (when it happened, RFC 3339), --actor (who did it) and --format json.
    """
