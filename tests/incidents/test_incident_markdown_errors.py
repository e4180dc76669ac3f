"""A broken Markdown is one clear error: line, what was found, what is right. Nothing is guessed."""

from __future__ import annotations

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.incidents.markdown import parse

SOUND = """\
# Incident PM-2025-09-27-01
## Context
- Discovered: 2025-09-27 04:12 UTC
- Severity: S1
- Impact: 4,200 images deviated from the brand palette
- Stakeholders: Marketing, Legal, SRE
## Timeline
| Time | Event | Owner |
| --- | --- | --- |
| 04:12 | Threshold exceeded | MonitorBot |
## Root Cause Analysis
- Direct cause: Git hook failed
- Contributing factors: CI test gap, parallel reviews
## Corrective Actions
- [ ] Add a check — 2025-10-01
  - Size: S
## Lessons Learned
- Document the review steps
"""
BROKEN = [
    # what is replaced, by what, code, line, and part of the message
    ("# Incident PM-2025-09-27-01\n", "", "QG-1752", 1, "no heading names the incident, the first one is 'Context'"),
    ("PM-2025-09-27-01", "2025", "QG-1752", 1, "write '# Incident PM-YYYY-MM-DD-NN'"),
    ("PM-2025-09-27-01", "PM-2025-09-1", "QG-1752", 1, "holds no valid incident id"),
    ("PM-2025-09-27-01", "PM-2025-02-30-01", "QG-1752", 1, "holds no valid incident id"),
    ("PM-2025-09-27-01", "PM-2025-09-27-01 and PM-2025-09-27-02", "QG-1752", 1, "more than one incident id"),
    ("## Timeline", "# Incident PM-2025-09-27-02\n## Timeline", "QG-1752", 7, "a second heading with an id"),
    ("## Lessons Learned\n- Document the review steps\n", "", "QG-1753", 16, "'## Lessons Learned' is missing"),
    ("## Timeline", "### Timeline", "QG-1753", 7, "'### Timeline' is a heading of level 3"),
    ("## Lessons Learned", "## Timeline", "QG-1753", 17, "a second section 'Timeline', the first is on line 7"),
    ("## Lessons Learned", "## Chronologie", "QG-1753", 17, "a second section 'Chronologie'"),
    ("## Corrective", "```\ncode\n## Corrective", "QG-1753", 14, "this code block is never closed"),
    ("- Severity: S1\n", "", "QG-1754", 2, "the section has no line 'Severity:"),
    ("- Discovered: 2025-09-27 04:12 UTC\n", "", "QG-1754", 2, "write '- Discovered: …'"),
    ("- Severity: S1", "- Severity: S1\n- Schweregrad: S2", "QG-1754", 5, "a second 'Schweregrad', the first is on"),
    ("  - Size: S", "  - Size: S\n  - Effort: M", "QG-1754", 17, "a second 'Effort' below one item"),
    ("- [ ] Add", "- [x] Add", None, 0, ""),
    ("  - Size: S", "  - Status: done", "QG-1754", 16, "the box of the action on line 15 says open, this says done"),
    ("S1", "S4", "QG-1755", 4, "'S4' is no severity; write S0, S1, S2 or S3"),
    ("S1", "", "QG-1755", 4, "'' is no severity"),
    ("2025-09-27 04:12 UTC", "27.09.2025 04:12", "QG-1755", 3, "write 2025-09-27 04:12 UTC"),
    ("2025-09-27 04:12 UTC", "2025-02-30 04:12 UTC", "QG-1755", 3, "is no time"),
    ("2025-09-27 04:12 UTC", "2025-09-27 24:12 UTC", "QG-1755", 3, "is no time"),
    ("2025-09-27 04:12 UTC", "2025-09-27 04:12 CEST", "QG-1755", 3, "is no time"),
    ("2025-10-01", "01.10.2025", "QG-1755", 15, "'01.10.2025' is no date"),
    ("2025-10-01", "2025-10-32", "QG-1755", 15, "'2025-10-32' stands in no calendar; write the date as 2025-10-01"),
    ("2025-10-01", "9999-12-31", "QG-1755", 15, "'9999-12-31' is not of the years 1970 to 8999; write"),
    ("2025-10-01", "1969-12-31", "QG-1755", 15, "is not of the years 1970 to 8999; write"),
    ("2025-09-27 04:12 UTC", "9999-12-31 04:12 UTC", "QG-1755", 3, "is no time"),
    ("| 04:12 |", "| 9999-12-31 04:12 |", "QG-1756", 10, "'9999-12-31 04:12' is no time"),
    ("| 04:12 |", "| 2025-09-31 04:12 |", "QG-1756", 10, "'2025-09-31 04:12' is no time"),
    ("| 04:12 |", "| 04:12:60 |", "QG-1756", 10, "'04:12:60' is no time"),
    ("Size: S", "Size: XL", "QG-1755", 16, "'XL' is none of the values here; write one of S, M, L"),
    ("- Direct", "- Causal map: 4 → 1\n- Direct", "QG-1755", 12, "says 4 → 1, and there are 3 causes"),
    ("- Direct", "- Causal map: 0 → 1\n- Direct", "QG-1755", 12, "beginning with 1"),
    ("- Direct", "- Causal map: a leads to b\n- Direct", "QG-1755", 12, "is no arrow of the causal map"),
    ("| 04:12 |", "| noon |", "QG-1756", 10, "'noon' is no time; write 04:12"),
    ("| 04:12 |", "| 25:12 |", "QG-1756", 10, "'25:12' is no time"),
    ("| 04:12 | Threshold exceeded |", "| 04:12 | a | b |", "QG-1756", 10, "the row has 4 cells"),
    ("| 04:12 | Threshold exceeded | MonitorBot |", "| 04:12 | Threshold |", "QG-1756", 10, "the row has 2 cells"),
    ("| --- | --- | --- |\n", "", "QG-1756", 8, "begins no table of the timeline"),
    ("| Time | Event | Owner |", "| Time | Event | Remark |", "QG-1756", 8, "the columns of the timeline are"),
    ("## Root", "\n| Time | Event | Owner |\n|-|-|-|\n## Root", "QG-1756", 12, "a second timeline"),
    ("- Direct", "<<<<<<< HEAD\n- Direct: a\n=======\n>>>>>>> other\n- Direct", "QG-1751", 12, "git conflict"),
    ("Threshold", "\x00\x01", "QG-1750", 10, "control character '\\x00'"),
    ("Threshold", "\udce4", "QG-1750", 10, "is not UTF-8"),
    ("Threshold", "x" * 1_000_001, "QG-1750", 0, "more than a postmortem can have"),
]  # fmt: skip


def test_the_sound_file_is_read() -> None:
    assert len(parse(SOUND, where="x.md").document.actions) == 1


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "said"), BROKEN, ids=[f"{row[2]}-{n}" for n, row in enumerate(BROKEN)]
)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_one_break_is_one_error(old: str, new: str, code: str | None, line: int, said: str, end: str) -> None:
    assert SOUND.count(old) >= 1
    text = SOUND.replace(old, new, 1).replace("\n", end)
    if code is None:
        parse(text, where="x.md")
        return
    with pytest.raises(ConfigError) as caught:
        parse(text, where="x.md")
    assert caught.value.code == code
    assert caught.value.where == (f"x.md:{line}" if line else "x.md")
    assert said in str(caught.value)
    assert caught.value.hint


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", "   ", "PK\x03\x04", "a" * 100, "#", "# PM-", "```", "<!--"])
def test_what_is_no_postmortem_at_all(text: str) -> None:
    with pytest.raises(ConfigError):
        parse(text, where="x.md")
