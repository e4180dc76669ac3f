"""Where nothing may leak: at S0 and where personal data are concerned, digests and a pointer are all that is kept.

Git keeps what was once committed, in every clone, for ever.
"""

from __future__ import annotations

import shlex
from dataclasses import replace

from qualitygate.core.threshold import Severity
from qualitygate.incidents.collecting.gathered import Gathered
from qualitygate.incidents.collecting.kinds import is_harmless
from qualitygate.incidents.postmortem import Evidence, Postmortem
from qualitygate.incidents.text import one_line


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
    places = [item.pointer] if item.pointer else []
    places += [f"CI run {one_line(record.ci_run)}"] if record.ci_run else []
    places += [f"commit {one_line(record.commit)}"] if record.commit else []
    places += [one_line(item.subject)] if item.subject and not places else []
    found = ", ".join(places) or "where it was collected"
    return replace(item, content=None, masks={}, left_out=f"{why}: not stored, see {found}")


def to_remove(record: Postmortem) -> tuple[Evidence, ...]:
    """Evidence with a file that must not be in git, because the incident was escalated after it was stored."""
    if why_withheld(record) is None:
        return ()
    return tuple(item for item in record.evidence if item.path is not None and not is_harmless(item.kind))


def how_to_remove(paths: tuple[str, ...], incident_id: str) -> str:
    """What to do about files that must go, as a few lines of text."""
    names = " ".join(f"--path {_quoted(path)}" for path in paths)
    files = " ".join(map(_quoted, paths))
    return (
        f"git rm --quiet --force --ignore-unmatch -- {files}\n"
        f"qualitygate evidence collect {incident_id}   # records them again, as digests\n"
        f"git filter-repo --invert-paths {names}   # rewrites history; then force-push every branch and tag\n"
        "Then ask the host to drop cached views and pull request refs, delete forks and old clones, and treat what"
        " leaked as known."
    )


def _quoted(path: str) -> str:
    return shlex.quote(one_line(path))
