"""Any sequence of verbs over a ledger: the log stays sound, the files say what it says, the next step is one."""

from __future__ import annotations

import csv
import io
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from ledger_cases import record
from msgspec.structs import replace

from qualitygate.core.errors import RefusedError
from qualitygate.core.incident import IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents import events as of
from qualitygate.incidents.checklist import MAIN_LINE
from qualitygate.incidents.clocks import clocks
from qualitygate.incidents.document import content_digest, document_of
from qualitygate.incidents.entries import Entry
from qualitygate.incidents.events import Payload
from qualitygate.incidents.facts import Proof
from qualitygate.incidents.fold import fold
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.line import Line
from qualitygate.incidents.log import defects, parse
from qualitygate.incidents.machine import STEPS, advance, check_open, check_reopening, check_time, illegal_steps
from qualitygate.incidents.narrative import Cause, RootCause
from qualitygate.incidents.next_step import next_step
from qualitygate.incidents.postmortem import Postmortem, from_json, to_json
from qualitygate.incidents.reports_csv import row
from qualitygate.incidents.verifying import verify_incident, verify_table
from qualitygate.incidents.views import is_followed, read

IDS = ("PM-2025-09-27-01", "PM-2025-09-27-02")
START = datetime(2025, 9, 27, 4, 12, tzinfo=UTC)
NAMES = st.sampled_from(["on-call", "田中 花子", "نوبتچی", "a\u202eb", "x"])
WORDS = st.text(min_size=1, max_size=30)
STEP = st.sampled_from([state for state in STEPS if state is not IncidentState.MITIGATED])
WHICH = st.integers(0, 1)
VERBS = {"ack", "mitigate", "draft", "review", "approve", "publish", "remediate", "resolve", "close", "next"}


class Life(RuleBasedStateMachine):
    """Two incidents, a clock that never stands still, and a model: the events that were acknowledged."""

    def __init__(self) -> None:
        super().__init__()
        self.root = Path(tempfile.mkdtemp())
        self.ledger = Ledger(self.root)
        self.now = START
        self.known: dict[str, list[Payload]] = {}

    def teardown(self) -> None:
        shutil.rmtree(self.root)

    @initialize(severities=st.tuples(*[st.sampled_from(list(Severity))] * 2), key=st.none() | st.just("a" * 64))
    def open(self, severities: tuple[Severity, Severity], key: str | None) -> None:
        for name, severity in zip(IDS, severities, strict=True):
            made = record(name, severity=severity, key=key)
            assert self.ledger.open(made, actor="Monitor", recorded=self.now) is not None
            self.known[name] = [of.Opened(record=made)]

    def write(self, which: int, data: Payload, actor: str, *, step: bool) -> None:
        """What a verb does: decide under the lock, write what follows."""
        name = IDS[which]
        self.now += timedelta(seconds=70)
        written: list[Payload] = []

        def decide(lines: tuple[Line, ...]) -> tuple[Entry, ...]:
            written.clear()
            check_time(lines, self.now, self.now, step=step)
            before = fold(lines)
            if any(isinstance(data, event) for _, event in STEPS.values()):
                entries = advance(before, data)
            else:
                if isinstance(data, of.Reopened):
                    check_reopening(before)
                elif step:
                    check_open(before, "x")
                entries = (Entry(data),)
            written.extend(entry.data for entry in entries)
            return entries

        content = read(self.ledger.paths(name).events)
        try:
            self.ledger.extend(name, decide, actor=actor, at=self.now, recorded=self.now)
        except RefusedError:
            assert read(self.ledger.paths(name).events) == content
        else:
            self.known[name].extend(written)

    @rule(which=WHICH, state=STEP, actor=NAMES)
    def step(self, which: int, state: IncidentState, actor: str) -> None:
        digest = content_digest(document_of(self.ledger.record(IDS[which])))
        data = of.Approved(content_sha256=digest, source="self_declared") if state == "approved" else STEPS[state][1]()
        self.write(which, data, actor, step=True)

    @rule(which=WHICH, kind=st.sampled_from(["isolate", "rollback", "cdn-off"]), ref=st.none() | WORDS, actor=NAMES)
    def mitigate(self, which: int, kind: str, ref: str | None, actor: str) -> None:
        self.write(which, of.Mitigated(kind=kind, ref=ref), actor, step=True)  # type: ignore[arg-type]

    @rule(which=WHICH, text=WORDS, actor=NAMES, back=st.integers(0, 10_000))
    def note(self, which: int, text: str, actor: str, back: int) -> None:
        data = of.Noted(text=text)
        at = self.now - timedelta(minutes=back)
        self.ledger.append(IDS[which], data, actor=actor, at=at, recorded=self.now)
        self.known[IDS[which]].append(data)

    @rule(which=WHICH, severity=st.sampled_from(list(Severity)), to=st.none() | WORDS)
    def escalate(self, which: int, severity: Severity, to: str | None) -> None:
        self.write(which, of.Escalated(severity=severity, to=to, reason="x"), "board", step=False)

    @rule(which=WHICH, reason=WORDS)
    def reopen(self, which: int, reason: str) -> None:
        self.write(which, of.Reopened(reason=reason), "on-call", step=True)

    @rule(which=WHICH)
    def merge(self, which: int) -> None:
        if self.ledger.record(IDS[1 - which]).state.is_open:
            self.write(which, of.Merged(into=IDS[1 - which]), "on-call", step=True)

    @rule(which=WHICH)
    def false_positive(self, which: int) -> None:
        self.write(which, of.FalsePositive(reason="a test"), "on-call", step=True)

    @rule(which=WHICH, count=st.integers(0, 2**53 - 1))
    def impact(self, which: int, count: int) -> None:
        self.write(which, of.ImpactRecorded(count=count, unit="images", source="log"), "a", step=False)

    @rule(which=WHICH, classes=st.sets(st.sampled_from(["direct", "contributing", "systemic"])), title=WORDS)
    def edit(self, which: int, classes: set[str], title: str) -> None:
        causes = tuple(Cause(class_=name, text="why") for name in sorted(classes))  # type: ignore[arg-type]
        before = document_of(self.ledger.record(IDS[which]))
        document = replace(before, title=" ".join(title.split()) or "t", rca=RootCause(causes=causes))
        self.write(which, of.Edited(document=document, source="markdown"), "lead", step=False)

    @rule(which=WHICH, passed=st.booleans(), reproduced=st.booleans())
    def prove(self, which: int, passed: bool, reproduced: bool) -> None:
        at = self.now.strftime("%Y-%m-%dT%H:%M:%SZ")
        result = "passed" if passed else "failed"
        proof = Proof(result=result, at=at, path="evidence/x", sha256="0" * 64, check_id="QG-1602")  # type: ignore[arg-type]
        self.write(which, of.Proved(proof=proof, reproduced=passed or reproduced), "gate", step=False)

    @rule(which=WHICH, lost=st.sampled_from([".json", ".md"]))
    def lose_a_view(self, which: int, lost: str) -> None:
        """A file made from the log is gone, as after a writer that was killed; the next write makes it again."""
        (self.ledger.paths(IDS[which]).folder / f"{IDS[which]}{lost}").unlink(missing_ok=True)
        self.ledger.refresh(IDS[which])

    @invariant()
    @precondition(lambda self: self.known)
    def nothing_is_lost_or_out_of_order(self) -> None:
        for name in IDS:
            content = self.ledger.paths(name).events.read_bytes()
            log = parse(content)
            assert not list(defects(name, log))
            assert not list(illegal_steps(log.lines))
            assert [line.event.data for line in log.lines] == [self.as_read(data) for data in self.known[name]]
            steps = [line.event.at for line in log.lines if isinstance(line.event.data, STEPPING)]
            assert steps == sorted(steps)
            assert len({line.event.uid for line in log.lines}) == len(log.lines)

    @staticmethod
    def as_read(data: Payload) -> Payload:
        import msgspec

        return msgspec.json.decode(msgspec.json.encode(data), type=of.Payload)  # type: ignore[no-any-return]

    @invariant()
    @precondition(lambda self: self.known)
    def the_files_say_what_the_log_says(self) -> None:
        table = (self.root / "run/_/postmortems/reports.csv").read_text(encoding="utf-8")
        rows = [tuple(cells) for cells in csv.reader(io.StringIO(table))][1:]
        made = [fold(self.ledger.lines(name)) for name in IDS]
        assert rows == [row(one) for one in made]
        for one in made:
            paths = self.ledger.paths(one.id)
            assert paths.json.read_bytes() == to_json(one)
            assert from_json(paths.json.read_bytes()) == one
            assert is_followed(paths, one)
            assert [row.at for row in one.timeline] == sorted(row.at for row in one.timeline)
            assert not list(verify_incident(self.ledger, one.id))
        assert not list(verify_table(self.ledger))

    @invariant()
    @precondition(lambda self: self.known)
    def the_next_step_is_one_that_is_taken(self) -> None:
        for name in IDS:
            one = self.ledger.record(name)
            assert isinstance(one.state, IncidentState)
            step = next_step(one)
            assert (step.command is None) is (one.state in ("closed", "false_positive"))
            if step.command is not None and step.command.startswith("incident "):
                self.accepted(one, step.command)
            assert not one.state.is_open or {clock.name for clock in clocks(one, self.now)} >= {"mitigation"}

    @staticmethod
    def accepted(one: Postmortem, command: str) -> None:
        _, verb, incident_id, *options = command.split()
        assert verb in VERBS
        assert incident_id == (one.merged_into if verb == "next" else one.id)
        if verb == "next":
            return
        data: Payload = next(
            event(kind="isolate") if event is of.Mitigated  # type: ignore[misc]
            else event(content_sha256="0" * 64, source="self_declared") if event is of.Approved  # type: ignore[misc]
            else event()
            for words, event in STEPS.values()
            if words.split(" ") == [verb, *options]
        )  # fmt: skip
        # A single step, which even S0 may take.
        assert len(advance(replace(one, severity=Severity.S0), data)) == 1


STEPPING = (*(event for _, event in STEPS.values()), of.Opened, of.Reopened, of.Merged, of.FalsePositive)
Life.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestLife = Life.TestCase


@pytest.mark.parametrize("severity", list(Severity))
@pytest.mark.parametrize("here", [state for state in MAIN_LINE if state != "closed"])
def test_from_every_state_the_next_leads_to_the_end(severity: Severity, here: IncidentState) -> None:
    """The main line, followed by `next` alone, reaches `closed` and nothing is asked for twice."""
    one = replace(record(severity=severity), state=here, actions=())
    causes = tuple(Cause(class_=name, text="why") for name in ("direct", "contributing", "systemic"))  # type: ignore[arg-type]
    proof = Proof(result="passed", at="2025-09-27T05:00:00Z", path="x", sha256="0" * 64, check_id="x")
    one = replace(one, rca=RootCause(causes=causes), proof=proof)
    for _ in range(len(MAIN_LINE)):
        command = next_step(one).command
        if command is None:
            break
        state = MAIN_LINE[MAIN_LINE.index(one.state) + 1]
        assert command.split()[1] == STEPS[state][0].split()[0]
        one = replace(one, state=state)
    assert one.state == "closed"
