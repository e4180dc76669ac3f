"""`qualitygate lut approve`: let one intended change pass, by a record that is reviewed like code."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import click

from qualitygate.cli import terminal
from qualitygate.cli.validate_lut import compared, staged_content
from qualitygate.core.errors import ConfigError
from qualitygate.corridor.lut import content_of, judge_lut
from qualitygate.corridor.lut_task import LutTask
from qualitygate.corridor.lut_versions import versions
from qualitygate.planning.luts import ground, task_of
from qualitygate.policy.approvals import FOLDER, Approval, digest, find_approval, write_approval
from qualitygate.policy.lut_policy import NAME
from qualitygate.reporters.lut import render


@click.command("approve")
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--against", type=click.Path(path_type=Path), metavar="OLD", help="File that is the previous version.")
@click.option("--base", metavar="REV", help="The previous version is at the merge base with REV, such as HEAD.")
@click.option("--staged", "index", is_flag=True, help="What the index holds, the previous version is in HEAD.")
@click.option("--thresholds", default=NAME, metavar="NAME|FILE", help="Threshold file.  [default: thresholds/lut.toml]")
@click.option("--config", type=click.Path(path_type=Path), metavar="FILE", help="Configuration to use.")
@click.option("--reason", required=True, metavar="TEXT", help="Why the change is intended; reviewers read it.")
def command(
    new: Path, against: Path | None, base: str | None, index: bool, thresholds: str, config: Path | None, reason: str
) -> int:
    """Approve the change of a LUT from OLD to NEW.

    Writes a record under approvals/luts that is bound to the contents of both versions; put that path under CODEOWNERS.
    It answers drift, regressions and moves, not a malformed file nor an absolute limit; where the file would stay
    rejected, nothing is written.
    """
    if sum((against is not None, base is not None, index)) != 1:
        raise click.UsageError("name the previous version by one of --against OLD, --base REV and --staged")
    reason = " ".join(reason.split())
    if not any(map(str.isalnum, reason)):
        raise click.UsageError("--reason must say why the change is meant")
    where = ground(Path.cwd(), config, thresholds, staged_content() if index else None)
    comparison = compared(base, index, where)
    task = task_of(str(new), where, comparison=comparison, against=against)
    approval = _approval(task, where.key(new), reason)
    record = f"{FOLDER}/{approval.name}"
    if find_approval(where.root, approval.new_sha256, approval.old_sha256) is not None:
        hint = f"it counts once it is in the index: git add {record}" if index else ""
        raise ConfigError("this change is approved already", code="QG-1412", where=record, hint=hint)
    outcome = judge_lut(task, granted=replace(approval, path=record))
    coloured = terminal.colours()
    click.echo(render([outcome], "text", colour=coloured, width=terminal.width()), nl=False, color=coloured)
    needed = any(finding.code == "QG-1684" for finding in outcome.findings)
    if outcome.accepted and needed:
        write_approval(where.root, approval)
        click.echo(f"wrote  {record}")
    elif outcome.accepted:
        click.echo("nothing was written: the change stays within the limits")
    else:
        click.echo("nothing was written: an approval does not answer these errors")
    return 0 if outcome.accepted else 1


def _approval(task: LutTask, file: str, reason: str) -> Approval:
    both = versions(task)
    if both.result.lut is None:
        worst = both.result.findings[0]
        raise ConfigError(f"cannot be approved: {worst.message}", code=worst.code, where=worst.where)
    lost = next((finding for finding in both.findings if finding.code == "QG-1687"), None)
    if both.old_data is None and lost is not None:
        raise ConfigError(f"cannot be approved: {lost.message}", code=lost.code, where=file)
    if both.old_data is None:
        raise ConfigError("has no previous version, so there is no change to approve", code="QG-1401", where=file)
    digests = [digest(content) for content in (content_of(task, both), both.old_data)]
    if digests[0] == digests[1] and task.moved is None:
        raise ConfigError("is the same as its previous version, so there is no change", code="QG-1405", where=file)
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Approval(file, digests[0], digests[1], reason, now)
