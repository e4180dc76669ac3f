"""The command that makes candidates the new references, to be copied by whoever answers for them."""

from __future__ import annotations

import shlex
from collections.abc import Iterable

from qualitygate.core.subject import Subject
from qualitygate.core.verdict import Level, Report, SubjectResult, status_of
from qualitygate.reporters.base import View

# Columns beyond which each name stands on a line of its own.
_WIDTH = 100
# What a new reference fixes; a file in a wrong format, or one that cannot be decoded, stays wrong.
_MENDED = frozenset({"QG-1001", "QG-1003", "QG-1016", "QG-1102", "QG-1462"})


def approvable(result: SubjectResult) -> bool:
    """Whether a pair fails for its reference, and a shell can be given its name."""
    subject = result.subject
    known = subject.kind == "pair" and subject.candidate is not None and subject.id.isprintable()
    codes = {finding.code for finding in result.findings if finding.level is Level.ERROR}
    return known and status_of(result.verdict) == "failed" and bool(codes & _MENDED)


def approve_command(subjects: Iterable[Subject], report: Report, view: View) -> str:
    """`qualitygate approve --reason '…' hero/a.png`, with the directories where no configuration names them.

    One command for a shell, of several lines where it is long.
    """
    chosen = list(subjects)
    if tests := list(dict.fromkeys(view.tests[one.id] for one in chosen if one.id in view.tests)):
        # What a test checks is made by the test, and no set knows it.
        return _joined(["pytest", "--qualitygate-update", "--qualitygate-reason=why it is right"], tests)
    names = [subject.id for subject in chosen]
    words = ["qualitygate", "approve", "--reason", "why it is right"]
    info = report.sets[0] if report.sets and not view.configured else None
    if info is not None:
        sides = {"--reference": info.reference, "--candidate": info.candidate, "--profile": info.profile or ""}
        if info.base is not None:  # compared with git, it has one directory
            del sides["--reference"]
        words += [word for option, value in sides.items() if value for word in (option, value)]
    bases = {one.name: one.base for one in report.sets}
    # Several sets may have a base each; their configuration names them then.
    found = {base for subject in chosen if (base := bases.get(subject.set_name)) is not None}
    if len(found) == 1:
        words += ["--base", found.pop()]
    if any(name.startswith("-") for name in names):
        words.append("--")
    return _joined(words, names)


def _joined(words: list[str], names: list[str]) -> str:
    command = shlex.join([*words, *names])
    if len(command) <= _WIDTH:
        return command
    return " \\\n  ".join([shlex.join(words), *map(shlex.quote, names)])
