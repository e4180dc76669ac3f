"""Codes of reports and where they go, QG-143x."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
    Code("QG-1430", "report does not go there", "A report was asked for where it makes no sense: several files on standard output, or workflow commands in a file.",
         "Print it with `--format`, or write it with `--report FORMAT=PATH`, as the message says."),
    Code("QG-1431", "two reports in one place", "Two reports of a run would overwrite each other.",
         "Give each a path of its own."),
    Code("QG-1432", "output would replace something", "A report, heat map or other output would take the place of a file that the command reads, of a picture, LUT, record or piece of evidence, or of files that no report wrote; or it would lie among references, or its pictures would be taken for candidates.",
         "Write it elsewhere: a report of several files into a new or an empty directory, or into that of an earlier report."),
)  # fmt: skip
