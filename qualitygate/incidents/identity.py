"""What a gate failure is, so that the same failure finds the same incident on any machine.

CI runners have no memory, so identity is a pure function of what failed: no values (they jitter), no file names (one
cause breaks a different few files each time), no clock, no working directory.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from collections.abc import Iterable
from datetime import date

from qualitygate.core.verdict import Failed, Finding, Report, SetInfo


def check_id(finding: Finding) -> str:
    """The check behind a finding: `CODE/metric/statistic/region`, without the trailing parts it does not have."""
    parts = (finding.code, finding.metric or "", finding.statistic or "", finding.region or "")
    return "/".join(parts).rstrip("/")


def failed_checks(report: Report) -> tuple[str, ...]:
    """The checks that failed, each once, in alphabetical order."""
    return tuple(sorted({check_id(finding) for finding in report.errors}))


def failed_sets(report: Report) -> tuple[SetInfo, ...]:
    """The sets in which something failed, in report order; all of them when only findings of the whole run did."""
    names = {finding.set_name for finding in report.errors}
    names |= {result.subject.set_name for result in report.results if isinstance(result.verdict, Failed)}
    return tuple(info for info in report.sets if info.name in names) or report.sets


def failure_key(checks: Iterable[str], sets: Iterable[tuple[str, str]], change: str) -> str:
    """Digest of what failed, where, and in which change.

    Args:
        checks: See `failed_checks`.
        sets: Name and pipeline of each set in which something failed.
        change: The change being judged, or a digest of the references where no change is known.

    Returns:
        sha256, 64 hexadecimal digits, over canonical JSON. Neither the order of the arguments, nor the path separator
        of the operating system, nor the Unicode normal form of its file system makes a difference.
    """
    identity = {
        "change": _portable(change),
        "checks": sorted({_portable(check) for check in checks}),
        "sets": sorted({(_portable(name), _portable(pipeline)) for name, pipeline in sets}),
        "version": 1,
    }
    canonical = json.dumps(identity, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode("ascii")).hexdigest()


def gate_incident_id(key: str, day: date, attempt: int = 0) -> str:
    """The id of a gate failure: `PM-YYYY-MM-DD-` and eight digits that are a function of the key.

    The first digit is never 0, so that it cannot be taken for an id counted by hand (`01`, `02`, …).

    Args:
        key: See `failure_key`.
        day: Day it was opened, UTC.
        attempt: 0 first; counted up while the id is taken by another incident.
    """
    digest = hashlib.sha256(f"{key}/{attempt}".encode()).digest()
    number = 10_000_000 + int.from_bytes(digest) % 90_000_000
    return f"PM-{day.isoformat()}-{number}"


def _portable(text: str) -> str:
    return unicodedata.normalize("NFC", text).replace("\\", "/")
