"""`qualitygate approve`: make candidates the new references, with who, when and why."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

import click

from qualitygate import clock, gate
from qualitygate.actor import default_actor
from qualitygate.approving.deciding import decisions
from qualitygate.approving.decision import Decision, Wish
from qualitygate.approving.following import following
from qualitygate.approving.origins import origin
from qualitygate.approving.selecting import chosen, failed, kept, pictures_only
from qualitygate.approving.writing import put
from qualitygate.cli import incident_options, options, terminal
from qualitygate.cli.approve_text import Approved, document, told
from qualitygate.cli.output import as_json
from qualitygate.core.errors import ConfigError, DecodeError
from qualitygate.core.incident import is_incident_id
from qualitygate.incident_root import incident_root
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.text import one_line
from qualitygate.planning.picture_files import shown
from qualitygate.policy.model import Resize
from qualitygate.policy.provenance import Provenance
from qualitygate.references.unfinished import recover
from qualitygate.reporters.base import View
from qualitygate.vcs import target_branch

_NAME = re.compile(r"[^\W_][\w.+-]{0,79}")


def _actor(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str:
    return incident_options.line("--by", value) or default_actor()


@click.command("approve")
@click.argument("subjects", metavar="[SUBJECT]...", nargs=-1)
@click.option(
    "--all-failed", is_flag=True, help="Approve everything that fails now; with --passing, passing ones as well."
)
@click.option("--passing", is_flag=True, help="Also replace the references of pictures that pass.")
@click.option("--reason", required=True, metavar="TEXT", help="Why it is right; reviewers read it.")
@click.option("--as", "name", metavar="NAME", help="Accept it beside the reference under this name, such as h100.")
@click.option("--by", callback=_actor, metavar="NAME", help="Who approves.  [default: the CI actor, git's user.name]")
@click.option("--stack", multiple=True, metavar="KEY=VALUE", help="What made it, such as gpu=H100; repeatable. Values "
              "from its metadata are added.")  # fmt: skip
@click.option("--seed", metavar="TEXT", help="Seed it was made with.  [default: from its metadata]")
@click.option("--incident", metavar="PM-…", help="Incident it is approved in; needed at S0.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@click.option("--reference", metavar="DIR", help="With --candidate and --profile, in place of the configured sets.")
@click.option("--candidate", metavar="DIR", help="Pictures to approve; without --reference compared with git.")
@options.measuring
@click.option("--config", metavar="FILE", help="Configuration to use instead of the nearest qualitygate.toml.")
@click.option(
    "--base",
    metavar="REV",
    help="Where earlier versions in git are, overrides the sets.  [default: CI's target branch]",
)
@click.option("--workers", type=click.IntRange(1), help="Processes to use.  [default: one per core]")
@incident_options.form
def command(
    subjects: tuple[str, ...],
    all_failed: bool,
    passing: bool,
    reason: str,
    name: str | None,
    by: str,
    stack: tuple[str, ...],
    seed: str | None,
    incident: str | None,
    dry_run: bool,
    reference: str | None,
    candidate: str | None,
    profile: str | None,
    metrics: tuple[str, ...],
    device: str,
    resize: Resize | None,
    background: tuple[int, int, int] | None,
    config: str | None,
    base: str | None,
    workers: int | None,
    form: str,
) -> int:
    """Make candidates the new references.

    SUBJECT is a picture as `check` names it, its path, or a glob. The gate measures it first; what it says is shown.
    Then the candidate's file is copied over the reference, with a sidecar NAME.provenance.json that says who approved
    it, when, why, and what made it. A picture without a reference gets its first one. The reference of a picture that
    passes stays, and gets a sidecar if it has none.

    A set that is compared with git has no other file to write: a sidecar beside the picture approves its change, and
    is committed with it.
    """
    if bool(subjects) == all_failed:
        raise click.UsageError("name pictures, or everything that fails by --all-failed")
    if name is not None and not _NAME.fullmatch(name):
        raise ConfigError(f"{name!r} is no name for a reference", code="QG-1405", where="--as",
                          hint="use letters, digits, `-`, `_`, `.` and `+`")  # fmt: skip
    why = incident_options.line("--reason", reason) or ""
    made_by, seed = _stack(stack), incident_options.line("--seed", seed)
    _known(incident)
    target = None
    if candidate is not None or reference is None:
        target = target_branch(os.environ) if base is None else None
    planned = partial(
        gate.plan,
        reference,
        candidate,
        profile=profile,
        config=config,
        metrics=metrics or None,
        device=device,
        resize=resize,
        background=background,
        base=base,
        target=target,
        first=True,
    )
    whole = planned()
    if not dry_run and _finished(whole):
        whole = planned()
    plan = pictures_only(whole) if all_failed else chosen(whole, subjects)
    with terminal.progress(sum(len(one.tasks) for one in plan.sets), "measuring") as progress:
        report = gate.run(plan, workers=workers, progress=progress)
    staying = 0
    if all_failed:
        staying = 0 if passing else kept(plan, report.results)
        plan = failed(plan, report.results, passing=passing)
    now = clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    done: list[Approved] = []
    for one in decisions(plan, report.results, Wish(name, incident, passing)):
        known = _provenance(one, now, by, why, made_by, seed, incident) if one.writes else None
        done.append(Approved(one, known, None if dry_run or known is None else _put(one, known, whole)))
    put_away = [one.decision for one in done if not one.problem]
    left = following(put_away, plan.config, Ledger(incident_root(Path.cwd())).records())
    if form == "json":
        click.echo(as_json(document(done, left, kept=staying, dry_run=dry_run)))
    else:
        view = View(plan.specs, terminal.colours(), terminal.width(), False)
        click.echo(told(done, left, view, by, why, kept=staying, dry_run=dry_run), nl=False, color=view.colour or None)
    return _code(done)


def _finished(plan: gate.Plan) -> bool:
    """Finish approvals that were cut off, and say so; whether there were any, so that other files are there now."""
    directories = dict.fromkeys(one.pair_set.reference for one in plan.sets if not one.pair_set.from_git)
    done = [one for directory in directories if directory.is_dir() for one in recover(directory)]
    for one in done:
        click.echo(f"qualitygate: finished an approval that was cut off: {one.new.name} took the place of "
                   f"{shown(one.old)}", err=True)  # fmt: skip
    return bool(done)


def _put(decision: Decision, provenance: Provenance, plan: gate.Plan) -> str | None:
    """What went wrong in writing one picture, None for nothing: the others are approved all the same."""
    try:
        put(decision, provenance, plan.config.limits)
    except (ConfigError, DecodeError) as error:
        return str(error)
    return None


def _provenance(
    one: Decision, now: str, by: str, why: str, stack: Mapping[str, str], seed: str | None, incident: str | None
) -> Provenance | None:
    if one.candidate is None or one.target is None:
        return None
    # What made a candidate is not known of a reference that stays.
    made = origin(one.candidate, stack, seed) if not one.stands else origin(one.candidate, {}, None)
    file = one_line(one.target.name)  # a name that is no UTF-8 is written out
    return Provenance(file, one.sha256, one.previous_sha256, now, by, why, made.stack, made.seed, incident)


def _stack(given: Iterable[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in given:
        key, equals, value = (part.strip() for part in one.partition("="))
        if not equals or not key or not value:
            raise ConfigError(f"{one!r} is no KEY=VALUE", code="QG-1405", where="--stack", hint="write gpu=H100")
        if found.setdefault(key, value) != value:
            raise ConfigError(f"{key!r} is given twice", code="QG-1405", where="--stack", hint="give it once")
    return {incident_options.line("--stack", key) or key: incident_options.line("--stack", value) or value
            for key, value in found.items()}  # fmt: skip


def _known(incident: str | None) -> None:
    """Refuse an id that nothing here has: it is bound for years into the history of a picture."""
    if incident is None:
        return
    if not is_incident_id(incident):
        raise ConfigError(f"{incident!r} is no incident id", code="QG-1405", where="--incident",
                          hint="write PM-YYYY-MM-DD-NN")  # fmt: skip
    known = tuple(Ledger(incident_root(Path.cwd())).ids())
    if incident not in known:
        hint = "`qualitygate incident list` lists them" if known else "`qualitygate incident open` opens the first"
        raise ConfigError(f"there is no incident {incident}", code="QG-1405", where="--incident", hint=hint)


def _code(done: Iterable[Approved]) -> int:
    """1 where something was refused or could not be written, 3 where nothing was but something was not measured."""
    actions = {"refused" if one.problem else one.decision.action for one in done}
    return 1 if "refused" in actions else 3 if "unmeasurable" in actions else 0
