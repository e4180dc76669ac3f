"""Codes by family: which go together, and what they are about."""

from __future__ import annotations

from collections.abc import Iterable

from qualitygate.core.codes.code import Code

FAMILIES: dict[str, str] = {
    "10xx": "Judgement",
    "11xx": "Pairs and sets",
    "12xx": "Pictures that cannot be decoded",
    "13xx": "Metrics that could not be measured",
    "14xx": "Usage and configuration",
    "15xx": "Palettes and batches",
    "16xx": "Look-up tables",
    "170x": "Incidents: the store",
    "171x": "Incidents: the life cycle",
    "172x": "Incidents: ids",
    "174x": "KPIs and the dashboard",
    "175x": "Postmortems: reading and merging",
    "176x": "Proofs and waivers",
    "177x": "The backlog",
    "178x": "Ownership and approvals",
    "179x": "Evidence",
    "180x": "Audit: what a change loosens",
    "181x": "Waivers of loosened limits",
    "182x": "Calibration",
    "183x": "Tests of thresholds",
    "19xx": "References and approvals",
    "1xx": "Lint of postmortems: structure",
    "2xx": "Lint of postmortems: times",
    "3xx": "Lint of postmortems: root cause",
    "4xx": "Lint of postmortems: actions",
    "5xx": "Lint of postmortems: evidence",
    "6xx": "Lint of postmortems: proof",
    "7xx": "Lint of postmortems: governance",
    "8xx": "Lint of postmortems: lessons",
}
"""Name of each family, its digits with `x` for those that differ, in the order in which they are told."""


def belongs(code: str, family: str) -> bool:
    """Whether a code such as `QG-1701` is one of a family such as `170x`: as long, and the same but for the `x`."""
    number = code.removeprefix("QG-")
    return len(number) == len(family) and number.startswith(family.rstrip("x"))


def members(codes: Iterable[Code], family: str) -> list[Code]:
    """The codes of a family, in ascending order."""
    return sorted((code for code in codes if belongs(code.code, family)), key=lambda code: code.code)
