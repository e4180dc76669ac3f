"""Codes of the incident store and of its life cycle, QG-170x to QG-174x."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
)  # fmt: skip
