"""The same file with the headings and labels of another language. No text is changed."""

from __future__ import annotations

from msgspec.structs import replace

from qualitygate.incidents.document import Lang
from qualitygate.incidents.markdown.layout import Word
from qualitygate.incidents.markdown.parsing import layout_of
from qualitygate.incidents.markdown.vocabulary import Words, words
from qualitygate.incidents.markdown.writing import shown_of
from qualitygate.incidents.postmortem import Postmortem


def translate(text: str, to: Lang, record: Postmortem | None = None) -> str:
    """The file with every heading, label and fixed value in another language; every other byte stays.

    Args:
        text: A file that `parse` can read.
        to: The language.
        record: The record of the incident. With it the sentences of what the gate measured are translated where they
            are as they were written; without, only its heading and the columns of its table.

    Raises:
        ConfigError: What `parse` raises.
    """
    layout = layout_of(text, where=record.id if record else "Markdown")
    lines = list(layout.source.lines)
    shown = _sentences(record, layout.parsed.document.lang, to) if record else {}
    said: set[int] = set()
    for piece in layout.of("shown"):
        for number in range(piece.start, piece.end):
            line = layout.source.line(number)
            if line in shown:
                lines[number] = shown[line] + lines[number][len(line) :]
                said.add(number)
    for word in reversed(layout.words):
        if word.line not in said:
            line = lines[word.line]
            lines[word.line] = line[: word.start] + _written(word, words(to)) + line[word.end :]
    return layout.source.bom + "".join(lines)


def _written(word: Word, said: Words) -> str:
    return said.colon if word.group == "colon" else said(word.group, word.name)


def _sentences(record: Postmortem, lang: Lang, to: Lang) -> dict[str, str]:
    """What the gate measured, line for line in two languages."""
    one, other = (shown_of(replace(record, lang=each)) for each in (lang, to))
    before, after = (*one.context, *one.rules, *one.measured), (*other.context, *other.rules, *other.measured)
    return dict(zip(before, after, strict=True))
