"""One comment on a pull request, found again and kept up to date. What other people wrote is never touched."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from msgspec import Struct

from qualitygate.notifiers.github.client import Client, as_type
from qualitygate.notifiers.github.errors import DeniedError, UnansweredError
from qualitygate.notifiers.github.issue import User, same_text

MARKER = "<!-- qualitygate -->"
# GitHub takes 65,536 characters. The report has at most 64,000 bytes, the rest is for what is added to it.
MAX_BYTES = 65_000
_LINE = re.compile(rf"^{re.escape(MARKER)}[ \t]*\r?$", re.MULTILINE)
_CUT = "\n\nThe rest is left out here: a comment holds 64 KB.\n"
_FENCE = re.compile(r"^ {0,3}(`{3,}|~{3,})(.*)$", re.MULTILINE)
_VIEWER = "query { viewer { login } }"


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of the comment.

    Attributes:
        done: `nothing` where there is none and none was wanted.
        url: Its page; empty where there is none.
    """

    done: Literal["created", "updated", "unchanged", "nothing"]
    url: str = ""


class _Comment(Struct, frozen=True):
    id: int
    html_url: str = ""
    body: str | None = None
    user: User | None = None


class _Viewer(Struct, frozen=True):
    viewer: User


class _Asked(Struct, frozen=True):
    data: _Viewer


def keep_comment(client: Client, repository: str, number: int, text: str, *, begin: bool) -> Kept:
    """Write the comment, or bring the one there is up to date.

    Ours is the oldest that holds the marker on a line of its own and that the token's own account wrote: anybody could
    have written the marker, and a maintainer's token could edit what they wrote.

    Args:
        client: An open client, with a token.
        repository: `OWNER/NAME`.
        number: Of the pull request.
        text: Markdown, as `fitted` returns it.
        begin: Whether to write one where there is none.

    Raises:
        PlatformError: QG-1772 to QG-1775, it was refused, or there was no answer.
    """
    login = own_login(client).casefold()
    known = _ours(client, repository, number, login)
    if known is not None and same_text(known.body, text):
        return Kept("unchanged", known.html_url)
    if known is not None:
        what = f"change the comment on #{number}"
        path = f"/repos/{repository}/issues/comments/{known.id}"
        try:
            answer = client.request("PATCH", path, what, body={"body": text})
        except DeniedError as error:
            if error.status != 404:  # somebody deleted it meanwhile
                raise
        else:
            return Kept("updated", as_type(answer.data, _Comment, what).html_url)
    if not begin:
        return Kept("nothing")
    what = f"comment on #{number}"
    try:
        answer = client.request("POST", f"/repos/{repository}/issues/{number}/comments", what, body={"body": text})
    except UnansweredError:
        # It may have been written all the same, and a second one would stay for ever.
        found = _ours(client, repository, number, login)
        if found is None:
            raise
        return Kept("created", found.html_url)
    return Kept("created", as_type(answer.data, _Comment, what).html_url)


def own_login(client: Client) -> str:
    """The account that a token writes as: of a workflow's own token `github-actions[bot]`.

    `GET /user` is refused to such a token and to an app's; GraphQL's `viewer` answers to all kinds. A server without
    GraphQL is asked the other way.

    Raises:
        PlatformError: Neither answers.
    """
    what = "find out whom the token belongs to"
    try:
        return as_type(client.graphql(_VIEWER, what), _Asked, what).data.viewer.login
    except DeniedError as error:
        if error.status == 401:
            raise
        return as_type(client.get("/user", what).data, User, what).login


def fitted(text: str) -> str:
    """Markdown with the marker, and within what a comment may hold: cut at a line end, open code blocks closed."""
    marked = text if _LINE.search(text) else f"{MARKER}\n{text}"
    if len(marked.encode()) <= MAX_BYTES:
        return marked
    if not _LINE.search(marked[: MAX_BYTES // 8]):  # it stands below, where it would be cut off
        marked = f"{MARKER}\n{_LINE.sub('', marked)}"
    room = MAX_BYTES - len(_CUT.encode()) - 200
    head = marked.encode()[:room].decode(errors="ignore").rpartition("\n")[0] or marked[: room // 4]
    return f"{head}\n{_open_fence(head)[:150]}{_CUT}"


def _open_fence(text: str) -> str:
    """The fence of the code block a text ends in, empty outside of one. One with words behind it closes none."""
    fence = ""
    for found, rest in _FENCE.findall(text):
        if not fence:
            fence = found
        elif found.startswith(fence) and not rest.strip():
            fence = ""
    return fence


def _ours(client: Client, repository: str, number: int, login: str) -> _Comment | None:
    what = f"read the comments on #{number}"
    for one in client.pages(f"/repos/{repository}/issues/{number}/comments", what, _Comment):
        if one.user is not None and one.user.login.casefold() == login and _LINE.search(one.body or ""):
            return one
    return None
