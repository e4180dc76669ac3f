"""Where in the Markdown a part of the document stands."""

from __future__ import annotations

import re
from collections.abc import Mapping

_SECTIONS = {
    "title": "context",
    "impact": "context",
    "stakeholders": "context",
    "detected": "context",
    "rca": "root_cause",
}


def line_of(at: str, lines: Mapping[str, int]) -> int | None:
    """Line of a part, else of the nearest part around it that has one, else 1; None for the whole, and without a file.

    Args:
        at: Such as `rca.causes[2]`, which is in `rca.causes`, which is in `rca`, which is in the section `root_cause`.
        lines: As `incidents.markdown.parse` gives them.
    """
    if not at or not lines:
        return None
    names = [at]
    while at:
        at = re.sub(r"(?:\[\d+\]|\.?[^.\[\]]+)$", "", at)
        names.append(at)
    names += [_SECTIONS[name] for name in names if name in _SECTIONS]
    return next((lines[name] for name in names if name in lines), 1)
