"""Codes of collecting evidence, QG-179x."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
)  # fmt: skip
