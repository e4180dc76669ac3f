"""Whatever a record holds, the lint neither raises nor contradicts itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lint_cases import FACTS, MODEL, approved, put

from qualitygate.core.codes import CODES
from qualitygate.core.finding_level import Level
from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.facts import Approval, Evidence, Impact, Mitigation, Proof, Times, Trigger
from qualitygate.incidents.lint import LintFacts, lint
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
from qualitygate.incidents.postmortem import Postmortem, from_json, to_json

MARKERS = [
    "",
    " ",
    "OPEN: ",
    "TODO",
    "should have",
    "hätte müssen",
    "aurait dû",
    "不注意",
    "a@b.example",
    "late",
    "?",
    "\n",
    "\0",
]
TEXT = st.one_of(
    st.sampled_from(MARKERS),
    st.text(max_size=30),
    st.builds("{}{}".format, st.sampled_from(MARKERS), st.text(max_size=8)),
)
DIGIT = st.sampled_from("0123456789٣９")
# Whatever the pattern of the schema lets pass, days that no calendar has included.
TIME = st.one_of(
    st.datetimes(timezones=st.just(UTC)).map(lambda when: when.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")),
    st.from_regex(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,12})?Z\Z"),
    st.sampled_from(["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "0000-00-00T00:00:00Z", "٢٠٢٥-٠٩-٢٧T٠٤:١٢:٠٠Z"]),
)
DAY = st.one_of(st.dates().map(str), st.from_regex(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\Z"), st.just("٢٠٢٥-٠٩-٢٧"))
SHA = st.sampled_from(["0" * 64, "ab" * 32])
COUNT = st.one_of(st.integers(0, 6), st.sampled_from([2**53, 2**63]))
PATHS = st.one_of(TEXT, st.sampled_from(["evidence/pm-2025-09-27-01/a.png", "../x", "/x", "C:\\x", "a\0b"]))
EFFORT = st.sampled_from([None, "S", "M", "L"])
MOMENT = st.datetimes(timezones=st.just(UTC))


def few(of: st.SearchStrategy) -> st.SearchStrategy:
    return st.lists(of, max_size=4).map(tuple)


def maybe(of: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | of


TIMES = st.builds(Times, detected=TIME, **{n: maybe(TIME) for n in Times.__struct_fields__ if n != "detected"})
CAUSE = st.builds(
    Cause,
    class_=st.sampled_from(["direct", "contributing", "systemic"]),
    text=TEXT,
    domain=st.sampled_from([None, "model", "data", "operations"]),
    open=st.booleans(),
)
ACTION = st.builds(
    Action,
    title=TEXT,
    due=maybe(DAY),
    owner=maybe(TEXT),
    size=EFFORT,
    benefit=EFFORT,
    type=st.sampled_from([None, "detect", "mitigate", "prevent", "repair"]),
    status=st.sampled_from(["open", "done", "dropped"]),
    ticket_url=maybe(TEXT),
    verified_by=maybe(TEXT),
)
EVIDENCE = st.builds(
    Evidence,
    kind=st.sampled_from(["heat_map", "prompt", "model_version", "ci_log"]),
    sha256=SHA,
    bytes=COUNT,
    path=maybe(PATHS),
    redacted=st.booleans(),
    reason=maybe(TEXT),
)
APPROVAL = st.builds(
    Approval,
    by=TEXT,
    at=TIME,
    content_sha256=SHA,
    source=st.sampled_from(["platform_review", "self_declared"]),
    url=maybe(TEXT),
)
RECORD = st.builds(
    Postmortem,
    id=st.just("PM-2025-09-27-01"),
    title=TEXT,
    lang=st.sampled_from(["en", "de", "fr", "ja"]),
    severity=st.sampled_from(Severity),
    state=st.sampled_from(IncidentState),
    kind=st.sampled_from(IncidentKind),
    times=TIMES,
    impact=st.builds(
        Impact,
        summary=TEXT,
        count=COUNT,
        unit=TEXT,
        source=maybe(TEXT),
        personal_data=st.sampled_from([None, True, False]),
    ),
    stakeholders=few(TEXT),
    triggers=few(
        st.builds(Trigger, layer=st.sampled_from(["gate", "monitor"]), check_id=TEXT, label=TEXT, message=TEXT)
    ),
    timeline=few(st.builds(TimelineEntry, at=TIME, event=TEXT, owner=TEXT)),
    rca=st.builds(
        RootCause,
        causes=few(CAUSE),
        edges=st.lists(st.builds(Edge, from_=COUNT, to=COUNT), max_size=8).map(tuple),
        whys=few(TEXT),
        whys_reason=maybe(TEXT),
        falsifications=few(st.builds(Falsification, hypothesis=TEXT, result=TEXT)),
    ),
    actions=few(ACTION),
    evidence=few(EVIDENCE),
    lessons=few(
        st.builds(Lesson, text=TEXT, target=maybe(TEXT), owner=maybe(TEXT), status=st.sampled_from(["open", "done"]))
    ),
    sections=few(st.builds(Section, after=st.sampled_from(["title", "lessons"]), text=TEXT)),
    approvals=few(APPROVAL),
    mitigation=maybe(st.builds(Mitigation, kind=st.sampled_from(["gate", "rollback"]))),
    proof=maybe(
        st.builds(Proof, result=st.sampled_from(["passed", "failed"]), at=TIME, path=PATHS, sha256=SHA, check_id=TEXT)
    ),
)
LINT_FACTS = st.builds(
    LintFacts,
    now=MOMENT,
    path=maybe(TEXT),
    lines=st.dictionaries(
        st.sampled_from(["", "title", "rca", "actions[0]", "timeline", "root_cause"]), st.integers(1, 99)
    ),
    sections=maybe(
        st.lists(st.sampled_from(["context", "timeline", "root_cause", "actions", "lessons", "x"])).map(tuple)
    ),
    remarks=few(TEXT),
    in_step=st.booleans(),
    authors=st.frozensets(TEXT),
    causes_edited=maybe(MOMENT),
    clock_steps=few(TEXT),
    files=st.dictionaries(PATHS, maybe(SHA)),
    generative=st.sampled_from([None, True, False]),
    publication_owed=st.booleans(),
    proof_owed=st.booleans(),
    codeowners_gaps=st.lists(TEXT, max_size=14).map(tuple),
    board=few(TEXT),
)
LINT = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@LINT
@given(RECORD, LINT_FACTS)
def test_the_lint_never_raises(record: Postmortem, facts: LintFacts) -> None:
    draft, publication = lint(record, facts, "draft"), lint(record, facts, "publication")
    assert all(finding.level is not Level.ERROR for finding in draft)
    assert all(finding.code in CODES for finding in publication)
    # What warns in a draft is not silent at publication, and the other way round but for the approval.
    assert {f.code for f in publication} - {f.code for f in draft} <= {"QG-701"}
    assert {f.code for f in draft} <= {f.code for f in publication}
    assert all(finding.line is None or finding.line >= 1 for finding in publication)


@LINT
@given(RECORD, LINT_FACTS)
def test_what_the_json_holds_is_judged_alike(record: Postmortem, facts: LintFacts) -> None:
    try:
        again = from_json(to_json(record))
    except (msgspec.ValidationError, msgspec.DecodeError):
        return  # no file of ours could hold it
    assert lint(again, facts, "publication") == lint(record, facts, "publication")


@LINT
@given(st.integers(-200_000, 200_000))
def test_the_two_clocks_turn_at_their_second(seconds: int) -> None:
    detected = datetime(2025, 9, 27, 4, 12, tzinfo=UTC)
    then = (detected + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
    found = {f.code for f in lint(approved(put("times.mitigated", then)(MODEL)), FACTS, "draft")}
    assert ("QG-206" in found) == (seconds > 1800)
    assert ("QG-204" in found) == (seconds < 120 or seconds > 4 * 3600 + 48 * 60)
    found = {f.code for f in lint(approved(put("times.published", then)(MODEL)), FACTS, "draft")}
    assert ("QG-209" in found) == (seconds > 172_800)


@LINT
@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=16))
def test_a_circle_is_found_exactly_where_there_is_one(pairs: list[tuple[int, int]]) -> None:
    causes = tuple(Cause(class_="direct", text=f"cause {number}", domain="data") for number in range(8))
    edges = tuple(Edge(from_=a, to=b) for a, b in pairs)
    record = put("rca.causes", causes)(put("rca.edges", edges)(MODEL))
    found = [f for f in lint(record, FACTS, "draft") if f.code == "QG-308"]
    # By brute force: the closure of "leads to".
    reach = {(a, b) for a, b in pairs if a != b}
    for _ in range(8):
        reach |= {(a, d) for a, b in reach for c, d in reach if b == c}
    assert bool(found) == any(a == b for a, b in reach)
    for finding in found:
        told = [int(name) - 1 for name in finding.message.rpartition(": ")[2].split(" → ")]
        assert told[0] == told[-1]
        assert all((a, b) in set(pairs) for a, b in pairwise(told))
