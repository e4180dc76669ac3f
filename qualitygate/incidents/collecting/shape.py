"""What one kind of secret looks like: a pattern, and a check for what a pattern cannot say."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from re import Pattern

# A reference to a secret is none, nor is a masked one, a type, or nothing.
NO_SECRET = re.compile(
    r"""(?ix)
    (?: \[masked:[a-z_]+\]? | \*{2,}.* | x{3,} | \.{3} | … | <[^>]*>? | \$.* | %\w+%? | \{\{.* | null | none | nil
      | true | false | undefined | str | string | bytes | int | integer | float | number | bool | boolean | secret
      | secretstr | required | optional(\[.*)? | write | read
      | (os|process|env|self|config|settings|secrets|args|options|params|data)[.\[(].*
      | (get|load|read|fetch|make|create|new|input|parse)\w*\(.* | getenv\(.* | \w+\(\)?,? ) [,;)\]}]*
    """
)
# The end of a name that holds a secret.
NAME = (
    r"(?P<name>pass(?:word|wd|phrase|code)|pwd|secrets?|token|credentials?|api[_.-]?key|access[_.-]?key(?:[_.-]?id)?"
    r"|secret[_.-]?key(?:[_.-]?base)?|[_.-]pass|(?-i:_KEY|_PAT|_PW|_AUTH)|(?:private|signing|account|auth|encryption"
    r"|client|master|shared|service|deploy|ssh|session|storage|webhook|admin)[_.-]?(?:key|secret))"
)


@dataclass(frozen=True, slots=True)
class Shape:
    """One kind of secret.

    Attributes:
        kind: What stands in `[masked:KIND]`.
        pattern: With a group `secret`.
        holds: Whether a match is one; None where the pattern says it all.
    """

    kind: str
    pattern: Pattern[str]
    holds: Callable[[re.Match[str]], bool] | None = None


def shape(kind: str, pattern: str, holds: Callable[[re.Match[str]], bool] | None = None) -> Shape:
    """A shape from the text of a pattern."""
    return Shape(kind, re.compile(pattern), holds)


def tokens(kind: str, pattern: str) -> Shape:
    """A shape that is known by how it begins, and stands behind no letter or digit."""
    return shape(kind, rf"(?<![A-Za-z0-9_])(?P<secret>{pattern})")


def is_value(match: re.Match[str]) -> bool:
    """Whether what was matched is a value of its own, and no reference to one."""
    return NO_SECRET.fullmatch(match["secret"]) is None
