"""Make `docs/codes.md` from the table of codes: `python -m tools.codes_page`."""

from __future__ import annotations

from pathlib import Path

from qualitygate.core.codes import CODES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "codes.md"

_INTRODUCTION = """\
# Codes

Every finding and every error carries a code that does not change. `qualitygate explain CODE` says the same as this
page, which is made from `qualitygate/core/codes.py` by `python -m tools.codes_page`.
"""

_FAMILIES = {
    "10": "Judgement",
    "11": "Pairs and sets",
    "12": "Pictures that cannot be decoded",
    "13": "Metrics that could not be measured",
    "14": "Usage and configuration",
    "16": "Look-up tables",
}


def page() -> str:
    """The whole page as Markdown."""
    parts = [_INTRODUCTION]
    for family, heading in _FAMILIES.items():
        members = [code for code in CODES.values() if code.code.startswith(f"QG-{family}")]
        if members:
            parts.append(f"\n## {heading} (QG-{family}xx)\n")
        parts += [f"\n### {code.code}: {code.title}\n\n{code.meaning}\n{code.remedy}\n" for code in members]
    left_out = [code for code in CODES if code[3:5] not in _FAMILIES]
    if left_out:
        raise SystemExit(f"no heading for the family of {', '.join(left_out)}")
    return "".join(parts)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
