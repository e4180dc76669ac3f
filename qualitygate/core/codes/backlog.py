"""Codes of the backlog and the platform behind it, QG-177x."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
    Code("QG-1770", "no repository named", "It is not known in which repository of the platform to look, or the name is none.",
         "Give `--repo OWNER/NAME`, or set GITHUB_REPOSITORY."),
    Code("QG-1771", "platform cannot be addressed", "The address of the API, or the token for it, cannot be used.",
         "Give `--api-url https://…` and set GITHUB_TOKEN or GH_TOKEN."),
    Code("QG-1772", "platform refuses access", "The platform does not know the token, or the token may not do this.",
         "Use a token that may do what the message names."),
    Code("QG-1773", "not on the platform", "The repository, issue or pull request does not exist, or the token may not see it; or issues are disabled.",
         "Check the name, the token's access, and that the repository has issues."),
    Code("QG-1774", "platform finds it invalid", "The platform refused the content of a request.", "Correct what the message names."),
    Code("QG-1775", "platform does not answer", "The platform could not be reached, answered with a fault, or asks to wait longer than `--max-wait`.",
         "Run the same command later: it goes on where it stopped."),
    Code("QG-1776", "not kept as sent", "What the platform gives back is not what was sent to it.",
         "Look at the ticket: somebody or something else changes it."),
    Code("QG-1777", "labels or assignee dropped", "The platform dropped labels or assignees without a word, as it does for a token without push access.",
         "Use a token with push access, or set them by hand."),
    Code("QG-1778", "several tickets of one action", "More than one ticket carries the marker of the same action; the oldest is taken.",
         "Close the others as duplicates."),
    Code("QG-1779", "action and ticket disagree", "The action and its ticket say different things about how far it has come.",
         "Close or reopen the one that is wrong; a closed ticket never counts as verified."),
)  # fmt: skip
