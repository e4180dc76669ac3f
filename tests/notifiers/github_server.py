"""A server on 127.0.0.1 that behaves like GitHub's REST API where these tests touch it.

It pages by Link headers, drops labels and assignees without push access, refuses assignees that do not exist, says 410
where issues are disabled, and does whatever a script tells it to do with the next request of a kind.
"""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "ghp_secretSECRETsecret"
REPOSITORY = "octo-org/looks"


@dataclass
class Scripted:
    """What happens to a request instead of, or after, what it asks for.

    Attributes:
        status: Of the answer; None for no answer at all.
        done: Whether what was asked for is done before, as when an answer is lost.
        delay: Seconds before the answer.
    """

    status: int | None = 500
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    done: bool = False
    delay: float = 0.0


@dataclass
class Platform:
    """What the server knows. Change it while it runs."""

    url: str = ""
    push: bool = True
    admin: bool = True
    has_issues: bool = True
    archived: bool = False
    users: tuple[str, ...] = ("octocat", "hubot")
    page: int = 100
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    pulls: dict[int, dict[str, Any]] = field(default_factory=dict)
    reviews: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    rules: list[dict[str, Any]] = field(default_factory=list)
    protection: dict[str, Any] | None = None
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    login: str = "github-actions[bot]"
    codeowners_errors: list[dict[str, Any]] = field(default_factory=list)
    script: list[tuple[str, str, Scripted]] = field(default_factory=list)
    requests: list[tuple[str, str]] = field(default_factory=list)
    after_read: Callable[[dict[str, Any]], dict[str, Any]] = lambda issue: issue

    def then(self, method: str, pattern: str, *scripted: Scripted) -> None:
        """What happens to the next requests whose path a pattern matches, in order."""
        self.script += [(method, pattern, one) for one in scripted]

    def writes(self) -> list[tuple[str, str]]:
        return [one for one in self.requests if one[0] != "GET"]

    def add_issue(self, **values: Any) -> dict[str, Any]:
        number = max(self.issues, default=0) + 1
        issue = {
            "number": number,
            "title": "t",
            "body": None,
            "state": "open",
            "state_reason": None,
            "labels": [],
            "assignees": [],
            "user": {"login": "octocat"},
            "html_url": f"{self.url}/{REPOSITORY}/issues/{number}",
            "updated_at": "2025-09-28T00:00:00Z",
            **values,
        }
        self.issues[number] = issue
        return issue

    def add_comment(self, number: int, **values: Any) -> dict[str, Any]:
        identity = sum(len(those) for those in self.comments.values()) + 1
        where = f"{self.url}/{REPOSITORY}/pull/{number}#issuecomment-{identity}"
        comment = {"id": identity, "html_url": where, "user": {"login": self.login}, **values}
        self.comments.setdefault(number, []).append(comment)
        return comment


@contextmanager
def serving(platform: Platform) -> Iterator[Platform]:
    """Run the server until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(platform))
    server.daemon_threads = True
    platform.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(platform: Platform) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # headers and content in one packet: two would wait 40 ms for each other

        def log_message(self, *_: object) -> None:
            """Nothing on stderr."""

        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            parts = urlsplit(self.path)
            platform.requests.append((self.command, parts.path))
            for index, (method, pattern, scripted) in enumerate(platform.script):
                if method == self.command and re.search(pattern, parts.path):
                    del platform.script[index]
                    if scripted.done:
                        self._answer(body, parts)
                    time.sleep(scripted.delay)
                    if scripted.status is None:
                        self.close_connection = True
                        return
                    self._send(scripted.status, scripted.body, scripted.headers)
                    return
            self._send(*self._answer(body, parts))

        do_GET = do_POST = do_PATCH = _serve  # noqa: N815

        def _send(self, status: int, data: Any, headers: dict[str, str] | None = None) -> None:
            content = data if isinstance(data, bytes) else json.dumps(data).encode()
            try:
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
            except OSError:
                self.close_connection = True

        def _answer(self, body: Any, parts: Any) -> tuple[int, Any, dict[str, str]]:
            token = self.headers.get("Authorization")
            if token is not None and token != f"Bearer {TOKEN}":
                return 401, {"message": "Bad credentials"}, {}
            if parts.path in ("/user", "/graphql", "/api/graphql"):
                user = {"login": platform.login}
                return 200, user if parts.path == "/user" else {"data": {"viewer": user}}, {}
            path = parts.path.removeprefix(f"/repos/{REPOSITORY}")
            if path == parts.path:
                return 404, {"message": "Not Found"}, {}
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            return _route(platform, self.command, path, query, body, token is not None, parts)

    return Handler


def _route(
    platform: Platform, method: str, path: str, query: dict[str, str], body: Any, known: bool, parts: Any
) -> tuple[int, Any, dict[str, str]]:
    if path == "":
        found = {"has_issues": platform.has_issues, "archived": platform.archived, "default_branch": "main"}
        return 200, found | ({"permissions": {"push": platform.push, "pull": True}} if known else {}), {}
    if path.startswith("/issues") and not platform.has_issues:
        return 410, {"message": "Issues has been disabled in this repository."}, {}
    if path == "/issues" and method == "GET":
        labels = set(query.get("labels", "").split(",")) - {""}
        found = [
            issue
            for issue in platform.issues.values()
            if labels <= {label["name"] for label in issue["labels"]}
            and (query.get("state") == "all" or issue["state"] == "open")
            and issue["updated_at"] >= query.get("since", "")
        ]
        return _page(platform, found, query, parts)
    if path == "/issues" and method == "POST":
        return (401, {"message": "Requires authentication"}, {}) if not known else _create(platform, body)
    if match := re.fullmatch(r"/issues/(\d+)", path):
        issue = platform.issues.get(int(match[1]))
        if issue is None:
            return 404, {"message": "Not Found"}, {}
        if method == "PATCH":
            return _change(platform, issue, body)
        return 200, platform.after_read(dict(issue)), {}
    if match := re.fullmatch(r"/issues/(\d+)/comments", path):
        if method == "POST":
            return 201, platform.add_comment(int(match[1]), body=body["body"].replace("\n", "\r\n")), {}
        return _page(platform, platform.comments.get(int(match[1]), []), query, parts)
    if match := re.fullmatch(r"/issues/comments/(\d+)", path):
        known = {comment["id"]: comment for those in platform.comments.values() for comment in those}
        if int(match[1]) not in known:
            return 404, {"message": "Not Found"}, {}
        known[int(match[1])]["body"] = body["body"].replace("\n", "\r\n")
        return 200, known[int(match[1])], {}
    if match := re.fullmatch(r"/pulls/(\d+)", path):
        pull = platform.pulls.get(int(match[1]))
        return (200, pull, {}) if pull is not None else (404, {"message": "Not Found"}, {})
    if match := re.fullmatch(r"/pulls/(\d+)/reviews", path):
        return _page(platform, platform.reviews.get(int(match[1]), []), query, parts)
    if path.startswith("/rules/branches/"):
        return _page(platform, platform.rules, query, parts)
    if match := re.fullmatch(r"/branches/[^/]+(/protection)?", path):
        if match[1] is None:
            return 200, {"protected": platform.protection is not None}, {}
        if not platform.admin:
            return 403, {"message": "Resource not accessible by integration"}, {}
        missing = (404, {"message": "Branch not protected"}, {})
        return (200, platform.protection, {}) if platform.protection is not None else missing
    if path == "/codeowners/errors":
        return 200, {"errors": platform.codeowners_errors}, {}
    return 404, {"message": "Not Found"}, {}


def _page(platform: Platform, found: list[Any], query: dict[str, str], parts: Any) -> tuple[int, Any, dict[str, str]]:
    size = min(platform.page, int(query.get("per_page", "30")))
    number = int(query.get("page", "1"))
    more = len(found) > number * size
    rest = "&".join(f"{key}={value}" for key, value in query.items() if key != "page")
    link = f'<{platform.url}{parts.path}?{rest}&page={number + 1}>; rel="next", <{platform.url}/last>; rel="last"'
    return 200, found[(number - 1) * size : number * size], {"Link": link} if more else {}


def _create(platform: Platform, body: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
    if len(body["title"]) > 256 or not body["title"].strip():
        return _invalid("title")
    if platform.push and any(login not in platform.users for login in body.get("assignees", [])):
        return _invalid("assignees")
    labels = body.get("labels", []) if platform.push else []
    logins = body.get("assignees", []) if platform.push else []
    return 201, platform.add_issue(
        title=body["title"],
        body=body["body"].replace("\n", "\r\n"),
        labels=[{"name": name} for name in labels],
        assignees=[{"login": login} for login in logins],
    ), {}  # fmt: skip


def _change(platform: Platform, issue: dict[str, Any], body: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
    if platform.push and any(login not in platform.users for login in body.get("assignees", [])):
        return _invalid("assignees")
    issue.update({key: body[key] for key in ("title", "body", "state") if key in body})
    if platform.push and "labels" in body:
        issue["labels"] = [{"name": name} for name in body["labels"]]
    if platform.push and "assignees" in body:
        issue["assignees"] = [{"login": login} for login in body["assignees"]]
    return 200, issue, {}


def _invalid(name: str) -> tuple[int, Any, dict[str, str]]:
    error = {"resource": "Issue", "field": name, "code": "invalid"}
    return 422, {"message": "Validation Failed", "errors": [error]}, {}
