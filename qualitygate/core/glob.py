"""Path globs as the configuration writes them: `*`, `?` and `**`, case-sensitive, `/` between directories."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

WILDCARDS = frozenset("*?")


def matches(pattern: str, path: str) -> bool:
    """Whether a relative path with `/` matches a glob, on every platform alike.

    `*` and `?` stay within one directory. `**` crosses directories and also stands for none at all, so `**/*.png`
    matches `a.png`. A final `/` takes everything below. There are no character classes: `banner[1].png` is a name.
    Both sides are compared in Unicode NFC, since file systems differ in how they store accents.
    """
    return _compiled(pattern).fullmatch(unicodedata.normalize("NFC", path)) is not None


def matches_any(patterns: Iterable[str], path: str) -> bool:
    """Whether a path matches at least one of the globs."""
    return any(matches(pattern, path) for pattern in patterns)


@lru_cache(maxsize=512)
def _compiled(pattern: str) -> re.Pattern[str]:
    text = unicodedata.normalize("NFC", pattern).removeprefix("./")
    if text.endswith("/"):
        text += "**"
    parts: list[str] = []
    position = 0
    while position < len(text):
        if text.startswith("**/", position) and (position == 0 or text[position - 1] == "/"):
            parts.append("(?:.*/)?")
            position += 3
        elif text.startswith("**", position):
            parts.append(".*")
            position += 2
        else:
            character = text[position]
            parts.append({"*": "[^/]*", "?": "[^/]"}.get(character, re.escape(character)))
            position += 1
    return re.compile("".join(parts), re.DOTALL)
