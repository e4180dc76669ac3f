"""What a rule is, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from qualitygate.incidents.lint.facts import LintFacts
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line

_BRIEF = 60


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule is broken.

    Attributes:
        code: `QG-ddd`. How much it counts is in `lint.weight`.
        message: The line a person reads, without the code.
        at: Part of the document it concerns, such as `actions[1]`; empty for the whole.
    """

    code: str
    message: str
    at: str = ""


Rule: TypeAlias = Callable[[Postmortem, LintFacts], Iterator[Hit]]
"""A pure function that yields one hit for each place where it is broken, and never raises."""


@dataclass(frozen=True, slots=True)
class Family:
    """The rules of one subject.

    Attributes:
        digit: First digit of its codes.
        subject: What it is about.
        rules: In the order their findings are given.
        always: Whether they hold for incidents, too, that owe no postmortem: what is stored stays in git for ever.
    """

    digit: int
    subject: str
    rules: tuple[Rule, ...]
    always: bool = False


def brief(text: str) -> str:
    """The beginning of a text, in one line, for the end of a message."""
    line = one_line(text)
    return line if len(line) <= _BRIEF else f"{line[: _BRIEF - 1].rstrip()}…"
