"""`qualitygate incident`: carry an incident from detection to its close. Modules are imported when a verb is used."""

from __future__ import annotations

import importlib

import click

_GROUPS: dict[str, dict[str, tuple[str, str]]] = {
    "See": {
        "list": ("incident_list:list_", "List incidents."),
        "show": ("incident_list:show", "Show one incident."),
        "status": ("incident_status:status", "Say what runs and what is late; exit 1 when something is late."),
        "next": ("incident_status:next_", "Show the one sensible next step."),
        "verify": ("incident_verify:command", "Find tampered logs, changed evidence, records that fell behind."),
    },
    "Carry": {
        "open": ("incident_open:command", "Open an incident, by hand or from an alert."),
        "ack": ("incident_steps:ack", "Take it over."),
        "escalate": ("incident_notes:escalate", "Change the severity or call somebody else, with a reason."),
        "mitigate": ("incident_steps:mitigate", "Begin to stop the damage, or say how it was stopped."),
        "note": ("incident_notes:note", "Add to the timeline."),
        "impact": ("incident_notes:impact", "Record how far it reached, from data."),
        "draft": ("incident_steps:draft", "Begin to write the postmortem."),
        "review": ("incident_steps:review", "Hand the postmortem to its reviewers."),
        "approve": ("incident_approve:command", "Approve the text, as one of the control board."),
        "publish": ("incident_steps:publish", "Publish the postmortem."),
        "remediate": ("incident_steps:remediate", "The corrective actions are in the backlog."),
        "resolve": ("incident_steps:resolve", "What had to be mended is mended."),
        "close": ("incident_steps:close", "Proved, and done."),
    },
    "Otherwise": {
        "reopen": ("incident_notes:reopen", "It came back."),
        "merge": ("incident_notes:merge", "It is the same as another."),
        "false-positive": ("incident_notes:false_positive", "There was nothing."),
        "import": ("incident_import:command", "Bring incidents home from a CI artifact."),
    },
}
_WHERE = {name: entry for group in _GROUPS.values() for name, entry in group.items()}


class Group(click.Group):
    """A click group over the table, with the help grouped."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The verbs in the order of the table."""
        return list(_WHERE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module of a verb and return its command."""
        if cmd_name not in _WHERE:
            return None
        module, _, attribute = _WHERE[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(f"qualitygate.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the verbs group by group."""
        for name, group in _GROUPS.items():
            with formatter.section(name):
                formatter.write_dl([(verb, summary) for verb, (_, summary) in group.items()])


@click.group(cls=Group)
def command() -> None:
    """Carry an incident from detection to its close, as files in git.

    Every verb takes --at (when it happened, RFC 3339), --actor (who did it) and --format json.
    """
