"""Files as people leave them, with anything anywhere: read or refused, kept, and brought to another text in place."""

from __future__ import annotations

import pytest
from document_cases import documents, record_of
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from test_incident_markdown_errors import SOUND

from qualitygate.core.errors import ConfigError
from qualitygate.incidents.document import document_of
from qualitygate.incidents.markdown import normalised, parse, render, update
from qualitygate.incidents.markdown.parsing import Parsed
from qualitygate.incidents.narrative import Section

LINES = (
    "", "- ", "  - ", "    ", "\t", "1. ", "> ", "```", "~~~", "| a | b |", "| --- | --- |", "## X", "### Y",
    "#### Z", "# W", "<div>", "<!--", "-->", "</div>", "---", "===", "text", "text **b** `c`", "[a]: b",
    "- [ ] do — 2025-01-01", "\\", "  - Owner: me", "  - Size: S", "  - Domain: data", "    - deep",
    "- Five whys:", "  1. why", "- Causal map: 1 → 1", "- Systemic causes:", "  - a cause", "- Falsification: x",
    "  - Result: y", "| 04:12 | x | y |", "- Weather: fine", "    code", "  more", "***", "- **OPEN:** q?",
    "&amp;", "- Title: T", "### What the gate measured", "- Rule x, in force",
    "| Subject | Check | Value | Limit | Severity | Heat map |", "| --- | --- | --- | --- | --- | --- |",
    "日本語", "\u00a0", "And 5 more of the 6 images that failed.", "  ", "-", "- - x", "- # h", "1) x", "+ x", "* x",
    "- Impact: again",
)  # fmt: skip


@st.composite
def files(draw: st.DrawFn) -> str:
    lines = SOUND.split("\n")
    for line in draw(st.lists(st.sampled_from(LINES), max_size=7)):
        at = draw(st.integers(0, len(lines) - 1))
        if draw(st.booleans()):
            lines[at] = line
        else:
            lines.insert(at, line)
    return "\n".join(lines)


def understood(text: str) -> Parsed:
    """What a file says; files that are refused are left to other tests."""
    try:
        return parse(text, where="x.md")
    except ConfigError as error:
        assume(not error.code)
        raise


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(files())
def test_what_is_read_is_kept_and_can_be_rendered(text: str) -> None:
    document = understood(text).document
    assert normalised(document) == document
    assert update(text, record_of(document)) == text
    assert parse(render(record_of(document)), where="rendered").document == document


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    files(), documents(), st.sets(st.sampled_from(["impact", "stakeholders", "timeline", "rca", "actions", "lessons"]))
)
def test_another_text_is_put_in_and_what_is_none_of_ours_stays(text: str, other: object, names: set[str]) -> None:
    document = understood(text).document
    wanted = record_of(replace(document, **{name: getattr(other, name) for name in names}))
    made = update(text, wanted)
    assert parse(made, where="x.md").document == normalised(document_of(wanted))
    for section in document.sections:
        assert section.text in made


def test_text_that_would_swallow_what_follows_is_refused() -> None:
    document = parse(SOUND, where="x.md").document
    for text in ("## Timeline\nagain", "```\nnever closed", "<!-- never closed"):
        record = record_of(replace(document, sections=(Section(after="context", text=text),)))
        with pytest.raises(ConfigError, match="QG-1753"):
            update(SOUND, record)
