"""An incident as it stands in a bundle, checked whole before anything of it is written here."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from pathlib import PurePosixPath

from msgspec.structs import replace

from qualitygate.core.errors import ConfigError
from qualitygate.incidents.bundle import Bundle
from qualitygate.incidents.facts import Evidence
from qualitygate.incidents.flaws import flaws
from qualitygate.incidents.fold import fold
from qualitygate.incidents.line import Line
from qualitygate.incidents.log import defects, parse
from qualitygate.incidents.postmortem import Postmortem, from_json, to_json


@dataclass(frozen=True, slots=True)
class Arrival:
    """One incident of a bundle.

    Attributes:
        record: As its log says; of a stub without one, as its JSON says.
        lines: Its events; none for a stub of a version that kept no log.
        log: The bytes of these events.
        files: Path of its evidence to what the record says of it and its content; only what the bundle holds.
        markdown: Its text, None where the bundle has none.
    """

    record: Postmortem
    lines: tuple[Line, ...]
    log: bytes | None
    files: dict[str, tuple[Evidence, bytes]]
    markdown: bytes | None

    @property
    def bare(self) -> Postmortem:
        """The record without what a log adds to it: what an incident is opened with."""
        return replace(self.record, chain=None, uid=None)

    @property
    def identity(self) -> str:
        """What tells it from every other incident, 32 hexadecimal digits: its uid, without one a digest of it."""
        return self.record.uid or hashlib.sha256(to_json(self.bare)).hexdigest()[:32]


def arrivals(bundle: Bundle) -> tuple[Arrival, ...]:
    """Every incident of a bundle, in the order of their ids.

    Raises:
        ConfigError: QG-1702, a log is broken or missing, a record is none, or has a time that no calendar has; QG-1709,
            a file of the evidence has another digest than its record says.
    """
    return tuple(_arrival(bundle, incident_id) for incident_id in bundle.ids)


def _arrival(bundle: Bundle, incident_id: str) -> Arrival:
    log = bundle.file(incident_id, ".events.jsonl")
    lines = _sound(incident_id, log) if log is not None else ()
    record = _folded(incident_id, lines) if lines else _stub(incident_id, bundle)
    for found in flaws(record):
        name = f"{incident_id}.{'events.jsonl' if lines else 'json'}: {found.path}"
        hint = "correct it where the incident was opened, and pack it again"
        raise ConfigError(f"{found.text!r} {found.why}", code="QG-1702", where=name, hint=hint)
    return Arrival(record, lines, log, _evidence(bundle, record), bundle.file(incident_id, ".md"))


def _stub(incident_id: str, bundle: Bundle) -> Postmortem:
    """The record of an incident that was seeded by a version without event logs."""
    try:
        record = from_json(bundle.file(incident_id, ".json") or b"")
    except (ValueError, RecursionError) as error:
        raise _unfit(f"{incident_id}.json", f"no postmortem: {' '.join(str(error).split())[:200]}") from error
    if record.id != incident_id:
        raise ConfigError(
            f"says it is {record.id}", code="QG-1702", where=f"{incident_id}.json", hint="give it the name of its id"
        )
    if record.chain is not None:
        raise _unfit(f"{incident_id}.json", f"speaks of {record.chain.length} events, and the bundle lacks their log")
    return record


def _sound(incident_id: str, content: bytes) -> tuple[Line, ...]:
    log = parse(content)
    wrong = next(defects(incident_id, log), None)
    if wrong is not None or not log.lines:
        text = f"line {wrong.line} {wrong.text}" if wrong else "it is empty"
        raise _unfit(f"{incident_id}.events.jsonl", f"the event log is broken: {text}")
    return log.lines


def _folded(incident_id: str, lines: tuple[Line, ...]) -> Postmortem:
    record = fold(lines)
    if record.id != incident_id:
        raise _unfit(f"{incident_id}.events.jsonl", f"opens {record.id}")
    return record


def _evidence(bundle: Bundle, record: Postmortem) -> dict[str, tuple[Evidence, bytes]]:
    """Evidence of a record that the bundle holds, each with the digest that the record says; never a path outside."""
    found = {}
    prefix = f"evidence/{record.id.lower()}/"
    for item in (*record.evidence, *_proof(record)):
        if item.path is None or not item.path.startswith(prefix) or not _tame(item.path):
            continue
        content = bundle.files.get(item.path)
        if content is None:
            continue
        if hashlib.sha256(content).hexdigest() != item.sha256:
            raise ConfigError(
                "has another digest than its record says", code="QG-1709", where=item.path, hint="download it again"
            )
        found[item.path] = (replace(item, bytes=len(content)), content)
    return found


def _proof(record: Postmortem) -> tuple[Evidence, ...]:
    proof = record.proof
    return () if proof is None else (Evidence(kind="proof", path=proof.path, sha256=proof.sha256, bytes=0),)


def _tame(path: str) -> bool:
    """Whether a path leads nowhere else on any system."""
    written = all(unicodedata.category(character) not in ("Cc", "Cs") for character in path)
    return written and ".." not in PurePosixPath(path).parts and not set(path) & set('\\:*?"<>|')


def _unfit(where: str, text: str) -> ConfigError:
    return ConfigError(text, code="QG-1702", where=where, hint="download the artifact again")
