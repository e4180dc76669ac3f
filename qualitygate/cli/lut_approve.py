"""`qualitygate lut approve`: let one intended change pass, by a record that is reviewed like code."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import click

from qualitygate.core.errors import ConfigError
from qualitygate.corridor.lut import judge_lut
from qualitygate.corridor.lut_task import LutTask
from qualitygate.corridor.lut_versions import versions
from qualitygate.lut_changes import following
from qualitygate.lut_planning import ground, task_of
from qualitygate.policy.approvals import Approval, write_approval
from qualitygate.reporters.lut import render
from qualitygate.vcs.blobs import since


@click.command("approve")
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--against", type=click.Path(path_type=Path), metavar="OLD", help="File that is the previous version.")
@click.option("--base", metavar="REV", help="The previous version is at the merge base with REV, such as HEAD.")
@click.option("--reason", required=True, metavar="TEXT", help="Why the change is meant; reviewers read it.")
def command(new: Path, against: Path | None, base: str | None, reason: str) -> int:
    """Approve the change of a LUT from OLD to NEW.

    Writes a record under approvals/luts that is bound to the contents of both versions; put that path under CODEOWNERS.
    It answers drift and regressions, not a malformed file nor an absolute limit.
    """
    if (against is None) == (base is None):
        raise click.UsageError("name the previous version, either by --against OLD or by --base REV")
    reason = " ".join(reason.split())
    if not reason:
        raise click.UsageError("--reason must not be empty")
    where = ground(Path.cwd())
    comparison = following(since(Path.cwd(), base), where) if base is not None else None
    task = task_of(str(new), where, comparison=comparison, against=against)
    approval = _approval(task, where.key(new), reason)
    record = write_approval(where.root, approval)
    outcome = judge_lut(task)
    click.echo(render([outcome], "text"), nl=False)
    click.echo(f"wrote  {where.key(record)}")
    return 0 if outcome.accepted else 1


def _approval(task: LutTask, file: str, reason: str) -> Approval:
    both = versions(task)
    if both.result.lut is None:
        worst = both.result.findings[0]
        raise ConfigError(f"cannot be approved: {worst.message}", code=worst.code, where=worst.where)
    if both.old_data is None:
        raise ConfigError("has no previous version, so there is no change to approve", code="QG-1401", where=file)
    digests = [hashlib.sha256(content).hexdigest() for content in (Path(task.file).read_bytes(), both.old_data)]
    if digests[0] == digests[1]:
        raise ConfigError("is the same as its previous version, so there is no change", code="QG-1405", where=file)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Approval(file, digests[0], digests[1], reason, now)
