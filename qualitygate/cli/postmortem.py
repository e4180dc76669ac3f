"""`qualitygate postmortem`: write, merge, lint and translate postmortems. A verb's module is imported when used."""

from __future__ import annotations

import importlib

import click

_TABLE = {
    "new": ("postmortem_new", "Begin the Markdown of a postmortem, in one of four languages."),
    "sync": ("postmortem_sync", "Bring Markdown, JSON and event log together."),
    "lint": ("postmortem_lint", "Say what a postmortem still lacks."),
    "translate": ("postmortem_translate", "Change headings and labels to another language."),
    "map": ("postmortem_map", "Draw the causal map: Mermaid, SVG, Excalidraw."),
    "schema": ("postmortem_schema", "Print the JSON Schema of the record."),
}


class Group(click.Group):
    """A click group over the table."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """The verbs in the order of the table."""
        return list(_TABLE)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import the module of a verb and return its command."""
        if cmd_name not in _TABLE:
            return None
        command: click.Command = importlib.import_module(f"qualitygate.cli.{_TABLE[cmd_name][0]}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """Write the verbs with their lines of help."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in _TABLE.items()])


@click.group(cls=Group)
def command() -> None:
    """Write postmortems as Markdown, in English, German, French or Japanese, beside the same record as JSON."""
