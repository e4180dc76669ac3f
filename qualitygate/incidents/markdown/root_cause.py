"""The section Root Cause Analysis: causes, the causal map, five whys, attempts to prove a cause wrong."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from qualitygate.incidents.markdown import inline
from qualitygate.incidents.markdown.bullets import Bullet
from qualitygate.incidents.markdown.context import opened
from qualitygate.incidents.markdown.layout import Label, Piece, Reader, choice, label_of, labelled
from qualitygate.incidents.markdown.stating import Sources, stated
from qualitygate.incidents.markdown.vocabulary import Words
from qualitygate.incidents.narrative import Cause, Edge, Falsification, RootCause

_CLASSES = ("direct", "contributing", "systemic")
_ARROW = re.compile(r"(\d+)\s*(?:→|⇒|⟶|-+>|=+>|➔|➜)\s*(\d+)")


class Said(NamedTuple):
    """What one bullet of the section says: its label, and its value."""

    name: str
    value: object


def read(reader: Reader, bullets: list[Bullet]) -> tuple[RootCause, list[Bullet]]:
    """The analysis, and the bullets that are none of ours.

    Raises:
        ConfigError: QG-1754, a label stands there twice; QG-1755, a value cannot be read.
    """
    causes: list[Cause] = []
    falsifications: list[Falsification] = []
    once: dict[str, object] = {}
    foreign: list[Bullet] = []
    edges_line = 0
    for bullet in bullets:
        label = label_of(bullet.raw, "cause")
        if label is None:
            foreign.append(bullet)
            continue
        labelled(reader, bullet.start, label, "cause")
        value: object
        if label.name in _CLASSES:
            value = _causes(reader, bullet, label, len(causes))
            causes += value
        elif label.name == "falsification":
            value = _falsification(reader, bullet, label)
            reader.lines[f"rca.falsifications[{len(falsifications)}]"] = bullet.start + 1
            falsifications.append(value)
        else:
            if label.name in once:
                raise reader.broken(bullet.start, f"a second {label.raw!r}", "keep one of them")
            value = once[label.name] = _once(reader, bullet, label)
            reader.lines[f"rca.{label.name}"] = bullet.start + 1
            edges_line = bullet.start if label.name == "edges" else edges_line
        said = Said(label.name, value)
        reader.pieces.append(Piece("root_cause", bullet.start, bullet.end, said, bullet.rest_of(reader)))
    edges: tuple[Edge, ...] = once.get("edges", ())  # type: ignore[assignment]
    for edge in edges:
        if max(edge.from_, edge.to) >= len(causes) or min(edge.from_, edge.to) < 0:
            found = f"the causal map says {edge.from_ + 1} → {edge.to + 1}, and there are {len(causes)} causes"
            raise reader.broken(edges_line, found, "count the causes from the top, beginning with 1", "QG-1755")
    return (
        RootCause(
            causes=tuple(causes),
            edges=edges,
            whys=once.get("whys", ()),  # type: ignore[arg-type]
            whys_reason=once.get("whys_reason"),  # type: ignore[arg-type]
            falsifications=tuple(falsifications),
        ),
        foreign,
    )


def _causes(reader: Reader, bullet: Bullet, label: Label, number: int) -> tuple[Cause, ...]:
    """The causes of one bullet: a list with commas, one with its domain below it, or one in each sub-item."""
    found: list[Cause] = []
    if label.rest:
        question = opened(reader, bullet.start, label.rest)
        lone = question is not None or label.name == "direct" or bullet.subs
        entries = [label.rest if question is None else question] if lone else inline.entries(label.rest)
        for entry in entries:
            text = reader.text(entry, "text" if lone else "entry")
            reader.lines[f"rca.causes[{number + len(found)}]"] = bullet.start + 1
            if text:
                domain = _domain(reader, bullet, number + len(found)) if lone else None
                found.append(_cause(label.name, text, domain, question is not None))
        return tuple(found)
    for sub in list(bullet.subs):
        if not sub.raw:
            continue
        question = opened(reader, sub.start, sub.raw)
        text = reader.text(sub.raw if question is None else question, "first" if question is None else "text")
        if not text:
            continue
        reader.lines[f"rca.causes[{number + len(found)}]"] = sub.start + 1
        found.append(_cause(label.name, text, _domain(reader, sub, number + len(found)), question is not None))
        bullet.take(sub)
    return tuple(found)


def _cause(name: str, text: str, domain: str | None, question: bool) -> Cause:
    return Cause(class_=name, text=text, domain=domain, open=question)  # type: ignore[arg-type]


def _domain(reader: Reader, bullet: Bullet, number: int) -> str | None:
    for sub in list(bullet.subs):
        label = label_of(sub.raw, "cause_field")
        if label is not None:
            bullet.take(sub)
            column = labelled(reader, sub.start, label, "cause_field")
            reader.lines[f"rca.causes[{number}].domain"] = sub.start + 1
            return choice(reader, sub.start, label.rest, "domain", column)
    return None


def _falsification(reader: Reader, bullet: Bullet, label: Label) -> Falsification:
    result = ""
    for sub in list(bullet.subs):
        found = label_of(sub.raw, "falsification_field")
        if found is not None and not result:
            bullet.take(sub)
            labelled(reader, sub.start, found, "falsification_field")
            result = reader.text(found.rest)
    return Falsification(hypothesis=reader.text(label.rest), result=result)


def _once(reader: Reader, bullet: Bullet, label: Label) -> object:
    if label.name == "whys_reason":
        return reader.text(label.rest) or None
    if label.name == "whys":
        return tuple(_whys(reader, bullet, label))
    edges = []
    entries = inline.entries(label.rest)
    for sub in list(bullet.subs):
        if not sub.subs and not sub.strange and sub.raw:
            bullet.take(sub)
            entries += inline.entries(sub.raw)
    for entry in entries:
        match = _ARROW.fullmatch(inline.read(entry))
        if match is None:
            found = f"{inline.read(entry)!r} is no arrow of the causal map"
            raise reader.broken(bullet.start, found, "write 2 → 1, counting the causes from the top", "QG-1755")
        edges.append(Edge(from_=int(match[1]) - 1, to=int(match[2]) - 1))
    return tuple(edges)


def _whys(reader: Reader, bullet: Bullet, label: Label) -> Iterator[str]:
    number = 0
    if label.rest:
        reader.lines["rca.whys[0]"] = bullet.start + 1
        number = 1
        yield reader.text(label.rest)
    for sub in list(bullet.subs):
        said = reader.text(sub.raw, "first") if sub.raw else ""
        if said:
            bullet.take(sub)
            reader.lines[f"rca.whys[{number}]"] = sub.start + 1
            number += 1
            yield said


def write(rca: RootCause, words: Words, sources: Sources) -> list[tuple[Said, list[str]]]:
    """The bullets of the section: what each says, and its lines."""
    bullets = [*_written_causes(rca, words, sources)]
    if rca.edges:
        arrows = ", ".join(f"{edge.from_ + 1} → {edge.to + 1}" for edge in rca.edges)
        bullets.append((Said("edges", rca.edges), [f"- {words.label('cause', 'edges')}{arrows}"]))
    if rca.whys:
        lines = [f"- {words.label('cause', 'whys').rstrip(' ')}"]
        lines += [f"  {number}. {stated(sources, 'first', why)}" for number, why in enumerate(rca.whys, 1)]
        bullets.append((Said("whys", rca.whys), lines))
    if rca.whys_reason is not None:
        line = f"- {words.label('cause', 'whys_reason')}{stated(sources, 'text', rca.whys_reason)}"
        bullets.append((Said("whys_reason", rca.whys_reason), [line]))
    for one in rca.falsifications:
        lines = [f"- {words.label('cause', 'falsification')}{stated(sources, 'text', one.hypothesis)}"]
        if one.result:
            lines.append(f"  - {words.label('falsification_field', 'result')}{stated(sources, 'text', one.result)}")
        bullets.append((Said("falsification", one), lines))
    return bullets


def _written_causes(rca: RootCause, words: Words, sources: Sources) -> Iterator[tuple[Said, list[str]]]:
    """Neighbours of one class together: with commas where they are bare, else one below the other."""
    for name, group in groupby(rca.causes, key=lambda cause: cause.class_):
        causes = tuple(group)
        head = f"- {words.label('cause', name)}"
        if name == "direct" and len(causes) > 1 and all(_is_bare(cause) for cause in causes):
            for cause in causes:
                yield Said(name, (cause,)), [f"{head}{stated(sources, 'text', cause.text)}"]
        elif name != "direct" and all(_is_bare(cause) for cause in causes):
            entries = (stated(sources, "entry", cause.text) for cause in causes)
            yield Said(name, causes), [head + ", ".join(entries)]
        elif len(causes) == 1 and (causes[0].open or name == "direct"):
            text = stated(sources, "text", causes[0].text)
            yield (
                Said(name, causes),
                [f"{head}{words.open if causes[0].open else ''}{text}", *_written_domain(causes[0], words, "  ")],
            )
        else:
            lines = [head.rstrip(" ")]
            for cause in causes:
                text = (
                    words.open + stated(sources, "text", cause.text)
                    if cause.open
                    else stated(sources, "first", cause.text)
                )
                lines += [f"  - {text}", *_written_domain(cause, words, "    ")]
            yield Said(name, causes), lines


def _written_domain(cause: Cause, words: Words, indent: str) -> list[str]:
    if cause.domain is None:
        return []
    return [f"{indent}- {words.label('cause_field', 'domain')}{words('domain', cause.domain)}"]


def _is_bare(cause: Cause) -> bool:
    """Whether a cause is only its words, without a comma that would end it."""
    return not cause.open and cause.domain is None and not any(mark in cause.text for mark in inline.SEPARATORS)
