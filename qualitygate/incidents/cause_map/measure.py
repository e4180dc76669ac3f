"""How wide text is, about, in any script, and where its lines break. Without a font: files must not depend on one."""

from __future__ import annotations

import unicodedata

_NARROW = set("iljtfrI.,:;'|!()[]{}/\\-` ")
_BROAD = set("mwMW@%&—…")
# What must not begin a line in Japanese (JIS X 4051, the common part).
_NO_LINE_START = set("、。，．・：；？！ー）」』】〕〉》ゝゞ々ぁぃぅぇぉっゃゅょァィゥェォッャュョ%）")


def advance(character: str) -> float:
    """Width of a character as a part of the font size, of a common sans-serif face."""
    if unicodedata.combining(character) or unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0.0
    if unicodedata.east_asian_width(character) in "WF":
        return 1.0
    if character in _NARROW:
        return 0.34
    if character in _BROAD:
        return 0.95
    return 0.70 if character.isupper() else 0.58


def width(text: str) -> float:
    """Width of a text as a multiple of the font size."""
    return sum(advance(character) for character in text)


def wrap(text: str, limit: float, max_lines: int = 40) -> list[str]:
    """Break a text into lines that are at most `limit` font sizes wide.

    Lines break at white space and between wide characters; a word that is too long is broken anywhere. What does not
    fit `max_lines` ends in an ellipsis. At least one line, which may be empty.
    """
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if width(line + piece.rstrip()) <= limit:
            line += piece
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = piece
        while width(line.rstrip()) > limit:
            head = _head(line, limit)
            lines.append(head)
            line = line[len(head) :]
    lines.append(line.rstrip())
    if len(lines) > max_lines:
        last = lines[max_lines - 1]
        while last and width(last + "…") > limit:
            last = last[:-1]
        lines = [*lines[: max_lines - 1], f"{last}…"]
    return lines


def _pieces(text: str) -> list[str]:
    """Parts between which a line may break; white space belongs to the part before it."""
    pieces: list[str] = []
    for character in text:
        last = pieces[-1][-1] if pieces else ""
        wide = unicodedata.east_asian_width(character) in "WF"
        breaks = (last.isspace() and not character.isspace()) or (
            (wide or (last != "" and unicodedata.east_asian_width(last) in "WF"))
            and character not in _NO_LINE_START
            and not character.isspace()
            and advance(character) > 0
        )
        if not pieces or breaks:
            pieces.append(character)
        else:
            pieces[-1] += character
    return pieces


def _head(text: str, limit: float) -> str:
    """As much as fits, at least one character with the marks that combine with it."""
    used, end = 0.0, 0
    for character in text:
        used += advance(character)
        if used > limit and end and advance(character) > 0:
            break
        end += 1
    return text[:end]
