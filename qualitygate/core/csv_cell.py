"""Cells of CSV files that people open in a spreadsheet."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(text: str) -> str:
    """The text, with an apostrophe before what a spreadsheet would run as a formula (OWASP, CSV injection).

    Spreadsheets look past leading white space, so text that begins a formula after it gets one, too.
    """
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text
