"""Incidents that limits of the package were born of: nobody here had them, and whoever reads of one should know."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from qualitygate.core.finding import Finding

SHIPS = "ships with qualitygate"


def named(finding: Finding, known: Container[str]) -> Finding:
    """A finding whose incident is said to ship with the package, in `born_of` and in the message.

    Args:
        finding: Left as it is where its incident is somebody's own.
        known: Ids of the incidents in the ledger: what is there is their own, whoever had it first.
    """
    incident = finding.born_of
    if not finding.ships or incident is None or incident in known:
        return finding
    said = f"{incident} ({SHIPS})"
    return replace(
        finding, born_of=said, message=finding.message.replace(f"born of {incident}", f"born of {said}"), ships=False
    )
