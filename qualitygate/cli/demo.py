"""`qualitygate demo`: the founding incident through the real gate."""

from __future__ import annotations

import shlex
from datetime import UTC, datetime
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from qualitygate.cli.extras import EXTRAS
from qualitygate.cli.options import Target
from qualitygate.cli.terminal import console
from qualitygate.core.measurement import Measurement, MetricSpec
from qualitygate.core.verdict import Report, status_of
from qualitygate.demo.scene import Scene, write_scene
from qualitygate.demo.story import Story, play
from qualitygate.metrics import OPTIONS_WITHOUT_EXTRA, WITHOUT_EXTRA

_COLOURS = {"passed": "green", "failed": "red", "unmeasurable": "yellow", "skipped": "yellow"}


@click.command()
@click.argument("directory", type=Target(), default="qualitygate-demo")
@click.option("--force", is_flag=True, help="Write into DIRECTORY even if it holds files that the demo did not make.")
@click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda", "mps"]),
    default="auto",
    show_default=True,
    help="Where LPIPS runs; cuda and mps, when named, take DeltaE00 and SSIM, too.",
)
def command(directory: Path, force: bool, device: str) -> int:
    """Replay the founding incident through the real gate.

    A LUT update pushed photographs off the brand palette. This writes approved photographs, good and drifted
    candidates and both LUTs into DIRECTORY (by default qualitygate-demo), gates them, and leaves the heat maps and
    the postmortem stub of the failure there. Exits 0 if the good candidates passed and the drifted ones failed.
    """
    out = console()
    scene = write_scene(directory, force=force)
    lpips = EXTRAS["lpips"]
    out.print(
        f"{len(scene.names)} photographs in {directory}: approved, through the brand look, and through its update."
    )
    if not lpips.installed:
        out.print(f"LPIPS is left out; it needs an extra: {lpips.command}", markup=False, highlight=False)
    chosen = None if lpips.installed else WITHOUT_EXTRA
    story = play(scene, metrics=chosen, device=device, now=datetime.now(UTC))
    _tell(out, "Re-encoded through brand-look-v1.cube", scene.good, story.good, story)
    _tell(out, "After the update, through brand-look-v2.cube", scene.drifted, story.drifted, story)
    _look_next(out, scene, story, "" if chosen is None else f" {OPTIONS_WITHOUT_EXTRA}")
    return 0 if story.as_told else 1


def _tell(out: Console, title: str, candidates: Path, report: Report, story: Story) -> None:
    """One table per set of candidates, its verdict, and the failure a user would read."""
    out.print()
    table = Table(title=title, title_justify="left", title_style="bold", box=None, padding=(0, 2, 0, 0))
    table.add_column("candidate")
    for spec in story.specs.values():
        table.add_column(f"{spec.label} {spec.statistics[0]}".removesuffix(" value"), justify="right")
    table.add_column("verdict")
    for result in report.results:
        status = status_of(result.verdict)
        numbers = [_number(spec, result.measurements.get(name)) for name, spec in story.specs.items()]
        name = Path(result.subject.candidate or result.subject.id).name
        table.add_row(f"{candidates.name}/{name}", *numbers, Text(status, style=_COLOURS[status]))
    out.print(table)
    if report.errors:
        out.print(Text(report.errors[0].message, style="red"), soft_wrap=True)


def _number(spec: MetricSpec, found: object) -> str:
    return f"{found.values[spec.statistics[0]]:.{spec.decimals}f}" if isinstance(found, Measurement) else "–"


def _look_next(out: Console, scene: Scene, story: Story, options: str) -> None:
    if not story.as_told:
        out.print("\nThe story did not come out as told: please report it with the output of `qualitygate doctor`.")
        return
    incident = story.drifted.incident
    if incident is None:
        return
    worst = next(iter(story.drifted.heat_maps.values()), None)
    rows = [("the postmortem, seeded", scene.directory / incident.markdown)]
    if worst is not None:
        rows.append(("the worst picture, mapped", scene.directory / worst))
    rows.append(("all heat maps", scene.directory / incident.evidence))
    out.print(Text(f"\n{incident.id} is open. Look at:", style="bold"))
    for label, path in rows:
        out.print(Text(f"  {label:<26} {path}"), soft_wrap=True)
    out.print("\nThe same by hand:")
    # Within a repository, incidents would otherwise go to its top.
    command = f"cd {shlex.quote(str(scene.directory))} && qualitygate check --incident-dir .{options}"
    out.print(Text(f"  {command}"), soft_wrap=True)
