"""The client: pages, waits, second attempts, refusals, and a token that goes nowhere else and is shown nowhere."""

from __future__ import annotations

import builtins
import json
from typing import Any

import pytest
from github_server import REPOSITORY, TOKEN, Platform, Scripted, serving
from msgspec import Struct

from qualitygate.core.errors import MissingExtraError
from qualitygate.notifiers.github.client import Client
from qualitygate.notifiers.github.errors import DeniedError, LimitedError, PlatformError, UnansweredError
from qualitygate.notifiers.github.target import Endpoint

LIST = f"/repos/{REPOSITORY}/issues"


class Item(Struct):
    number: int


def names(client: Client) -> list[int]:
    return [item.number for item in client.pages(LIST, "list", Item, {"state": "all"})]


def test_all_pages_are_read(client: Client, platform: Platform) -> None:
    platform.page = 7
    for _ in range(30):
        platform.add_issue()
    assert names(client) == list(range(1, 31))
    assert len(platform.requests) == 5


def test_pages_that_lead_elsewhere_are_not_followed(client: Client, platform: Platform) -> None:
    with serving(Platform()) as other:
        link = {"Link": f'<{other.url}/steal>; rel="next"'}
        platform.then("GET", "/issues", Scripted(200, b"[]", link))
        with pytest.raises(UnansweredError, match="no sensible address"):
            names(client)
        assert other.requests == []


def test_pages_in_a_circle_end(client: Client, platform: Platform) -> None:
    link = {"Link": f'<{platform.url}{LIST}?page=2>; rel="next"'}
    platform.then("GET", "/issues", *[Scripted(200, b"[]", link)] * 5)
    with pytest.raises(UnansweredError, match="no sensible address"):
        names(client)
    assert len(platform.requests) == 2


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_fault_is_tried_again(client: Client, platform: Platform, passing: Any, status: int) -> None:
    platform.then("GET", "/issues", Scripted(status), Scripted(status, b"<html>"))
    assert names(client) == []
    assert passing.slept == [1.0, 2.0]


def test_a_lasting_fault_is_one_clear_error(client: Client, platform: Platform, passing: Any) -> None:
    platform.then("GET", "/issues", *[Scripted(503)] * 9)
    with pytest.raises(UnansweredError, match="answers with the fault 503") as caught:
        names(client)
    assert caught.value.code == "QG-1775"
    assert passing.slept == [1.0, 2.0, 4.0, 8.0]


def test_without_time_for_a_second_attempt_the_first_fault_is_said(platform: Platform, passing: Any) -> None:
    platform.then("GET", "/issues", Scripted(503))
    where = Endpoint(platform.url, TOKEN)
    with (
        Client(where, sleep=passing.sleep, clock=passing.clock, max_wait=0) as client,
        pytest.raises(UnansweredError, match="answers with the fault 503"),
    ):
        names(client)
    assert passing.slept == []


def test_a_post_without_an_answer_is_not_repeated(client: Client, platform: Platform) -> None:
    platform.then("POST", "/issues", Scripted(500, done=True))
    with pytest.raises(UnansweredError):
        client.request("POST", LIST, "create", body={"title": "a", "body": "b"})
    assert len(platform.issues) == 1


@pytest.mark.parametrize(
    ("status", "headers", "body", "slept"),
    [
        (429, {"retry-after": "7"}, {}, 7),
        (403, {"retry-after": "30"}, {"message": "You have exceeded a secondary rate limit"}, 30),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1760000040"}, {}, 41),
        (429, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1759999990"}, {}, 1),
        (403, {}, {"message": "You have exceeded a secondary rate limit. Please wait."}, 60),
        (429, {"retry-after": "soon"}, {}, 60),
    ],
)
def test_rate_limits_are_waited_for(
    client: Client, platform: Platform, passing: Any, status: int, headers: dict[str, str], body: Any, slept: float
) -> None:
    platform.then("GET", "/issues", Scripted(status, json.dumps(body).encode(), headers))
    assert names(client) == []
    assert passing.slept == [slept]


def test_a_limit_on_writing_is_waited_for_too(client: Client, platform: Platform, passing: Any) -> None:
    """Unlike after a fault, nothing was done."""
    platform.then("POST", "/issues", Scripted(403, b"{}", {"retry-after": "5"}))
    client.request("POST", LIST, "create", body={"title": "a", "body": "b"})
    assert len(platform.issues) == 1
    assert passing.slept == [5.0]


def test_a_limit_longer_than_allowed_is_said(client: Client, platform: Platform, passing: Any) -> None:
    headers = {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1760003000"}
    platform.then("GET", "/issues", Scripted(403, b"{}", headers))
    with pytest.raises(LimitedError, match="asks to wait 3,001 s, and --max-wait allows 120 s") as caught:
        names(client)
    assert caught.value.after == 3001
    assert passing.slept == []


def test_waits_add_up_to_the_most_that_is_allowed(client: Client, platform: Platform, passing: Any) -> None:
    platform.then("GET", "/issues", *[Scripted(429, b"{}", {"retry-after": "50"})] * 5)
    with pytest.raises(LimitedError):
        names(client)
    assert sum(passing.slept) <= 120


def test_a_limit_of_no_seconds_for_ever_ends(client: Client, platform: Platform) -> None:
    platform.then("GET", "/issues", *[Scripted(429, b"{}", {"retry-after": "0"})] * 50)
    with pytest.raises(LimitedError, match="again and again"):
        names(client)
    assert len(platform.requests) < 10


def test_writes_keep_a_second_between_them(client: Client, platform: Platform, passing: Any) -> None:
    for _ in range(3):
        client.request("POST", LIST, "create", body={"title": "a", "body": "b"})
    assert passing.slept == [1.0, 1.0]


@pytest.mark.parametrize(
    ("status", "code", "says"),
    [
        (401, "QG-1772", "the token is not known"),
        (403, "QG-1772", "may not do this"),
        (404, "QG-1773", "does not exist, or the token may not see it"),
        (410, "QG-1773", "issues are disabled"),
        (422, "QG-1774", "title missing_field; too short"),
        (418, "QG-1774", "HTTP status 418"),
        (302, "QG-1773", "moved"),
    ],
)
def test_refusals(client: Client, platform: Platform, passing: Any, status: int, code: str, says: str) -> None:
    errors = [{"field": "title", "code": "missing_field"}, "too\nshort", 7]
    platform.then("POST", "/issues", Scripted(status, json.dumps({"message": "No\x1b[1m.", "errors": errors}).encode()))
    with pytest.raises(DeniedError, match=says) as caught:
        client.request("POST", LIST, "create an issue", body={})
    assert caught.value.code == code
    assert str(caught.value).isprintable()
    assert len(platform.requests) == 1
    assert passing.slept == []


@pytest.mark.parametrize("body", [b"<html>hello</html>", b'{"a": ', b"\xff\xfe", b"[" * 20_000, b'{"number": 1}', b"7"])
def test_malformed_answers(client: Client, platform: Platform, body: bytes) -> None:
    platform.then("GET", "/issues", *[Scripted(200, body)] * 5)
    with pytest.raises(UnansweredError, match=r"no JSON|not what was asked for"):
        names(client)


def test_a_slow_answer_is_given_up(platform: Platform, passing: Any) -> None:
    platform.then("GET", "/issues", Scripted(200, b"[]", delay=0.6))
    with Client(Endpoint(platform.url, TOKEN), sleep=passing.sleep, clock=passing.clock, timeout=0.15) as client:
        assert names(client) == []
    assert passing.slept == [1.0]


def test_nobody_there(passing: Any) -> None:
    with serving(Platform()) as gone:
        url = gone.url
    with (
        Client(Endpoint(url, TOKEN), sleep=passing.sleep, clock=passing.clock) as client,
        pytest.raises(UnansweredError, match="cannot be reached"),
    ):
        names(client)


def test_a_redirect_stays_on_the_server(client: Client, platform: Platform) -> None:
    platform.add_issue()
    platform.then("GET", "/old", Scripted(301, b"{}", {"Location": f"{LIST}/1"}))
    assert client.get("/repos/o/old", "look").data["number"] == 1
    with serving(Platform()) as other:
        platform.then("GET", "/old", Scripted(301, b"{}", {"Location": f"{other.url}/x"}))
        with pytest.raises(DeniedError, match="moved"):
            client.get("/repos/o/old", "look")
        assert other.requests == []


def test_the_token_is_in_no_message(platform: Platform, passing: Any) -> None:
    """Not even where the server repeats it."""
    wrong = "ghp_wrongWRONGwrong"
    where = Endpoint(platform.url, wrong)
    assert wrong not in repr(where)
    with Client(where, sleep=passing.sleep, clock=passing.clock) as client:
        told = json.dumps({"message": f"bad token {wrong}"}).encode()
        platform.then("GET", "/issues", Scripted(401, told), *[Scripted(500, told)] * 9)
        for _ in range(2):
            with pytest.raises(PlatformError) as caught:
                names(client)
            assert wrong not in f"{caught.value} {caught.value!r} {caught.value.told} {vars(caught.value)}"


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch, passing: Any) -> None:
    real = builtins.__import__

    def missing(name: str, *rest: Any) -> Any:
        if name == "httpx":
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(MissingExtraError) as caught, Client(Endpoint("https://x"), sleep=passing.sleep, clock=float):
        pass
    assert caught.value.code == "QG-1413"
    assert "pip install 'image-qualitygate[github]'" in str(caught.value)
