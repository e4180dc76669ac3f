"""`qualitygate postmortem`: write, merge, lint and translate postmortems. A verb's module is imported when used."""

from __future__ import annotations

import click

from qualitygate.cli.table import TableGroup, Verb

_TABLE = {
    "new": Verb("postmortem_new", "Start the Markdown of a postmortem, in one of four languages."),
    "sync": Verb("postmortem_sync", "Merge Markdown, JSON and event log."),
    "lint": Verb("postmortem_lint", "Report what a postmortem still lacks."),
    "translate": Verb("postmortem_translate", "Change headings and labels to another language."),
    "map": Verb("postmortem_map", "Draw the causal map: Mermaid, SVG, Excalidraw."),
    "schema": Verb("postmortem_schema", "Print the JSON Schema of the record."),
}


@click.group(cls=TableGroup, table=_TABLE)
def command() -> None:
    """Write postmortems as Markdown, in English, German, French or Japanese, beside the same record as JSON."""
