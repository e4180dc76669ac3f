"""The one comment on a pull request: found again, kept up to date, never somebody else's."""

from __future__ import annotations

import re
from typing import Any

import pytest
from github_server import REPOSITORY, TOKEN, Platform, Scripted
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qualitygate.notifiers.github.client import Client
from qualitygate.notifiers.github.comment import MARKER, MAX_BYTES, fitted, keep_comment, own_login
from qualitygate.notifiers.github.errors import DeniedError, LimitedError, UnansweredError
from qualitygate.notifiers.github.target import Endpoint

TEXT = f"{MARKER}\n## Failed\n\n`coffee.webp` is off.\n"
OURS = "github-actions[bot]"


def test_it_is_written_once_and_then_kept(client: Client, platform: Platform) -> None:
    assert keep_comment(client, REPOSITORY, 12, TEXT, begin=True).done == "created"
    again = keep_comment(client, REPOSITORY, 12, TEXT, begin=True)
    assert again.done == "unchanged"
    changed = keep_comment(client, REPOSITORY, 12, f"{MARKER}\nPassed\n", begin=False)
    assert changed.done == "updated"
    (only,) = platform.comments[12]
    assert changed.url == again.url == only["html_url"]
    assert only["body"] == f"{MARKER}\r\nPassed\r\n"
    assert [method for method, path in platform.writes() if not path.endswith("graphql")] == ["POST", "PATCH"]


def test_none_is_begun_where_none_is_wanted(client: Client, platform: Platform) -> None:
    assert keep_comment(client, REPOSITORY, 12, TEXT, begin=False).done == "nothing"
    assert platform.comments == {}


@pytest.mark.parametrize(
    ("login", "body"),
    [
        ("mallory", TEXT),
        ("github-actions", TEXT),
        (OURS, f"What does `{MARKER}` in your comment mean?"),
        (OURS, "<!-- qualitygate:action PM-2025-09-27-01/0123456789abcdef -->"),
        (OURS, None),
        (None, TEXT),
    ],
)
def test_what_others_wrote_is_not_touched(
    client: Client, platform: Platform, login: str | None, body: str | None
) -> None:
    theirs = platform.add_comment(12, body=body, user=None if login is None else {"login": login})
    before = dict(theirs)
    assert keep_comment(client, REPOSITORY, 12, f"{MARKER}\nnew", begin=True).done == "created"
    assert platform.comments[12][0] == before
    assert len(platform.comments[12]) == 2


def test_the_oldest_of_several_is_kept_on_whatever_page(client: Client, platform: Platform) -> None:
    platform.page = 2
    for number in range(5):
        platform.add_comment(12, body=f"remark {number}", user={"login": "octocat"})
    first = platform.add_comment(12, body=TEXT, user={"login": OURS.upper()})
    second = platform.add_comment(12, body=TEXT, user={"login": OURS})
    assert keep_comment(client, REPOSITORY, 12, f"{MARKER}\nnew", begin=True).url == first["html_url"]
    assert first["body"].startswith(f"{MARKER}\r\nnew")
    assert second["body"] == TEXT


@pytest.mark.parametrize("begin", [True, False])
def test_one_deleted_meanwhile_is_written_anew(client: Client, platform: Platform, begin: bool) -> None:
    platform.add_comment(12, body=TEXT, user={"login": OURS})
    platform.then("PATCH", "/comments/", Scripted(404, b'{"message": "Not Found"}'))
    kept = keep_comment(client, REPOSITORY, 12, f"{MARKER}\nnew", begin=begin)
    assert kept.done == ("created" if begin else "nothing")


def test_a_lost_answer_makes_no_second_comment(client: Client, platform: Platform) -> None:
    platform.then("POST", "/issues/12/comments", Scripted(None, done=True))
    assert keep_comment(client, REPOSITORY, 12, TEXT, begin=True).done == "created"
    assert len(platform.comments[12]) == 1
    platform.comments.clear()
    platform.then("POST", "/issues/12/comments", Scripted(502))
    with pytest.raises(UnansweredError):
        keep_comment(client, REPOSITORY, 12, TEXT, begin=True)


@pytest.mark.parametrize(
    ("method", "scripted", "error"),
    [
        ("GET", Scripted(403, b'{"message": "Resource not accessible by integration"}'), DeniedError),
        ("POST", Scripted(403, b'{"message": "Resource not accessible by integration"}'), DeniedError),
        ("POST", Scripted(404), DeniedError),
        ("POST", Scripted(422, b'{"errors": [{"message": "Body is too long"}]}'), DeniedError),
        ("POST", Scripted(429, headers={"Retry-After": "3600"}), LimitedError),
    ],
)
def test_a_refusal_is_an_error(
    client: Client, platform: Platform, method: str, scripted: Scripted, error: type[Exception]
) -> None:
    platform.then(method, "/issues/12/comments", scripted)
    with pytest.raises(error):
        keep_comment(client, REPOSITORY, 12, TEXT, begin=True)


def test_whose_token_it_is(client: Client, platform: Platform) -> None:
    assert own_login(client) == OURS
    for status in (403, 404, 410):
        platform.then("POST", "graphql", Scripted(status))
        platform.login = "a-person"
        assert own_login(client) == "a-person"
    platform.then("POST", "graphql", Scripted(200, b'{"data": null, "errors": [{"message": "x"}]}'))
    with pytest.raises(UnansweredError):
        own_login(client)


def test_a_token_that_is_not_known(platform: Platform, passing: Any) -> None:
    where = Endpoint(platform.url, f"{TOKEN}x")
    with Client(where, sleep=passing.sleep, clock=passing.clock) as stranger, pytest.raises(DeniedError) as caught:
        own_login(stranger)
    assert caught.value.code == "QG-1772"


def test_on_a_server_of_ones_own_graphql_is_beside_v3(platform: Platform, passing: Any) -> None:
    with Client(Endpoint(f"{platform.url}/api/v3", TOKEN), sleep=passing.sleep, clock=passing.clock) as enterprise:
        assert own_login(enterprise) == OURS
    assert platform.requests == [("POST", "/api/graphql")]


def test_a_short_text_only_gets_its_marker() -> None:
    assert fitted(TEXT) == TEXT
    assert fitted("a\n") == f"{MARKER}\na\n"
    assert fitted(f"a {MARKER}\n") == f"{MARKER}\na {MARKER}\n"


FENCED = st.lists(st.sampled_from(["a", "ü" * 300, "```", "````text", "```` ", "~~~", "~~~~", "  ```", "    ```", ""]))


@given(FENCED, st.integers(0, 250), st.booleans())
def test_it_fits_and_every_code_block_is_closed(lines: list[str], filling: int, marked: bool) -> None:
    text = "\n".join([*lines, *(["😀" * 100] * filling), *([MARKER] if marked else [])])
    made = fitted(text)
    assert len(made.encode()) <= MAX_BYTES
    assert re.search(rf"^{re.escape(MARKER)}$", made, re.MULTILINE)
    if len(text.encode()) > MAX_BYTES:
        kinds = [token.type for token in MarkdownIt("commonmark").parse(made)]
        assert kinds[-3:] == ["paragraph_open", "inline", "paragraph_close"], "the last line stands in a code block"
        assert len(made.encode()) > MAX_BYTES - 2_000
    else:
        assert made.removeprefix(f"{MARKER}\n") == text.removeprefix(f"{MARKER}\n")


def test_one_endless_line_is_cut_as_well() -> None:
    made = fitted("ü" * 100_000)
    assert len(made.encode()) <= MAX_BYTES
    assert made.startswith(MARKER)
    assert "left out" in made
