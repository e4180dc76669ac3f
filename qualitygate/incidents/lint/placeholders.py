"""Text that was there to be replaced: markers of open questions, and what templates leave."""

from __future__ import annotations

import re

from qualitygate.incidents.narrative import Lesson
from qualitygate.incidents.text import one_line

# `OPEN:` as the seed writes it, bold or not, and what the other languages put there.
_ASKS = re.compile(r"(?<![^\W_])(?:OPEN|OFFEN|OUVERT|À ÉCLAIRCIR|未解決|未定|要確認)\s?[:：]")
_WHOLE = re.compile(r"[?？!…\.\-–—_*\s]+|x{2,}|n/?a|none|keine[rs]?|aucune?|なし", re.IGNORECASE)
_WITHIN = re.compile(
    r"""
    \b(?:TODO|TBD|TBA|TBC|FIXME|XXX+)\b
  | \blorem\ ipsum\b
  | (?<![^\W_])(?:YYYY-MM-DD|JJJJ-MM-TT|AAAA-MM-JJ|HH:MM|PM-YYYY\S*)
  | <(?:name|owner|date|time|event|text|title|cause|lesson|action|placeholder|beschreibung|datum|nom|titre)>
  | \[(?:name|owner|date|time|event|text|title|cause|lesson|action|placeholder|insert[^\]]*|datum|nom|titre)\](?!\()
  | \bto\ be\ (?:determined|defined|filled\ in|completed)\b
  | \b(?:wird\ nachgereicht|noch\ (?:offen|auszufüllen|zu\ klären))\b
  | (?<!\w)à\ (?:compléter|définir|préciser|renseigner)\b
  | 未定 | 未記入 | 後日記入 | 要記入 | ここに記入
    """,
    re.IGNORECASE | re.VERBOSE,
)


def asks(text: str) -> bool:
    """Whether a text holds the marker of an open question, such as `**OPEN:**`."""
    return _ASKS.search(text) is not None


def is_question(lesson: Lesson) -> bool:
    """Whether a lesson is a question that nobody has answered, rather than one that is not taken up yet."""
    return lesson.status == "open" and lesson.text.rstrip().endswith(("?", "？", "؟"))


def placeholder(text: str) -> str | None:
    """The placeholder in a text, None where there is none; a text of nothing but dashes or dots is one."""
    stripped = text.strip()
    if stripped and _WHOLE.fullmatch(stripped):
        return one_line(stripped)
    if asks(text):  # told as an open question
        return None
    found = _WITHIN.search(text)
    return None if found is None else one_line(found.group())
