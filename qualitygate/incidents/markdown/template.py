"""The file that a person begins with: every section, with an open question wherever something is missing."""

from __future__ import annotations

from qualitygate.core.threshold import Severity
from qualitygate.incidents.document import Document, Lang
from qualitygate.incidents.markdown.vocabulary import words
from qualitygate.incidents.markdown.writing import Shown, write
from qualitygate.incidents.narrative import Cause, Lesson, RootCause

_CLASSES = ("direct", "contributing", "systemic")


def questions(lang: Lang) -> tuple[RootCause, tuple[Lesson, ...]]:
    """What nobody has answered yet of an incident that just began: its causes, and what it teaches."""
    said = words(lang)
    causes = (Cause(class_=name, text=said("template", name), open=True) for name in _CLASSES)  # type: ignore[arg-type]
    return RootCause(causes=tuple(causes)), (Lesson(text=said("template", "lesson")),)


def fresh(incident_id: str, lang: Lang, detected: str, severity: Severity, title: str = "") -> str:
    """The Markdown of a postmortem that nobody has written yet.

    Args:
        incident_id: `PM-YYYY-MM-DD-NN`.
        lang: Its language.
        detected: When it was detected, RFC 3339 in UTC.
        severity: How bad it is.
        title: A few words, in one line; may be left out.
    """
    rca, lessons = questions(lang)
    document = Document(
        id=incident_id,
        lang=lang,
        title=title or None,
        detected=detected,
        severity=severity,
        impact="",
        rca=rca,
        lessons=lessons,
    )
    return write(document, Shown())
