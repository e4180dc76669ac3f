"""Codes of ownership and approvals, QG-178x."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
    Code("QG-1780", "no CODEOWNERS", "There is no CODEOWNERS in .github/, at the top or in docs/, so nobody has to review anything.",
         "Add the lines that `qualitygate codeowners check` proposes, or let it write them with `--write`."),
    Code("QG-1781", "CODEOWNERS not usable", "The file is no regular file, cannot be read, or is too large: GitHub takes none of 3 MB or more.",
         "Make it a text file of less than 3 MB."),
    Code("QG-1782", "line of CODEOWNERS skipped", "GitHub does not understand a line of CODEOWNERS and skips it.",
         "Correct the line."),
    Code("QG-1783", "no brand owner", "A path that decides how pictures look, or when the gate fails, can be changed without a brand owner's review.",
         "Add the lines that `qualitygate codeowners check` proposes."),
    Code("QG-1784", "CODEOWNERS is not owned", "CODEOWNERS does not protect itself: whoever may merge may take the owners out.",
         "Give CODEOWNERS an owner in CODEOWNERS."),
    Code("QG-1785", "no owner to name", "No owner is known to write into CODEOWNERS, or a name is no owner.",
         "Write `owners = [\"@org/team\"]` under `[codeowners]`, or give `--owner`."),
    Code("QG-1786", "review of owners not required", "Neither a ruleset nor branch protection requires the review of code owners, so that CODEOWNERS only informs.",
         "Require it in a ruleset for the default branch."),
    Code("QG-1787", "cannot be told", "The platform does not let this token see whether the review of code owners is required.",
         "Use a token that may read the repository's administration, or ask who has one."),
    Code("QG-1788", "CODEOWNERS has errors on the platform", "GitHub reports errors in CODEOWNERS, such as owners that do not exist or have no write access.",
         "Correct what the message names."),
    Code("QG-1789", "CODEOWNERS is shadowed", "Several files are named CODEOWNERS, and GitHub reads the first only.",
         "Keep one of them."),
)  # fmt: skip
