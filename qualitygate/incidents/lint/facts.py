"""What the lint is told besides the record. The porch gathers it; the rules read no file, no clock and no log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class LintFacts:
    """What is so outside the record. Whatever is left at its default is not held against the postmortem.

    Attributes:
        now: The time, with a time zone.
        path: Path of the Markdown, as its reader can open it; findings point at it.
        lines: Part of the document to line of the Markdown, counted from 1, as `incidents.markdown.parse` gives it.
        sections: Keys of the known sections in the order the Markdown has them.
        remarks: What reading the Markdown had to guess or to leave out.
        in_step: Whether Markdown and record say the same.
        authors: Who wrote the text.
        causes_edited: When the root cause analysis was last changed; None when unknown.
        clock_steps: One sentence for each event that was recorded before the event it follows.
        files: Path of evidence and proof, as the record gives it, to the sha256 of the file there; None where there is
            no file. A path that is not in it was not looked at.
        generative: Whether a picture generator was involved; None to judge by the record.
        publication_owed: Whether a postmortem has to be published within 48 hours.
        proof_owed: Whether the incident must be proved before it is closed.
        codeowners_gaps: One sentence for each protected path that nobody need review.
        board: Owners of the brand, by CODEOWNERS or the configuration; empty when unknown.
        control_board: Names of those whose approval alone counts; empty where none is named, None when unknown.
    """

    now: datetime
    path: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)
    sections: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    in_step: bool = True
    authors: frozenset[str] = frozenset()
    causes_edited: datetime | None = None
    clock_steps: tuple[str, ...] = ()
    files: Mapping[str, str | None] = field(default_factory=dict)
    generative: bool | None = None
    publication_owed: bool = True
    proof_owed: bool = True
    codeowners_gaps: tuple[str, ...] = ()
    board: tuple[str, ...] = ()
    control_board: tuple[str, ...] | None = None
