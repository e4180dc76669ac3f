"""Which platform, which token, which repository."""

from __future__ import annotations

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.notifiers.github.target import Endpoint, endpoint, repository

PUBLIC = Endpoint("https://api.github.com")


def test_the_environment_and_what_goes_before() -> None:
    assert endpoint({}) == PUBLIC
    environ = {"GITHUB_API_URL": "https://ghe.example/api/v3/", "GITHUB_TOKEN": " a\n", "GH_TOKEN": "b"}
    assert endpoint(environ) == Endpoint("https://ghe.example/api/v3", "a")
    assert endpoint(environ | {"GITHUB_TOKEN": ""}, "https://other.example").token == "b"
    assert endpoint(environ, "https://other.example").url == "https://other.example"


@pytest.mark.parametrize(
    ("url", "web"),
    [
        ("https://api.github.com", "github.com"),
        ("https://ghe.example/api/v3", "ghe.example"),
        ("https://api.octo.ghe.com", "octo.ghe.com"),
        ("http://127.0.0.1:8080", "127.0.0.1:8080"),
    ],
)
def test_pages_belong_to_an_api(url: str, web: str) -> None:
    assert endpoint({}, url).web_host == web


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("http://ghe.example", "not encrypted"),
        ("ftp://ghe.example", "no address"),
        ("ghe.example", "no address"),
        ("https://", "no address"),
        ("https://x:99999", "no address"),
        ("https://[", "no address"),
        ("https://me:secret@ghe.example", "more than scheme"),
        ("https://ghe.example?token=secret", "more than scheme"),
        ("https://ghe.exa mple", "white space"),
        ("https://ghe.example/\u202e", "beyond ASCII"),
    ],
)
def test_addresses_that_are_none(url: str, says: str) -> None:
    with pytest.raises(ConfigError, match=says) as caught:
        endpoint({}, url)
    assert caught.value.code == "QG-1771"
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("token", ["two words", "line\nend", "schlüssel"])
def test_a_token_that_is_none_is_not_shown(token: str) -> None:
    with pytest.raises(ConfigError) as caught:
        endpoint({"GH_TOKEN": token})
    assert caught.value.code == "QG-1771"
    assert token not in str(caught.value)


@pytest.mark.parametrize(
    "remote",
    [
        "https://github.com/octo-org/looks.git",
        "https://github.com/octo-org/looks",
        "https://me:pass@github.com/octo-org/looks.git/",
        "git@github.com:octo-org/looks.git",
        "github.com:octo-org/looks",
        "ssh://git@github.com/octo-org/looks.git",
        "ssh://git@github.com:22/octo-org/looks.git",
        "git://GitHub.com/octo-org/looks",
    ],
)
def test_remotes(remote: str) -> None:
    assert repository(None, {}, remote, PUBLIC) == "octo-org/looks"


def test_what_goes_before() -> None:
    environ = {"GITHUB_REPOSITORY": "a/b"}
    assert repository("c/d.e_f-g", environ, "git@github.com:h/i", PUBLIC) == "c/d.e_f-g"
    assert repository(None, environ, "git@github.com:h/i", PUBLIC) == "a/b"


@pytest.mark.parametrize("name", ["a", "a/b/c", "/b", "a/", "a/..", "../b", "a b/c", "a/b?c", "a/b\n", "-a/b", "ä/b"])
def test_names_that_are_none(name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        repository(name, {}, None, PUBLIC)
    assert caught.value.code == "QG-1770"


@pytest.mark.parametrize(
    "remote", [None, "", "/srv/git/looks.git", "../looks", "https://github.com/looks", "C:\\git\\looks", "file:///x/y"]
)
def test_no_repository(remote: str | None) -> None:
    with pytest.raises(ConfigError, match="no repository is named") as caught:
        repository(None, {}, remote, PUBLIC)
    assert "--repo OWNER/NAME" in str(caught.value)


def test_a_remote_elsewhere_is_not_taken() -> None:
    """The issues of `o/r` on one server are not those of `o/r` on another; a password in it is not shown."""
    with pytest.raises(ConfigError, match=r"the remote is on gitlab\.example") as caught:
        repository(None, {}, "https://me:secret@gitlab.example/o/r.git", PUBLIC)
    assert "secret" not in str(caught.value)
