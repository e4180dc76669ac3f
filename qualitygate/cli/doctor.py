"""`qualitygate doctor`: what is installed, what a run here would work on, and what is missing for which metric."""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from qualitygate import __version__, metrics
from qualitygate.cli.extras import EXTRAS
from qualitygate.cli.results_place import results_place, results_row
from qualitygate.cli.terminal import console
from qualitygate.cli.workplace import rows, workplace
from qualitygate.core.errors import QualityGateError
from qualitygate.core.native import kernel_name, kernel_trouble, kernels
from qualitygate.decode import decoder_versions
from qualitygate.metrics.lpips_net.architecture import ARCHITECTURES
from qualitygate.metrics.lpips_net.devices import load_torch
from qualitygate.metrics.lpips_net.weights import SHIPPED, load

# Of docs/performance.md, one megapixel.
_COST = "measuring takes about 6 times as long, decoding PNG twice"


@click.command()
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to print."
)
def command(form: str) -> None:
    """Say what is installed, what a run here would work on, and what is missing for which metric.

    Exits 0 whatever it finds: a missing extra is no error until something needs it.
    """
    found = examine()
    if form == "json":
        click.echo(json.dumps(found, indent=2))
    else:
        _show(found)


def examine() -> dict[str, Any]:
    """Everything the command says, as plain data."""
    return {
        "qualitygate": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(terse=True),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "git": _git(),
        "kernels": kernel_name(),
        "kernels_trouble": kernel_trouble(),
        **workplace(Path.cwd()),
        "results_directory": results_place(Path.cwd(), os.environ),
        "decoders": dict(decoder_versions()),
        "extras": {name: _extra(name) for name in EXTRAS},
        "metrics": {name: _metric(name) for name in metrics.names()},
        "weights": {net: _weights(net) for net in ARCHITECTURES},
    }


def _extra(name: str) -> dict[str, Any]:
    extra = EXTRAS[name]
    found: dict[str, Any] = {"installed": extra.installed, "purpose": extra.purpose, "packages": extra.versions}
    if not extra.installed:
        found["install"] = extra.command
    elif name == "fast" and kernels() is None:
        found["note"] = "little is gained without the kernels"
    return found


def _metric(name: str) -> dict[str, Any]:
    """Whether a metric would run, on which device, and otherwise why not. Imports torch, which may be broken."""
    try:
        metric = metrics.metric_class(name)()
        check = getattr(metric, "check_available", None)
        device = check() if check is not None else "cpu"
        if name == "lpips":
            load_torch()  # a run finds out when it measures
        return {"works": True, "device": device}
    except QualityGateError as error:
        return {"works": False, "code": error.code, "reason": error.message, "remedy": error.hint}
    except ImportError as error:
        return {"works": False, "code": None, "reason": f"does not import: {error}", "remedy": None}


def _weights(net: str) -> dict[str, Any]:
    """Whether a network of LPIPS has its weights, and which; the file is read and its digest compared."""
    try:
        return {"usable": True, "sha256": load(net).sha256, "shipped": net in SHIPPED}
    except QualityGateError as error:
        return {"usable": False, "code": error.code, "reason": error.message, "remedy": error.hint}


def _git() -> str | None:
    """Version of git, None where there is none."""
    if shutil.which("git") is None:
        return None
    done = subprocess.run(["git", "--version"], capture_output=True, text=True, check=False, timeout=10)
    return done.stdout.strip().removeprefix("git version ") or None


def _show(found: dict[str, Any]) -> None:
    out = console()
    out.print(f"qualitygate {found['qualitygate']}, Python {found['python']}, {found['platform']}", highlight=False)
    facts, kernels = f"{found['cores']} cores, git {found['git'] or 'not found'}", f"kernels {found['kernels']}"
    if found["kernels_trouble"]:
        out.print(facts, highlight=False)
        out.print(f"{kernels}, {found['kernels_trouble']}; {_COST}", highlight=False, markup=False)
    else:
        out.print(f"{facts}, {kernels}", highlight=False)
    for table in (
        _table("Here", [*rows(found), results_row(found["results_directory"])]),
        _table("Metrics", [(name, _works(state)) for name, state in found["metrics"].items()]),
        _table("LPIPS weights", [(net, _usable(state)) for net, state in found["weights"].items()]),
        _table("Extras", [(name, _installed(state)) for name, state in found["extras"].items()]),
        _table("Decoders", [(name, Text(str(state))) for name, state in found["decoders"].items()]),
    ):
        out.print()
        out.print(table)


def _table(title: str, rows: list[tuple[str, Text]]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, show_header=False)
    table.add_column(min_width=14, no_wrap=True)
    table.add_column(overflow="fold")
    for name, text in rows:
        table.add_row(name, text)
    return table


def _works(state: dict[str, Any]) -> Text:
    if state["works"]:
        return Text.assemble(("works", "green"), f", on {state['device']}")
    remedy = f"; {state['remedy']}" if state["remedy"] else ""
    return Text.assemble(("does not work", "red"), f": {state['reason']}{remedy}")


def _usable(state: dict[str, Any]) -> Text:
    if state["usable"]:
        origin = "shipped" if state["shipped"] else "converted"
        return Text.assemble(("usable", "green"), f": {origin}, SHA-256 {state['sha256'][:16]}…")
    remedy = f"; {state['remedy']}" if state["remedy"] else ""
    return Text.assemble(("not usable", "yellow"), f": {state['reason']}{remedy}")


def _installed(state: dict[str, Any]) -> Text:
    versions = ", ".join(f"{name} {number}" for name, number in state["packages"].items() if number)
    if state["installed"]:
        note = f"; {state['note']}" if "note" in state else ""
        return Text.assemble(("installed", "green"), f": {state['purpose']} ({versions}){note}")
    return Text.assemble(("not installed", "yellow"), f": {state['purpose']}; {state['install']}")
