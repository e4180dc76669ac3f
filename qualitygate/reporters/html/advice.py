"""How to accept a change, or to mend it: what a person can do about one subject, with the command to copy."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from qualitygate.core.verdict import Finding, Level, SubjectResult
from qualitygate.reporters.printable import one_line

Step = dict[str, str]


def advice(result: SubjectResult) -> list[Step]:
    """Steps with `title`, `text` and, where there is one, `command`; none where nothing failed."""
    errors = [finding for finding in result.findings if finding.level is Level.ERROR]
    return list(_steps(result, errors)) if errors else []


def approve_command(result: SubjectResult) -> str | None:
    """What makes the candidate the reference, None where a shell could not be given its name."""
    subject = result.subject
    if subject.kind != "pair" or subject.candidate is None or not subject.candidate.isprintable():
        return None
    return f"qualitygate approve {shlex.quote(subject.candidate)} --reason 'why it is right'"


def _steps(result: SubjectResult, errors: Sequence[Finding]) -> Iterator[Step]:
    command = approve_command(result)
    if command is not None and result.candidate is not None:
        yield {
            "title": "The change is intended",
            "text": "Make the candidate the reference, in the same pull request. Who approved it, when and why is kept "
            "beside it, and the audit lists it for review.",
            "command": command,
        }
    elif result.subject.kind == "lut" and result.subject.candidate and result.subject.candidate.isprintable():
        yield {
            "title": "The change is intended",
            "text": "Approve it: the approval names its digest, and a reviewer sees it.",
            "command": f"qualitygate lut approve {shlex.quote(result.subject.candidate)} --reason 'why it is right'",
        }
    limit = next((finding for finding in errors if finding.metric and finding.statistic), None)
    if limit is not None and result.profile:
        table = f"limits.{limit.metric}" if limit.region is None else f"sets.regions.limits.{limit.metric}"
        where = f"thresholds/{result.profile}.toml" if limit.region is None else "the configuration"
        yield {
            "title": "The limit is wrong",
            "text": one_line(
                f"Change `{limit.statistic}` under `[{table}]` of {where}, with a `why`, in a commit that is reviewed. "
                "A loosened limit fails the audit until somebody waives it."
            ),
        }
        if limit.region is None and result.subject.kind == "pair":
            yield {
                "title": "This part of the picture may change",
                "text": "Leave it out: `rectangles` or a `mask` under `[[sets.ignore]]` of the configuration. It is "
                "grey in the heat map from then on.",
            }
    yield {
        "title": "Nobody wanted it",
        "text": "Find what made it, and run the gate again. What a code means and what to do about it:",
        "command": f"qualitygate explain {errors[0].code}",
    }
