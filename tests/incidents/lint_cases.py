"""A postmortem that lacks nothing, and one way to break it for every code of the lint."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from dataclasses import replace as changed
from datetime import UTC, datetime
from typing import Any

import msgspec

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.document import content_digest, document_of
from qualitygate.incidents.facts import Approval, Evidence, Impact, Mitigation, Proof, Roles, Times
from qualitygate.incidents.lint import LintFacts
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

ID = "PM-2025-09-27-01"
DIGEST = "ab" * 32
OTHER = "cd" * 32
NOW = datetime(2025, 10, 20, 9, 0, tzinfo=UTC)
PROOF = f"evidence/{ID.lower()}/proof.json"
LOG = f"evidence/{ID.lower()}/ci.log"


def approved(record: Postmortem, **how: Any) -> Postmortem:
    """The record with one approval of the text as it is now."""
    values: dict[str, Any] = {
        "by": "brand-lead",
        "at": "2025-09-28T15:00:00Z",
        "content_sha256": content_digest(document_of(record)),
        "source": "platform_review",
        "url": "https://code.example/pull/7#review",
        "commit": "c" * 40,
    }
    return msgspec.structs.replace(record, approvals=(Approval(**values | how),))


MODEL = approved(
    Postmortem(
        id=ID,
        title="Hero pictures too green after the LUT update",
        severity=Severity.S1,
        state=IncidentState.CLOSED,
        kind=IncidentKind.REAL,
        times=Times(
            started="2025-09-27T03:50:00Z",
            detected="2025-09-27T04:12:00Z",
            acknowledged="2025-09-27T04:14:00Z",
            mitigated="2025-09-27T04:17:00Z",
            draft="2025-09-27T09:00:00Z",
            approved="2025-09-28T15:00:00Z",
            published="2025-09-28T16:00:00Z",
            resolved="2025-10-10T10:00:00Z",
            closed="2025-10-10T10:05:00Z",
        ),
        impact=Impact(
            summary="4,200 images deviated from the brand palette for 27 minutes",
            count=4200,
            source="CDN access log, query 12",
            pipelines=("hero-export",),
            personal_data=False,
        ),
        stakeholders=("Marketing", "Legal", "SRE"),
        roles=Roles(watchers=("MonitorBot",), on_call=("on-call",), control_board=("brand-lead",)),
        timeline=(
            TimelineEntry(
                at="2025-09-27T04:12:00Z", event="L*a*b* monitoring exceeds the threshold", owner="MonitorBot"
            ),
            TimelineEntry(at="2025-09-27T04:17:00Z", event="Delivery stopped through a CDN rule", owner="on-call"),
            TimelineEntry(at="2025-09-27T04:31:00Z", event="Affected paths are known", owner="analyst"),
        ),
        rca=RootCause(
            causes=(
                Cause(class_="direct", text="The hook exits 0 on a LUT it cannot parse", domain="operations"),
                Cause(class_="contributing", text="CI ran no check of look-up tables", domain="operations"),
                Cause(class_="systemic", text="LUT paths had no owner in CODEOWNERS", domain="data"),
            ),
            edges=(Edge(from_=2, to=1), Edge(from_=1, to=0)),
            whys=(
                "The LUT had 32 nodes and a header that said 33",
                "The export wrote the header by hand",
                "The hook swallowed the parse error",
                "CI trusted the hook",
                "No rule said who checks a LUT",
            ),
            falsifications=(
                Falsification(hypothesis="The CDN cached old files", result="Ruled out: origin differs, too"),
            ),
        ),
        actions=(
            Action(
                title="Run the ΔE check on every look-up table in CI",
                due="2025-10-01",
                owner="pipeline-team",
                size="S",
                benefit="L",
                type="prevent",
                status="done",
                ticket_url="https://code.example/issues/11",
                verified_by="qualitygate prove",
            ),
            Action(
                title="Require brand approval for LUT paths in CODEOWNERS",
                due="2025-11-03",
                owner="brand-lead",
                size="M",
                benefit="M",
                type="prevent",
                ticket_url="https://code.example/issues/12",
            ),
        ),
        evidence=(Evidence(kind="ci_log", sha256=DIGEST, bytes=12, path=LOG),),
        lessons=(
            Lesson(
                text="Review steps for LUTs are written down",
                target="docs/review.md",
                owner="brand-lead",
                status="done",
            ),
            Lesson(text="Stopping the CDN is rehearsed", target="on-call training", owner="SRE", status="done"),
        ),
        mitigation=Mitigation(kind="cdn-off", ref="https://code.example/rules/9"),
        proof=Proof(result="passed", at="2025-10-09T12:00:00Z", path=PROOF, sha256=DIGEST, check_id="QG-1602", runs=3),
    )
)
FACTS = LintFacts(
    now=NOW,
    path=f"run/_/postmortems/{ID}.md",
    lines={"context": 2, "timeline": 7, "timeline[1]": 11, "root_cause": 13, "actions": 20, "actions[1]": 22},
    sections=("context", "timeline", "root_cause", "actions", "lessons"),
    authors=frozenset({"postmortem-lead"}),
    causes_edited=datetime(2025, 9, 28, 12, 0, tzinfo=UTC),
    files={LOG: DIGEST, PROOF: DIGEST},
    board=("@brand-lead",),
)
"""Everything that can be known, and nothing wrong with it."""


@dataclass(frozen=True)
class Case:
    """A broken postmortem: what is changed in record and facts, and what else that breaks.

    `approve` says that the approval is one of the changed text.
    """

    change: Callable[[Postmortem], Postmortem] = lambda record: record
    facts: dict[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()
    approve: bool = True

    def broken(self) -> tuple[Postmortem, LintFacts]:
        record = self.change(MODEL)
        return approved(record) if self.approve else record, changed(FACTS, **self.facts)


def _unpublished(record: Postmortem) -> Postmortem:
    return puts(state=IncidentState.APPROVED, times__published=None, times__resolved=None, times__closed=None)(record)


def put(path: str, value: Any) -> Callable[[Postmortem], Postmortem]:
    """A change of one place, such as `actions.1.owner`; a callable value is given what was there."""

    def within(node: Any, keys: list[str]) -> Any:
        if not keys:
            return value(node) if callable(value) else value
        if isinstance(node, tuple):
            index = int(keys[0])
            return (*node[:index], within(node[index], keys[1:]), *node[index + 1 :])
        return msgspec.structs.replace(node, **{keys[0]: within(getattr(node, keys[0]), keys[1:])})

    return lambda record: within(record, path.split("."))


def puts(**values: Any) -> Callable[[Postmortem], Postmortem]:
    """Several changes; `__` stands for the dot."""

    def change(record: Postmortem) -> Postmortem:
        for path, value in values.items():
            record = put(path.replace("__", "."), value)(record)
        return record

    return change


def _causes(*classes: str) -> Callable[[Postmortem], Postmortem]:
    kept = tuple(cause for cause in MODEL.rca.causes if cause.class_ in classes)
    edges = tuple(Edge(from_=index, to=index - 1) for index in range(1, len(kept)))
    return puts(rca__causes=kept, rca__edges=edges)


def _edges(*pairs: tuple[int, int]) -> Callable[[Postmortem], Postmortem]:
    return put("rca.edges", tuple(Edge(from_=a, to=b) for a, b in pairs))


def _row(index: int, at: str) -> Callable[[Postmortem], Postmortem]:
    return put(f"timeline.{index}.at", at)


def _item(**values: Any) -> Evidence:
    return Evidence(**{"kind": "ci_log", "sha256": DIGEST, "bytes": 1} | values)


_LATE = puts(times__mitigated="2025-09-27T04:59:00Z")

_SHORT = Case(puts(rca__whys=(), rca__whys_reason=""), also=("QG-107",))


def _by_jo(record: Postmortem) -> Postmortem:
    return approved(record, by="Jo <jo@shop.example>")


FIRING: dict[str, tuple[Case, ...]] = {
    "QG-101": (Case(put("title", "")), Case(put("title", "  "))),
    "QG-102": (Case(put("impact.summary", "")),),
    "QG-103": (Case(put("impact.source", None)), Case(put("impact.source", " "))),
    "QG-104": (Case(put("stakeholders", ())),),
    "QG-105": (Case(put("timeline", ())), Case(put("timeline", lambda rows: rows[:1]))),
    "QG-106": (
        Case(put("rca.causes", lambda causes: (*causes, Cause(class_="contributing", text="who saw it?", open=True)))),
        Case(puts(lessons__0__status="open", lessons__0__text="Which page has to change?"), also=("QG-804",)),
        Case(puts(lessons__0__status="open", lessons__0__text="どのページを直すか？"), also=("QG-804",)),
        Case(put("impact.summary", "**OPEN:** how many were seen?")),
    ),
    "QG-107": (
        Case(put("timeline.0.event", "TODO")),
        Case(put("lessons.0.target", "tbd")),
        Case(put("actions.0.owner", "<owner>")),
        Case(put("rca.whys.4", "…")),
        Case(put("rca.whys.4", " "), also=("QG-304",)),
        Case(put("timeline.0.owner", "")),
        Case(put("lessons.1.target", "à compléter")),
        Case(put("stakeholders.0", "未定")),
    ),
    "QG-108": (
        Case(facts={"sections": ("timeline", "context")}),
        Case(facts={"sections": ("context", "root_cause", "timeline", "actions", "lessons")}),
    ),
    "QG-109": (Case(facts={"in_step": False}),),
    "QG-110": (Case(put("sections", (Section(after="lessons", text="## Appendix\n\nFigures."),))),),
    "QG-111": (Case(facts={"remarks": ("the date of row 3 was guessed",)}),),
    "QG-201": (Case(_row(1, "2025-09-27T04:11:00Z")),),
    "QG-202": (Case(_row(0, "2025-09-27T03:49:59Z")),),
    "QG-203": (Case(_row(2, "2025-09-28T16:00:01Z")),),
    "QG-204": (
        Case(puts(times__acknowledged="2025-09-27T04:11:00Z")),
        Case(puts(times__closed="2025-10-10T09:00:00Z")),
        Case(puts(times__acknowledged=None, times__mitigated="2025-09-27T04:00:00Z")),
        Case(puts(kind=IncidentKind.NEAR_MISS, times__acknowledged="2025-09-27T04:11:00Z")),
    ),
    "QG-205": (
        Case(puts(times__closed="2025-10-20T09:05:01Z")),
        Case(_row(2, "2026-01-01T00:00:00Z"), also=("QG-203",)),
        Case(put("proof.at", "2026-01-01T00:00:00Z")),
    ),
    "QG-206": (
        Case(puts(times__mitigated="2025-09-27T04:42:01Z", timeline__1__event="CDN rule came late: no one on call")),
    ),
    "QG-207": (Case(puts(times__mitigated=None)),),
    "QG-208": (Case(_LATE, also=("QG-206",)),),
    "QG-209": (
        Case(
            puts(
                times__approved="2025-09-29T04:00:00Z",
                times__published="2025-09-29T04:12:01Z",
            )
        ),
    ),
    "QG-210": (
        Case(puts(state=IncidentState.IN_REVIEW, times__published=None, times__resolved=None, times__closed=None)),
    ),
    "QG-211": (Case(facts={"clock_steps": ("event 4 was recorded 90 seconds before the event it follows",)}),),
    "QG-212": (
        Case(_row(2, "2025-09-31T04:31:00Z")),
        Case(put("actions.1.due", "2025-13-01")),
        Case(puts(times__closed="2025-02-30T00:00:00Z")),
        Case(put("proof.at", "2025-10-09T24:61:00Z")),
    ),
    "QG-301": (Case(_causes("contributing", "systemic")),),
    "QG-302": (Case(_causes("direct", "systemic")),),
    "QG-303": (Case(_causes("direct", "contributing")),),
    "QG-304": (Case(put("rca.whys", lambda whys: whys[:4])), _SHORT),
    "QG-305": (
        Case(_edges((2, 1), (1, 0), (3, 0))),
        # Beyond what canonical JSON holds: no approval can be of that text.
        Case(_edges((2, 1), (1, 0), (0, 2**53)), also=("QG-703",), approve=False),
    ),
    "QG-306": (Case(_edges((2, 1), (1, 0), (1, 1))),),
    "QG-307": (Case(_edges((2, 1), (1, 0), (2, 1))),),
    "QG-308": (Case(_edges((2, 1), (1, 0), (0, 2))), Case(_edges((2, 1), (1, 2), (1, 0)))),
    "QG-309": (Case(_edges((1, 0))), Case(_edges())),
    "QG-310": (Case(put("rca.causes.1.domain", None)),),
    "QG-311": (Case(put("rca.causes.1.text", "The reviewer should have noticed")),),
    "QG-312": (Case(put("rca.causes.2.text", "ci ran no check of  look-up tables.")),),
    "QG-313": (Case(put("rca.falsifications", ())),),
    "QG-401": (
        Case(put("actions", ()), also=("QG-407",)),
        Case(put("actions", lambda kept: tuple(put("status", "dropped")(one) for one in kept)), also=("QG-407",)),
    ),
    "QG-402": (Case(put("actions.1.owner", None)), Case(put("actions.1.owner", " "))),
    "QG-403": (Case(put("actions.1.due", None)),),
    "QG-404": (Case(put("actions.1.size", None)),),
    "QG-405": (Case(put("actions.1.benefit", None)),),
    "QG-406": (Case(put("actions.1.type", None)),),
    "QG-407": (Case(puts(actions__0__type="detect", actions__1__type="repair")),),
    "QG-408": (Case(put("actions.1.due", "2025-10-19")),),
    "QG-409": (Case(put("actions.0.verified_by", None)),),
    "QG-410": (Case(put("actions.0.due", "2025-09-26")),),
    "QG-411": (Case(put("actions.1.title", "run the ΔE check on every look-up table in CI.")),),
    "QG-412": (Case(put("actions.1.ticket_url", None)),),
    "QG-413": (Case(put("actions.1.ticket_url", "javascript:alert(1)")), Case(put("actions.1.ticket_url", "#12"))),
    "QG-501": (Case(facts={"files": {LOG: OTHER, PROOF: DIGEST}}),),
    "QG-502": (Case(facts={"files": {LOG: None, PROOF: DIGEST}}),),
    "QG-503": (
        Case(put("evidence", lambda kept: (*kept, _item(kind="model_version", reason="asked of the API")))),
        Case(put("evidence", lambda kept: (*kept, _item(kind="prompt"))), facts={"generative": True}, also=("QG-504",)),
    ),
    "QG-504": (
        Case(put("evidence", lambda kept: (*kept, _item(kind="prompt", reason="digest only")))),
        Case(puts(rca__causes__1__domain="model"), also=("QG-503",)),
    ),
    "QG-505": (
        Case(puts(severity=Severity.S0, evidence=(_item(kind="heat_map", path=f"evidence/{ID.lower()}/a.png"),))),
        Case(puts(impact__personal_data=True, evidence=(_item(kind="new", path=f"evidence/{ID.lower()}/A.PNG"),))),
        Case(puts(impact__personal_data=True, evidence__0__redacted=True)),
    ),
    "QG-506": (
        Case(put("lessons.0.owner", "jo.doe@shop.example")),
        Case(put("timeline.2.event", "Seen from 203.0.113.9")),
        Case(put("rca.causes.0.text", "The hook read /home/jo/luts")),
    ),
    "QG-507": (
        Case(put("evidence.0.path", "evidence/pm-2025-09-27-02/ci.log")),
        Case(put("evidence.0.path", f"evidence/{ID.lower()}/../../secrets")),
        Case(put("evidence.0.path", f"evidence\\{ID.lower()}\\ci.log")),
        Case(put("evidence.0.path", "/etc/passwd")),
        Case(put("evidence.0.path", f"evidence/{ID.lower()}")),
    ),
    "QG-508": (Case(put("evidence", ())),),
    "QG-509": (Case(put("impact.personal_data", None)),),
    "QG-601": (Case(put("proof", None)), Case(puts(proof=None, state=IncidentState.RESOLVED, times__closed=None))),
    "QG-602": (Case(put("proof.result", "failed")),),
    "QG-603": (Case(facts={"files": {LOG: DIGEST, PROOF: None}}),),
    "QG-604": (Case(facts={"files": {LOG: DIGEST, PROOF: OTHER}}),),
    "QG-605": (Case(facts={"causes_edited": datetime(2025, 10, 9, 12, 0, 1, tzinfo=UTC)}),),
    "QG-606": (
        Case(puts(proof=None, state=IncidentState.REMEDIATING, times__resolved=None, times__closed=None)),
    ),
    "QG-701": (Case(put("approvals", ()), approve=False),),
    "QG-702": (
        Case(facts={"authors": frozenset({"Brand-Lead"})}),
        Case(_by_jo, facts={"authors": frozenset({"jo@shop.example"}), "board": ()}, approve=False),
    ),
    "QG-703": (
        Case(put("lessons.0.text", "Review steps for LUTs are drawn"), approve=False),
        Case(put("approvals.0.content_sha256", OTHER), approve=False),
    ),
    "QG-704": (Case(lambda record: approved(record, source="self_declared", url=None, commit=None), approve=False),),
    "QG-705": (Case(facts={"codeowners_gaps": ("luts/brand.cube can be changed without a brand owner",)}),),
    "QG-706": (Case(lambda record: approved(record, by="somebody-else"), approve=False),),
    "QG-707": (
        Case(lambda record: approved(record, url=None), approve=False),
        Case(lambda record: approved(record, commit=None), approve=False),
    ),
    "QG-708": (
        Case(
            lambda record: approved(_unpublished(record), by="somebody-else"),
            facts={"control_board": ("brand-lead", "legal")},
            also=("QG-210",),
            approve=False,
        ),
    ),
    "QG-709": (Case(lambda record: _unpublished(record), facts={"control_board": ()}, also=("QG-210",)),),
    "QG-801": (Case(put("lessons", ())),),
    "QG-802": (Case(put("lessons.1.target", None)),),
    "QG-803": (Case(put("lessons.1.owner", None)),),
    "QG-804": (Case(put("lessons.1.status", "open")),),
    "QG-805": (Case(put("lessons.1.text", "Review steps for LUTs are written down.")),),
    "QG-806": (Case(facts={"lines": {**FACTS.lines, "lessons[0]": 30, "lessons[1]": 33, "lessons[1].status": 36}}),),
}  # fmt: skip
"""Code to the ways of breaking the model that must give that code, and no other but those in `also`."""
