"""Patterns of CODEOWNERS: those of gitignore, without `!` and `[ ]`.

Source: GitHub Docs, "About code owners", and gitignore(5). Paths are compared byte for byte, case and accents included.

- `/` at the beginning or in the middle ties a pattern to the top; else it matches at any depth.
- `/` at the end takes a directory, with everything below; so does a name without it, which may also be a file.
- `*` and `?` stay within one name. A last name that is `*` alone takes files there and none further down (`docs/*`).
- `**/` is any number of directories, `/**` at the end everything below.
"""

from __future__ import annotations

import re
from functools import lru_cache


def fault(pattern: str) -> str | None:
    """Why GitHub would not take a pattern; None if it would. Escaped spaces are already resolved."""
    if pattern.startswith("!"):
        return "`!` does not work here; write a line without owners below instead"
    if "[" in pattern or "]" in pattern:
        return "`[ ]` does not work here; write a `?` for each such character"
    if pattern.startswith("\\#"):
        return "a `#` cannot be escaped"
    if "\\" in pattern:
        return "a backslash may only stand before a space"
    if "***" in pattern:
        return f"did you mean `{re.sub('[*]{3,}', '**', pattern)}`?"
    if "//" in pattern:
        return "`//` matches nothing"
    return None


def matches(pattern: str, path: str) -> bool:
    """Whether a pattern without fault takes a file, by its path from the top with `/`."""
    return _compiled(pattern).fullmatch(path) is not None


@lru_cache(maxsize=4096)
def _compiled(pattern: str) -> re.Pattern[str]:
    """The pattern as an expression. What need not be tried twice is atomic, so that no pattern takes for ever."""
    directory = pattern.endswith("/")
    names = pattern.strip("/").split("/")
    if names == [""]:  # a lone `/` takes nothing
        return re.compile(r"(?!)")
    tied = pattern.startswith("/") or len(names) > 1
    if not tied and names != ["**"]:
        names.insert(0, "**")
    # Runs of names between one `**` and the next; the first is tied to the top, the last to the end.
    runs: list[list[str]] = [[]]
    for name in names:
        if name == "**":
            runs.append([])
        else:
            runs[-1].append(name)
    first, *middle = runs
    last = middle.pop() if middle else None
    text = "".join(f"{_name(name)}/" for name in first) if last is not None else "/".join(map(_name, first))
    for run in filter(None, middle):
        text += "(?>(?:[^/]+/)*?" + "".join(f"{_name(name)}/" for name in run) + ")"
    if last:
        text += "(?:[^/]+/)*" + "/".join(map(_name, last))
    elif last is not None:
        text += ".+"  # everything below, and at least one name of it
    if directory:
        text += "/.+"
    elif names[-1] not in ("*", "**"):
        text += "(?:/.+)?"
    return re.compile(text, re.DOTALL)


def _name(name: str) -> str:
    """One name between slashes; a run of stars in it is one star, as in gitignore."""
    if name == "*":
        return "[^/]+"
    literals = ["".join("[^/]" if c == "?" else re.escape(c) for c in part) for part in re.split(r"\*+", name)]
    if len(literals) == 1:
        return literals[0]
    # The first place where a part between two stars fits is as good as any later one.
    between = "".join(f"(?>[^/]*?{part})" for part in literals[1:-1] if part)
    return f"{literals[0]}{between}[^/]*{literals[-1]}"
