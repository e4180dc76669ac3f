"""`qualitygate prove`: prove that an incident cannot come back, and keep it true."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

import click

from qualitygate import clock
from qualitygate.cli import incident_options, terminal
from qualitygate.cli.incident_warnings import say_stored
from qualitygate.cli.inputs import inputs_here
from qualitygate.cli.output import check_writable
from qualitygate.cli.prove_init import write_case
from qualitygate.cli.prove_text import proof_json, proof_text, standing_github, standing_json, standing_text
from qualitygate.cli.replacing import refuse_file
from qualitygate.core.errors import ConfigError
from qualitygate.files import write
from qualitygate.incident_root import incident_root
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.proofs import record as of
from qualitygate.proving import Proven, prove, prove_all
from qualitygate.proving.case_file import case_of
from qualitygate.proving.recording import Recorded, record_proof
from qualitygate.proving.suits import check_suits
from qualitygate.reporters.workflow_command import silenced
from qualitygate.vcs import target_branch

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("prove")
@click.argument("incident", required=False)
@click.option("--all", "everything", is_flag=True, help="Replay every case: is each incident still caught?")
@click.option("--base", metavar="REV", help="With --all: its cases must still hold.  [default: CI's target branch]")
@click.option("--cases", "stored_only", is_flag=True, help="Replay the stored files only, not the commits.")
@click.option("--runs", type=click.IntRange(1, 100), help="Repeat each cell.  [default: what the case says, else 3]")
@click.option("--allow-reproduce", is_flag=True, help="Run commands of the case; never for a stranger's change.")
@click.option("--device", type=click.Choice(["auto", "cpu", "cuda", "mps"]), default="auto", show_default=True,
              help="Where LPIPS runs; cuda and mps, if named, also run DeltaE00 and SSIM.")  # fmt: skip
@click.option("--init", "new", is_flag=True, help="Write its case.toml from what the incident's record says.")
@click.option("--reference", type=_FILE, metavar="FILE", help="With --init: what was approved, copied to the case.")
@click.option("--bad", type=_FILE, metavar="FILE", help="With --init: what went wrong.")
@click.option("--fixed", type=_FILE, metavar="FILE", help="With --init: the same file, fixed.")
@click.option("--no-record", is_flag=True, help="Do not record the proof.")
@click.option(
    "--output", "-o", type=click.Path(dir_okay=False, path_type=Path), help="Also write the proof's JSON there."
)
@click.option("--format", "form", type=click.Choice(["text", "json", "github"]), default="text", show_default=True,
              help="What to print; github annotates the threshold.")  # fmt: skip
@incident_options.incident_dir
@incident_options.actor
@incident_options.at
def command(
    incident: str | None,
    everything: bool,
    base: str | None,
    stored_only: bool,
    runs: int | None,
    allow_reproduce: bool,
    device: str,
    new: bool,
    reference: Path | None,
    bad: Path | None,
    fixed: Path | None,
    no_record: bool,
    output: Path | None,
    root: Path,
    at: datetime | None,
    actor: str,
    form: str,
) -> int:
    """Prove that INCIDENT cannot come back: over real commits, with this gate and not that of the tree.

    The bad commit passes by the old thresholds, fails by the new ones with the check that its case names, the fixed
    commit passes, and so does the one before the bad. The proof becomes evidence and unlocks `incident close`.

    With --init the case is written, as far as the incident is known, every other key explained in it.

    With --all every case below fixtures/incidents is replayed by the thresholds of the working tree, so that CI refuses
    a change that would let an incident pass again.

    Exit codes: 0 proved, 1 not proved, 2 usage or configuration.
    """
    if everything == (incident is not None):
        raise click.UsageError("name one incident, or give --all")
    if not everything and base is not None:
        raise click.UsageError("--base belongs to --all")
    given = {key: path for key, path in (("reference", reference), ("bad", bad), ("fixed", fixed)) if path is not None}
    if given and not new:
        raise click.UsageError(f"--{next(iter(given))} belongs to --init")
    if new and incident is None:
        raise click.UsageError("--init writes the case of one incident")
    if new and incident is not None:
        return write_case(incident, Ledger(root), incident_root(Path.cwd()), given, form)
    if output is not None:
        check_writable(output)
        refuse_file(output, inputs_here())
    with _ended_in_order():
        if everything:
            return _all(root, base, allow_reproduce, device, output, form)
        assert incident is not None
        return _one(incident, root, at, actor, stored_only, runs, allow_reproduce, device, no_record, output, form)


def _one(
    incident: str, root: Path, at: datetime | None, actor: str, stored_only: bool, runs: int | None, allow: bool,
    device: str, no_record: bool, output: Path | None, form: str,
) -> int:  # fmt: skip
    ledger, now, top = Ledger(root), clock.now(), incident_root(Path.cwd())
    known = _known(ledger, incident)
    if known is not None:
        check_suits(case_of(top, incident), known)
    with terminal.progress(100, "proving") as bar:
        proven = prove(
            incident,
            top,
            now=now,
            environ=os.environ,
            stored_only=stored_only,
            runs=runs,
            allow_commands=allow,
            device=device,
            progress=None if bar is None else lambda done, total: bar(100 * done // total, 100),
        )
    recorded = None
    if known is not None and not no_record and _counts(proven):
        recorded = record_proof(proven, ledger, actor=actor, at=at or now, recorded=now)
    if output is not None:
        write(output, of.to_json(proven.record))
    text = proof_text(proven, recorded, _unrecorded(proven, recorded, known, no_record))
    match form:
        case "json":
            text = proof_json(proven, recorded) + "\n"
        case "github":
            text = silenced(text)
    click.echo(text, nl=False)
    if known is not None:
        say_stored(root, ledger.record(incident), top)
    return 0 if proven.passed else 1


def _known(ledger: Ledger, incident: str) -> Postmortem | None:
    """The record of the incident; None where the ledger has none."""
    try:
        return ledger.record(incident)
    except ConfigError as error:
        if error.code == "QG-1701" and incident not in ledger.ids():
            return None
        raise


def _counts(proven: Proven) -> bool:
    """Whether it is a proof, passed or not. A replay that could only pass as a replay is none."""
    return proven.record.unlocks or proven.record.mode != "replay" or proven.case.without_commits is not None


def _unrecorded(proven: Proven, recorded: Recorded | None, known: Postmortem | None, no_record: bool) -> str | None:
    if recorded is not None:
        return None
    if no_record:
        return "not recorded, as asked"
    if not _counts(proven):
        return "not recorded: a replay unlocks nothing"
    return f"not recorded: there is no incident {proven.case.incident} here" if known is None else None


def _all(root: Path, base: str | None, allow: bool, device: str, output: Path | None, form: str) -> int:
    with terminal.progress(100, "replaying") as bar:
        standing = prove_all(
            incident_root(Path.cwd()),
            today=clock.now().date(),
            environ=os.environ,
            base=base or target_branch(os.environ),
            allow_commands=allow,
            device=device,
            ledger=Ledger(root),
            progress=None if bar is None else lambda done, total: bar(100 * done // total, 100),
        )
    if output is not None:
        write(output, standing_json(standing) + "\n")
    told = {"json": lambda: standing_json(standing) + "\n", "github": lambda: standing_github(standing)}
    click.echo(told.get(form, lambda: standing_text(standing))(), nl=False)
    return 0 if standing.passed else 1


@contextmanager
def _ended_in_order() -> Iterator[None]:
    """Let a polite kill end like Ctrl-C, so that worktrees are removed on the way out."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    kept: dict[int, Any] = {}
    for name in ("SIGTERM", "SIGHUP"):
        number = getattr(signal, name, None)
        ours = threading.current_thread() is threading.main_thread()  # others may set no handler
        if ours and number is not None and signal.getsignal(number) is signal.SIG_DFL:
            kept[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
        sys.stdout.flush()
