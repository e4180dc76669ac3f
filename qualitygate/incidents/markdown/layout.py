"""Where everything stands in a file: pieces, which say something of the record, and words, which name what they say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from qualitygate.core.errors import ConfigError
from qualitygate.incidents.markdown import inline, vocabulary
from qualitygate.incidents.markdown.source import Source
from qualitygate.incidents.markdown.stating import Place


class Piece(NamedTuple):
    """Some lines that say one thing.

    Attributes:
        slot: What they belong to: `context.impact`, `timeline`, `root_cause`, `actions`, `lessons`, `foreign.actions`.
        start: First line, counted from 0.
        end: The line after the last.
        value: What they say.
        rest: Lines within them that are none of ours, indented; nothing if there are none.
    """

    slot: str
    start: int
    end: int
    value: object
    rest: str = ""


class Word(NamedTuple):
    """A word of the vocabulary where it stands: line, first column, column after the last, and what it means.

    `raw` is what stands there; the group `colon` means the colon of a label.
    """

    line: int
    start: int
    end: int
    group: str
    name: str
    raw: str


@dataclass(slots=True)
class Reader:
    """What the parts of the parser share while they read one file.

    Attributes:
        source: The file.
        pieces: What was found, in any order.
        words: Words of the vocabulary that were found.
        sources: How texts stand in the file.
        lines: Name in the record, such as `actions[1].due`, to line counted from 1.
        notes: What a person may want to know, one line each.
    """

    source: Source
    pieces: list[Piece] = field(default_factory=list)
    words: list[Word] = field(default_factory=list)
    sources: dict[tuple[Place, str], str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def text(self, raw: str, place: Place = "text") -> str:
        """What a piece of Markdown says, remembering how it stands there."""
        said = inline.read(raw)
        self.sources.setdefault((place, said), inline.joined(raw).strip())
        return said

    def word(self, line: int, raw: str, group: str, name: str, start: int = 0) -> int:
        """Remember a word; returns the column after it, `start` if it is not in that line."""
        at = self.source.line(line).find(raw, start) if raw else -1
        if at < 0:
            return start
        self.words.append(Word(line, at, at + len(raw), group, name, raw))
        return at + len(raw)

    def colon(self, line: int, start: int) -> int:
        """Remember the colon of a label, with the space before it; returns the column after it."""
        text = self.source.line(line)
        at = start
        while at < len(text) and text[at] not in ":：":
            at += 1
        begin = at
        while begin > start and text[begin - 1].isspace():
            begin -= 1
        if at < len(text):
            self.words.append(Word(line, begin, at + 1, "colon", "", text[begin : at + 1]))
        return at + 1

    def broken(self, line: int, found: str, right: str, code: str = "QG-1754") -> ConfigError:
        """The error of a line counted from 0."""
        return self.source.broken(line, found, right, code)


class Label(NamedTuple):
    """A label at the beginning of a text: what it names, its own text, and what follows its colon."""

    name: str
    raw: str
    rest: str


def label_of(raw: str, *groups: str) -> Label | None:
    """The label that a text begins with, if it is one of a group: `Severity: S1`, `**Severité :** S1`."""
    at = inline.position(raw, ":：")
    if at < 0 or at > 80:
        return None
    label, rest = raw[:at].strip(), raw[at + 1 :]
    marked = len(label) - len(label.lstrip("*_"))
    emphasis, label = label[:marked], label[marked:]
    if emphasis and label.endswith(emphasis):
        label = label[:-marked]
    elif emphasis and rest.startswith(emphasis):
        rest = rest[marked:]
    label = label.strip()
    for group in groups:
        name = vocabulary.find(group, label)
        if name is not None:
            return Label(name, label, rest.strip())
    return None


def labelled(reader: Reader, line: int, label: Label, group: str) -> int:
    """Remember the words of a label; returns the column after its colon."""
    return reader.colon(line, reader.word(line, label.raw, group, label.name))


def choice(reader: Reader, line: int, raw: str, group: str, column: int = 0) -> str | None:
    """One of the fixed values of a group, None where it is left open.

    Raises:
        ConfigError: QG-1755, it is none of them.
    """
    plain = inline.read(raw).strip("*_` .")
    if not plain or plain in ("?", "–", "—", "-", "…"):
        return None
    name = vocabulary.find(group, plain)
    if name is None:
        allowed = vocabulary.written(group, vocabulary.names(group), "en")
        raise reader.broken(line, f"{plain!r} is none of the values here", f"write one of {allowed}", "QG-1755")
    reader.word(line, plain, group, name, column)
    return name
