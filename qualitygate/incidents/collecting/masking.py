"""Masking secrets in text: `[masked:KIND]` in place of each, and how many there were."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from qualitygate.incidents.collecting.private_keys import without_keys
from qualitygate.incidents.collecting.secrets import EMAIL, SHAPES
from qualitygate.incidents.collecting.shape import Shape

_PASSES = 8
# Colours of a terminal, which could stand in the middle of a secret: CSI and OSC sequences (ECMA-48).
_COLOURS = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?)")


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without its secrets.

    Attributes:
        text: The text.
        counts: Kind to number of secrets masked.
    """

    text: str
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def summary(self) -> str | None:
        """`masked: 1 github, 2 password`; None where nothing was."""
        return masked_summary(self.counts)


def masked_summary(counts: Mapping[str, int]) -> str | None:
    """What was masked in words, None for nothing."""
    told = ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()) if count)
    return f"masked: {told}" if told else None


def mask(text: str) -> Masked:
    """The text with every secret and every e-mail address masked, and terminal colours removed.

    Masking what is masked changes nothing. Commit names, digests and ids stay: only what has the shape of a secret, or
    is assigned to a name of one, is masked. Errs on the side of masking.
    """
    text = _COLOURS.sub("", text)
    counts: Counter[str] = Counter()
    for _ in range(_PASSES):
        before = text
        text = without_keys(text, counts)
        for shape in SHAPES:
            text = _without(text, shape, counts)
        if text == before:
            break
    text, addresses = EMAIL.subn("[masked:email]", text)
    counts["email"] += addresses
    return Masked(text, {kind: count for kind, count in counts.items() if count})


def _without(text: str, shape: Shape, counts: Counter[str]) -> str:
    def replaced(match: re.Match[str]) -> str:
        secret = match["secret"]
        if shape.holds is not None and not shape.holds(match):
            return match[0]
        label = f"[masked:{shape.kind}]"
        if secret == label:
            return match[0]
        counts[shape.kind] += 1
        start, end = match.start("secret") - match.start(), match.end("secret") - match.start()
        return match[0][:start] + label + match[0][end:]

    return shape.pattern.sub(replaced, text)
