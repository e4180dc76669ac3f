"""The transparency of a pair against the rule `alpha` of a profile. Pure: levels in, findings out."""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.subject import Subject
from qualitygate.core.transparency import Transparency
from qualitygate.policy.message import broken_alpha, levels_text
from qualitygate.policy.model import Profile

# What fails by a rule, and what it is called.
_CODES = {"same": ("QG-1016", "alpha difference"), "opaque": ("QG-1017", "transparency")}
# Half a step of 16 bits: less is no difference.
_NOTHING = 0.5 / 257


def judge_transparency(profile: Profile | None, subject: Subject, found: Transparency) -> Iterator[Finding]:
    """At most one finding: an error where the rule `alpha` is broken, else where alpha differs, that it does.

    Args:
        profile: What to judge by; None where nothing is judged.
        subject: The pair.
        found: What alpha says of it.

    Returns:
        QG-1016 where alpha must be the `same` and differs by more than the tolerance, QG-1017 where the candidate must
        be `opaque` and is not. Else QG-1004 where alpha differs at all: a note where a rule lets it pass, a warning
        where nobody said what it may be. `value` and `limit` are in levels of 0..255.
    """
    rule = next((one for one in profile.rules if one.kind == "alpha"), None) if profile is not None else None
    if profile is not None and rule is not None and rule.limits_alpha:
        (allowed,) = rule.allowed
        code, what = _CODES[allowed]
        value = found.missing if allowed == "opaque" else found.largest
        if value > rule.tolerance:
            yield Finding(
                code,
                Level.ERROR,
                broken_alpha(rule, what, value, _details(found, allowed), subject.id, profile.name),
                subject=subject.id,
                set_name=subject.set_name or None,
                value=value,
                limit=rule.tolerance,
                severity=rule.severity,
                born_of=rule.born_of,
                ships=rule.ships,
                why=rule.why,
                runbook=rule.runbook,
                profile=profile.name,
                path=subject.candidate,
            )
            return
    if found.largest <= _NOTHING:
        return
    about = [f"by {levels_text(found.largest)} at most and {levels_text(found.mean)} on average", *_lost(found)]
    about += [f"allowed by alpha = {rule.text}"] if rule is not None else []
    yield Finding(
        "QG-1004",
        Level.NOTE if rule is not None else Level.WARNING,
        f"alpha differs: {subject.id}, {', '.join(about)}",
        subject=subject.id,
        set_name=subject.set_name or None,
        value=found.largest,
        path=subject.candidate,
    )


def _details(found: Transparency, allowed: str) -> list[str]:
    if allowed == "opaque":
        return ["the candidate must be opaque"]
    return [
        f"{levels_text(found.mean)} on average",
        *(_lost(found) or ["it must be that of the reference"]),
    ]


def _lost(found: Transparency) -> list[str]:
    return ["the candidate is opaque"] if found.missing <= _NOTHING < found.largest else []
