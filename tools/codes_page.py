"""Make `docs/codes.md` from the table of codes: `python -m tools.codes_page`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from qualitygate.core.codes import CODES
from qualitygate.core.codes.code import Code
from qualitygate.core.codes.families import FAMILIES, members

PAGE = Path(__file__).resolve().parent.parent / "docs" / "codes.md"

_INTRODUCTION = """\
# Codes

Every finding and every error carries a code that does not change. `qualitygate explain CODE` says the same as this
page, which is made from `qualitygate/core/codes/` by `python -m tools.codes_page`; `qualitygate explain 15xx` lists the
codes of a family.
"""


def page() -> str:
    """The whole page as Markdown: an index of the families, then their codes in ascending order."""
    found = {family: members(CODES.values(), family) for family in FAMILIES}
    left_out = set(CODES) - {code.code for group in found.values() for code in group}
    if left_out:
        raise SystemExit(f"no heading for the family of {', '.join(sorted(left_out))}")
    headings = {family: f"{FAMILIES[family]} (QG-{family})" for family, group in found.items() if group}
    index = [f"- [{heading}](#{anchor(heading)}): {_range(found[family])}\n" for family, heading in headings.items()]
    parts = [_INTRODUCTION, "\n", *index]
    for family, heading in headings.items():
        parts.append(f"\n## {heading}\n")
        parts += [f"\n### {code.code}: {code.title}\n\n{code.meaning}\n{code.remedy}\n" for code in found[family]]
    return "".join(parts)


def anchor(heading: str) -> str:
    """The fragment by which GitHub leads to a heading: lower case, blanks as `-`, no other punctuation."""
    kept = (char for char in heading.lower() if char.isalnum() or char in " -_")
    return "".join(kept).replace(" ", "-")


def _range(group: Sequence[Code]) -> str:
    first, last = group[0].code, group[-1].code
    return first if first == last else f"{first} to {last}, {len(group)} codes"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
