"""CODEOWNERS as GitHub reads it: the last line that matches a path names its owners.

Source: GitHub Docs, "About code owners"; the kinds of errors are those of the API's `codeowners/errors`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qualitygate.governance.pattern import fault, matches

# GitHub looks in this order and reads the first only.
PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
# "CODEOWNERS files must be under 3 MB in size"; a larger one is not loaded at all.
MAX_BYTES = 3_000_000
_LOGIN = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38}[A-Za-z0-9])?"
_OWNER = re.compile(rf"@{_LOGIN}(?:/[A-Za-z0-9](?:[A-Za-z0-9._-]{{0,99}}))?|[^\s@]+@[^\s@.]+(?:\.[^\s@.]+)+")
_COMMENT = re.compile(r"(?:^|(?<!\\)[ \t])#")
_SPACE = re.compile(r"(?<!\\)[ \t]+")


@dataclass(frozen=True, slots=True)
class Rule:
    """One line that counts.

    Attributes:
        line: Counted from 1.
        pattern: With escaped spaces resolved.
        owners: `@login`, `@org/team` or e-mail addresses as written; empty where the line clears ownership.
    """

    line: int
    pattern: str
    owners: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Skipped:
    """One line that GitHub skips, and why."""

    line: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class CodeOwners:
    """The rules of one file in order, and what was skipped."""

    rules: tuple[Rule, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    def rule(self, path: str) -> Rule | None:
        """The rule that holds for a file: the last one that matches its path from the top."""
        return next((rule for rule in reversed(self.rules) if matches(rule.pattern, path)), None)

    def owners(self, path: str) -> tuple[str, ...]:
        """The owners of a file; none where no rule matches, or one that clears ownership."""
        rule = self.rule(path)
        return rule.owners if rule is not None else ()


def parse(text: str) -> CodeOwners:
    """Read a CODEOWNERS file. Whatever it holds, there is a result: lines that GitHub skips are named in it."""
    rules: list[Rule] = []
    skipped: list[Skipped] = []
    # Not `splitlines`, which also splits at form feeds and other separators that may stand in names.
    for number, line in enumerate(text.removeprefix("\ufeff").replace("\r\n", "\n").split("\n"), start=1):
        found = _line(number, line)
        if isinstance(found, Rule):
            rules.append(found)
        elif found is not None:
            skipped.append(found)
    return CodeOwners(tuple(rules), tuple(skipped))


def is_owner(text: str) -> bool:
    """Whether a text is `@login`, `@org/team` or an e-mail address."""
    return _OWNER.fullmatch(text) is not None


def same_owner(one: str, other: str) -> bool:
    """Whether two owners are the same; GitHub does not tell upper from lower case in them."""
    return one.casefold() == other.casefold()


def _line(number: int, line: str) -> Rule | Skipped | None:
    comment = _COMMENT.search(line)
    content = (line[: comment.start()] if comment else line).strip(" \t")
    if not content:
        return None
    pattern, *owners = _SPACE.split(content)
    pattern = re.sub(r"\\([ \t])", r"\1", pattern)
    if reason := fault(pattern):
        return Skipped(number, line, f"invalid pattern: {reason}")
    wrong = next((owner for owner in owners if not is_owner(owner)), None)
    if wrong is not None:
        return Skipped(number, line, f"invalid owner {wrong!r}: write @login, @org/team or an e-mail address")
    return Rule(number, pattern, tuple(owners))
