"""`qualitygate calibrate`: the noise of a pipeline, and limits between it and the defects that must be seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from qualitygate import clock
from qualitygate.calibrating.judging import confirm
from qualitygate.calibrating.proposal_file import Proposed, write_proposal
from qualitygate.calibrating.recordings import expanded, recordings
from qualitygate.calibrating.remarks import judged_limits, lone, misplaced, remarks, unseen
from qualitygate.calibrating.session import Calibration, Question, calibrate
from qualitygate.calibrating.telling import document, limit_lines, noise_lines, seen_lines
from qualitygate.calibration.proposing import MARGIN
from qualitygate.cli import options, terminal
from qualitygate.cli.calibrate_targets import check_targets, refuse_places
from qualitygate.cli.extras import EXTRAS
from qualitygate.cli.output import as_json
from qualitygate.core.errors import ConfigError, MissingExtraError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.defects import DEFECTS, defect_named
from qualitygate.executors.process_pool import ProcessPool
from qualitygate.executors.serial import Serial
from qualitygate.files import write
from qualitygate.metrics.base import Metric
from qualitygate.planning.metrics import all_specs, build, ready
from qualitygate.policy.check import check_against
from qualitygate.policy.config import find_config, load_config
from qualitygate.policy.load import load_profile
from qualitygate.policy.model import Profile

_DEFAULT_METRICS = ("delta_e_2000", "ssim")


@click.command("calibrate")
@click.argument("reference", type=click.Path(path_type=Path))
@click.argument("candidates", nargs=-1, type=click.Path(path_type=Path), metavar="[CANDIDATE]...")
@click.option("--runs", "patterns", multiple=True, metavar="GLOB", help="Further candidates, or directories of runs; "
              "repeatable.")  # fmt: skip
@click.option("--smallest", multiple=True, metavar="DEFECT=STRENGTH", help="Smallest defect that must be seen, such as "
              "cast=2 or local_damage=24; repeatable.  [default: what can be told from noise]")  # fmt: skip
@click.option("--defect", "defects", multiple=True, metavar="NAME", help=f"Seed these only: {', '.join(DEFECTS)}.")
@click.option("--lut", type=click.Path(path_type=Path), metavar="FILE", help="LUT that wrong_lut grades by.")
@click.option("--profile", metavar="NAME", help="Profile that the proposal extends.")
@click.option("--check", "checked", metavar="PROFILE", help="Propose nothing: say whether the limits of PROFILE lie "
              "between noise and defects.")  # fmt: skip
@click.option("--metric", "metrics", multiple=True, metavar="NAME", help="Measure this metric only; repeatable.")
@click.option("--margin", type=click.FloatRange(1, min_open=True), default=MARGIN, show_default=True,
              help="Least ratio of a defect to the noise.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="For the places of local damage.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda", "mps"]), default="auto", show_default=True,
              help="Where LPIPS runs; cuda and mps, if named, also run DeltaE00 and SSIM.")  # fmt: skip
@click.option("--background", metavar="#rrggbb", callback=options.colour, help="What pictures with alpha are laid on.  "
              "[default: #ffffff]")  # fmt: skip
@click.option("--picture", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.png",
              help="Draw both distributions.")  # fmt: skip
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True,
              help="What to print.")  # fmt: skip
@click.option("--output", "-o", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE.toml",
              help="Write the proposed threshold file.")  # fmt: skip
@click.option("--force", is_flag=True, help="Let --output replace an existing file.")
@click.option("--single-run", is_flag=True, help="Also propose from one run, although its spread is not known.")
@click.option("--workers", type=click.IntRange(1), help="Processes to use.  [default: one per core]")
def command(
    reference: Path,
    candidates: tuple[Path, ...],
    patterns: tuple[str, ...],
    smallest: tuple[str, ...],
    defects: tuple[str, ...],
    lut: Path | None,
    profile: str | None,
    checked: str | None,
    metrics: tuple[str, ...],
    margin: float,
    seed: int,
    device: str,
    background: tuple[int, int, int] | None,
    picture: Path | None,
    form: str,
    output: Path | None,
    force: bool,
    single_run: bool,
    workers: int | None,
) -> int:
    """Measure the noise of a pipeline from repeated runs, and propose limits between it and seeded defects.

    REFERENCE is a picture and every CANDIDATE one run of the same pipeline; or REFERENCE is a directory and every
    CANDIDATE the directory of a run. Exit 1 if a defect that must be seen cannot be told from noise: then nothing is
    proposed.
    """
    if checked is not None and (profile is not None or output is not None or picture is not None or single_run):
        raise click.UsageError("--check proposes nothing: leave out --profile, --output, --picture and --single-run")
    if force and output is None:
        raise click.UsageError("--force is for a file that --output names")
    check_targets(output, picture, force)
    wanted = _smallest(smallest)
    named = tuple(dict.fromkeys((*(defect_named(name, "--defect").name for name in defects), *wanted)))
    if lut is not None and defects and "wrong_lut" not in named:
        raise click.UsageError("--lut is what wrong_lut grades by: add --defect wrong_lut")
    found = find_config(Path.cwd())
    config = load_config(found) if found is not None else None
    root = config.root if config is not None else Path.cwd()
    name = profile or checked
    base = load_profile(name, root) if name is not None else None
    all_runs = (*candidates, *(path for pattern in patterns for path in expanded(pattern)))
    question = Question(
        recordings(reference, all_runs),
        _metrics(metrics, base, device),
        wanted,
        named if defects else tuple(DEFECTS),
        seed,
        margin,
        lut,
        background or (255, 255, 255),
        *((config.limits,) if config is not None else ()),
    )
    if output is not None or picture is not None:
        refuse_places(reference, question, output, picture)
    total = len(question.recordings)
    executor = Serial() if workers == 1 or total == 1 else ProcessPool(workers or _cores(total))
    with terminal.progress(total, "measuring") as progress:
        known = calibrate(question, executor, progress)
    if known.reasons:
        for reason in dict.fromkeys(known.reasons):
            click.echo(f"qualitygate: {reason} [QG-1825]", err=True)
        return 3
    if checked is not None and base is not None:
        return _check(known, base, form)
    return _propose(known, base, root, form, output, picture, single_run or not lone(known))


def _propose(
    known: Calibration, base: Profile | None, root: Path, form: str, output: Path | None, picture: Path | None,
    enough: bool,
) -> int:  # fmt: skip
    possible = enough and not known.proposal.refused
    proposed = write_proposal(known, base, root, output, clock.now().date()) if possible else None
    findings = remarks(known, base, proposed, single=enough)
    failed = any(finding.level is Level.ERROR for finding in findings)
    if picture is not None:
        from qualitygate.calibrating.drawing import drawn

        write(picture, drawn(known))
    if proposed is not None and not failed and output is not None:
        write(output, proposed.text)
    if form == "json":
        click.echo(as_json(document(known, tuple(findings), None if failed else proposed, None)))
    else:
        click.echo("\n".join(_text(known, findings, None if failed else proposed, output)))
    return 1 if failed else 0


def _check(known: Calibration, profile: Profile, form: str) -> int:
    """Say of every limit where it lies, and of every defect whether it is seen."""
    found = confirm(known, profile, ())
    findings = [*remarks(known, None, None, proposing=False), *misplaced(known, found), *unseen(known, found)]
    if form == "json":
        click.echo(as_json(document(known, tuple(findings), None, found)))
    else:
        limits = [f"limits of {profile.name}", *judged_limits(known, profile)]
        click.echo(
            "\n".join([*noise_lines(known), "", *limits, "", *seen_lines(known, found, profile.name), *_said(findings)])
        )
    return 1 if any(finding.level is Level.ERROR for finding in findings) else 0


def _text(
    known: Calibration, findings: Sequence[Finding], proposed: Proposed | None, output: Path | None
) -> Iterable[str]:
    yield from noise_lines(known, EXTRAS["lpips"].installed)
    if proposed is not None:
        yield ""
        yield "proposed limits"
        for limit in known.proposal.limits:
            yield from limit_lines(known, limit, terminal.width())
        yield ""
        yield from seen_lines(known, proposed.confirmation, "the proposal")
    yield from _said(findings)
    if proposed is not None and output is None:
        yield ""
        yield proposed.text.rstrip()
    elif proposed is not None:
        yield f"written to {output}"


def _said(findings: Sequence[Finding]) -> Iterable[str]:
    if findings:
        yield ""
    for finding in findings:
        yield f"{finding.level.value:<8}{finding.message} [{finding.code}]"


def _smallest(given: Sequence[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for text in given:
        name, separator, amount = text.partition("=")
        defect = defect_named(name, "--smallest")
        try:
            if not separator:
                raise ValueError(f"write {name}=STRENGTH, in {defect.unit}")
            strength = float(amount)
            defect.check(strength)
            if strength == defect.neutral:
                raise ValueError(f"{name} {strength:g} changes nothing")
        except ValueError as error:
            reason = str(error) if "convert" not in str(error) else f"{amount!r} is no number"
            raise ConfigError(reason, code="QG-1820", where=f"--smallest {text}") from None
        if name in found:
            raise ConfigError("is given twice", code="QG-1820", where=f"--smallest {text}")
        found[name] = strength
    return found


def _metrics(asked: tuple[str, ...], base: Profile | None, device: str) -> tuple[Metric, ...]:
    """What to measure: what was asked for; else what the profile limits, LPIPS only where it can run."""
    specs = all_specs()
    if base is not None:
        check_against(base, specs)
    names = tuple(dict.fromkeys(asked)) or (base.metrics if base is not None else ()) or _DEFAULT_METRICS
    built = []
    for name in names:
        options = (base.lpips_net, base.lpips_dtype) if base is not None else ("alex", "float32")
        metric = build(name, device, *options)
        try:
            ready(metric)
        except MissingExtraError:
            if asked:
                raise
            continue
        built.append(metric)
    return tuple(built)


def _cores(total: int) -> int:
    import os

    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, total)
