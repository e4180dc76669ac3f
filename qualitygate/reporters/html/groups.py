"""What broke, over all subjects of a run: each limit and rule once."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from qualitygate.core.codes import CODES
from qualitygate.core.verdict import Finding, Report
from qualitygate.reporters import wording
from qualitygate.reporters.base import View
from qualitygate.reporters.printable import one_line


def address(subject: str) -> str:
    """What follows `#/` in the address of a subject: another one for every id, whatever it is made of."""
    return quote(subject, safe="/", errors="surrogatepass")


def broken_groups(report: Report, view: View) -> list[dict[str, Any]]:
    """Broken limits and rules of subjects, the one with the worst finding first, each with how often it was broken."""
    groups: dict[tuple[str, str | None, str | None], list[Finding]] = {}
    for finding in report.errors:
        if finding.subject is not None:
            key = (_name(finding, view), finding.born_of, finding.why)
            groups.setdefault(key, []).append(finding)
    return [
        {
            "name": name,
            "count": len(found),
            "subject": one_line(found[0].subject or ""),
            "address": address(found[0].subject or ""),
            "headline": wording.headline(found[0]),
            "severity": "" if found[0].severity is None else found[0].severity.value,
            "born_of": one_line(born_of or ""),
            "postmortem": one_line(view.postmortems.get(born_of or "", "")),
            "why": one_line(why or ""),
        }
        for (name, born_of, why), found in groups.items()
    ]


def _name(finding: Finding, view: View) -> str:
    """`DeltaE00 p95`; for what is no limit on a metric, what its code is called."""
    if finding.metric is None:
        return CODES[finding.code].title if finding.code in CODES else finding.code
    return one_line(wording.limit_name(finding, view.specs))
