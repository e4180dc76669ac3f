"""What the lint has to know besides the record: gathered from log, Markdown, disk, configuration and CODEOWNERS."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from qualitygate.cli.incident_settings import settings_of
from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import IncidentState
from qualitygate.incidents import markdown
from qualitygate.incidents.authorship import authors
from qualitygate.incidents.checklist import publication_owed
from qualitygate.incidents.document import with_document
from qualitygate.incidents.events import Edited, Joined, Opened
from qualitygate.incidents.fold import fold
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.line import Line
from qualitygate.incidents.lint.facts import LintFacts
from qualitygate.incidents.lint.moments import moment
from qualitygate.incidents.lint.structure import SECTIONS
from qualitygate.incidents.narrative import Cause, Edge
from qualitygate.incidents.paths import Paths
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.views import is_followed, read
from qualitygate.ownership import examine

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Owners:
    """What CODEOWNERS and configuration say, the same for all incidents of a repository.

    Attributes:
        gaps: One sentence for each protected path that no owner of the brand has to review.
        board: Owners of the brand, who approve.
        control_board: Those whose approval alone counts by `[incident] control_board`; empty where none is named.
    """

    gaps: tuple[str, ...] = ()
    board: tuple[str, ...] = ()
    control_board: tuple[str, ...] = ()


def owners_of(root: Path) -> Owners:
    """Who owns what below a directory, and who approves; of owners nothing where that cannot be told, as outside of a
    git repository.

    Raises:
        ConfigError: Whatever is wrong with the configuration: a board that cannot be read is not the same as none.
    """
    control_board = settings_of(root).control_board
    try:
        found = examine(root)
    except ConfigError:
        return Owners(control_board=control_board)
    gaps = tuple(f"{gap.path} can be changed without the review of a brand owner" for gap in found.coverage.gaps)
    return Owners(gaps, found.brand, control_board)


class Looked(NamedTuple):
    """One incident as the lint sees it.

    Attributes:
        record: The record; where its Markdown holds edits that are not merged yet, with the text of the Markdown, which
            is what people read.
        facts: What is so outside of it.
    """

    record: Postmortem
    facts: LintFacts


def look(ledger: Ledger, incident_id: str, now: datetime, *, owners: Owners | None = None) -> Looked:
    """An incident and the facts about it.

    Args:
        ledger: The ledger that holds it.
        incident_id: Its id.
        now: The time, with a time zone.
        owners: What `owners_of` found, for those who lint many; read here if it is not given.

    Raises:
        ConfigError: QG-1701, there is no such incident; QG-1702, its log cannot be read; QG-175x, its Markdown cannot.
    """
    lines = ledger.lines(incident_id)
    record, paths = fold(lines), ledger.paths(incident_id)
    parsed = _parsed(paths)
    if owners is None:
        owners = owners_of(ledger.root)
    followed = is_followed(paths, record)
    facts = LintFacts(
        now=now,
        path=None if parsed is None else shown(paths.markdown),
        lines={} if parsed is None else parsed.lines,
        sections=() if parsed is None else _sections(parsed.lines),
        remarks=() if parsed is None else parsed.notes,
        in_step=followed,
        authors=authors(lines),
        causes_edited=_causes_edited(lines),
        clock_steps=tuple(_clock_steps(lines)),
        files=_files(ledger.root, record),
        publication_owed=publication_owed(record),
        proof_owed=record.state not in (IncidentState.FALSE_POSITIVE, IncidentState.MERGED),
        codeowners_gaps=owners.gaps,
        board=owners.board,
        control_board=owners.control_board,
    )
    return Looked(record if followed or parsed is None else with_document(record, parsed.document), facts)


def gather(ledger: Ledger, incident_id: str, now: datetime, *, owners: Owners | None = None) -> LintFacts:
    """The facts about an incident, for those who have its record; arguments and errors as of `look`."""
    return look(ledger, incident_id, now, owners=owners).facts


def shown(path: Path) -> str:
    """A path as whoever stands here can open it, with `/`."""
    try:
        return Path(os.path.relpath(path)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()


def _parsed(paths: Paths) -> markdown.Parsed | None:
    content = read(paths.markdown)
    if content is None:
        return None
    return markdown.parse(content.decode("utf-8", "surrogateescape"), where=shown(paths.markdown))


def _sections(lines: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(sorted((key for key in SECTIONS if key in lines), key=lambda key: lines[key]))


def _causes_edited(lines: Sequence[Line]) -> datetime | None:
    """When causes or arrows were last changed; when it was done, as that of a proof is."""
    causes: tuple[tuple[Cause, ...], tuple[Edge, ...]] = ((), ())
    edited: str | None = None
    for line in lines:
        data = line.event.data
        rca = data.record.rca if isinstance(data, Opened) else None
        rca = data.document.rca if isinstance(data, Edited | Joined) else rca
        if rca is not None and (rca.causes, rca.edges) != causes:
            causes, edited = (rca.causes, rca.edges), line.event.at
    return moment(edited)


def _clock_steps(lines: Sequence[Line]) -> list[str]:
    recorded = {line.sha256: moment(line.event.recorded) for line in lines}
    told = []
    for number, line in enumerate(lines, 1):
        here = recorded[line.sha256]
        for earlier in line.event.prev:
            before = recorded.get(earlier)
            if before is not None and here is not None and here < before:
                told.append(
                    f"event {number} of the log was recorded at {line.event.recorded}, {_span(before, here)} before "
                    "the event it follows"
                )
    return told


def _span(before: datetime, here: datetime) -> str:
    seconds = round((before - here).total_seconds())
    return f"{seconds} seconds" if seconds < 120 else f"{seconds // 60:,} minutes"


def _files(root: Path, record: Postmortem) -> dict[str, str | None]:
    wanted = [item.path for item in record.evidence if item.path is not None]
    wanted += [record.proof.path] if record.proof is not None else []
    return {path: _digest(root, path) for path in dict.fromkeys(wanted)}


def _digest(root: Path, path: str) -> str | None:
    """sha256 of a file below a directory; None for what is none, lies outside, or is reached through a link."""
    try:
        target = (root / path).resolve()
        if not target.is_relative_to(root.resolve()) or not target.is_file():
            return None
        digest = hashlib.sha256()
        with target.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
        return digest.hexdigest()
    except (OSError, ValueError, RuntimeError):
        return None
