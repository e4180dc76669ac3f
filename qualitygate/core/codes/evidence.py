"""Codes of collecting evidence, QG-179x."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
    Code("QG-1790", "evidence from elsewhere", "A file that is to become evidence lies outside of the repository, or a link leads to it.",
         "Copy the file into the repository and name it there; remove a link in the evidence directory."),
    Code("QG-1791", "evidence cannot be read", "A file that is to become evidence is missing, unreadable, or no regular file.",
         "Name a file that is there; a pipe or a device has no content to keep."),
    Code("QG-1792", "git does not give the change", "The commits or the patch between --base and --head could not be had from git.",
         "Check both names. In CI check out the whole history (`fetch-depth: 0`)."),
    Code("QG-1793", "no report of this gate", "The file given as --report is not JSON as `qualitygate check --format json` writes it.",
         "Write one by `qualitygate check --format json -o FILE`."),
    Code("QG-1794", "evidence has changed", "A file of the evidence no longer has the digest that its event recorded.",
         "Restore it from git. If it was meant, collect it again, so that the log says so."),
    Code("QG-1795", "evidence is missing", "A file that an event recorded is not there, or is a link.",
         "Restore it from git."),
    Code("QG-1796", "unknown evidence", "A file lies in the evidence directory that no event names.",
         "Collect it by `qualitygate evidence collect`, or remove it."),
    Code("QG-1797", "evidence that must not be in git", "The incident is S0, or concerns personal data, and files were stored before that was known, or its regression case holds pictures.",
         "Remove them from git history, as `qualitygate evidence verify` shows, and collect again: digests are recorded in their place. A case does without pictures by a control, by `reproduce`, or by commits."),
)  # fmt: skip
