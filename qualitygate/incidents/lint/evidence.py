"""QG-5xx: whether the evidence is what it was, enough to go by, and gives nobody away.

Whether a picture generator was involved is judged by the record: a cause of the domain `model`, or evidence that is a
prompt or a model version. Then both have to be there. A piece without a path that gives its reason will do: it is kept
as a digest, or says why there is none.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from qualitygate.core.incident import IncidentKind
from qualitygate.incidents.collecting.withholding import to_remove, why_withheld
from qualitygate.incidents.lint.facts import LintFacts
from qualitygate.incidents.lint.personal import personal
from qualitygate.incidents.lint.rule import Hit, brief
from qualitygate.incidents.lint.texts import texts
from qualitygate.incidents.postmortem import Postmortem

_GENERATION = {"prompt": "QG-503", "model_version": "QG-504"}


def on_disk(record: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-501 and QG-502."""
    for item in record.evidence:
        if item.path is None or item.path not in facts.files:
            continue
        found = facts.files[item.path]
        if found is None:
            yield Hit("QG-502", f"{item.path} is not there")
        elif found != item.sha256:
            yield Hit("QG-501", f"{item.path} is not what was collected: sha256 {found[:12]}…, not {item.sha256[:12]}…")


def generation(record: Postmortem, facts: LintFacts) -> Iterator[Hit]:
    """QG-503 and QG-504."""
    kinds = {item.kind for item in record.evidence if item.path or (item.reason or "").strip() or item.redacted}
    by_model = any(cause.domain == "model" for cause in record.rca.causes)
    judged = by_model or any(item.kind in _GENERATION for item in record.evidence)
    if not (judged if facts.generative is None else facts.generative):
        return
    for kind, code in _GENERATION.items():
        if kind not in kinds:
            name = kind.replace("_", " ")
            yield Hit(code, f"a picture generator was involved, and no evidence of the kind {name} is there")


def confidential(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-505. That something in it was masked does not make a picture or a prompt harmless."""
    for item in to_remove(record):
        yield Hit("QG-505", f"{item.path} is stored, though the incident is about {why_withheld(record)}")


def given_away(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-506. What was found is not repeated: whoever reads the log of CI need not see it, too."""
    for text in texts(record):
        for kind in personal(text.text):
            yield Hit("QG-506", f"{text.name} holds {kind}", text.at)


def places(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-507."""
    folder = f"evidence/{record.id.lower()}"
    for item in record.evidence:
        if item.path is not None and not inside(item.path, folder):
            yield Hit("QG-507", f"{brief(item.path)} is not in {folder}/")


def some(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-508."""
    if not record.evidence:
        yield Hit("QG-508", "no evidence was collected")


def decided(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-509."""
    if record.impact.personal_data is None and record.kind is IncidentKind.REAL:
        yield Hit("QG-509", "nobody said whether personal data are concerned", "impact")


def inside(path: str, folder: str) -> bool:
    """Whether a path with `/` names something in a folder, on every operating system."""
    parts = PurePosixPath(path).parts
    plain = "\\" not in path and ":" not in path and "\0" not in path and ".." not in parts
    return plain and len(parts) > 2 and "/".join(parts[:2]) == folder


RULES = (on_disk, generation, confidential, given_away, places, some, decided)
