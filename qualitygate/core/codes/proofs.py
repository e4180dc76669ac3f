"""Codes of regression cases, proofs and waivers, QG-176x."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
    Code("QG-1760", "regression case incomplete", "A regression case is missing or incomplete, contradicts itself or its incident, or attests by documents alone what the gate saw.", "Complete fixtures/incidents/PM-…/case.toml; `qualitygate prove PM-… --init` writes one with its keys explained. Commits of a proof must be in order: parent, bad, fixed."),
    Code("QG-1761", "commit not available", "A commit of a proof, a file in it or the merge base is not in this repository: a shallow clone, a wrong name, or an LFS pointer without its content.", "Check out the whole history (`fetch-depth: 0`), fetch LFS objects, or correct the case."),
    Code("QG-1762", "command of a case not run", "A case has a command, and nobody allowed it, or the job judges a stranger's change, which could contain any command.", "Read the command and allow it by --allow-reproduce, on a branch of your own and never for a fork."),
    Code("QG-1763", "command of a case failed", "The generator or the control of a case could not be started, took too long, or did not write its picture.", "Run the command by hand; fix it, or raise its `timeout`."),
    Code("QG-1764", "incident no longer caught", "The bad file of a case does not fail with its check by the thresholds of this change, a set of the configuration that takes its picture does not catch it, or its fixed file does not pass. The message names the threshold or the set.", "Restore the threshold, or waive the case in thresholds/waivers.toml for a while, with a reason and somebody else's approval."),
    Code("QG-1765", "case deleted or weakened", "A case that the merge base has, or that an incident was proved by, is gone, or was changed so that what it showed is not caught any more, or no set takes its picture any more. A warning if a case merely differs from the one that was proved.", "Restore the case, or the set. It cannot be waived: change a case first and its threshold in a later change; a false alarm is marked by `incident false-positive`."),
    Code("QG-1766", "no case for an incident", "A threshold is, or was, born of an incident that no case shows, so that nobody sees when it stops catching it. An error once the incident is closed or proved.", "Write fixtures/incidents/PM-…/case.toml."),
    Code("QG-1767", "waiver does not hold", "A waiver is expired, approved by its own owner or by nobody of the control board, expires more than 90 days ahead, or is about an incident whose case is gone.", "Fix the threshold, or have somebody else, of the control board where one is configured, approve a waiver of at most 90 days."),
    Code("QG-1768", "waived", "A case fails, and a waiver covers it until it expires.", "Fix the threshold before that day."),
    Code("QG-1769", "stale waiver", "A waiver waives nothing: the incident is caught, or needs no case.", "Delete the waiver."),
)  # fmt: skip
