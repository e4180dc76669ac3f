"""CODEOWNERS as GitHub reads it: GitHub's own example, what it skips, and what hostile files do."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate.governance.codeowners import Skipped, is_owner, parse

# The rules of the example in GitHub Docs, "About code owners", in its order.
EXAMPLE = r"""
# This is a comment.
*       @global-owner1 @global-owner2
*.js    @js-owner #This is an inline comment.
*.go docs@example.com
*.txt @octo-org/octocats
/build/logs/ @doctocat
docs/* docs@example.com
apps/ @octocat
/docs/ @doctocat
/scripts/ @doctocat @octocat
**/logs @octocat
/apps/ @octocat
/apps/github
"""


@pytest.mark.parametrize(
    ("path", "owners"),
    [
        ("README", ["@global-owner1", "@global-owner2"]),
        ("src/a.js", ["@js-owner"]),
        ("cmd/main.go", ["docs@example.com"]),
        ("a/b/notes.txt", ["@octo-org/octocats"]),
        ("build/logs/today", ["@octocat"]),  # the later `**/logs`
        ("docs/getting-started.md", ["@doctocat"]),  # the later `/docs/`
        ("web/apps/x", ["@octocat"]),
        ("scripts/run", ["@doctocat", "@octocat"]),
        ("deeply/nested/logs/x", ["@octocat"]),
        ("apps/web/a.js", ["@octocat"]),
        ("apps/github/x", []),  # cleared by the last line
        ("apps/github", []),
    ],
)
def test_the_example(path: str, owners: list[str]) -> None:
    found = parse(EXAMPLE)
    assert found.skipped == ()
    assert list(found.owners(path)) == owners


def test_nobody_owns_what_no_line_names() -> None:
    found = parse("/a @x\n")
    assert found.rule("b") is None
    assert found.owners("b") == ()


@pytest.mark.parametrize(
    ("line", "pattern", "owners"),
    [
        ("a\\ b.cube @x", "a b.cube", ("@x",)),
        ("\ta \t @x\t@y  ", "a", ("@x", "@y")),
        ("a @x # @y", "a", ("@x",)),
        ("a @x#y@z.org", None, None),  # no white space before the `#`: part of the owner, which is then none
        ("a#b @x", "a#b", ("@x",)),
        ("a #", "a", ()),
        ("größe/*.cube @Brand-Team", "größe/*.cube", ("@Brand-Team",)),
        ("a @o/r-e.a_m me.too+x@mail.example.org", "a", ("@o/r-e.a_m", "me.too+x@mail.example.org")),
        ("a\r", "a", ()),
    ],
)
def test_lines(line: str, pattern: str | None, owners: tuple[str, ...] | None) -> None:
    found = parse(f"{line}\n")
    if pattern is None:
        assert len(found.skipped) == 1
    else:
        assert (found.rules[0].pattern, found.rules[0].owners, found.skipped) == (pattern, owners, ())


def test_skipped_lines_have_their_numbers_and_change_nothing_else() -> None:
    """The two errors that GitHub's documentation of `codeowners/errors` shows, and what the syntax page forbids."""
    lines = ["* @all", "", "***/*.rb @monalisa", "!/a @x", "*.[ch] @x", "", "*.txt docs@", "\\#a @x", "/last @y"]
    found = parse("\r\n".join(lines))
    assert [rule.pattern for rule in found.rules] == ["*", "/last"]
    assert [(one.line, one.text) for one in found.skipped] == [(n, lines[n - 1]) for n in (3, 4, 5, 7, 8)]
    assert found.skipped[0].reason == "invalid pattern: did you mean `**/*.rb`?"
    assert "invalid owner 'docs@'" in found.skipped[3].reason
    assert found.owners("x.rb") == ("@all",)


@pytest.mark.parametrize("text", ["@", "@/x", "@x/", "@x/y/z", "x", "x@", "@x@y", "x@y", "x@y.", "@-x", "@x y", ""])
def test_no_owners(text: str) -> None:
    assert not is_owner(text)


def test_byte_order_mark_and_empty_files() -> None:
    assert parse("\ufeff* @x\n").owners("a") == ("@x",)
    assert parse("") == parse("# only\n\n  \n")


def test_large_files_are_read_in_time(bounded: Callable[[float], AbstractContextManager[None]]) -> None:
    """Just under 3 MB."""
    with bounded(20):
        found = parse("/some/directory/that/is/long/**/*.cube @org/brand\n" * 55_000)
        assert len(found.rules) == 55_000
        assert isinstance(parse("\0" * 2_900_000), type(found))


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab*?/\\ #@!.[]\t\r\n\0é", max_size=60))
def test_any_text_gives_a_result(text: str) -> None:
    found = parse(text)
    for path in ("a", "a/b", "b/a/b.a"):
        found.owners(path)
    assert all(isinstance(one, Skipped) and one.line >= 1 for one in found.skipped)
