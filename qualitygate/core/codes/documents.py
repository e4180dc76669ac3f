"""Codes of reading and merging a postmortem's Markdown and JSON, QG-175x."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
    Code("QG-1750", "postmortem is no text", "The file is binary, not UTF-8, or larger than 1 MB (5 MB for a JSON).",
         "Restore it from git; attach what is large as evidence."),
    Code("QG-1751", "merge conflict in a postmortem", "The file holds the markers of an unresolved git merge.",
         "Keep one side, or both, and remove the markers; then run `qualitygate postmortem sync`."),
    Code("QG-1752", "heading names no incident", "The heading has no valid incident id, more than one, or is missing.",
         "Begin the file with '# Incident PM-YYYY-MM-DD-NN'."),
    Code("QG-1753", "sections of a postmortem", "A known section is missing or there twice, or another text swallows one.",
         "Have each of Context, Timeline, Root Cause Analysis, Corrective Actions, Lessons Learned once, at level 2."),
    Code("QG-1754", "line missing, doubled or contradicted", "A label that must be there is not, or two lines say different things.",
         "Write each label once; the message names the line."),
    Code("QG-1755", "value not understood", "A time, date, severity or fixed value is none of those that are read.",
         "Write what the message names, such as 2025-10-01 or S1."),
    Code("QG-1756", "timeline not understood", "The table of the timeline, or a row of it, cannot be read.",
         "Write '| Time | Event | Owner |', a row of dashes, and three cells in each row; a pipe within one as \\|."),
    Code("QG-1757", "edits contradict each other", "The same part of a postmortem was changed in two ways since the last sync.",
         "Make the two say the same, or undo one of them; then run `qualitygate postmortem sync` again."),
    Code("QG-1758", "changed by hand, and only events change it", "Id, severity, a time, the state or another fact of the log was edited.",
         "Undo the edit, and use the command that the message names."),
    Code("QG-1759", "JSON of a postmortem not understood", "The JSON is broken, has a key or a value that the schema does not know, or a time that no calendar has.",
         "See `qualitygate postmortem schema`, or restore the file from git."),
)  # fmt: skip
