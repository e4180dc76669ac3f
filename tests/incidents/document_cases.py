"""Documents of postmortems, with every text that may break Markdown."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.document import Document, with_document
from qualitygate.incidents.facts import Impact, Times
from qualitygate.incidents.narrative import (
    Action,
    Cause,
    Edge,
    Falsification,
    Lesson,
    RootCause,
    Section,
    TimelineEntry,
)
from qualitygate.incidents.postmortem import Postmortem

NASTY = (
    "**OPEN:** who?", "- [ ] not an action — 2025-10-01", "[x] done", "# Timeline", "## Timeline",
    "a | b \\| c", "a, b, c", "a、b，c", "back\\slash\\", "*emphasis* _it_ __x__", "`code` ``c`d``",
    "`open tick", "<b>html</b> <!-- c -->", "&amp; &#10;", "1. first", "1) first", "- dash", "+ plus", "===",
    "---", "> quote", "    code", "[a]: https://example.com", "[t](u)", "![i](u)", "😀 👩\u200d👩\u200d👧",
    "אבג \u200fשלום", "e\u0301 o\u0308", "日本語：テスト", "４，２００ 枚", "4\u00a0200 images", "4\u202f200",
    "Owner: me", "Domain: model", "Severity : S0", "text — 2025-10-01", "text — no date", "ends with \\",
    "$x$ @team #12", "two\nlines", "tab\there", "\u202etxt", "bell\x07", "https://example.com/a_b?c=1&d=2",
    "no date", "kein Datum", "N/A", "~~gone~~", "|", "||", "\\|", ":", "：", "a:b", "OPEN:", "…", "S1",
    "2 → 1", "Was geschah?", "なぜ？", "\u3000全角\u3000", "Rule x, in force",
    "And 5 more of the 6 images that failed.", "### What the gate measured", "<https://example.com>",
    "Domain：x",
)  # fmt: skip

texts = st.one_of(st.sampled_from(NASTY), st.text(max_size=30), st.text("ab *_`|\\[]()#>-+1.:,、—<&\n ", max_size=20))
maybe = st.none() | texts
days = st.dates(datetime(2025, 1, 1).date(), datetime(2026, 12, 31).date()).map(lambda day: day.isoformat())
times = st.one_of(
    st.datetimes(datetime(2025, 9, 26), datetime(2025, 9, 29), timezones=st.just(UTC)).map(
        lambda at: at.strftime("%Y-%m-%dT%H:%M:00Z")
    ),
    st.sampled_from([f"2025-09-27T{clock}Z" for clock in ("04:12:30", "04:12:30.250", "00:00:00", "04:12:00.0")]),
)
efforts = st.sampled_from([None, "S", "M", "L"])
causes = st.builds(
    Cause,
    class_=st.sampled_from(["direct", "contributing", "systemic"]),
    text=texts,
    domain=st.sampled_from([None, "model", "data", "operations"]),
    open=st.booleans(),
)
actions = st.builds(
    Action,
    title=texts,
    due=st.none() | days,
    owner=maybe,
    size=efforts,
    benefit=efforts,
    type=st.sampled_from([None, "detect", "mitigate", "prevent", "repair"]),
    status=st.sampled_from(["open", "done", "dropped"]),
    ticket_url=maybe,
    verified_by=maybe,
)
lessons = st.builds(Lesson, text=texts, target=maybe, owner=maybe, status=st.sampled_from(["open", "done"]))
rows = st.builds(TimelineEntry, at=times, event=texts, owner=texts)
falsifications = st.builds(Falsification, hypothesis=texts, result=texts)
sections = st.builds(
    Section,
    after=st.sampled_from(["title", "context", "timeline", "root_cause", "actions", "lessons"]),
    text=st.sampled_from(
        (
            "## Appendix\n\nText of it.\n\n### Part\n- a list\n  - of two\n\n\n",
            "## Code\n```\n## Timeline\n| a |\n```",
            "### A closer look\nat it",
            "#### Deeper\n",
            "A paragraph\nof two lines.",
            "> A quote",
            "| a | b |\n| --- | --- |\n| 1 | 2 |",
            "    indented code",
            "<details>\n\nhidden\n\n</details>",
            "[link]: https://example.com",
            "Setext\n---\ntext",
            "\r\n\r\n## Windows\r\ntext\r\n",
            "***",
            "日本語の段落。",
            "# Another title",
        )
    ),
)  # fmt: skip


def _lists(strategy: st.SearchStrategy, size: int = 4) -> st.SearchStrategy:
    return st.lists(strategy, max_size=size).map(tuple)


@st.composite
def root_causes(draw: st.DrawFn) -> RootCause:
    found = draw(_lists(causes))
    numbers = st.integers(0, max(len(found) - 1, 0))
    edges = draw(_lists(st.builds(Edge, from_=numbers, to=numbers))) if found else ()
    return RootCause(
        causes=found,
        edges=edges,
        whys=draw(_lists(texts, 12)),
        whys_reason=draw(maybe),
        falsifications=draw(_lists(falsifications, 2)),
    )


@st.composite
def documents(draw: st.DrawFn) -> Document:
    return Document(
        id="PM-2025-09-27-01",
        lang=draw(st.sampled_from(["en", "de", "fr", "ja"])),
        title=draw(maybe),
        detected=draw(st.sampled_from(["2025-09-27T04:12:00Z", "2025-09-27T04:12:30Z", "2025-09-27T04:12:30.5Z"])),
        severity=draw(st.sampled_from(Severity)),
        impact=draw(texts),
        stakeholders=draw(_lists(texts)),
        timeline=draw(_lists(rows)),
        rca=draw(root_causes()),
        actions=draw(_lists(actions)),
        lessons=draw(_lists(lessons)),
        sections=draw(_lists(sections)),
    )


def record_of(document: Document) -> Postmortem:
    """A record with this document, and little else."""
    bare = Postmortem(
        id=document.id,
        title=document.title or "",
        severity=document.severity,
        state=IncidentState.DETECTED,
        kind=IncidentKind.REAL,
        times=Times(detected=document.detected),
        impact=Impact(summary="", count=4200, pipelines=("hero",)),
    )
    return with_document(bare, document)
