"""Every code fires where it must, and nowhere else; nothing is held against a postmortem that lacks nothing."""

from __future__ import annotations

import inspect
from dataclasses import replace
from pathlib import Path

import pytest
from lint_cases import DIGEST, FACTS, FIRING, LOG, MODEL, Case, approved, put, puts

from qualitygate.core.codes import CODES
from qualitygate.core.finding_level import Level
from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents import lint as room
from qualitygate.incidents.facts import Approval, Evidence, Trigger
from qualitygate.incidents.lint import FAMILIES, lint, stage_of
from qualitygate.incidents.lint.weight import Weight, level_of, weight_of
from qualitygate.incidents.narrative import Cause, Edge, Lesson, TimelineEntry

LINT_CODES = [code for code in CODES if len(code) == len("QG-101")]
ALL = [(code, number) for code, cases in FIRING.items() for number in range(len(cases))]


def codes(record: object, facts: object, stage: str = "publication") -> set[str]:
    return {finding.code for finding in lint(record, facts, stage)}  # type: ignore[arg-type]


@pytest.mark.parametrize("stage", ["draft", "publication"])
def test_the_model_lacks_nothing(stage: str) -> None:
    assert lint(MODEL, FACTS, stage) == ()  # type: ignore[arg-type]


def test_every_code_has_a_firing_case() -> None:
    assert set(FIRING) == set(LINT_CODES)


@pytest.mark.parametrize(("code", "number"), ALL)
def test_a_code_fires_alone(code: str, number: int) -> None:
    case = FIRING[code][number]
    assert codes(*case.broken()) == {code, *case.also}


@pytest.mark.parametrize("code", FIRING)
def test_drafts_warn_and_publication_errors(code: str) -> None:
    record, facts = FIRING[code][0].broken()
    at = {stage: {f.level for f in lint(record, facts, stage) if f.code == code} for stage in ("draft", "publication")}  # type: ignore[arg-type]
    assert Level.ERROR not in at["draft"]
    match weight_of(code):
        case Weight.DEMAND:
            assert at == {"draft": {Level.WARNING}, "publication": {Level.ERROR}}
        case Weight.ADVICE:
            assert at == {"draft": {Level.WARNING}, "publication": {Level.WARNING}}
        case Weight.NOTE:
            assert at == {"draft": {Level.NOTE}, "publication": {Level.NOTE}}
        case Weight.CONDITION:
            assert at == {"draft": set(), "publication": {Level.ERROR}}


@pytest.mark.parametrize("code", LINT_CODES)
def test_the_explanation_says_how_much_a_code_counts(code: str) -> None:
    said = {
        Weight.DEMAND: "A warning in a draft, an error at publication",
        Weight.ADVICE: "Always a warning",
        Weight.NOTE: "Always a note",
        Weight.CONDITION: "Not asked of a draft, an error at publication",
    }
    assert [weight for weight, words in said.items() if words in CODES[code].meaning] == [weight_of(code)]


def test_a_family_gives_its_own_codes() -> None:
    for code, cases in FIRING.items():
        record, facts = cases[0].broken()
        family = next(family for family in FAMILIES if str(family.digit) == code[3])
        assert code in {hit.code for rule in family.rules for hit in rule(record, facts)}


def test_every_rule_is_in_the_table_of_its_family() -> None:
    listed = {rule for family in FAMILIES for rule in family.rules}
    modules = [module for _, module in inspect.getmembers(room, inspect.ismodule) if hasattr(module, "RULES")]
    for module in modules:
        takes_both = [
            rule
            for name, rule in inspect.getmembers(module, inspect.isfunction)
            if rule.__module__ == module.__name__
            and not name.startswith("_")
            and len(inspect.signature(rule).parameters) == 2
            and "LintFacts" in str(inspect.signature(rule))
        ]
        assert takes_both
        assert set(takes_both) <= listed, module.__name__


def test_rules_read_no_file_and_no_clock() -> None:
    for path in Path(room.__file__).parent.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        for word in ("open(", "read_bytes", "read_text", ".now(", "os.environ", "import os", "random"):
            assert word not in text, f"{path.name}: {word}"


QUIET = {
    "dropped actions need nothing": put("actions.1", lambda a: put("owner", None)(put("status", "dropped")(a))),
    "an action due today is not overdue": put("actions.1.due", "2025-10-20"),
    "an action due on the day of detection": put("actions.0.due", "2025-09-27"),
    "exactly 30 minutes": put("times.mitigated", "2025-09-27T04:42:00Z"),
    "exactly 48 hours": puts(times__published="2025-09-29T04:12:00Z"),
    "five minutes of skew": put("times.closed", "2025-10-20T09:05:00Z"),
    "fewer whys with a reason": puts(rca__whys=(), rca__whys_reason="The hook was removed upstream"),
    "the gate counts by itself": puts(
        impact__source=None,
        triggers=(Trigger(layer="gate", check_id="QG-1001", label="DeltaE00", message="DeltaE00 5.31 exceeds 2.0"),),
    ),
    "a digest instead of a prompt": put(
        "evidence",
        lambda kept: (
            *kept,
            Evidence(kind="prompt", sha256="0" * 64, bytes=1, redacted=True),
            Evidence(kind="model_version", sha256="0" * 64, bytes=1, reason="the vendor names none"),
        ),
    ),
    "digests of what is confidential": puts(
        severity=Severity.S0,
        impact__personal_data=True,
        evidence=(
            Evidence(kind="ci_log", sha256="0" * 64, bytes=1, redacted=True, reason="S0: not stored, see CI run 7"),
            Evidence(kind="environment", sha256=DIGEST, bytes=1, path=LOG),
        ),
    ),
    "a statement that happens to be open": puts(
        state=IncidentState.REMEDIATING, times__resolved=None, times__closed=None, lessons__0__status="open"
    ),
    "arrows in either direction join": put("rca.edges", (Edge(from_=1, to=2), Edge(from_=1, to=0))),
}


@pytest.mark.parametrize("name", QUIET)
def test_what_is_right_is_left_alone(name: str) -> None:
    assert codes(*Case(QUIET[name]).broken()) == set()


def test_what_the_gate_mitigated_is_acknowledged_later() -> None:
    caught = puts(
        kind=IncidentKind.NEAR_MISS, times__mitigated="2025-09-27T04:12:00Z", times__acknowledged="2025-09-27T08:00:00Z"
    )
    assert codes(*Case(caught).broken()) == set()


def test_an_approval_of_an_author_does_no_harm_beside_another() -> None:
    record = approved(MODEL)
    own = Approval(
        by="postmortem-lead",
        at="2025-09-28T14:00:00Z",
        content_sha256=record.approvals[0].content_sha256,
        source="self_declared",
    )
    both = put("approvals", lambda one: (own, *one))(record)
    assert codes(both, FACTS) == set()
    assert codes(put("approvals", (own,))(record), FACTS) == {"QG-702", "QG-704", "QG-706"}


def test_self_declared_will_do_below_s1() -> None:
    record = approved(put("severity", Severity.S2)(MODEL), source="self_declared", url=None, commit=None)
    assert codes(record, FACTS) == set()


def test_an_earlier_approval_is_history_once_the_text_is_approved_again() -> None:
    record = approved(MODEL)
    old = Approval(by="brand-lead", at="2025-09-27T14:00:00Z", content_sha256="0" * 64, source="platform_review")
    assert codes(put("approvals", lambda one: (old, *one))(record), FACTS) == set()


def test_where_a_team_may_approve_anybody_may_be_of_it() -> None:
    facts = replace(FACTS, board=("@shop/brand",))
    assert codes(approved(MODEL, by="somebody-else"), facts) == set()


def test_the_text_of_a_draft_is_asked_for_no_approval() -> None:
    draft = puts(state=IncidentState.DRAFT, approvals=())(MODEL)
    assert "QG-701" not in codes(draft, FACTS, "draft")
    assert "QG-701" in codes(draft, FACTS, "publication")


@pytest.mark.parametrize("state", IncidentState)
def test_the_stage_follows_from_the_state(state: IncidentState) -> None:
    final = {"approved", "published", "remediating", "resolved", "closed"}
    assert stage_of(put("state", state)(MODEL)) == ("publication" if state.value in final else "draft")


@pytest.mark.parametrize("state", [IncidentState.FALSE_POSITIVE, IncidentState.MERGED])
def test_of_what_was_no_incident_only_evidence_is_judged(state: IncidentState) -> None:
    record = puts(state=state, title="", lessons=(), evidence__0__path="/etc/passwd")(MODEL)
    assert codes(record, FACTS) == {"QG-507"}


def test_what_a_draft_lacks_is_a_note_where_none_is_owed() -> None:
    record = puts(title="", evidence__0__path="/etc/passwd")(MODEL)
    found = lint(record, replace(FACTS, publication_owed=False), "draft")
    assert {f.code: f.level for f in found if f.code in ("QG-101", "QG-507")} == {
        "QG-101": Level.NOTE,
        "QG-507": Level.WARNING,
    }
    # Whoever publishes it all the same is held to it.
    published = lint(record, replace(FACTS, publication_owed=False), "publication")
    assert {f.level for f in published if f.code == "QG-101"} == {Level.ERROR}


def test_nothing_late_is_told_where_nothing_is_owed() -> None:
    record = approved(puts(times__published=None, times__resolved=None, times__closed=None)(MODEL))
    assert codes(record, FACTS) == {"QG-210"}
    assert codes(record, replace(FACTS, publication_owed=False)) == set()


@pytest.mark.parametrize(
    "text",
    [
        "CDN rule came late: nobody was on call",
        "The rollback took much longer than planned",
        "Warum dauerte es länger als 30 Minuten: der Bereitschaftsplan war leer",
        "Verspätete Meldung des Monitors",
        "L’alerte est arrivée en retard",
        "通知の遅れにより対応に時間がかかった",
    ],
)
@pytest.mark.parametrize("place", ["timeline.1.event", "lessons.0.text", "rca.causes.1.text"])
def test_a_late_mitigation_is_explained_in_any_language(text: str, place: str) -> None:
    late = puts(times__mitigated="2025-09-27T04:59:00Z")
    assert codes(*Case(lambda record: put(place, text)(late(record))).broken()) == {"QG-206"}


def test_a_late_mitigation_is_told_with_its_minutes() -> None:
    found = lint(*Case(puts(times__mitigated="2025-09-27T04:59:30Z")).broken(), "publication")
    assert (
        next(f for f in found if f.code == "QG-206").message == "mitigated 48 minutes after detection, 30 are allowed"
    )


def test_findings_point_at_the_nearest_line() -> None:
    broken = puts(
        actions__1__owner=None, actions__0__size=None, timeline__1__event="TODO", rca__causes__1__domain=None, title=""
    )
    found = {f.code: (f.path, f.line) for f in lint(*Case(broken).broken(), "publication")}
    path = "run/_/postmortems/PM-2025-09-27-01.md"
    assert found == {
        "QG-402": (path, 22),
        "QG-404": (path, 20),  # line of the section: that of the action is not known
        "QG-107": (path, 11),
        "QG-310": (path, 13),
        "QG-101": (path, 2),
    }


def test_without_a_markdown_there_is_no_line() -> None:
    facts = replace(FACTS, path=None, lines={}, sections=())
    found = lint(*Case(put("title", "")).broken()[:1], facts, "publication")
    assert [(f.path, f.line) for f in found] == [(None, None)]


def test_what_gives_somebody_away_is_not_repeated() -> None:
    found = lint(*Case(put("lessons.0.text", "Ask jo.doe@shop.example or +49 30 1234567")).broken(), "publication")
    assert [f.message for f in found] == ["lesson 1 holds an e-mail address", "lesson 1 holds a telephone number"]


def test_a_question_is_told_once() -> None:
    asked = Cause(class_="contributing", text="OPEN: who saw it?", open=True)
    found = lint(*Case(put("rca.causes", lambda kept: (*kept, asked))).broken(), "publication")
    assert [f.code for f in found] == ["QG-106"]


def test_a_question_is_asked_for_no_owner_before_it_is_answered() -> None:
    questions = (Lesson(text="Which page has to change?"), *MODEL.lessons)
    broken = puts(lessons=questions, rca__causes=lambda kept: (*kept, Cause(class_="systemic", text="why?", open=True)))
    open_ = puts(state=IncidentState.PUBLISHED, times__resolved=None, times__closed=None)
    assert codes(*Case(lambda record: open_(broken(record))).broken()) == {"QG-106"}


def test_a_circle_is_named() -> None:
    many = tuple(Cause(class_="direct", text=f"cause {i}", domain="data") for i in range(6))
    edges = tuple(Edge(from_=a, to=b) for a, b in [(0, 1), (1, 2), (2, 3), (3, 1), (3, 4), (4, 5)])
    record = puts(rca__causes=many, rca__edges=edges)(MODEL)
    assert [f.message for f in lint(record, FACTS, "draft") if f.code == "QG-308"] == [
        "the causes lead to each other in a circle: 2 → 3 → 4 → 2"
    ]


def test_a_long_chain_is_no_circle_and_takes_no_time() -> None:
    many = tuple(Cause(class_="direct", text=f"cause {i}", domain="data") for i in range(5_000))
    chain = tuple(Edge(from_=i, to=i + 1) for i in range(4_999))
    record = puts(rca__causes=many, rca__edges=chain)(MODEL)
    assert "QG-308" not in codes(record, FACTS)
    assert "QG-308" in codes(put("rca.edges", (*chain, Edge(from_=4_999, to=0)))(record), FACTS)


def test_lessons_may_be_open_until_the_close() -> None:
    assert level_of("QG-804", "publication") is Level.ERROR
    open_lesson = Lesson(text="Rehearse", target="training", owner="SRE", status="open")
    published = puts(state=IncidentState.PUBLISHED, times__resolved=None, times__closed=None, lessons=(open_lesson,))
    assert codes(*Case(published).broken()) == set()


def test_the_timeline_may_go_on_after_the_publication() -> None:
    later = TimelineEntry(at="2025-10-01T08:00:00Z", event="The alert no longer fires", owner="Alertmanager")
    goes_on = put("timeline", lambda rows: (*rows, later))
    assert codes(goes_on(MODEL), FACTS) == {"QG-203"}
    # Not so once it came back: then there is a new text to approve.
    reopened = puts(times__reopened="2025-10-01T08:00:00Z")
    assert codes(reopened(goes_on(MODEL)), FACTS) == {"QG-203", "QG-703"}
    earlier = put("timeline", lambda rows: (*rows, put("at", "2025-09-28T15:30:00Z")(later)))
    assert codes(earlier(MODEL), FACTS) == {"QG-703"}
