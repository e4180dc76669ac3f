"""Pictures of cases that a set of the configuration judged at the merge base, and that none judges any more."""

from __future__ import annotations

from qualitygate.core.errors import ConfigError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.proofs.case import Case
from qualitygate.proofs.cells import CAUGHT, outcome
from qualitygate.proofs.finding import about
from qualitygate.proving.before import Before
from qualitygate.proving.blame import by_set
from qualitygate.proving.judges import judges_of, moved, path_of, pictures_of, stands_at
from qualitygate.proving.replaying import Replay


def unjudged(case: Case, how: Replay, past: Before) -> list[Finding]:
    """What a set took at the merge base, a set must take: else nothing catches the incident, whatever the limits are.

    A set of the same name that takes it from another directory was moved, and must catch it there. That a set is gone
    is seen while the base has it, so that no waiver answers for it.

    Args:
        case: A case that is there.
        how: How it is replayed here.
        past: How things stood.

    Raises:
        ConfigError: The configuration is wrong.
    """
    rules = how.rules(case)
    try:
        old = past.rules_of(case)
        path = path_of(case, old)
        pictures = pictures_of(case, path, how.root) if path is not None and (
            old.config.pair_sets or old.config.lut_sets) else ()  # fmt: skip
        then = {name: judges_of(case, (name,), old) for name in pictures}
    except ConfigError:
        return []  # it could not be read there: what fixes it is welcome
    for name, judges in then.items():
        if not judges or judges_of(case, (name,), rules):
            continue
        at = next((found for judge in judges if (found := moved(case, judge, rules)) is not None), None)
        if at is not None:
            missed = how.judged_by(case, at)
            if missed is None:
                continue
            return [by_set(case, at.name, outcome(CAUGHT, [missed], case.check_id).why, rules, past)]
        place = stands_at(judges[0].name, rules)
        message = (
            f"no longer judged: {case.incident}, {place}: set {judges[0].name!r} took {name} at "
            f"{past.commit.revision}, and no set takes it now"
        )
        file, _, line = place.rpartition(":")
        return [about(case.incident, "QG-1765", Level.ERROR, message, file if line.isdecimal() else place, place)]
    return []
