"""`qualitygate compare`: measure two pictures."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qualitygate.cli import options, terminal
from qualitygate.cli.output import check_writable, deliver
from qualitygate.core.errors import ConfigError
from qualitygate.core.measurement import Unmeasurable
from qualitygate.core.verdict import Failed, SubjectResult
from qualitygate.corridor.decoding import decode_pair
from qualitygate.corridor.judging import measure
from qualitygate.corridor.task import PairTask
from qualitygate.files import write
from qualitygate.planning.two_files import compared, pair_task
from qualitygate.policy.model import Resize
from qualitygate.reporters.base import Rendered, View
from qualitygate.reporters.comparison import render_comparison

if TYPE_CHECKING:
    from qualitygate.crosscheck import CrossCheck


@click.command("compare")
@click.argument("reference")
@click.argument("candidate")
@options.measuring
@click.option("--net", type=click.Choice(["alex", "vgg"]), default="alex", show_default=True, help="Network of LPIPS.")
@click.option("--verify", is_flag=True, help="Recompute with scikit-image and colour-science beside ours.")
@click.option("--heat-map", metavar="FILE.png", type=options.Target(), help="Write a picture of the difference.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True, help="What to print."
)
@options.output
def command(
    reference: str,
    candidate: str,
    profile: str | None,
    metrics: tuple[str, ...],
    device: str,
    resize: Resize | None,
    background: tuple[int, int, int] | None,
    net: str,
    verify: bool,
    heat_map: Path | None,
    form: str,
    output: Path | None,
) -> int:
    """Measure the difference between two pictures.

    Only measures, and exits 0, or 3 when something could not be measured; with --profile it also judges, and exits 1
    when a limit is exceeded.
    """
    for target in (output, heat_map):
        if target is not None:
            check_writable(target)
    if heat_map is not None and heat_map.suffix.lower() != ".png":
        raise ConfigError("a heat map is a PNG", code="QG-1412", where=str(heat_map), hint="name it .png")
    if verify:
        from qualitygate.crosscheck.extra import require_libraries

        require_libraries()
    task = pair_task(
        reference,
        candidate,
        profile=profile,
        metrics=metrics or None,
        device=device,
        net=net,
        resize=resize or "off",
        background=background or (255, 255, 255),
    )
    if output is not None or heat_map is not None:
        _refuse_places(task, profile, output, heat_map)
    result = compared(task)
    checks = _verified(task, result) if verify else None
    specs = {metric.spec.name: metric.spec for metric in task.metrics}
    if form == "json":
        from qualitygate.reporters.json import compare_document, serialise

        text = serialise(compare_document(result, checks))
    else:
        view = View(specs, terminal.colours() and output is None, terminal.width(), postmortems=_ours(result))
        text = render_comparison(result, view, checks)
    coloured = form == "text" and output is None and terminal.colours()
    if (lost := deliver(Rendered(text), output, {}, colour=coloured)) is not None:
        raise lost
    if heat_map is not None:
        _draw(task, result, heat_map)
    return _exit_code(result)


def _refuse_places(task: PairTask, profile: str | None, output: Path | None, heat_map: Path | None) -> None:
    """Refuse what would take the place of something that is read."""
    from qualitygate.cli.inputs import inputs_here
    from qualitygate.cli.replacing import refuse_file, refuse_pictures

    given = inputs_here(task.reference, task.candidate, *([Path(profile)] if profile else []))
    if output is not None:
        refuse_file(output, given)
    if heat_map is not None:
        refuse_file(heat_map, given, draws=True)
        refuse_pictures(heat_map.parent, given, heat_map.name)


def _ours(result: SubjectResult) -> Mapping[str, str]:
    """Those of the incidents behind broken limits that were written up here."""
    if not any(finding.ships for finding in result.findings):
        return {}
    from qualitygate.incident_root import incident_root
    from qualitygate.incidents.paths import written_up

    return written_up(incident_root(Path.cwd()), (finding.born_of for finding in result.findings))


def _exit_code(result: SubjectResult) -> int:
    if isinstance(result.verdict, Failed):
        return 1
    missing = any(isinstance(found, Unmeasurable) for found in result.measurements.values())
    return 3 if missing or isinstance(result.verdict, Unmeasurable) else 0


def _verified(task: PairTask, result: SubjectResult) -> tuple[CrossCheck, ...]:
    if result.candidate is None or all(isinstance(r, Unmeasurable) for r in result.measurements.values()):
        return ()
    from qualitygate.crosscheck import crosscheck

    decoded = decode_pair(task)
    return crosscheck(decoded.reference, decoded.candidate, measure(task, decoded)) if decoded.comparable else ()


def _draw(task: PairTask, result: SubjectResult, target: Path) -> None:
    from qualitygate.exhibiting.pair_panel import panel

    drawn = panel(task, result) if result.candidate is not None else None
    if drawn is None:
        click.echo(f"{target}: not drawn, since the pictures cannot be compared pixel by pixel", err=True)
        return
    write(target, drawn)
    click.echo(f"heat map in {target}", err=True)
