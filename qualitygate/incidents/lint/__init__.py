"""The lint of postmortems: one file per family of rules, each rule a pure function of the record and of facts about it.

Drafts warn, publication errors. What is a matter of style, or can no longer be fixed, warns always; remarks are notes.
Nothing can be silenced: a finding that is wrong is a mistake of a rule, not of the postmortem.
"""

from __future__ import annotations

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.incident import IncidentState
from qualitygate.incidents.checklist import reached
from qualitygate.incidents.lint import (
    actions,
    causal_map,
    evidence,
    governance,
    lessons,
    proof,
    root_cause,
    structure,
    times,
)
from qualitygate.incidents.lint.facts import LintFacts as LintFacts
from qualitygate.incidents.lint.lines import line_of
from qualitygate.incidents.lint.rule import Family as Family
from qualitygate.incidents.lint.weight import Stage as Stage
from qualitygate.incidents.lint.weight import level_of
from qualitygate.incidents.postmortem import Postmortem

FAMILIES: tuple[Family, ...] = (
    Family(1, "structure", structure.RULES),
    Family(2, "times", times.RULES),
    Family(3, "root cause", root_cause.RULES + causal_map.RULES),
    Family(4, "actions", actions.RULES),
    Family(5, "evidence", evidence.RULES, always=True),
    Family(6, "proof", proof.RULES),
    Family(7, "governance", governance.RULES),
    Family(8, "lessons", lessons.RULES),
)

_NO_INCIDENT = (IncidentState.FALSE_POSITIVE, IncidentState.MERGED)


def stage_of(record: Postmortem) -> Stage:
    """The stage of a postmortem: `publication` from the approval on, else `draft`."""
    return "publication" if reached(record, IncidentState.APPROVED) else "draft"


def lint(record: Postmortem, facts: LintFacts, stage: Stage) -> tuple[Finding, ...]:
    """Everything wrong with a postmortem, by family and place.

    Args:
        record: What to judge; where the Markdown was edited, the record with its text.
        facts: What is so outside the record.
        stage: `draft`, where nothing is an error, or `publication`.

    Returns:
        Findings with the path and line of the Markdown. Of an incident that was none, or was merged into another, only
        evidence is judged. Where no postmortem is owed, what a draft lacks is a note.
    """
    found: list[Finding] = []
    for family in FAMILIES:
        if record.state in _NO_INCIDENT and not family.always:
            continue
        for hit in (hit for rule in family.rules for hit in rule(record, facts)):
            level = level_of(hit.code, stage)
            if level is None:
                continue
            if stage == "draft" and not facts.publication_owed and not family.always:
                level = Level.NOTE
            found.append(
                Finding(
                    hit.code,
                    level,
                    hit.message,
                    subject=record.id,
                    severity=record.severity if level is Level.ERROR else None,
                    path=facts.path,
                    line=line_of(hit.at, facts.lines) if facts.path is not None else None,
                )
            )
    return tuple(found)
