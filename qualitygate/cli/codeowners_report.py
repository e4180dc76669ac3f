"""What `qualitygate codeowners check` says: as text, as JSON, as annotations of GitHub."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import groupby

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.incidents.text import one_line
from qualitygate.ownership import Ownership
from qualitygate.reporters.workflow_command import command as annotation

_SHOWN = 20
# GitHub drops what goes beyond ten annotations of a kind in a step, without a word.
_MOST = 9


def as_text(found: Ownership, said: Sequence[Finding], lines: Sequence[str], wrote: str | None) -> str:
    """The whole answer for people."""
    out = [_summary(found)]
    for _key, members in groupby(said, key=lambda one: (one.code, one.level)):
        group = list(members)
        out += [_line(finding) for finding in group[:_SHOWN]]
        if len(group) > _SHOWN:
            out.append(f"… and {len(group) - _SHOWN:,} more like these; --format json lists them all")
    if lines and wrote is not None:
        out += ["", f"appended to {wrote}; it holds once it is on the branch that is merged into:", *lines]
    elif lines:
        out += ["", f"append to {found.file or '.github/CODEOWNERS'}, or let --write do it:", *lines]
    return "\n".join(out)


def as_json(found: Ownership, said: Sequence[Finding], lines: Sequence[str], wrote: str | None) -> str:
    """The whole answer for programs."""
    return json.dumps(
        {
            "file": found.file,
            "revision": found.revision,
            "brand_owners": list(found.brand),
            "protected": len(found.coverage.protected),
            "gaps": [
                {"path": gap.path, "glob": gap.glob, "owners": list(gap.owners), "line": gap.line}
                for gap in found.coverage.gaps
            ],
            "shared": list(found.coverage.shared),
            "findings": [
                {"code": f.code, "level": f.level.value, "message": f.message, "path": f.path, "line": f.line}
                for f in said
            ],
            "proposed": list(lines),
            "written": wrote,
        },
        indent=2,
    )


def as_annotations(said: Iterable[Finding]) -> str:
    """Workflow commands, at most as many of each kind as GitHub shows."""
    out: list[str] = []
    ordered = sorted(said, key=lambda one: one.level is not Level.ERROR)
    for level, members in groupby(ordered, key=lambda one: one.level):
        group = list(members)
        name = {Level.ERROR: "error", Level.WARNING: "warning"}.get(level, "notice")
        for finding in group[:_MOST]:
            line = str(finding.line) if finding.line is not None else None
            subject = f"{finding.path}: " if finding.path else ""
            message = f"{subject}{finding.message} [{finding.code}]"
            out.append(annotation(name, message, title="CODEOWNERS", file=finding.path, line=line))
        if len(group) > _MOST:
            out.append(annotation(name, f"{len(group) - _MOST:,} more like these", title="CODEOWNERS"))
    return "\n".join(out)


def _summary(found: Ownership) -> str:
    count = len(found.coverage.protected)
    lacking = sum(gap.glob is not None for gap in found.coverage.gaps)
    where = found.file or "no CODEOWNERS"
    where += f" at {found.revision}" if found.revision is not None else ""
    whose = f"an owner of the brand ({', '.join(found.brand)})" if found.brand else "an owner"
    if not count:
        return f"{where}: no tracked file is protected"
    return f"{where}: {count - lacking:,} of {count:,} protected files have {whose}"


def _line(finding: Finding) -> str:
    where = one_line(finding.path) if finding.path else ""
    where += f":{finding.line}" if finding.line is not None else ""
    return f"{finding.level.value:<8} {where + ': ' if where else ''}{finding.message} [{finding.code}]"
