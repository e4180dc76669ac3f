"""Whether somebody approved exactly this commit on the platform."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from msgspec import Struct

from qualitygate.notifiers.github.client import Client, as_type
from qualitygate.notifiers.github.issue import User

# How the platform calls those who may write; it leaves the word out where it does not know.
_INSIDERS = ("", "OWNER", "MEMBER", "COLLABORATOR")
_SHA = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class PlatformReview:
    """An approval that anybody can look up.

    Attributes:
        by: Login of the approver, as the platform writes it.
        at: When, RFC 3339 in UTC with `Z`.
        url: Address of the review.
        commit: Full name of the commit that was reviewed.
    """

    by: str
    at: str
    url: str
    commit: str


@dataclass(frozen=True, slots=True)
class NoReview:
    """There is none that counts, and why, in one sentence without a final stop."""

    reason: str


class _Head(Struct, frozen=True):
    sha: str


class _Pull(Struct, frozen=True):
    head: _Head
    user: User | None = None


class _Review(Struct, frozen=True):
    id: int
    state: str
    html_url: str
    user: User | None = None
    commit_id: str | None = None
    submitted_at: str | None = None
    author_association: str = ""


def platform_review(
    client: Client, repository: str, number: int, *, head: str, login: str
) -> PlatformReview | NoReview:
    """Look for an approving review by one person on one commit of a pull request.

    Only the latest of their reviews that decides counts: comments decide nothing, a request for changes or a dismissal
    after an approval voids it. An approval of an older commit does not count, nor that of somebody from outside, and
    the author's never does.

    Args:
        client: An open client.
        repository: `OWNER/NAME`.
        number: Of the pull request.
        head: Full name of the commit that must have been reviewed.
        login: The approver, with or without `@`; upper and lower case are the same.

    Raises:
        PlatformError: QG-1772, QG-1773, QG-1775: the platform did not say, which is neither answer.
    """
    head, wanted = head.lower(), login.removeprefix("@").casefold()
    if not _SHA.fullmatch(head):
        return NoReview(f"{head[:80]!r} is no full name of a commit")
    path, what = f"/repos/{repository}/pulls/{number}", f"read pull request #{number}"
    pull = as_type(client.get(path, what).data, _Pull, what)
    if pull.user is not None and pull.user.login.casefold() == wanted:
        return NoReview(f"{pull.user.login} is the author of #{number}, and nobody approves their own change")
    if pull.head.sha.lower() != head:
        return NoReview(f"the head of #{number} is {pull.head.sha[:10]}, not {head[:10]}")
    reviews = client.pages(f"{path}/reviews", f"read the reviews of #{number}", _Review)
    theirs = [one for one in reviews if one.user is not None and one.user.login.casefold() == wanted]
    deciding = [one for one in theirs if one.state in ("APPROVED", "CHANGES_REQUESTED", "DISMISSED")]
    if not deciding:
        seen = "has only commented on" if theirs else "has not reviewed"
        return NoReview(f"{login.removeprefix('@')} {seen} #{number}")
    last = max(deciding, key=lambda one: (_moment(one.submitted_at) or datetime.min.replace(tzinfo=UTC), one.id))
    by = last.user.login if last.user is not None else login
    at = _moment(last.submitted_at)
    if last.state == "CHANGES_REQUESTED":
        return NoReview(f"{by} asks for changes of #{number}")
    if last.state == "DISMISSED":
        return NoReview(f"the review of {by} on #{number} was dismissed")
    if (last.commit_id or "").lower() != head:
        return NoReview(f"{by} approved {(last.commit_id or 'an unknown commit')[:10]}, not the head {head[:10]}")
    if at is None:
        return NoReview(f"the review of {by} on #{number} has no time")
    if last.author_association not in _INSIDERS:
        # Anybody may review a public repository; a rule that asks for reviews does not count those either.
        return NoReview(f"{by} has no part in {repository}: a review from outside approves nothing")
    return PlatformReview(by, at.strftime("%Y-%m-%dT%H:%M:%SZ"), last.html_url, head)


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo is not None else None
