"""Which issue belongs to which action: by its recorded address, or by the marker in its body."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from qualitygate.core.backlog import BacklogItem
from qualitygate.notifiers.github.client import Client, as_type
from qualitygate.notifiers.github.errors import DeniedError
from qualitygate.notifiers.github.issue import Issue

LABEL = "incident"


class IssueIndex:
    """The issues of one repository that carry a marker, as far as it was looked for them.

    All methods that ask the platform raise `PlatformError` as `Client.get` does.
    """

    def __init__(self, client: Client, repository: str) -> None:
        self._client, self._repository = client, repository
        self._path = f"/repos/{repository}/issues"
        self._known: dict[str, list[Issue]] = {}
        self._listed_label = False
        self._listed_since: str | None = None

    def find(self, item: BacklogItem) -> list[Issue]:
        """The issues of an action, the oldest first: the recorded one, else those that carry its marker."""
        number = self.number(item.url) if item.url is not None else None
        if number is not None:
            try:
                answer = self._client.get(f"{self._path}/{number}", f"read issue #{number}")
                return [as_type(answer.data, Issue, f"read issue #{number}")]
            except DeniedError as error:
                if error.status not in (404, 410):
                    raise
        if not self._listed_label:
            self.remember(self._list({"labels": LABEL}))
            self._listed_label = True
        return self._known[item.name] if item.name in self._known else self.search(item)

    def search(self, item: BacklogItem, *, anew: bool = False) -> list[Issue]:
        """Look through all issues since the incident: labels may have been dropped, or taken away by somebody.

        Args:
            anew: Look again even if that was done.
        """
        if anew or self._listed_since is None or item.since < self._listed_since:
            self.remember(self._list({"since": item.since}))
            self._listed_since = item.since if self._listed_since is None else min(item.since, self._listed_since)
        return self._known.get(item.name, [])

    def _list(self, query: dict[str, str]) -> Iterator[Issue]:
        # Ascending: an issue made while the pages are read comes last, and moves none from one page to another.
        query = {"state": "all", "sort": "created", "direction": "asc", **query}
        return self._client.pages(self._path, "list the issues", Issue, query)

    def remember(self, issues: Iterable[Issue]) -> None:
        """Note which actions issues belong to; pull requests are passed over."""
        for issue in issues:
            if issue.pull_request is not None:
                continue
            for name in issue.names:
                known = [other for other in self._known.get(name, []) if other.number != issue.number]
                self._known[name] = sorted([*known, issue], key=lambda one: one.number)

    def url(self, issue: Issue) -> str:
        """The address of an issue: what the platform says, if it says one of this repository."""
        if self.number(issue.html_url) == issue.number:
            return issue.html_url
        where = self._client.where
        return f"{urlsplit(where.url).scheme}://{where.web_host}/{self._repository}/issues/{issue.number}"

    def number(self, url: str) -> int | None:
        """Number of the issue at an address, None where it is none of this repository."""
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        found = re.fullmatch(r"/([^/]+/[^/]+)/issues/([1-9][0-9]{0,17})/?", parts.path)
        if found is None or found[1].casefold() != self._repository.casefold():
            return None
        return int(found[2]) if parts.netloc.casefold() == self._client.where.web_host.casefold() else None
