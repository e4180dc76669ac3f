"""`qualitygate incident approve`: somebody of the control board, no author, approves the text as it stands."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from qualitygate import clock
from qualitygate.cli import incident_options, platform
from qualitygate.cli.incident_guards import guarded
from qualitygate.cli.incident_output import print_step
from qualitygate.cli.incident_settings import settings_of
from qualitygate.core.errors import ConfigError, RefusedError
from qualitygate.core.threshold import Severity
from qualitygate.incidents.authorship import authors
from qualitygate.incidents.document import content_digest, document_of
from qualitygate.incidents.entries import Entry
from qualitygate.incidents.events import Approved
from qualitygate.incidents.fold import fold
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.line import Line
from qualitygate.incidents.naming import among
from qualitygate.notifiers.github.reviews import NoReview, PlatformReview, platform_review
from qualitygate.vcs import head_commit, top_level
from qualitygate.vcs.tree import files_at


@click.command()
@click.argument("incident_id", metavar="PM-…")
@click.option("--review-pr", type=click.IntRange(1), metavar="NUMBER", help="Pull request whose review approves it.")
@click.option("--login", help="The approver's name on the platform.  [default: the actor]")
@click.option("--head", metavar="SHA", help="The commit that was reviewed.  [default: HEAD]")
@platform.options
@incident_options.verb
def command(
    incident_id: str,
    review_pr: int | None,
    login: str | None,
    head: str | None,
    repo: str | None,
    api_url: str | None,
    timeout: float,
    max_wait: float,
    root: Path,
    actor: str,
    at: datetime | None,
    form: str,
) -> None:
    """Approve the postmortem as it is: by the digest of its text, which any later change of the text voids.

    With --review-pr the approval is a review on the platform, of the head commit. Without it, it is only said by the
    approver, which does not do at S0 and S1.
    """
    now, ledger = clock.now(), Ledger(root)
    ledger.record(incident_id)
    review: PlatformReview | None = None
    if review_pr is not None:
        review = _review(review_pr, login or actor, head, repo, api_url, timeout, max_wait)
        _committed(ledger, incident_id, review.commit)
    board = settings_of(root).control_board
    by = review.by if review else actor

    def decide(lines: tuple[Line, ...]) -> tuple[Entry, ...]:
        record = fold(lines)
        _check(record.id, record.severity, authors(lines), board, actor, review)
        approved = Approved(
            content_sha256=content_digest(document_of(record)),
            source="platform_review" if review else "self_declared",
            url=review.url if review else None,
            commit=review.commit if review else None,
        )
        return guarded(ledger, lines, approved, actor=by, at=at or now, now=now)

    record = ledger.extend(incident_id, decide, actor=by, at=at or now, recorded=now)
    print_step(ledger, record, form, at or now)


def _review(
    number: int, login: str, head: str | None, repo: str | None, api_url: str | None, timeout: float, max_wait: float
) -> PlatformReview:
    commit = head or head_commit(Path.cwd())
    if commit is None:
        raise ConfigError(
            "no commit to look for a review of",
            code="QG-1714",
            where="--head",
            hint="give the head commit of the branch",
        )
    client, repository = platform.connect(repo, api_url, timeout, max_wait)
    with client:
        found = platform_review(client, repository, number, head=commit, login=login)
    if isinstance(found, NoReview):
        raise RefusedError(
            f"no review approves it: {found.reason}",
            code="QG-1714",
            where=f"{repository}#{number}",
            hint="let somebody of the control board approve the pull request as it stands now",
        )
    return found


def _committed(ledger: Ledger, incident_id: str, commit: str) -> None:
    """A review of a commit approves what that commit holds, and not what lies in the working tree."""
    path = ledger.paths(incident_id).markdown.resolve()
    top = top_level(ledger.root)
    name = path.relative_to(top.resolve()).as_posix() if top and path.is_relative_to(top.resolve()) else None
    held = files_at(top, commit, [name]).get(name) if top and name else None
    # Git may have turned the line ends on their way into the working tree.
    if held is None or held.replace(b"\r\n", b"\n") != path.read_bytes().replace(b"\r\n", b"\n"):
        raise RefusedError(
            f"the text of {incident_id} here is not the one in the commit that was reviewed, {commit[:10]}",
            code="QG-1714",
            where=str(path),
            hint="commit the Markdown, push it, and let that commit be reviewed",
        )


def _check(
    incident_id: str,
    severity: Severity,
    wrote: frozenset[str],
    board: tuple[str, ...],
    actor: str,
    review: PlatformReview | None,
) -> None:
    names = {actor, *((review.by,) if review else ())}
    own = sorted(name for name in names if among(name, wrote))
    if own:
        raise RefusedError(
            f"{own[0]} wrote the text of {incident_id} and cannot approve it",
            code="QG-1714",
            hint="let somebody else of the control board approve",
        )
    # Who reviewed is known to the platform; who acts here is only said.
    approver = review.by if review else actor
    if board and not among(approver, board):
        raise RefusedError(
            f"{approver} is not on the control board",
            code="QG-1714",
            where="[incident] control_board",
            hint=f"let one of {', '.join(board)} approve",
        )
    if review is None and severity in (Severity.S0, Severity.S1):
        raise RefusedError(
            f"an approval that is only self-declared does not do at {severity}",
            code="QG-1714",
            hint="approve the pull request on the platform and give --review-pr NUMBER",
        )
