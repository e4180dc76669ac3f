"""`qualitygate audit`: the ratchet."""

from __future__ import annotations

import os
from pathlib import Path

import click

from qualitygate import clock
from qualitygate.auditing import audit
from qualitygate.auditing.finding_configuration import configuration
from qualitygate.cli import options, terminal
from qualitygate.cli.audit_text import audit_github, audit_json, audit_text
from qualitygate.cli.inputs import inputs_here
from qualitygate.cli.output import check_writable
from qualitygate.cli.replacing import refuse_file
from qualitygate.cli.results_named import named, refused
from qualitygate.files import write
from qualitygate.policy.config import load_config
from qualitygate.policy.model import Config
from qualitygate.running.resources import Results, results_of


@click.command("audit")
@click.option("--base", metavar="REV", help="What the change goes into.  [default: CI's target branch]")
@click.option("--since", "anchor", metavar="REV", help="Also sum up what drifted since this older revision.")
@click.option("--config", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Configuration to use instead of the nearest qualitygate.toml.")  # fmt: skip
@click.option("--no-measure", is_flag=True, help="Compare configuration and contents only; measure nothing.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda", "mps"]), default="auto", show_default=True,
              help="Where LPIPS runs; cuda and mps, if named, also run DeltaE00 and SSIM.")  # fmt: skip
@options.machine
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Also write the JSON there.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True,
              help="What to print; github annotates what is loosened.")  # fmt: skip
def command(
    base: str | None,
    anchor: str | None,
    config: Path | None,
    no_measure: bool,
    device: str,
    workers: int | None,
    memory: int | None,
    cache: Path | None,
    no_cache: bool,
    output: Path | None,
    form: str,
) -> int:
    """List what this change loosens: thresholds, references, ignored areas, rules, approvals of LUTs.

    The working tree is compared with its merge base with --base, by effective limits. What is looser fails unless a
    waiver in thresholds/waivers.toml covers it, bound to the new value; the block to paste is printed. Then how much of
    each limit is used up, and with --since how far limits and references have drifted step by step.

    Exit codes: 0 nothing is looser or all is waived, 1 something is looser, 2 usage or configuration.
    """
    options.refuse_both(click.get_current_context(), "cache", "no_cache")
    if output is not None:
        check_writable(output)
        refuse_file(output, inputs_here(*([config] if config else [])))
    results = None if no_measure else _results(config, cache, used=not no_cache)
    with terminal.progress(100, "measuring") as bar:
        found = audit(
            Path.cwd(),
            today=clock.now().date(),
            environ=os.environ,
            base=base or None,
            anchor=anchor or None,
            config=config,
            measure=not no_measure,
            device=device,
            workers=workers,
            memory=memory,
            results=results,
            progress=None if bar is None else lambda done, total: bar(100 * done // total, 100),
        )
    if output is not None:
        write(output, audit_json(found) + "\n")
    told = {"json": lambda: audit_json(found) + "\n", "github": lambda: audit_github(found)}
    click.echo(told.get(form, lambda: audit_text(found))(), nl=False)
    return 0 if found.passed else 1


def _results(config: Path | None, cache: Path | None, *, used: bool) -> Results | None:
    """Where results of earlier runs are: what the command line says, the variables of `check`, the configuration."""
    source = configuration(Path.cwd(), config)
    settings = Config(Path.cwd()) if source is None else load_config(source)
    if cache is None and used:
        used, cache = not refused(os.environ), named(os.environ)
    return results_of(settings, directory=cache, used=used)
