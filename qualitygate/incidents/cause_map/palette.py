"""Colours of a map. Text on its box has a contrast of at least 7:1; lines are seen on white and on black."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Paint:
    """Colours of one kind of box, as `#rrggbb`."""

    fill: str
    line: str
    text: str


PAINT: dict[str, Paint] = {
    "direct": Paint("#ffd9d4", "#c0392b", "#1b1b1f"),
    "contributing": Paint("#ffe9b5", "#a06a00", "#1b1b1f"),
    "systemic": Paint("#d8e7ff", "#2f6fd0", "#1b1b1f"),
    "incident": Paint("#2f3440", "#8a93a3", "#ffffff"),
    "why": Paint("#e9edf2", "#7a8494", "#1b1b1f"),
    "cycle": Paint("#ffffff", "#d6006c", "#d6006c"),
}
