"""Codes as rules of a SARIF log."""

from __future__ import annotations

import re
from collections.abc import Iterable

from qualitygate.core.codes import CODES
from qualitygate.core.finding_level import Level
from qualitygate.reporters.document import Document

_SUBJECTS = {
    "10": "limit", "11": "pairing", "12": "decoding", "13": "measurement", "14": "configuration", "15": "palette",
    "16": "lut", "17": "incident", "18": "audit", "19": "reference",
}  # fmt: skip
_PROBLEM = {Level.ERROR: "error", Level.WARNING: "warning", Level.NOTE: "recommendation"}


def rules(used: Iterable[tuple[str, Level]]) -> list[Document]:
    """A `reportingDescriptor` for each code that is used, in the order of the codes.

    A rule's default level is the worst that it is used with. Codes of plugins, which the program does not know, are
    rules by their name alone.
    """
    levels: dict[str, Level] = {}
    order = list(Level)
    for code, level in used:
        levels[code] = min(levels.get(code, level), level, key=order.index)
    return [_rule(code, levels[code]) for code in sorted(levels)]


def _rule(code: str, level: Level) -> Document:
    rule: Document = {"id": code}
    known = CODES.get(code)
    if known is not None:
        rule |= {
            "name": "".join(word.capitalize() for word in re.findall(r"[A-Za-z0-9]+", known.title)),
            "shortDescription": {"text": known.title},
            "fullDescription": {"text": known.meaning},
            "help": {
                "text": f"{known.meaning} {known.remedy}",
                "markdown": f"{known.meaning}\n\n{known.remedy}\n\nAt a terminal: `qualitygate explain {code}`.",
            },
        }
    subject = _SUBJECTS.get(code[3:5]) if len(code) == len("QG-dddd") else "postmortem"
    tags = ["image-quality", *([subject] if subject else [])]
    return rule | {
        "defaultConfiguration": {"level": level.value},
        "properties": {"tags": tags, "problem.severity": _PROBLEM[level]},
    }
