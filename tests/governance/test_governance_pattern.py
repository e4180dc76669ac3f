"""Patterns of CODEOWNERS: GitHub's own examples, gitignore's rules, and what GitHub refuses."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qualitygate.governance.pattern import fault, matches

# The examples of GitHub Docs, "About code owners", one row per sentence about them, and the corners beside them.
TABLE = [
    ("*", ["a", "a/b", "a/b/c.rb"], []),
    ("*.js", ["a.js", "deep/down/a.js", "lib.js/inner"], ["a.jsx", "js", "a.JS"]),
    ("/build/logs/", ["build/logs/a", "build/logs/deep/a"], ["build/logs", "x/build/logs/a", "build/logs2/a"]),
    (
        "docs/*",
        ["docs/getting-started.md"],
        ["docs/build-app/troubleshooting.md", "x/docs/getting-started.md", "docs"],
    ),
    ("apps/", ["apps/a", "deep/apps/a", "deep/apps/more/a"], ["apps", "deep/apps", "myapps/a"]),
    ("/docs/", ["docs/a", "docs/b/c"], ["x/docs/a", "docs"]),
    ("/scripts/", ["scripts/run", "scripts/deep/run"], ["my/scripts/run"]),
    ("**/logs", ["logs/a", "build/logs/a", "scripts/logs/a", "deeply/nested/logs/a", "logs"], ["logs2/a", "blogs/a"]),
    ("/apps/github", ["apps/github", "apps/github/a/b"], ["apps/github2", "apps/a", "x/apps/github"]),
    # gitignore: a slash in the middle ties to the top, none does not
    ("a/b", ["a/b", "a/b/c"], ["x/a/b", "a/x/b"]),
    ("b", ["b", "a/b", "a/b/c"], ["ab", "a/bc"]),
    ("/b", ["b", "b/c"], ["a/b"]),
    ("/*", ["a"], ["a/b"]),
    ("/*.cube", ["a.cube"], ["luts/a.cube"]),
    ("/luts/*.cube", ["luts/a.cube"], ["luts/deep/a.cube", "x/luts/a.cube"]),
    ("/luts/**/*.cube", ["luts/a.cube", "luts/x/y/a.cube"], ["a.cube", "luts/a.cubes"]),
    ("luts/**", ["luts/a", "luts/a/b"], ["luts", "x/luts/a"]),
    ("**", ["a", "a/b"], []),
    ("**/", ["a/b", "a/b/c"], ["a"]),
    ("a/**/b", ["a/b", "a/x/b", "a/x/y/b", "a/b/c"], ["ab", "x/a/b"]),
    ("**/a/**/b/*", ["a/b/c", "x/a/y/b/c"], ["a/b/c/d", "a/c"]),
    ("a*z", ["az", "abcz", "x/a.z"], ["a", "abz.txt"]),
    ("a*b*c", ["abc", "aXbYc", "abbc", "abcbc"], ["acb", "ab"]),
    ("/a?c", ["abc", "axc"], ["ac", "a/c", "abbc"]),
    ("with space.cube", ["with space.cube"], ["with"]),
    ("palette+(1).json", ["palette+(1).json"], ["palettee1.json"]),
    ("/größe/", ["größe/a"], ["groesse/a", "grösse/a"]),
    ("*/", ["a/b", "a/b/c"], ["a"]),
    ("/", [], ["a", "a/b"]),
]


@pytest.mark.parametrize(("pattern", "taken", "left"), TABLE, ids=[row[0] for row in TABLE])
def test_table(pattern: str, taken: list[str], left: list[str]) -> None:
    assert fault(pattern) is None
    assert [path for path in taken if not matches(pattern, path)] == []
    assert [path for path in left if matches(pattern, path)] == []


@pytest.mark.parametrize(
    ("pattern", "says"),
    [
        ("!/docs/", "`!`"),
        ("*.[ch]", "`[ ]`"),
        ("a]", "`[ ]`"),
        ("\\#name", "`#`"),
        ("***/*.rb", "did you mean `**/*.rb`?"),
        ("a\\b", "backslash"),
        ("a//b", "`//`"),
    ],
)
def test_what_github_refuses(pattern: str, says: str) -> None:
    assert says in str(fault(pattern))


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a" * 60 + "b", "a" * 3000),
        ("**/a/" * 60 + "b", "a/" * 1000 + "c"),
        ("**/*a*/" * 40 + "b", "aaa/" * 800 + "c"),
        ("?" * 100 + "*" * 2 + "x", "y" * 5000),
    ],
)
def test_no_pattern_takes_for_ever(
    pattern: str, path: str, bounded: Callable[[float], AbstractContextManager[None]]
) -> None:
    with bounded(10):
        assert not matches(pattern, path)


_NAMES = st.text(alphabet="ab", min_size=1, max_size=3)
_PATHS = st.lists(_NAMES, min_size=1, max_size=4).map("/".join)
_PARTS = st.one_of(st.just("**"), st.text(alphabet="ab*?", min_size=1, max_size=3).filter(lambda s: "***" not in s))


def slow(pattern: list[str], path: list[str]) -> bool:
    """Whether names match, by trying everything."""
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(slow(pattern[1:], path[skip:]) for skip in range(len(path) + 1))
    return bool(path) and _slow_name(pattern[0], path[0]) and slow(pattern[1:], path[1:])


def _slow_name(pattern: str, name: str) -> bool:
    if not pattern:
        return not name
    if pattern[0] == "*":
        return any(_slow_name(pattern[1:], name[skip:]) for skip in range(len(name) + 1))
    return bool(name) and pattern[0] in ("?", name[0]) and _slow_name(pattern[1:], name[1:])


@settings(max_examples=400, deadline=None)
@given(parts=st.lists(_PARTS, min_size=1, max_size=4), path=_PATHS)
def test_the_expression_agrees_with_trying_everything(parts: list[str], path: str) -> None:
    """Tied patterns; below a name that matches, everything is taken, but for a last name that is `*` alone."""
    names = path.split("/")
    whole = [*parts[:-1], "*", "**"] if parts[-1] == "**" else parts  # `**` at the end: at least one name
    expected = slow(whole, names)
    if parts[-1] not in ("*", "**"):
        expected = any(slow(whole, names[:length]) for length in range(1, len(names) + 1))
    assert matches("/" + "/".join(parts), path) is expected


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_git_agrees_where_github_does_as_gitignore_does(tmp_path: Path) -> None:
    """Everything of the table but a last name `*`, which is where GitHub departs from gitignore."""
    subprocess.run(["git", "init", "-q", "."], cwd=tmp_path, check=True)
    for pattern, taken, left in TABLE:
        if pattern.rstrip("/").endswith(("/*", "b/*")) or pattern in ("/", "**/logs"):
            continue
        (tmp_path / ".gitignore").write_text(pattern.replace(" ", "\\ ") + "\n", encoding="utf-8")
        command = ["git", "-c", "core.quotePath=false", "check-ignore", "--no-index", "--stdin", "-z"]
        done = subprocess.run(
            command, cwd=tmp_path, input="\0".join(taken + left).encode(), capture_output=True, check=False
        )
        ignored = {name.decode() for name in done.stdout.split(b"\0") if name}
        assert ignored == set(taken), pattern
