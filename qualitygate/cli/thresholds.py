"""`qualitygate thresholds`: are the thresholds what they are meant to be?"""

from __future__ import annotations

import os
from pathlib import Path

import click

from qualitygate.cli import baseline
from qualitygate.core.finding_level import Level


@click.group("thresholds")
def command() -> None:
    """Test thresholds with synthetic cases; store the baseline of a batch."""


command.add_command(baseline.command, "baseline")


@command.command("test")
@click.argument("files", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option("--shipped", is_flag=True, help="Run the cases of the shipped profiles.")
@click.option("--profile", "profiles", multiple=True, metavar="NAME", help="Also run the cases against this profile; "
              "repeatable.")  # fmt: skip
@click.option("--metric", "metrics", multiple=True, metavar="NAME", help="Judge this metric only; repeatable.")
@click.option("--require-coverage", is_flag=True, help="Fail if no case exercises a limit, rule or budget.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda", "mps"]), default="auto", show_default=True,
              help="Where LPIPS runs; cuda and mps, if named, also run DeltaE00 and SSIM.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True,
              help="What to print.")  # fmt: skip
@click.option("--workers", type=click.IntRange(1), help="Processes to use.  [default: one per core]")
@click.option("--verbose", "-v", is_flag=True, help="List what passed, and how closely each limit is pinned down.")
def test(
    files: tuple[Path, ...],
    shipped: bool,
    profiles: tuple[str, ...],
    metrics: tuple[str, ...],
    require_coverage: bool,
    device: str,
    form: str,
    workers: int | None,
    verbose: bool,
) -> int:
    """Damage pictures on purpose, send them through the gate, and see whether the right limit fires.

    FILEs hold cases; without any, those of thresholds/tests are run. Exit 1 where a case is judged otherwise than it
    expects, 3 where one could not be judged.
    """
    if shipped and files:
        raise click.UsageError("--shipped and FILE exclude each other")
    from qualitygate.cli import thresholds_report as report
    from qualitygate.executors.process_pool import ProcessPool
    from qualitygate.executors.serial import Serial
    from qualitygate.policy.config import find_config
    from qualitygate.rehearsing.session import rehearse

    found = find_config(Path.cwd())
    executor = Serial() if workers == 1 else ProcessPool(workers or _cores())
    made = rehearse(
        found.parent if found is not None else Path.cwd(),
        executor,
        files=files,
        shipped=shipped,
        profiles=profiles,
        metrics=metrics,
        device=device,
    )
    findings = made.findings(require_coverage=require_coverage)
    if form == "json":
        click.echo(report.as_document(made, findings))
    elif form == "github":
        said = report.as_annotations(findings)
        click.echo(said, nl=bool(said))
    else:
        click.echo(report.as_text(made, findings, verbose=verbose))
    errors = {finding.code for finding in findings if finding.level is Level.ERROR}
    return 3 if errors == {"QG-1833"} else 1 if errors else 0


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
