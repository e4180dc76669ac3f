"""`qualitygate demo`: the founding incident through the real gate."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import click

from qualitygate.cli import terminal
from qualitygate.cli.extras import EXTRAS
from qualitygate.cli.inputs import inputs_here
from qualitygate.cli.options import Target
from qualitygate.cli.replacing import refuse_pictures
from qualitygate.core.measurement import Measurement, MetricSpec
from qualitygate.core.verdict import Report, status_of
from qualitygate.demo.scene import Scene, write_scene
from qualitygate.demo.story import Story, play
from qualitygate.metrics import OPTIONS_WITHOUT_EXTRA, WITHOUT_EXTRA
from qualitygate.reporters.terminal import Page

_COLOURS = {"passed": "green", "failed": "red", "unmeasurable": "yellow", "skipped": "yellow"}


@click.command()
@click.argument("directory", type=Target(), default="qualitygate-demo")
@click.option("--force", is_flag=True, help="Write into DIRECTORY even if it holds files that the demo did not make.")
@click.option(
    "--device",
    type=click.Choice(["auto", "cpu", "cuda", "mps"]),
    default="auto",
    show_default=True,
    help="Where LPIPS runs; cuda and mps, if named, also run DeltaE00 and SSIM.",
)
def command(directory: Path, force: bool, device: str) -> int:
    """Replay the founding incident through the real gate.

    A LUT update pushed photographs off the brand palette. This writes approved photographs, good and drifted
    candidates and both LUTs into DIRECTORY (by default qualitygate-demo), gates them, and leaves the heat maps and
    the postmortem stub of the failure there. Exits 0 if the good candidates passed and the drifted ones failed.
    """
    refuse_pictures(directory, inputs_here(), "reference/0.png")
    scene = write_scene(directory, force=force)
    lpips = EXTRAS["lpips"]
    with _printed() as page:
        page.sentence(
            f"{len(scene.names)} photographs in {directory}: approved, through the brand look, and through its update."
        )
        if not lpips.installed:
            page.sentence("LPIPS is left out; it needs an extra:")
            page.line(f"  {lpips.command}")
    chosen = None if lpips.installed else WITHOUT_EXTRA
    story = play(scene, metrics=chosen, device=device, now=datetime.now(UTC))
    with _printed() as page:
        _tell(page, "Re-encoded through brand-look-v1.cube", scene.good, story.good, story)
        _tell(page, "After the update, through brand-look-v2.cube", scene.drifted, story.drifted, story)
        _look_next(page, scene, story, "" if chosen is None else f" {OPTIONS_WITHOUT_EXTRA}")
    return 0 if story.as_told else 1


def _tell(page: Page, title: str, candidates: Path, report: Report, story: Story) -> None:
    """One table per set of candidates, its verdict, and the failure a user would read."""
    page.gap()
    page.line((title, "bold"))
    heads = [f"{spec.label} {spec.statistics[0]}".removesuffix(" value") for spec in story.specs.values()]
    names = [f"{candidates.name}/{Path(one.subject.candidate or one.subject.id).name}" for one in report.results]
    wide = max(map(len, ("candidate", *names)))
    page.line((f"{'candidate':<{wide}}  {'  '.join(heads)}  verdict", "dim"))
    for name, result in zip(names, report.results, strict=True):
        numbers = [_number(spec, result.measurements.get(metric)) for metric, spec in story.specs.items()]
        cells = "  ".join(f"{number:>{len(head)}}" for number, head in zip(numbers, heads, strict=True))
        status = status_of(result.verdict)
        page.line(f"{name:<{wide}}  {cells}  ", (status, _COLOURS[status]))
    if report.errors:
        page.gap()
        page.sentence(report.errors[0].message, "red")


def _number(spec: MetricSpec, found: object) -> str:
    return f"{found.values[spec.statistics[0]]:.{spec.decimals}f}" if isinstance(found, Measurement) else "–"


def _look_next(page: Page, scene: Scene, story: Story, options: str) -> None:
    page.gap()
    if not story.as_told:
        page.sentence("The story did not come out as told: please report it with the output of `qualitygate doctor`.")
        return
    incident = story.drifted.incident
    if incident is None:
        return
    worst = next(iter(story.drifted.heat_maps.values()), None)
    page.line((f"{incident.id} is open. Look at:", "bold"))
    for label, path in (
        ("the postmortem, seeded", incident.markdown),
        ("the worst picture, mapped", worst),
        ("all heat maps", incident.evidence),
    ):
        if path is not None:
            # Below its label: beside it, it would not fit into a narrow terminal.
            page.line("  ", (label, "dim"))
            page.line(f"    {scene.directory / path}")
    page.gap()
    page.line("The same by hand:")
    # Within a repository, incidents would otherwise go to its top.
    page.line(f"  cd {shlex.quote(str(scene.directory))} &&")
    page.line(f"  qualitygate check --incident-dir .{options}")


@contextmanager
def _printed() -> Iterator[Page]:
    """A page that is printed at the end."""
    page = Page(colour=terminal.colours(), width=terminal.width())
    yield page
    click.echo(page.text, nl=False, color=terminal.colours())
