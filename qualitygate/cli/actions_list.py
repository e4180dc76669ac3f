"""`qualitygate actions list` and `export`: what is to be done, by whom, until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click
from rich.cells import cell_len

from qualitygate import clock
from qualitygate.cli import incident_options
from qualitygate.cli.inputs import inputs_here
from qualitygate.cli.output import as_json, check_writable
from qualitygate.cli.replacing import refuse_file
from qualitygate.files import write
from qualitygate.incidents.actions import ActionRow, Which, action_rows, to_csv
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line

_IDS = click.argument("incident_ids", metavar="[PM-…]...", nargs=-1)


@click.command("list")
@_IDS
@click.option(
    "--open", "which", flag_value="open", type=str, default="open", help="Neither done nor dropped. [default]"
)
@click.option("--overdue", "which", flag_value="overdue", type=str, help="Open and late only; exit 1 if there are any.")
@click.option("--all", "which", flag_value="all", type=str, help="Include done and dropped ones.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv"]),
    default="text",
    show_default=True,
    help="What to print.",
)
@incident_options.incident_dir
def listing(incident_ids: tuple[str, ...], which: Which, form: str, root: Path) -> int:
    """List the corrective actions of all incidents, or of those named."""
    rows = action_rows(read(Ledger(root), incident_ids), clock.now().date(), which)
    if form == "json":
        click.echo(as_json({"actions": [asdict(row) for row in rows]}))
    elif form == "csv":
        click.echo(to_csv(rows), nl=False)
    else:
        click.echo(as_text(rows, which))
    return 1 if which == "overdue" and rows else 0


@click.command("export")
@_IDS
@click.option("--format", "form", type=click.Choice(["csv"]), default="csv", show_default=True, help="What to print.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write.  [default: standard output]")
@incident_options.incident_dir
def export(incident_ids: tuple[str, ...], form: str, output: Path | None, root: Path) -> None:  # noqa: ARG001
    """Write every corrective action as CSV, for a spreadsheet or another backlog.

    A cell that a spreadsheet would read as a formula has an apostrophe before it.
    """
    if output is not None:
        check_writable(output)
        refuse_file(output, inputs_here())
    text = to_csv(action_rows(read(Ledger(root), incident_ids), clock.now().date(), "all"))
    if output is None:
        click.echo(text, nl=False)
    else:
        write(output, text)


def read(ledger: Ledger, incident_ids: Sequence[str]) -> list[Postmortem]:
    """The incidents named, each once, or all that can be read; one that cannot is said on stderr.

    Raises:
        ConfigError: QG-1701, QG-1702, for one that is named.
    """
    if incident_ids:
        return [ledger.record(incident_id) for incident_id in dict.fromkeys(incident_ids)]
    found = ledger.records()
    for warning in found.warnings:
        click.echo(f"qualitygate: {one_line(warning)}", err=True)
    return found.records


def as_text(rows: Sequence[ActionRow], which: Which) -> str:
    """One line for each action, in columns; the title last, whole."""
    if not rows:
        return {"open": "no open actions", "overdue": "no overdue actions", "all": "no actions"}[which]
    table = [
        (
            row.incident,
            row.severity,
            f"overdue {row.overdue_days} d" if row.overdue_days is not None else _status(row),
            row.due or "no date",
            f"{row.size or '?'} {row.type or '?'}",
            one_line(row.owner or "") or "nobody",
        )
        for row in rows
    ]
    widths = [max(cell_len(line[column]) for line in table) for column in range(len(table[0]))]
    out = []
    for line, row in zip(table, rows, strict=True):
        cells = (f"{text}{' ' * (width - cell_len(text))}" for text, width in zip(line, widths, strict=True))
        ticket = f"  {one_line(row.ticket_url)}" if row.ticket_url else ""
        out.append(f"{'  '.join(cells)}  {one_line(row.title)}{ticket}")
    return "\n".join(out)


def _status(row: ActionRow) -> str:
    return "unverified" if row.status == "done" and not row.verified_by else row.status
