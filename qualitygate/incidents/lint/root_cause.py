"""QG-3xx: whether the analysis goes from what broke to what let it break, and blames nobody."""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate.core.threshold import Severity
from qualitygate.incidents.lint.blame import blames
from qualitygate.incidents.lint.facts import LintFacts
from qualitygate.incidents.lint.rule import Hit, brief
from qualitygate.incidents.lint.sameness import repeated
from qualitygate.incidents.lint.texts import prose
from qualitygate.incidents.postmortem import Postmortem

WHYS = 5
_CLASSES = {"direct": "QG-301", "contributing": "QG-302", "systemic": "QG-303"}


def classes(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-301, QG-302 and QG-303. A question is no cause yet."""
    found = {cause.class_ for cause in record.rca.causes if not cause.open and cause.text.strip()}
    for name, code in _CLASSES.items():
        if name not in found:
            yield Hit(code, f"no {name} cause is named", "rca.causes")


def whys(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-304."""
    given = sum(bool(why.strip()) for why in record.rca.whys)
    if given < WHYS and not (record.rca.whys_reason or "").strip():
        yield Hit("QG-304", f"{given} of five whys, and no reason why there are fewer", "rca.whys")


def domains(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-310."""
    for index, cause in enumerate(record.rca.causes):
        if cause.domain is None and not cause.open:
            yield Hit("QG-310", f"cause {index + 1} is in no domain: {brief(cause.text)}", f"rca.causes[{index}]")


def blame(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-311."""
    for text in prose(record):
        for words in blames(text.text):
            yield Hit("QG-311", f'{text.name} blames somebody: "{brief(words)}"', text.at)


def duplicates(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-312."""
    for index, first in repeated(cause.text for cause in record.rca.causes):
        message = f"cause {index + 1} says the same as cause {first + 1}: {brief(record.rca.causes[index].text)}"
        yield Hit("QG-312", message, f"rca.causes[{index}]")


def falsified(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-313."""
    if record.severity in (Severity.S0, Severity.S1) and record.rca.causes and not record.rca.falsifications:
        yield Hit("QG-313", "nobody wrote down an attempt to prove a supposed cause wrong", "rca")


RULES = (classes, whys, domains, blame, duplicates, falsified)
