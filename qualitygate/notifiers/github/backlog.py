"""One issue per corrective action: found by its marker, created once, brought up to date, read back and compared."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from qualitygate.core.backlog import BacklogItem
from qualitygate.core.delivery import Change, Delivered, Delivery, Rejected, Retryable
from qualitygate.notifiers.github.client import Client, as_type
from qualitygate.notifiers.github.errors import DeniedError, LimitedError, UnansweredError
from qualitygate.notifiers.github.index import IssueIndex
from qualitygate.notifiers.github.issue import Issue, body_with, labels_with, marker, same_text, title_of

_ATTEMPTS = 3


class _Permissions(Struct, frozen=True):
    push: bool = False


class _Repository(Struct, frozen=True):
    has_issues: bool = True
    archived: bool = False
    permissions: _Permissions | None = None


class Backlog:
    """The issues of one repository.

    Args:
        client: An open client.
        repository: `OWNER/NAME`.
        dry_run: Look, but write nothing.
    """

    def __init__(self, client: Client, repository: str, *, dry_run: bool = False) -> None:
        self._client, self._repository, self._dry_run = client, repository, dry_run
        self._path = f"/repos/{repository}/issues"
        self._index = IssueIndex(client, repository)
        self._may_push: bool | None = None

    def open(self) -> None:
        """Look whether the repository has issues, and what the token may do.

        Raises:
            PlatformError: QG-1772, QG-1773 or QG-1775; the backlog cannot be used.
        """
        answer = self._client.get(f"/repos/{self._repository}", "read the settings")
        found = as_type(answer.data, _Repository, "read the settings")
        if not found.has_issues:
            message = f"issues are disabled in {self._repository}"
            raise DeniedError(message, code="QG-1773", hint="enable issues in the repository's settings")
        if found.archived:
            raise DeniedError(f"{self._repository} is archived, and read only", code="QG-1773", hint="name another")
        # Without a token GitHub does not say; then nothing can be written anyway.
        self._may_push = found.permissions.push if found.permissions is not None else None

    def owns(self, url: str) -> bool:
        """Whether an address is that of an issue of this repository."""
        return self._index.number(url) is not None

    def deliver(self, item: BacklogItem) -> Delivery:
        """Bring one action to the backlog. The same call again changes nothing."""
        try:
            return self._deliver(item)
        except (LimitedError, UnansweredError) as error:
            return Retryable(error.message, error.code, error.after)
        except DeniedError as error:
            return Rejected(error.message, error.code, error.hint)

    def _deliver(self, item: BacklogItem) -> Delivery:
        found = self._index.find(item)
        notes: list[str] = []
        if len(found) > 1:
            others = ", ".join(f"#{issue.number}" for issue in found[1:])
            notes.append(f"#{found[0].number} is taken; {others} carry the same marker [QG-1778]")
        if found and found[0].state == "closed":
            return Delivered(self._index.url(found[0]), "unchanged", found[0].status, tuple(notes))
        if found:
            return self._update(item, found[0], notes)
        if item.url is not None:
            message = f"the recorded ticket {item.url} is gone"
            return Rejected(message, "QG-1773", "take it out of the action, and a new one is created")
        if self._dry_run:
            return Delivered(None, "created")
        issue, dropped = self._create(item)
        return self._compared(item, issue, "created", body_with(item, None), dropped + notes)

    def _create(self, item: BacklogItem) -> tuple[Issue, list[str]]:
        """Create an issue, once: after an attempt without an answer it is looked for before the next one."""
        body: dict[str, Any] = {"title": title_of(item), "body": body_with(item, None), "labels": list(item.labels)}
        if item.assignee is not None:
            body["assignees"] = [item.assignee]
        notes: list[str] = []
        for attempt in range(_ATTEMPTS):
            try:
                answer = self._client.request("POST", self._path, "create an issue", body=body)
                issue = as_type(answer.data, Issue, "create an issue")
                break
            except UnansweredError as error:
                wait = 2.0 ** (attempt + 1)
                if attempt == _ATTEMPTS - 1 or not self._client.may_wait(wait):
                    raise
                self._client.pause(wait, error.message)
                if found := self._index.search(item, anew=True):
                    issue = found[0]
                    break
            except DeniedError as error:
                refused = [name for name in ("assignees", "labels") if name in body and _complains(error, name)]
                if error.status != 422 or not refused:
                    raise
                for name in refused:
                    notes.append(f"the platform refuses the {name} {', '.join(body.pop(name))} [QG-1777]")
        else:  # every attempt was refused something else
            raise DeniedError("cannot create an issue: nothing of it is accepted", code="QG-1774")
        self._index.remember([issue])
        return issue, notes

    def _update(self, item: BacklogItem, issue: Issue, notes: list[str]) -> Delivery:
        wanted = body_with(item, issue.body)
        labels = tuple(label.name for label in issue.labels)
        change: dict[str, Any] = {}
        if issue.title != title_of(item):
            change["title"] = title_of(item)
        if not same_text(issue.body, wanted):
            change["body"] = wanted
        # Without push access both would be dropped again, each time.
        if self._may_push is not False:
            if labels_with(item, labels) != labels:
                change["labels"] = list(labels_with(item, labels))
            if item.assignee is not None and not issue.logins:
                change["assignees"] = [item.assignee]
        if not change or self._dry_run:
            notes = notes + self._dropped(item, issue)
            return Delivered(self._index.url(issue), "updated" if change else "unchanged", notes=tuple(notes))
        path = f"{self._path}/{issue.number}"
        try:
            self._client.request("PATCH", path, f"update issue #{issue.number}", body=change)
        except DeniedError as error:
            if error.status != 422 or "assignees" not in change or not _complains(error, "assignees"):
                raise
            del change["assignees"]
            if change:
                self._client.request("PATCH", path, f"update issue #{issue.number}", body=change)
        return self._compared(item, issue, "updated" if change else "unchanged", wanted, notes)

    def _compared(self, item: BacklogItem, issue: Issue, change: Change, sent: str, notes: list[str]) -> Delivery:
        """Read the issue back, and say what is not as it was sent."""
        what = f"read issue #{issue.number} back"
        try:
            issue = as_type(self._client.get(f"{self._path}/{issue.number}", what).data, Issue, what)
        except (LimitedError, UnansweredError) as error:
            # It is there, and must be recorded; that it could not be looked at is said.
            unread = f"not read back: {error.message} [QG-1775]"
            return Delivered(self._index.url(issue), change, issue.status, (*notes, unread))
        wrong = [] if issue.title == title_of(item) else [f"its title is {issue.title[:80]!r}"]
        if not same_text(issue.body, sent) or marker(item) not in (issue.body or ""):
            wrong.append("its body is another")
        if wrong:
            reason = f"#{issue.number} is not as it was sent: {', '.join(wrong)}"
            return Rejected(reason, "QG-1776", "look at it, and run this again", self._index.url(issue))
        said = notes + [note for note in self._dropped(item, issue) if not _told(notes, note)]
        return Delivered(self._index.url(issue), change, issue.status, tuple(said))

    def _dropped(self, item: BacklogItem, issue: Issue) -> list[str]:
        """What the issue lacks of labels and assignee."""
        have = {label.name.casefold() for label in issue.labels}
        missing = [label for label in item.labels if label.casefold() not in have]
        why = ", for the token has no push access" if self._may_push is False else ""
        planned = self._dry_run and self._may_push is not False
        notes = [f"the labels {', '.join(missing)} were dropped{why} [QG-1777]"] if missing and not planned else []
        logins = {login.casefold() for login in issue.logins}
        if item.assignee is not None and item.assignee.casefold() not in logins and not planned:
            if logins:
                theirs = ", ".join(issue.logins)
                notes.append(f"it is assigned to {theirs}, and the action to {item.assignee} [QG-1779]")
            else:
                notes.append(f"the assignee {item.assignee} was dropped{why} [QG-1777]")
        return notes


def _complains(error: DeniedError, name: str) -> bool:
    return any(field.rstrip("s") == name.rstrip("s") for field in error.fields)


def _told(notes: list[str], note: str) -> bool:
    """Whether it was said already that labels, or assignees, were refused."""
    return any(word in note and word in other for word in ("label", "assignee") for other in notes)
