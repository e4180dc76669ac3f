"""Paths as URI references."""

from __future__ import annotations

from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.reporters.artifact_uri import artifact_location


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("candidate/a.png", "candidate/a.png"),
        ("./candidate//a.png", "candidate/a.png"),
        ("a/../b.png", "b.png"),
        ("../elsewhere/b.png", "../elsewhere/b.png"),
        ("a b/100%.png", "a%20b/100%25.png"),
        ("http://x.png", "http%3A/x.png"),
        ("C:x.png", "C%3Ax.png"),
        ("日本/ü.png", "%E6%97%A5%E6%9C%AC/%C3%BC.png"),
        ("bad\udcff.png", "bad%FF.png"),
        ("a?b#c.png", "a%3Fb%23c.png"),
    ],
)
def test_relative_paths(path: str, uri: str) -> None:
    assert artifact_location(path) == {"uri": uri, "uriBaseId": "%SRCROOT%"}


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("/mnt/render farm/a.png", "file:///mnt/render%20farm/a.png"),
        ("/mnt/../srv/a.png", "file:///srv/a.png"),
        ("D:/renders/ü.png", "file:///D:/renders/%C3%BC.png"),
        ("D:\\renders\\a.png", "file:///D:/renders/a.png"),
        ("//server/share/a.png", "file://server/share/a.png"),
    ],
)
def test_absolute_paths_have_no_base(path: str, uri: str) -> None:
    assert artifact_location(path) == {"uri": uri}


@given(st.text(st.characters(), min_size=1, max_size=30))
def test_any_path_comes_back(path: str) -> None:
    uri = artifact_location(path)["uri"]
    assert uri.isascii()
    assert not set(uri) & set(' "<>\\^`{|}')
    split = urlsplit(uri)
    assert split.scheme in {"", "file"}
    if not path.isascii() or "/" in path or "\\" in path or path[1:2] == ":":
        return
    assert unquote_to_bytes(uri).decode() == path
