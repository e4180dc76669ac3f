"""How a text is written into a file: as a person wrote it there before, else so that it shows exactly itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from qualitygate.incidents.markdown import inline

Place = Literal["text", "first", "entry", "cell"]
Sources = Mapping[tuple[Place, str], str]
"""How texts stand in a file: place and what it says -> its Markdown.

Places: `text` after a label or a box, `first` at the beginning of an item, `entry` of a list with commas, `cell`.
"""

_PLAIN: dict[Place, Callable[[str], str]] = {
    "text": inline.shown,
    "first": inline.shown_first,
    "entry": inline.shown_entry,
    "cell": inline.shown,
}


def stated(sources: Sources, place: Place, text: str) -> str:
    """The Markdown of a text at a place. What stood elsewhere in the file is used where it means the same here."""
    raw = sources.get((place, text))
    if raw is not None:
        return raw
    for other in _PLAIN:
        raw = sources.get((other, text))
        if raw and _fits(raw, place, other):
            return raw
    return _PLAIN[place](text)


def _fits(raw: str, place: Place, other: Place) -> bool:
    if "|" in raw and "cell" in (place, other):
        return False
    if place == "first":
        return raw[0].isalpha()
    return place != "entry" or inline.position(raw, inline.SEPARATORS) < 0
