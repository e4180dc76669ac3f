"""Codes of reading and merging a postmortem's Markdown and JSON, QG-175x."""

from __future__ import annotations

from qualitygate.core.codes.code import Code

CODES: tuple[Code, ...] = (
)  # fmt: skip
