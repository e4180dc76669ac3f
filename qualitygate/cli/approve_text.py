"""What `approve` says of what it did: a block per picture, or one JSON document."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from qualitygate.approving.decision import Decision
from qualitygate.approving.following import Following
from qualitygate.core.verdict import Level, status_of
from qualitygate.policy.provenance import SUFFIX, Provenance
from qualitygate.reporters import wording
from qualitygate.reporters.base import View
from qualitygate.reporters.terminal import Page
from qualitygate.reporters.text import headline_numbers

SCHEMA = "qualitygate.approve/1"
_STYLES = {"refused": "bold red", "unmeasurable": "bold yellow", "unchanged": "dim"}
_ALSO = 3
_WAIVER = "the check also audits, and asks for a waiver: qualitygate audit prints it, with --base outside of CI"


@dataclass(frozen=True, slots=True)
class Approved:
    """One picture: what was decided, what is known of it, and why it could not be written; None for nothing."""

    decision: Decision
    provenance: Provenance | None = None
    problem: str | None = None

    @property
    def action(self) -> str:
        """What came of it."""
        return "refused" if self.problem else self.decision.action

    @property
    def why(self) -> str:
        """Why nothing was written, empty where something was."""
        return self.problem or self.decision.why


def told(
    done: Sequence[Approved], left: Following, view: View, by: str, reason: str, *, kept: int = 0, dry_run: bool
) -> str:  # fmt: skip
    """The text for a terminal.

    Args:
        done: Every picture, in order.
        left: What it leaves to do.
        view: Colours, width and what metrics are called.
        by, reason: Who approves, and why.
        kept: How many pictures were not asked for, pass, and differ from their reference in bytes.
        dry_run: Whether nothing was written.
    """
    page = Page(colour=view.colour, width=view.width)
    for one in done:
        decision = one.decision
        page.line((one.action, _STYLES.get(one.action, "bold green")), "  ", (decision.subject.id, "bold"))
        if decision.writes:
            arrow = f"{decision.previous} -> {decision.shown}" if decision.previous else decision.shown
            page.row("reference", decision.shown if decision.previous == decision.shown else arrow, wrap=True)
        if decision.lossy:
            page.row("note", f"lossless to lossy: {_forms(decision)}; what it lost is in the reference from now on",
                     "yellow", wrap=True)  # fmt: skip
        page.row("why", one.why, wrap=True)
        page.row("measured", headline_numbers(decision.result, view) if decision.result.reference else None, wrap=True)
        errors = [finding for finding in decision.result.findings if finding.level is Level.ERROR]
        for finding in errors[:_ALSO]:
            page.row("before", wording.in_short(finding), "red", wrap=True)
        if len(errors) > _ALSO:
            page.row("", f"and {len(errors) - _ALSO} more")
        if one.provenance is not None and not one.problem:
            page.row("sha256", _digests(decision))
            page.row("stack", ", ".join(f"{key} {value}" for key, value in one.provenance.stack.items()), wrap=True)
            page.row("seed", one.provenance.seed)
        page.gap()
    page.line((_summary(done, dry_run=dry_run), "bold"))
    if kept:
        keep = "passes and keeps its reference; --passing takes it, too" if kept == 1 else (
            "pass and keep their references; --passing takes them, too")  # fmt: skip
        page.row("note", f"{kept:,} {'more ' if done else ''}{keep}", wrap=True)
    if any(one.provenance and not one.problem for one in done):
        page.row("by", by)
        page.row("reason", reason, wrap=True)
        if not dry_run:
            page.row("next", f"review and commit the pictures with their *{SUFFIX}", wrap=True)
            if left.audited:
                page.row("", _WAIVER, wrap=True)
            for incident in left.incidents:
                page.row("", f"{incident} is still open: qualitygate incident next {incident}", wrap=True)
    return page.text


def document(done: Sequence[Approved], left: Following, *, kept: int = 0, dry_run: bool) -> dict[str, Any]:
    """The document of `--format json`: schema `qualitygate.approve/1`."""
    return {
        "schema": SCHEMA,
        "dry_run": dry_run,
        "pictures": [_picture(one) for one in done],
        "passing": kept,
        "open_incidents": list(left.incidents),
    }


def _picture(one: Approved) -> dict[str, Any]:
    decision, known = one.decision, one.provenance
    return {
        "id": decision.subject.id,
        "set": decision.subject.set_name,
        "action": one.action,
        "why": one.why or None,
        "status": status_of(decision.result.verdict),
        "reference": decision.shown or None,
        "previous": decision.previous,
        "lossless_to_lossy": decision.lossy,
        "sha256": decision.sha256 or None,
        "previous_sha256": decision.previous_sha256,
        "provenance": f"{decision.shown}{SUFFIX}" if known is not None else None,
        "stack": dict(known.stack) if known is not None else {},
        "seed": known.seed if known is not None else None,
        "findings": [{"code": finding.code, "level": finding.level.value, "message": finding.message}
                     for finding in decision.result.findings],
    }  # fmt: skip


def _forms(decision: Decision) -> str:
    old, new = decision.result.reference, decision.result.candidate
    return f"{old.format} before, {new.format} now" if old is not None and new is not None else ""


def _digests(decision: Decision) -> str:
    new = decision.sha256[:12]
    return f"{decision.previous_sha256[:12]} -> {new}" if decision.previous_sha256 else new


def _summary(done: Sequence[Approved], *, dry_run: bool) -> str:
    if not done:
        return "nothing failed, so there is nothing to approve"
    counts = Counter(one.action for one in done)
    approved = sum(
        number for action, number in counts.items() if action not in ("refused", "unmeasurable", "unchanged")
    )
    parts = [f"{'would approve' if dry_run else 'approved'} {approved:,} of {len(done):,}"]
    parts += [f"{counts[action]:,} {action}" for action in ("unchanged", "refused", "unmeasurable") if counts[action]]
    return ", ".join(parts)
