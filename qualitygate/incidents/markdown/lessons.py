"""The section Lessons Learned: `- text`, and below each where it goes, who sees to it and how far that is."""

from __future__ import annotations

from qualitygate.incidents.markdown import fields
from qualitygate.incidents.markdown.bullets import Bullet
from qualitygate.incidents.markdown.context import opened
from qualitygate.incidents.markdown.layout import Piece, Reader
from qualitygate.incidents.markdown.stating import Sources, stated
from qualitygate.incidents.markdown.vocabulary import Words
from qualitygate.incidents.narrative import Lesson

_QUESTION = ("?", "？", "؟")


def read(reader: Reader, bullets: list[Bullet]) -> tuple[tuple[Lesson, ...], list[Bullet]]:
    """The lessons, and the bullets that are none.

    Raises:
        ConfigError: QG-1754, a field stands there twice; QG-1755, its value is none of those allowed.
    """
    lessons: list[Lesson] = []
    foreign: list[Bullet] = []
    for bullet in bullets:
        if not bullet.raw:
            foreign.append(bullet)
            continue
        name = f"lessons[{len(lessons)}]"
        reader.lines[name] = bullet.start + 1
        question = opened(reader, bullet.start, bullet.raw)
        text = reader.text(bullet.raw if question is None else question, "first" if question is None else "text")
        found = fields.read(reader, bullet, "lesson", name)
        lesson = Lesson(
            text=text or "…",
            target=found.get("target"),
            owner=found.get("owner"),
            status=found.get("status") or "open",  # type: ignore[arg-type]
        )
        lessons.append(lesson)
        reader.pieces.append(Piece("lessons", bullet.start, bullet.end, lesson, bullet.rest_of(reader)))
    return tuple(lessons), foreign


def write(lesson: Lesson, words: Words, sources: Sources) -> list[str]:
    """The lines of a lesson. One that is a question still is marked as open."""
    asked = lesson.status == "open" and lesson.text.endswith(_QUESTION)
    text = words.open + stated(sources, "text", lesson.text) if asked else stated(sources, "first", lesson.text)
    values = {
        "target": stated(sources, "text", lesson.target) if lesson.target else None,
        "owner": stated(sources, "text", lesson.owner) if lesson.owner else None,
        "status": words("status", lesson.status) if lesson.status == "done" or lesson.target or lesson.owner else None,
    }
    lines = [f"- {text}"]
    return lines + [f"  - {words.label('lesson', name)}{value}" for name, value in values.items() if value]
