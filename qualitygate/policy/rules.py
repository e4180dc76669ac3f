"""Allow-lists on the candidate's file: format, chroma subsampling, colour space."""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate.core.image import Source
from qualitygate.core.subject import Subject
from qualitygate.core.verdict import Finding, Level
from qualitygate.policy.message import broken_rule
from qualitygate.policy.model import Profile, Rule

_CODES = {"formats": "QG-1011", "chroma_subsampling": "QG-1012", "colour_spaces": "QG-1013"}


def judge_rules(profile: Profile, subject: Subject, candidate: Source) -> Iterator[Finding]:
    """One finding per rule of the profile that the candidate's file breaks."""
    for rule in profile.rules:
        found = _refused(rule, candidate)
        if found is not None:
            yield Finding(
                code=_CODES[rule.kind],
                level=Level.ERROR,
                message=broken_rule(rule, found, subject.id, profile.name),
                subject=subject.id,
                set_name=subject.set_name or None,
                severity=rule.severity,
                born_of=rule.born_of,
                ships=rule.ships,
                why=rule.why,
                runbook=rule.runbook,
                profile=profile.name,
                path=subject.candidate,
            )


def _refused(rule: Rule, candidate: Source) -> str | None:
    """The property that the rule does not allow, None where it is allowed."""
    allowed = {value.casefold() for value in rule.allowed}
    match rule.kind:
        case "formats":
            return None if candidate.format.casefold() in allowed else candidate.format
        case "colour_spaces":
            return None if candidate.colour_space.casefold() in allowed else candidate.colour_space
        case "chroma_subsampling":
            if candidate.lossless and "lossless" in allowed:
                return None
            if candidate.subsampling is None:  # the format stores every pixel's colour, or has no colour at all
                return None
            return None if candidate.subsampling in allowed else candidate.subsampling
        case "alpha":  # says nothing of the file alone: `policy.transparency`
            return None
