"""Codes of the lint of postmortems, QG-1xx to QG-8xx."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
)  # fmt: skip
