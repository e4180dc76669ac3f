"""Text from outside (file names, messages, branches) made fit to stand in one line of UTF-8 and of Markdown."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

# Overrides of the writing direction can make a line read as another one; joiners and marks of a script stay.
_DIRECTION = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# No-break and ideographic spaces belong to the text of their language, and stay.
_SPACE = re.compile("[ \t-\r\x1c-\x1f\x85\u2028\u2029]+")
_MARKUP = re.compile(r"[\\`*\[\]<>|~&$@#]")
# An underscore between letters or digits is only itself; any other may begin or end emphasis.
_UNDERSCORE = re.compile(r"(?<![^\W_])_|_(?![^\W_])")


def one_line(text: str) -> str:
    """The text in one line: white space becomes one space; bytes that are no UTF-8, control characters and overrides of
    the writing direction are written out, as `\\x1b`."""
    if text.isascii() and text.isprintable() and "  " not in text:
        return text.strip(" ")  # most are, and lists hold ten thousand
    encodable = text.encode("utf-8", "backslashreplace").decode()
    return "".join(_visible(character) for character in _SPACE.sub(" ", encodable).strip())


def escape(text: str) -> str:
    """The text as Markdown that shows exactly it, in a paragraph, a list item or a table cell."""
    return _UNDERSCORE.sub(r"\\_", _MARKUP.sub(r"\\\g<0>", one_line(text)))


def enumeration(words: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`; each word once."""
    unique = list(dict.fromkeys(words))
    return " and ".join(part for part in (", ".join(unique[:-1]), *unique[-1:]) if part)


def _visible(character: str) -> str:
    if character in _DIRECTION or unicodedata.category(character) in ("Cc", "Zl", "Zp"):
        return character.encode("unicode_escape").decode()
    return character
