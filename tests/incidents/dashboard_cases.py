"""A year of incidents for the tests of the dashboard, and for its picture in the documentation."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from kpi_cases import action, cause, incident, near_miss, z
from msgspec.structs import replace

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.dashboard import site
from qualitygate.incidents.facts import Approval, Evidence, Impact, Mitigation, Proof, Roles
from qualitygate.incidents.narrative import Cause, Edge, Falsification, Lesson, RootCause, TimelineEntry
from qualitygate.incidents.postmortem import Postmortem

NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)


class Memory:
    """Sources held in memory."""

    def __init__(self, markdown: Mapping[str, str] | None = None, evidence: Mapping[str, bytes] | None = None) -> None:
        self.texts, self.files = markdown or {}, evidence or {}

    def markdown(self, incident_id: str) -> str | None:
        return self.texts.get(incident_id)

    def evidence(self, path: str) -> bytes | None:
        return self.files.get(path)


def built(records: list[Postmortem], sources: Memory | None = None, now: datetime = NOW) -> dict[str, bytes]:
    """Path to content of the whole site."""
    return {file.path: file.content for file in site(records, now, sources or Memory(), lambda _, __: None)}


def write(directory: Path, records: list[Postmortem], sources: Memory | None = None, now: datetime = NOW) -> Path:
    """The site on the disk; the path of its index."""
    for path, content in built(records, sources, now).items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_bytes(content)
    return directory / "index.html"


def png(width: int = 360, height: int = 120, colour: tuple[int, int, int] = (200, 60, 40)) -> bytes:
    """A PNG of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress((b"\0" + bytes(colour) * width) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def heat_map(incident_id: str, content: bytes, name: str = "banana-1a2b3c4d.png") -> Evidence:
    """Evidence for a heat map."""
    return Evidence(
        kind="heat_map",
        path=f"evidence/{incident_id.lower()}/{name}",
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        subject="fruit/banana.webp",
    )


def founding() -> Postmortem:
    """An incident carried to its close."""
    start = datetime(2025, 9, 27, 4, 12, tzinfo=UTC)
    return incident(
        1,
        start,
        title="Brand colours drifted in 4,200 product pictures",
        started=-38,
        acknowledged=2,
        mitigated=5,
        draft=600,
        approved=1500,
        published=1620,
        resolved=9000,
        closed=11000,
        state=IncidentState.CLOSED,
        impact=Impact(
            summary="4,200 product pictures left the brand colours",
            count=4200,
            source="metrics.csv",
            pipelines=("product-shots", "hero-export"),
            personal_data=False,
        ),
        stakeholders=("Marketing", "Legal", "SRE"),
        roles=Roles(
            watchers=("MonitorBot",), on_call=("on-call",), postmortem_lead=("lead",), control_board=("board",)
        ),
        mitigation=Mitigation(kind="cdn-off", ref="https://cdn.example/changes/77"),
        proof=Proof(
            result="passed",
            at="2025-10-04T10:00:00Z",
            path="evidence/pm-2025-09-27-000001/proof.json",
            sha256="1" * 64,
            check_id="delta_e_2000 p95",
            runs=3,
        ),
        approvals=(
            Approval(
                by="board",
                at=z(start),
                content_sha256="2" * 64,
                source="platform_review",
                url="https://git.example/r/9",
            ),
        ),
        timeline=(
            TimelineEntry(
                at="2025-09-27T04:12:00Z",
                event="Monitoring of L*a*b* found values beyond the limit",
                owner="MonitorBot",
            ),
            TimelineEntry(at="2025-09-27T04:17:00Z", event="Delivery stopped by a CDN rule", owner="On-call"),
            TimelineEntry(at="2025-09-27T04:31:00Z", event="Affected paths found", owner="Analyst"),
        ),
        rca=RootCause(
            causes=(
                Cause(class_="direct", text="The git hook failed when the LUT was updated", domain="operations"),
                Cause(class_="contributing", text="CI had no test for the LUT", domain="operations"),
                Cause(class_="systemic", text="Reviews ran in parallel, and nobody owned the LUT", domain="operations"),
            ),
            edges=(Edge(from_=2, to=1), Edge(from_=1, to=0)),
            whys=("The hook failed.", "Its error was swallowed.", "Nobody tests hooks."),
            falsifications=(Falsification(hypothesis="The model changed", result="Same version before and after"),),
        ),
        actions=(
            action(
                "Add a DeltaE check to `scripts/validate-lut.mjs`",
                "2025-10-01",
                type="prevent",
                status="done",
                size="M",
                benefit="L",
                ticket_url="https://git.example/i/1",
                verified_by="CI",
            ),
            action("Require a brand owner in CODEOWNERS", "2025-10-03", type="prevent", status="done"),
        ),
        lessons=(Lesson(text="Document the review of LUTs", target="handbook", owner="lead", status="done"),),
    )


def a_year() -> list[Postmortem]:
    """Incidents of every severity, state and kind over eight quarters, some of them running."""
    titles = (
        "Skin tones shifted after the model update",
        "Hero banner exported without its profile",
        "Thumbnails lost the brand red",
        "Watermark missing in regional shop",
        "Halo around cut-out products",
        "Banding in the night collection",
        "Wrong white point in print masters",
        "Noise pattern in generated fabric",
    )
    pipelines = ("hero-export", "product-shots", "thumbnails", "print-masters")
    found = [founding()]
    for number in range(40):
        detected = NOW - timedelta(days=17 * number + 20, hours=number % 7)
        caught = number % 3 == 1
        common = {
            "title": titles[number % len(titles)],
            "pipelines": (pipelines[number % 4],),
            "severity": (Severity.S2, Severity.S3, Severity.S1, Severity.S2)[number % 4],
            "state": IncidentState.CLOSED if number > 6 else IncidentState.REMEDIATING,
            "resolved": 4000 + 331 * number % 9000 if number > 6 else None,
            "key": f"{number % 17:064x}",
            "rca": cause(),
            "actions": (
                action(
                    f"Fix what let case {number + 2} through",
                    z(detected + timedelta(days=14 + number))[:10],
                    status="done" if number > 8 else "open",
                    type="prevent",
                    owner=None if number == 3 else "imaging-team",
                ),
            ),
            "proof": Proof(
                result="passed", at=z(detected), path="evidence/x.json", sha256="3" * 64, check_id="ssim mean"
            )
            if number % 4 != 3
            else None,
        }
        if caught:
            common["published"] = 900 if number % 4 == 2 or number % 2 else None
            found.append(near_miss(number + 2, detected, **common))
        else:
            common |= {
                "started": -(number * 13 % 90),
                "mitigated": 6 + number * 7 % 49,
                "published": 700 + 311 * number % 3400,
            }
            found.append(incident(number + 2, detected, **common))
    found += [
        incident(
            60,
            NOW - timedelta(minutes=18),
            title="Blue cast on all hero pictures since 11:30",
            severity=Severity.S1,
            state=IncidentState.MITIGATING,
            acknowledged=3,
            started=-25,
        ),
        incident(
            61,
            NOW - timedelta(minutes=52),
            title="Faces recognisable in a leaked preview",
            severity=Severity.S0,
            state=IncidentState.ACKNOWLEDGED,
            pipelines=("product-shots",),
            acknowledged=4,
            personal_data=True,
        ),
        incident(
            62,
            NOW - timedelta(hours=30),
            title="Gold tones too green in the winter campaign",
            severity=Severity.S2,
            state=IncidentState.DRAFT,
            pipelines=("print-masters",),
            acknowledged=2,
            mitigated=21,
            draft=200,
        ),
        incident(
            63,
            NOW - timedelta(hours=70),
            title="Verpackungsrot weicht vom Markenfächer ab",
            severity=Severity.S1,
            state=IncidentState.IN_REVIEW,
            lang="de",
            acknowledged=2,
            mitigated=16,
            draft=300,
        ),
        incident(
            64,
            NOW - timedelta(days=3),
            title="Rehearsal of the leak runbook",
            kind=IncidentKind.DRILL,
            state=IncidentState.CLOSED,
            mitigated=9,
            published=100,
            severity=Severity.S0,
        ),
        incident(
            65,
            NOW - timedelta(days=5),
            title="Monitor recalibrated, nothing drifted",
            severity=Severity.S3,
            state=IncidentState.FALSE_POSITIVE,
        ),
        japanese(),
    ]
    return found


def japanese() -> Postmortem:
    """One written in Japanese."""
    return incident(
        66,
        NOW - timedelta(days=9),
        lang="ja",
        title="商品画像 4,200 件がブランドカラー逸脱",
        severity=Severity.S1,
        state=IncidentState.PUBLISHED,
        acknowledged=2,
        mitigated=17,
        draft=300,
        approved=1200,
        published=1300,
        pipelines=("商品画像",),
        stakeholders=("Marketing", "Legal", "SRE"),
        timeline=(
            TimelineEntry(
                at=z(NOW - timedelta(days=9) + timedelta(minutes=17)),
                event="オンコールが CDN ルールで配信停止",
                owner="On-call",
            ),
        ),
        rca=RootCause(
            causes=(
                Cause(class_="direct", text="LUT 更新の Git フックが失敗", domain="operations"),
                Cause(class_="contributing", text="CI テスト不備、レビュー並列化", domain="operations"),
            ),
            edges=(Edge(from_=1, to=0),),
        ),
        actions=(action("Codeowners を拡張しブランド担当を必須化", "2026-02-03", type="prevent"),),
    )


def with_picture(record: Postmortem, content: bytes) -> tuple[Postmortem, Memory]:
    """The incident with a heat map, and where that is read from."""
    item = heat_map(record.id, content)
    assert item.path
    return replace(record, evidence=(item,)), Memory(evidence={item.path: content})
