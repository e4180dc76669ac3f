"""`qualitygate kpi`: how long it took, whether the deadlines held, what is still owed."""

from __future__ import annotations

from pathlib import Path

import click

from qualitygate import clock
from qualitygate.cli import incident_options
from qualitygate.incidents import kpi
from qualitygate.incidents.kpi import csv_table, markdown, review, text
from qualitygate.incidents.kpi.quarter import parse_quarter
from qualitygate.incidents.ledger import Ledger


@click.command("kpi")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "csv", "markdown"]),
    default="text",
    show_default=True,
    help="What to print; markdown with --quarter is the quarterly review.",
)
@click.option("--by", type=click.Choice(["severity", "quarter", "pipeline"]), help="Also print each group.")
@click.option("--quarter", metavar="YYYYQN", help="Only incidents detected in this quarter (UTC), such as 2025Q4.")
@click.option(
    "--links",
    metavar="PREFIX",
    default=review.LINKS,
    show_default=True,
    help="Prefix of PM-….md in the links of the review.",
)
@incident_options.incident_dir
def command(form: str, by: kpi.By | None, quarter: str | None, links: str, root: Path) -> int:
    """Print the KPIs of all incidents.

    Times to detect, mitigate, resolve and publish with n, median and p90; how often the deadlines held; remediations;
    what came back; what the gate caught; what is proved. Drills, false positives and merged incidents do not count;
    open ones count as open, and as missed once their deadline has passed.
    """
    chosen = None if quarter is None else parse_quarter(quarter)
    if form == "markdown" and chosen is not None and by is not None:
        raise click.UsageError("the quarterly review has no groups: leave out --by, or --quarter")
    incident_options.store_needed(root)
    records, warnings = Ledger(root).records()
    for warning in warnings:
        click.echo(f"qualitygate: left out: {warning}", err=True)
    everything = kpi.population(records, clock.now())
    if form == "markdown" and chosen is not None:
        click.echo(review.render(everything, chosen, links=links), nl=False)
        return 0
    made = kpi.report(everything, by=by, quarter=chosen)
    match form:
        case "json":
            click.echo(kpi.to_json(made).decode(), nl=False)
        case "csv":
            click.echo(csv_table.render(made), nl=False)
        case "markdown":
            click.echo(markdown.render(made), nl=False)
        case _:
            click.echo(text.render(made), nl=False)
    return 0
