"""Codes of the KPIs and of the dashboard, QG-174x."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
    Code("QG-1740", "time that does not exist", "A record holds a time that is in no calendar, such as one on the 30th of "
         "February, so that nothing can be reckoned with it.",
         "Correct it in the postmortem and run `qualitygate postmortem sync`."),
    Code("QG-1741", "not a dashboard", "The directory is to become a dashboard but holds files that no dashboard wrote. "
         "Building one removes pages of incidents that are gone, so nothing is written there.",
         "Name an empty or a new directory, or the directory of an earlier dashboard."),
    Code("QG-1742", "left out of the dashboard", "Something belonging to an incident could not be shown: a picture that is "
         "gone or changed since it was recorded, a map that could not be drawn, a Markdown file that cannot be read.",
         "The note names it. `qualitygate incident verify` tells more of changed evidence."),
)  # fmt: skip
