"""How to accept a change, or to fix it: what a person can do about one subject, with the command to copy."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from qualitygate.core.verdict import Finding, Level, Report, SubjectResult
from qualitygate.reporters.approval import approvable, approve_command
from qualitygate.reporters.base import View
from qualitygate.reporters.limit_change import place, whole_file
from qualitygate.reporters.printable import one_line

Step = dict[str, str]

# A LUT that is another than before, which may be meant; one that is broken stays broken.
_DRIFTED = "QG-1680"
# Where that which is asked stands, by what it is asked of; of a pair it is the profile.
_ELSEWHERE = {
    "lut": 'Change what is asked in `thresholds/lut.toml`, which begins with `extends = "lut"`, in a commit that is '
    "reviewed.",
    "file": "Change the colour or its tolerance in the palette, in a commit that is reviewed.",
    "set": "Change the limit of the batch, or name another baseline, in a commit that is reviewed.",
}


def advice(result: SubjectResult, report: Report, view: View) -> list[Step]:
    """Steps with `title`, `text` and, where there is one, `command`; none where nothing failed."""
    errors = [finding for finding in result.findings if finding.level is Level.ERROR]
    return [*_accepting(result, report, view), *_changing(result, errors, view)] if errors else []


def _accepting(result: SubjectResult, report: Report, view: View) -> Iterator[Step]:
    """What makes the gate take the file as it is."""
    file = result.subject.candidate
    if approvable(result) and result.subject.id in view.tests:
        yield {
            "title": "The change is intended",
            "text": "Let the test write its reference, in the same pull request. Who approved it, when and why is kept "
            "beside it, and the audit lists it for review.",
            "command": approve_command([result.subject], report, view),
        }
    elif approvable(result):
        yield {
            "title": "The change is intended",
            "text": "Make the candidate the reference, in the same pull request. Who approved it, when and why is kept "
            "beside it, and the audit lists it for review. With `--as NAME` it is accepted beside the reference, as "
            "for other hardware.",
            "command": approve_command([result.subject], report, view),
        }
    elif file and file.isprintable() and any(finding.code == _DRIFTED for finding in result.findings):
        yield {
            "title": "The change is intended",
            "text": "Approve it: the approval names the digest of the file, and reviewers read the reason.",
            "command": f"qualitygate lut approve {shlex.quote(file)} --reason 'why it is meant'",
        }


def _limited(result: SubjectResult, limit: Finding, view: View) -> Step:
    """Where a limit is changed. A file in the name of a shipped one would hide it, so that is given whole."""
    file = view.files.get(result.subject.set_name)
    if file is not None and file.ships and limit.region is None:
        return {
            "title": "The limit is wrong",
            "text": one_line(
                f"Save this as `{file.path}`, with another limit and the reason, in a commit that is reviewed. "
                f"`extends` keeps the rest of {file.name}, which ships. "
                "A loosened limit fails the audit until somebody waives it."
            ),
            "command": whole_file(file, limit, view.thresholds.get(result.subject.set_name, ()), view.specs),
        }
    table, key = place(limit)
    where = file.path if file is not None else f"thresholds/{result.profile}.toml"
    if limit.region is not None:
        table, where = f"[sets.regions.{table[1:]}", "the configuration"
    return {
        "title": "The limit is wrong",
        "text": one_line(
            f"Change `{key}` under `{table}` of {where}, with a `why`, in a commit that is reviewed. "
            "A loosened limit fails the audit until somebody waives it."
        ),
    }


def _changing(result: SubjectResult, errors: Sequence[Finding], view: View) -> Iterator[Step]:
    """What makes the gate ask for something else, and what makes the file right."""
    limit = next((finding for finding in errors if finding.metric and finding.statistic), None)
    changed = _ELSEWHERE.get(result.subject.kind)
    file = view.files.get(result.subject.set_name)
    if changed is not None and not (result.subject.kind == "lut" and limit is not None and file is not None):
        yield {"title": "What is asked is wrong", "text": changed}
    elif limit is not None and (result.profile or file):
        yield _limited(result, limit, view)
        if limit.region is None and result.subject.kind == "pair":
            where = "`rectangles` or a `mask` under `[[sets.ignore]]` of the configuration"
            where = "`ignore=` of its check" if result.subject.id in view.tests else where
            yield {
                "title": "This part of the picture may change",
                "text": f"Leave it out: {where}. It is grey in the heat map from then on.",
            }
    yield {
        "title": "Nobody wanted it",
        "text": "Find what made it, fix that, and run the gate again. What the code means and what to do about it:",
        "command": f"qualitygate explain {errors[0].code}",
    }
