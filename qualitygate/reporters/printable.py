"""Text that cannot harm whoever shows it."""

from __future__ import annotations

import unicodedata

# Persian and many scripts of India are misspelt without them, and families of emoji fall apart.
_JOINERS = "\u200c\u200d\u2060"


def one_line(text: str) -> str:
    """Text whose control characters and overrides of the writing direction are escaped.

    A file name can then neither break a line nor drive a terminal, and French keeps its no-break spaces.
    """
    if text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    if character.isprintable() or character in _JOINERS or unicodedata.category(character) == "Zs":
        return character
    return character.encode("unicode_escape", "surrogatepass").decode("ascii")
