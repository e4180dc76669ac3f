"""Codes of the audit and of its waivers, QG-180x and QG-181x."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

_WAIVE = "Undo it, or add the `[[waiver]]` that `qualitygate audit` prints to thresholds/waivers.toml, filled in and approved by somebody else."

CODES: tuple[Code, ...] = (
    Code("QG-1800", "limit loosened", "A limit of a profile, a region, a LUT, the bytes of a set or of decoding lets more pass than at the base, or is gone. Effective limits are compared, whatever file or `extends` they come from.", _WAIVE),
    Code("QG-1801", "severity lowered", "Breaking a limit or a rule counts as less serious than at the base, so fewer people are notified.", _WAIVE),
    Code("QG-1802", "rule loosened", "A rule on formats, chroma subsampling, colour spaces or alpha allows more than at the base, or is gone.", _WAIVE),
    Code("QG-1803", "judged less", "Pictures or LUTs that exist are judged by no set any more, or by fewer metrics, resized, from another directory or against other references.", _WAIVE),
    Code("QG-1804", "area changed", "More pixels are ignored than at the base, or a region with limits of its own is gone, lost pixels, or grew so that its mean hides more.", _WAIVE),
    Code("QG-1805", "reference regenerated", "A reference or an accepted alternative differs from the one at the base, is gone, or was accepted in addition. A note if one was only added or moved.", "Look at both versions. Have the change approved by a waiver, bound to the new content; `qualitygate approve` says in its sidecar who approved it and why."),
    Code("QG-1806", "change approved", "This change approves a change of a LUT, or of a picture that is compared with git, by a record: what it covers is then not judged.", _WAIVE),
    Code("QG-1807", "check removed", "A further check of `[check]`, a test of a threshold, the provenance of references or a protected path is no longer asked for.", _WAIVE),
    Code("QG-1808", "drift has added up", "A reference lies further from its own version at the anchor of `--since` than the limits of its set allow: no step was too far, all of them together are, or it cannot be measured.", "Look at both versions. Restore the reference, or waive its drift, bound to its content; a later anchor starts from zero."),
    Code("QG-1809", "base cannot be read", "The configuration or a threshold file of the base cannot be read by this version, so nobody knows what was loosened.", "Compare by eye, and waive it with what you found."),
    Code("QG-1810", "waiver does not hold", "A waiver of something this change loosens is bound to another value, expired, approved by its own owner or by nobody of the control board, or expires more than 90 days ahead.", "Fix the waiver and have it approved again, or undo what is loosened."),
    Code("QG-1811", "waived", "Something is looser, and a waiver covers it until it expires.", "Restore it before that day, or renew the waiver."),
    Code("QG-1812", "waiver expired, still loosened", "What was loosened for a while is still so, and its waiver has expired or no longer holds.", "Restore the value; renew the waiver, with a new approval; or delete the waiver, which is reported as loosened for good and reviewed by whoever owns thresholds/."),
    Code("QG-1813", "stale waiver", "A waiver covers nothing: what it allows is not the case.", "Delete the waiver."),
    Code("QG-1814", "loosened for good", "This change deletes a waiver while what it allowed for a while stays.", "Nothing is blocked. Check that it is intended: from now on there is no reminder."),
    Code("QG-1815", "no base to compare with", "An audit compares with the merge base of a revision, and none was named.", "Add --base origin/main; in a pull request CI names its target branch."),
    Code("QG-1816", "note of the audit", "Something that the audit could not compare, or did not need to.", "Read it."),
)  # fmt: skip
