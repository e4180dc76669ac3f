"""The heading and the section Context: which incident, when, how bad, how far, who is told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

from qualitygate.core.incident import IncidentKind, is_incident_id
from qualitygate.core.threshold import Severity
from qualitygate.incidents.document import Document
from qualitygate.incidents.markdown import inline, moments, vocabulary
from qualitygate.incidents.markdown.bullets import Bullet
from qualitygate.incidents.markdown.layout import Label, Piece, Reader, choice, label_of, labelled
from qualitygate.incidents.markdown.outline import Block
from qualitygate.incidents.markdown.stating import Sources, stated
from qualitygate.incidents.markdown.vocabulary import Words

LABELS = ("title", "detected", "severity", "impact", "stakeholders")
"""What of the section is text of the document, in the order it is written; the rest is shown from the record."""
_ID = re.compile(r"PM-[0-9A-Za-z-]+")
_OPEN = re.compile(r"(?:\*\*|__)\s*([^*_:：]{1,40}?)\s*[:：]\s*(?:\*\*|__)\s*")


class Heading(NamedTuple):
    """What the title says: the id, the words after it, and its line."""

    id: str
    title: str | None
    line: int


class Context(NamedTuple):
    """What the section says."""

    values: Mapping[str, object]
    kind: IncidentKind | None


def opened(reader: Reader, line: int, raw: str) -> str | None:
    """What follows the mark of an open question, None if the text begins with none."""
    match = _OPEN.match(raw)
    if match is None or vocabulary.find("marker", match[1]) != "open":
        return None
    reader.colon(line, reader.word(line, match[1], "marker", "open"))
    return raw[match.end() :]


def read_heading(reader: Reader, titles: list[Block], blocks: list[Block]) -> Heading:
    """The id in the heading.

    Raises:
        ConfigError: QG-1752, there is no such heading, no id in it, or more than one.
    """
    right = "write '# Incident PM-YYYY-MM-DD-NN'"
    if not titles:
        heading = next((block for block in blocks if block.level), None)
        line = heading.start if heading else 0
        found = "no heading names the incident" + (f", the first one is {heading.content!r}" if heading else "")
        raise reader.broken(line, found, right, "QG-1752")
    if len(titles) > 1:
        found = f"a second heading with an id, the first is on line {titles[0].start + 1}"
        raise reader.broken(titles[1].start, found, "keep one incident in each file", "QG-1752")
    block = titles[0]
    found_ids = _ID.findall(block.content)
    if len(found_ids) != 1 or not is_incident_id(found_ids[0]):
        found = f"{block.content!r} holds {'no valid' if len(found_ids) < 2 else 'more than one'} incident id"
        raise reader.broken(block.start, found, right, "QG-1752")
    before, _, after = block.content.partition(found_ids[0])
    if vocabulary.find("section", before) == "incident":
        reader.word(block.start, before.strip(), "section", "incident")
    title = re.match(r"\s*[:：—–-]\s*(.*)", after, re.DOTALL)
    said = reader.text(title[1], "text") if title else ""
    reader.pieces.append(Piece("heading", block.start, block.end, said or None))
    reader.lines["id"] = block.start + 1
    return Heading(found_ids[0], said or None, block.start)


def read(reader: Reader, bullets: list[Bullet], heading: Block, named: Heading) -> tuple[Context, list[Bullet]]:
    """The labels of the section, and the bullets that are none of ours.

    Raises:
        ConfigError: QG-1754, a label is missing or there twice; QG-1755, its value cannot be read.
    """
    values: dict[str, object] = {}
    places: dict[str, int] = {}
    kind: IncidentKind | None = None
    foreign: list[Bullet] = []
    for bullet in bullets:
        label = label_of(bullet.raw, "context")
        if label is None:
            foreign.append(bullet)
            continue
        if label.name in places:
            found = f"a second {label.raw!r}, the first is on line {places[label.name] + 1}"
            raise reader.broken(bullet.start, found, "keep one of them")
        places[label.name] = bullet.start
        column = labelled(reader, bullet.start, label, "context")
        if label.name == "kind":
            name = choice(reader, bullet.start, label.rest, "kind", column)
            kind = IncidentKind(name) if name else None
            reader.lines["kind"] = bullet.start + 1
        if label.name in LABELS:
            values[label.name] = _value(reader, bullet, label)
            reader.lines[label.name] = bullet.start + 1
            slot = f"context.{label.name}"
        else:
            slot = "shown"
        reader.pieces.append(Piece(slot, bullet.start, bullet.end, values.get(label.name), bullet.rest_of(reader)))
    for name in ("detected", "severity"):
        if name not in values:
            right = f"write '- {vocabulary.words('en').label('context', name)}…'"
            raise reader.broken(heading.start, f"the section has no line {right[9:-3]!r}", right)
    if named.title is not None and values.setdefault("title", named.title) != named.title:
        raise reader.broken(places["title"], "this title differs from that in the heading", "keep one of them")
    if named.title is not None:
        reader.lines.setdefault("title", named.line + 1)
    return Context(values, kind), foreign


def _value(reader: Reader, bullet: Bullet, label: Label) -> object:
    line, raw = bullet.start, label.rest
    if label.name == "detected":
        time = moments.read_moment(inline.read(raw).strip("*_`"))
        if time is None:
            raise reader.broken(line, f"{inline.read(raw)!r} is no time", "write 2025-09-27 04:12 UTC", "QG-1755")
        return time
    if label.name == "severity":
        severity = unicodedata.normalize("NFKC", inline.read(raw)).strip("*_` ").upper()
        if severity not in Severity.__members__:
            raise reader.broken(line, f"{inline.read(raw)!r} is no severity", "write S0, S1, S2 or S3", "QG-1755")
        return Severity(severity)
    if label.name in ("impact", "stakeholders") and _is_question(reader, line, raw, label.name):
        return "" if label.name == "impact" else ()
    if label.name == "stakeholders":
        names = [reader.text(entry, "entry") for entry in inline.entries(raw)]
        for sub in [sub for sub in bullet.subs if sub.raw]:
            bullet.take(sub)
            names.append(reader.text(sub.raw, "first"))
        return tuple(name for name in names if name)
    said = reader.text(raw)
    return said or (None if label.name == "title" else "")


def _is_question(reader: Reader, line: int, raw: str, name: str) -> bool:
    """Whether only the question stands there that a file begins with."""
    rest = _OPEN.sub("", raw, count=1)
    if vocabulary.find("question", inline.read(rest)) != name or opened(reader, line, raw) is None:
        return False
    reader.word(line, rest.strip(), "question", name)
    return True


def write(document: Document, words: Words, sources: Sources) -> dict[str, list[str]]:
    """The lines of the section that are text of the document, by label."""
    values = {
        "title": stated(sources, "text", document.title) if document.title else "",
        "detected": moments.shown_moment(document.detected),
        "severity": str(document.severity),
        "impact": stated(sources, "text", document.impact)
        if document.impact
        else words.open + words("question", "impact"),
    }
    lines = {name: [f"- {words.label('context', name)}{value}"] for name, value in values.items() if value}
    return lines | {"stakeholders": _stakeholders(document.stakeholders, words, sources)}


def _stakeholders(names: tuple[str, ...], words: Words, sources: Sources) -> list[str]:
    """With commas; one below the other where a name has a comma itself."""
    head = f"- {words.label('context', 'stakeholders')}"
    if any(mark in name for name in names for mark in inline.SEPARATORS):
        return [head.rstrip(" "), *(f"  - {stated(sources, 'first', name)}" for name in names)]
    listed = ", ".join(stated(sources, "entry", name) for name in names)
    return [head + (listed or words.open + words("question", "stakeholders"))]


def write_heading(document: Document, words: Words) -> str:
    """The heading of the file."""
    return f"# {words('section', 'incident')} {document.id}"


def write_title(document: Document, words: Words, sources: Sources) -> str:
    """What stands behind the id in the heading of a file whose title is there."""
    return f"{words.colon} {stated(sources, 'text', document.title)}" if document.title else ""
