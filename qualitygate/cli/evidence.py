"""`qualitygate evidence`: what shows how an incident happened, collected, listed, verified."""

from __future__ import annotations

import importlib

import click

_COMMANDS = {
    "collect": ("evidence_collect:command", "Gather logs, the change, prompts, models, report, environment."),
    "list": ("evidence_list:command", "List what is recorded."),
    "verify": ("evidence_verify:command", "Compute every digest again; exit 1 when something differs."),
}


class Group(click.Group):
    """A click group over the table; a module is imported when its command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The commands in the order of the table."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module of a command and return it."""
        if cmd_name not in _COMMANDS:
            return None
        module, _, attribute = _COMMANDS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(f"qualitygate.cli.{module}"), attribute)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in _COMMANDS.items()])


@click.group(cls=Group)
def command() -> None:
    """Collect what shows how an incident happened: evidence/pm-…/, each file with its digest in the event log.

    Secrets and e-mail addresses are masked. At S0, and where personal data are concerned, nothing but digests and a
    pointer is kept: git history would make a leak permanent.
    """
