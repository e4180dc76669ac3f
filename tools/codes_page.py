"""Make `docs/codes.md` from the table of codes: `python -m tools.codes_page`."""

from __future__ import annotations

from pathlib import Path

from qualitygate.core.codes import CODES

PAGE = Path(__file__).resolve().parent.parent / "docs" / "codes.md"

_INTRODUCTION = """\
# Codes

Every finding and every error carries a code that does not change. `qualitygate explain CODE` says the same as this
page, which is made from `qualitygate/core/codes/` by `python -m tools.codes_page`.
"""

_FAMILIES = {
    "10xx": "Judgement",
    "11xx": "Pairs and sets",
    "12xx": "Pictures that cannot be decoded",
    "13xx": "Metrics that could not be measured",
    "14xx": "Usage and configuration",
    "15xx": "Palettes and batches",
    "16xx": "Look-up tables",
    "170x": "Incidents: the store",
    "171x": "Incidents: the life cycle",
    "172x": "Incidents: clocks and ids",
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


def page() -> str:
    """The whole page as Markdown."""
    parts = [_INTRODUCTION]
    left_out = set(CODES)
    for family, heading in _FAMILIES.items():
        members = [code for code in CODES.values() if _belongs(code.code, family)]
        left_out -= {code.code for code in members}
        if members:
            parts.append(f"\n## {heading} (QG-{family})\n")
        parts += [f"\n### {code.code}: {code.title}\n\n{code.meaning}\n{code.remedy}\n" for code in members]
    if left_out:
        raise SystemExit(f"no heading for the family of {', '.join(sorted(left_out))}")
    return "".join(parts)


def _belongs(code: str, family: str) -> bool:
    """Whether a code is one of a family such as `170x`: as long, and the same but for the digits written `x`."""
    number = code.removeprefix("QG-")
    return len(number) == len(family) and number.startswith(family.rstrip("x"))


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
