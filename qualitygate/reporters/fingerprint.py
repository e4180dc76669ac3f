"""What makes a result the same in another run: a digest of what it is about, and never of what was measured."""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
from collections.abc import Sequence

from qualitygate.core.finding import Finding
from qualitygate.core.subject import Subject
from qualitygate.reporters import wording

# Numbers, digests, dates and ids of incidents: what changes from run to run within a sentence.
_CHANGING = re.compile(r"\b(?=[0-9a-f]*\d)[0-9a-f]{7,64}\b|\d+(?:[.,:-]\d+)*")


def fingerprints(findings: Sequence[Finding]) -> list[str]:
    """The fingerprint of each finding of a report, 32 hexadecimal digits, no two equal.

    They follow from code, set, subject or file, metric, statistic, region, profile and limit. They do not depend on the
    measured value, on time, incident, machine, or the order of the findings. Findings that none of that tells apart,
    such as the same mistake in two lines of a LUT, are counted in the order of their lines and texts.
    """
    groups: dict[tuple[str, ...], list[int]] = {}
    for index, finding in enumerate(findings):
        groups.setdefault(_key(finding), []).append(index)
    marks = [""] * len(findings)
    for key, equal in groups.items():
        equal.sort(key=lambda index: (findings[index].line or 0, findings[index].message))
        for number, index in enumerate(equal):
            marks[index] = _digest(*key, *([str(number + 1)] if number else []))
    return marks


def fingerprint_of_unmeasured(subject: Subject, code: str) -> str:
    """The fingerprint of a subject that could not be measured, for a reason with this code."""
    return _digest("unmeasurable", subject.set_name, subject.id, code)


def _key(finding: Finding) -> tuple[str, ...]:
    about = finding.subject
    if about is None and finding.path is not None:
        # Where the checkout lies says nothing of the file.
        about = posixpath.basename(finding.path) if finding.path.startswith("/") else posixpath.normpath(finding.path)
    known = (finding.code, finding.set_name, about, finding.metric, finding.statistic, finding.region, finding.profile)
    limit = "" if finding.limit is None else repr(float(finding.limit))
    return (*(text or "" for text in known), limit, _sentence(finding))


def _sentence(finding: Finding) -> str:
    """What no field says, without its numbers; of a subject only what happened, for the rest is about this very run."""
    if finding.value is not None:
        return ""
    text = wording.headline(finding) if finding.subject is not None else finding.message
    return _CHANGING.sub("#", text)


def _digest(*parts: str) -> str:
    # JSON, so that no part can run into the next.
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]
