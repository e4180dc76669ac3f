"""`qualitygate check`: judge sets of pictures, fail with an incident.

What only some runs need is imported by them: opening incidents, drawing, further checks, commenting.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import click

from qualitygate import gate
from qualitygate.cli import options, terminal
from qualitygate.cli.announcing import AnnouncedCommand
from qualitygate.cli.output import check_writable, deliver
from qualitygate.cli.reports import (
    Target,
    configured,
    limits,
    prefix,
    printing,
    targets,
    threshold_files,
    write_reports,
)
from qualitygate.cli.step_outputs import with_reports
from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import IncidentKind
from qualitygate.core.verdict import Finding, Level, Report
from qualitygate.incident_root import incident_root
from qualitygate.policy.model import Resize
from qualitygate.policy.settings import BASED, STEPS
from qualitygate.reporters.base import Reporter, View
from qualitygate.running.resources import Results, refuse_pictures, results_of
from qualitygate.vcs import target_branch

EXIT_CODES = {"passed": 0, "failed": 1, "unmeasurable": 3}


@click.command("check", cls=AnnouncedCommand)
@click.argument("reference", required=False)
@click.argument("candidate", required=False)
@options.measuring
@click.option("--config", metavar="FILE", help="Configuration to use instead of the nearest qualitygate.toml.")
@click.option(
    "--base",
    metavar="REV",
    help="Where earlier versions of pictures and LUTs are, overrides the sets.  [default: CI's target branch]",
)
@click.option("--pipeline", metavar="NAME", help="Pipeline that made the candidates, for the incident.")
@click.option(
    "--format",
    "form",
    default="text",
    show_default=True,
    metavar="NAME",
    help="What to print: text, json, github, markdown, sarif or junit.",
)
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="FORMAT=PATH",
    help="Write a further report, such as html=report/ or sarif=out.sarif; repeatable.",
)
@click.option("--also", multiple=True, type=click.Choice(STEPS), help="Also run this, beside what [check] names; "
              "repeatable.")  # fmt: skip
@options.output
@options.machine
@click.option(
    "--incident-dir",
    type=options.Target(file=False),
    help="Where run/ and evidence/ go.  [default: the git top level, else here]",
)
@click.option(
    "--incident-kind",
    "kind",
    type=click.Choice([kind.value for kind in IncidentKind]),
    default=IncidentKind.NEAR_MISS.value,
    show_default=True,
    help="What a failure is: caught before the merge, met by users, or a drill.",
)
@click.option("--no-incident", is_flag=True, help="Open no incident when the gate fails.")
@click.option("--comment", is_flag=True, help="Keep one comment on the pull request, with GITHUB_TOKEN.")
@click.option("--verbose", "-v", is_flag=True, help="List what passed as well.")
def command(
    reference: str | None,
    candidate: str | None,
    profile: str | None,
    metrics: tuple[str, ...],
    device: str,
    resize: Resize | None,
    background: tuple[int, int, int] | None,
    config: str | None,
    base: str | None,
    pipeline: str | None,
    form: str,
    reports: tuple[str, ...],
    also: tuple[str, ...],
    output: Path | None,
    workers: int | None,
    memory: int | None,
    cache: Path | None,
    no_cache: bool,
    incident_dir: Path | None,
    kind: str,
    no_incident: bool,
    comment: bool,
    verbose: bool,
) -> int:
    """Judge candidate pictures against their references, and look-up tables against their previous versions.

    Without arguments everything that the configuration names is judged, and the further checks of its [check]; with
    REFERENCE and CANDIDATE directories and --profile no configuration is needed; one directory and --base REV compare
    its pictures with their own versions in git. A failure opens an incident: a postmortem stub under
    run/_/postmortems/ and heat maps of the ten worst pairs under evidence/.

    Every option may come from a variable of its name, such as QUALITYGATE_CHECK_PROFILE; an empty one counts as unset.
    """
    options.refuse_both(click.get_current_context(), "cache", "no_cache")
    telling = printing(form, output)
    if output is not None:
        check_writable(output)
    further = targets(reports, output)
    # A forgotten CANDIDATE is no wish to compare with git.
    wished = candidate is not None or reference is None
    target = target_branch(os.environ) if wished and base is None else None
    plan = gate.plan(
        reference,
        candidate,
        profile=profile,
        config=config,
        metrics=metrics or None,
        device=device,
        pipeline=pipeline,
        resize=resize,
        background=background,
        base=base,
        target=target,
    )
    if output is not None or further or incident_dir is not None:
        _refuse_places(plan, further, telling, output, None if no_incident else incident_dir)
    total = sum(len(planned.tasks) for planned in plan.sets) + plan.free.pictures
    with terminal.progress(total, "measuring") as progress:
        results = results_of(plan.config, directory=cache, used=not no_cache)
        if results is not None and results.asked:
            refuse_pictures(plan, results.directory)
        report = gate.run(plan, workers=workers, memory=memory, results=results, progress=progress)
    if report.verdict == "failed" and not no_incident:
        report = _with_incident(report, plan, incident_dir, IncidentKind(kind))
    asked = (*also, *(plan.config.check.also if reference is None else ()))
    if asked:
        report = _with_steps(report, plan, asked, base or target, device, results, workers, memory)
    if not BASED & set(asked):
        report = replace(report, findings=(*report.findings, *gate.base_unused(plan)))
    code = EXIT_CODES[report.verdict]
    colour = terminal.colours() and output is None
    view = View(
        plan.specs,
        colour,
        terminal.width(),
        verbose,
        thresholds=limits(plan),
        exit_code=code,
        configured=configured(plan),
        files=threshold_files(plan),
    )
    if form != "text" or further or comment or any(one.ships for one in report.all_findings):
        # Asking git where the repository is takes a while, and text tells of it only whether an incident is one here.
        from qualitygate.incidents.paths import written_up

        here = Path.cwd()
        root = incident_root(here)
        born_of = (one.born_of for one in report.all_findings)
        view = replace(view, prefix=prefix(plan, root, here), postmortems=written_up(root, born_of))
    if any(one.wants_exhibits for one in further) or getattr(telling, "exhibits", False):
        from qualitygate.exhibiting.pairs import exhibits
        from qualitygate.exhibiting.panels import panels

        with terminal.progress(len(report.results), "drawing") as progress:
            view = replace(view, exhibits=exhibits(report, plan, workers=workers, progress=progress))
        with terminal.progress(len(report.results), "drawing") as progress:
            view = replace(view, panels=panels(report, plan, workers=workers, progress=progress))
    lost = write_reports(further, report, view)
    written = [one for one in further if one not in lost]
    unsaid = deliver(with_reports(telling.render(report, view), written), output, os.environ, colour=view.colour)
    if unsaid is not None:
        click.echo(f"{report.verdict}, and the report is lost: {unsaid}", err=True)
    elif output is not None:
        click.echo(f"{report.verdict}, report in {output}", err=True)
    if comment:
        from qualitygate.cli.sticky_comment import tell_pull_request

        tell_pull_request(report, view, os.environ)
    for error in lost.values():
        click.echo(f"qualitygate: {error}", err=True)
    # A report that somebody waits for and that is not there must not go unseen, and must hide no failure.
    return code or (2 if lost or unsaid else 0)


def _refuse_places(
    plan: gate.Plan, further: Sequence[Target], telling: Reporter, output: Path | None, incidents: Path | None
) -> None:
    """Refuse what would take the place of something that is read, or be judged by the next run."""
    from qualitygate.cli.inputs import inputs_of
    from qualitygate.cli.replacing import refuse_pictures
    from qualitygate.cli.report_places import refuse_replacing

    given = inputs_of(plan)
    refuse_replacing(further, telling, output, given)
    if incidents is not None:
        refuse_pictures(incidents, given, "evidence/heat.png")


def _with_steps(
    report: Report,
    plan: gate.Plan,
    asked: Iterable[str],
    base: str | None,
    device: str,
    results: Results | None,
    workers: int | None,
    memory: int | None,
) -> Report:
    """The report with further checks, made once everything is measured."""
    from qualitygate import clock
    from qualitygate.steps import Circumstances, run_steps

    here = Path.cwd()
    root = incident_root(here)
    known = Circumstances(
        root, here, base, os.environ, clock.now().date(), plan, report, device, results, workers, memory
    )
    made = run_steps(asked, known)
    findings = tuple(finding for step in made for finding in step.findings)
    told = tuple(replace(step.info, findings=step.findings) for step in made)
    return replace(report, findings=(*report.findings, *findings), steps=told)


def _with_incident(report: Report, plan: gate.Plan, directory: Path | None, kind: IncidentKind) -> Report:
    """The report with its incident; a verdict is never lost because the incident could not be written."""
    from qualitygate import clock
    from qualitygate.incident_opening import open_incident

    root = directory or incident_root(Path.cwd())
    try:
        return open_incident(
            report, plan, root=root, now=clock.now(), environ=os.environ, seen_from=Path.cwd(), kind=kind
        )
    except ConfigError as error:
        why = f"{error.message}, {error.where or root}; --no-incident does without"
        lost = Finding("QG-1412", Level.WARNING, f"no incident was opened: {why}")
        return replace(report, findings=(*report.findings, lost))
