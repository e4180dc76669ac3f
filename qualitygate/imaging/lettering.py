"""Text in drawings: its font, its width, and fitting it into a width."""

from __future__ import annotations

import re
from functools import lru_cache

from PIL import ImageFont

# A piece ends after a blank, a slash or a hyphen, the places where a path or a sentence may go on in the next line.
_PIECES = re.compile(r"[^ /-]*[ /-]?")
_LONGEST = 400


@lru_cache(maxsize=8)
def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Aileron, which Pillow carries; the small bitmap font where Pillow was built without FreeType."""
    return ImageFont.load_default(size=size)


def width_of(text: str, size: int) -> float:
    """Pixels that a line takes."""
    return float(font(size).getlength(text))


def shortened(text: str, size: int, width: float) -> str:
    """Text on one line that fits `width` pixels: an ellipsis in the middle, so that start and extension both show."""
    text = _printable(text)
    if width_of(text, size) <= width:
        return text
    for keep in range(min(len(text) - 1, _LONGEST), 1, -1):
        candidate = _without_middle(text, keep)
        if width_of(candidate, size) <= width:
            return candidate
    return text[:1]


def wrapped(text: str, size: int, width: float, most: int) -> list[str]:
    """Text in at most `most` lines that fit `width` pixels, with an ellipsis in its middle where it is longer still."""
    text = _printable(text)
    lines = _lines(text, size, width)
    keep = min(len(text), _LONGEST)
    while len(lines) > most and keep > 2:
        keep -= max(1, keep // 20)
        lines = _lines(_without_middle(text, keep), size, width)
    return lines[:most]


def _lines(text: str, size: int, width: float) -> list[str]:
    lines = [""]
    for piece in _PIECES.findall(text):
        if width_of((lines[-1] + piece).rstrip(), size) <= width:
            lines[-1] += piece
        else:
            # A single piece may be wider than a line, such as a long file name without any hyphen.
            lines.append(shortened(piece, size, width))
    return [line for line in (line.strip() for line in lines) if line]


def _without_middle(text: str, keep: int) -> str:
    return text[: keep - keep // 2] + "..." + text[len(text) - keep // 2 :]


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)
