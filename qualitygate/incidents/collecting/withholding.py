"""Where nothing may leak: at S0 and where personal data are concerned, digests and a pointer are all that is kept.

Git keeps what was once committed, in every clone, for ever.
"""

from __future__ import annotations

import hashlib
import shlex
from dataclasses import replace

import msgspec

from qualitygate.core.threshold import Severity
from qualitygate.incidents.collecting.gathered import Gathered
from qualitygate.incidents.collecting.kinds import is_harmless
from qualitygate.incidents.facts import Evidence
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line

CASES = "fixtures/incidents/"
"""Where regression cases lie, each in a directory of its incident's id."""


def why_withheld(record: Postmortem) -> str | None:
    """Why content of this incident must not be stored; None where it may be."""
    if record.severity is Severity.S0:
        return "S0"
    return "personal data" if record.impact.personal_data else None


def withheld(item: Gathered, record: Postmortem) -> Gathered:
    """The item as it may be kept for this incident: without content, saying where the original is, unless harmless."""
    why = why_withheld(record)
    if why is None or is_harmless(item.kind):
        return item
    told = _told(why, record, item.pointer, item.subject)
    return replace(item, content=None, masks={}, left_out=told)


def bare(item: Evidence, origin: Postmortem, *whose: Postmortem) -> Evidence:
    """A piece of evidence as it may be kept for some incidents: without its file where one of them forbids it.

    Args:
        item: As the incident has it that it was collected for.
        origin: That incident, which says where the original is.
        whose: The incidents it is kept for, as they are now.
    """
    why = next((found for record in whose if (found := why_withheld(record)) is not None), None)
    if why is None or item.path is None or is_harmless(item.kind):
        return item
    return msgspec.structs.replace(item, path=None, redacted=True, reason=_told(why, origin, None, item.subject))


def _told(why: str, record: Postmortem, pointer: str | None, subject: str | None) -> str:
    places = [pointer] if pointer else []
    places += [f"CI run {one_line(record.ci_run)}"] if record.ci_run else []
    places += [f"commit {one_line(record.commit)}"] if record.commit else []
    places += [one_line(subject)] if subject and not places else []
    return f"{why}: not stored, see {', '.join(places) or 'where it was collected'}"


def place(item: Evidence) -> tuple[str | None, ...]:
    """What makes two pieces the same one: their path; of digests alone the kind, the subject and the digest."""
    return (item.path,) if item.path else (None, item.kind, item.subject, item.sha256)


def to_remove(record: Postmortem) -> tuple[Evidence, ...]:
    """Evidence with a file that must not be in git, because the incident was escalated after it was stored."""
    if why_withheld(record) is None:
        return ()
    return tuple(item for item in record.evidence if item.path is not None and not is_harmless(item.kind))


def as_recorded(one: Gathered, record: Postmortem) -> Gathered | None:
    """A piece as the record has it already, where its content must not be kept.

    Returns:
        The piece by the digest that is recorded; None where its file must be removed, which the record has to say as
        long as the file is there; the piece itself where it is a new one.
    """
    if why_withheld(record) is None or is_harmless(one.kind):
        return one
    digests = {one.original_sha256, *([hashlib.sha256(one.content).hexdigest()] if one.content is not None else [])}
    subject = one_line(one.subject) if one.subject else None
    for item in record.evidence:
        if item.kind == one.kind and item.subject == subject and item.sha256 in digests:
            if item.path is not None:
                return None
            return replace(one, content=None, original_sha256=item.sha256, original_bytes=item.bytes)
    return one


def how_to_remove(paths: tuple[str, ...], incident_id: str) -> str:
    """What to do about files that must go, evidence and pictures of the regression case, as a few lines of text."""
    names = " ".join(f"--path {_quoted(path)}" for path in paths)
    files = " ".join(map(_quoted, paths))
    told = [f"git rm --quiet --force --ignore-unmatch -- {files}"]
    if any(not path.startswith(CASES) for path in paths):
        told.append(f"qualitygate evidence collect {incident_id}   # records them again, as digests")
    if any(path.startswith(CASES) for path in paths):
        told.append(f"# {CASES}{incident_id}/case.toml can do without pictures: by [control], [reproduce] or commits")
    told += [
        f"git filter-repo --invert-paths {names}   # rewrites history; then force-push every branch and tag",
        "Then ask the host to drop cached views and pull request refs, delete forks and old clones, and treat what"
        " leaked as known.",
    ]
    return "\n".join(told)


def _quoted(path: str) -> str:
    return shlex.quote(one_line(path))
