"""What `qualitygate audit` prints."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from qualitygate.auditing import Audit
from qualitygate.auditing.consumed import Consumed
from qualitygate.auditing.drift import in_words
from qualitygate.auditing.findings import how_much
from qualitygate.cli.output import as_json
from qualitygate.core.codes import CODES
from qualitygate.core.finding_level import Level
from qualitygate.policy.ratchet.entry import Entry
from qualitygate.policy.ratchet.waived import STANDINGS, Answered, waiver_block
from qualitygate.reporters.printable import one_line
from qualitygate.reporters.workflow_command import command, silenced

_WIDTH = 20
_ROWS = 25
_ANNOTATIONS = 9  # GitHub shows ten of a level in a step; the last one says how many there are


def audit_text(found: Audit) -> str:
    """The audit for people, with a line end at the end."""
    lines = [one_line(f"{found.config or 'no configuration'} against {found.base}")]
    for one in found.answers:
        lines += ["", *_entry(one)]
    told = [f"{STANDINGS[one.standing][1].value}  {one.waiver.where}: {one.text} [{STANDINGS[one.standing][0]}]"
            for one in found.remarks]  # fmt: skip
    told += [f"{one.level.value}  {one.message} [{one.code}]" for one in found.unkept]
    told += [f"note  {note}" for note in found.notes]
    lines += ["", *map(one_line, told)] if told else []
    lines += _since(found)
    lines += _consumed(found)
    blocks = [waiver_block(one.entry) for one in found.answers if one.open]
    if blocks:
        many = "each of these" if len(blocks) > 1 else "this"
        lines += ["", f"Undo it, or add {many} to {found.waivers}, filled in and approved by somebody else:"]
        lines += [f"\n{block}" for block in blocks]
    return "\n".join([*lines, "", _verdict(found)]) + "\n"


def audit_github(found: Audit) -> str:
    """The same for GitHub: the text, and annotations where something is loosened."""
    lines = [silenced(audit_text(found))]
    for level in (Level.ERROR, Level.WARNING):
        findings = [one for one in found.findings if one.level is level]
        for one in findings[: _ANNOTATIONS if len(findings) > _ANNOTATIONS + 1 else _ANNOTATIONS + 1]:
            line = str(one.line) if one.line is not None else None
            lines.append(command(level.value, one.message, file=one.path, line=line, title=CODES[one.code].title))
        if len(findings) > _ANNOTATIONS + 1:
            lines.append(command(level.value, f"{len(findings) - _ANNOTATIONS} more, see the log", title="audit"))
    return lines[0] + "".join(f"{line}\n" for line in lines[1:])


def audit_json(found: Audit) -> str:
    """The audit for programs."""
    came = found.since
    return as_json(
        {
            "verdict": "passed" if found.passed else "failed",
            "base": found.base,
            "config": found.config or None,
            "loosened": [_entry_json(one.entry) | _waiver_json(one) for one in found.answers],
            "waivers": [
                {
                    "standing": one.standing.value,
                    "code": STANDINGS[one.standing][0],
                    "level": STANDINGS[one.standing][1].value,
                    "change": one.waiver.change,
                    "to": one.waiver.to,
                    "expires": one.waiver.expires.isoformat(),
                    "where": one.waiver.where,
                    "message": one.text,
                }
                for one in found.remarks
            ],
            "consumed": [_consumed_json(one) for one in found.consumed],
            "unmeasured": found.unmeasured,
            "since": None
            if came is None
            else {
                "anchor": came.label,
                "measured": came.measured,
                "loosened": [_entry_json(one) for one in came.loosened],
                "references": [
                    {
                        "set": one.reference.set_name,
                        "path": _name(one.reference.new),
                        "was": _name(one.reference.old),
                        "exceeded": one.exceeded,
                        "problem": one.problem,
                        "limits": [
                            {"name": share.name, "value": share.value, "limit": share.limit.fail, "used": share.used}
                            for share in one.shares
                        ],
                    }
                    for one in came.drifts
                ],
            },
            "notes": list(found.notes),
            "warnings": [{"code": one.code, "message": one.message} for one in found.unkept],
        }
    )


def _entry(one: Answered) -> Iterator[str]:
    entry = one.entry
    word = "waived" if one.waiver is not None else "note" if entry.level is Level.NOTE else "LOOSER"
    place = f"  {entry.where}" if entry.where else ""
    yield one_line(f"{word:<8}{entry.change}{place}  [{entry.code}]")
    much = how_much(entry)
    yield one_line(f"        {entry.before} → {entry.after}{f': {much}' if much else ''}")
    memory = [f"severity {entry.severity.value}"] if entry.severity is not None else []
    memory += [f"born of {entry.born_of}"] if entry.born_of else []
    named = [name for name in entry.sets if not entry.change.startswith((f"set {name}", f"lut set {name}"))]
    memory += [f"set{'s' if len(named) > 1 else ''} {', '.join(named)}"] if named else []
    if memory:
        yield one_line(f"        {', '.join(memory)}")
    yield from (one_line(f"        - {detail}") for detail in entry.details)
    if one.waiver is not None:
        who = f"approved by {one.waiver.approved_by}: {one.waiver.reason}"
        yield one_line(f"        waived until {one.waiver.expires.isoformat()}, {who}")


def _since(found: Audit) -> Iterator[str]:
    came = found.since
    if came is None:
        return
    yield ""
    yield one_line(f"since {came.label}")
    for entry in came.loosened:
        much = how_much(entry)
        yield one_line(f"  {entry.change}: {entry.before} → {entry.after}{f', {much}' if much else ''}")
    for drift in came.drifts[:_ROWS]:
        word = "BEYOND" if drift.exceeded else ""
        yield one_line(f"  {word:<7}{drift.reference.new}: {in_words(drift)}")
    if len(came.drifts) > _ROWS:
        yield f"  and {len(came.drifts) - _ROWS:,} more references"
    if not came.measured:
        yield "  references were not measured"
    elif not came.drifts:
        yield "  no reference is another one"
    if not came.loosened:
        yield "  no limit is looser"


def _consumed(found: Audit) -> Iterator[str]:
    if found.unmeasured is not None:
        yield from ("", one_line(f"how much of each limit is used up is not known: {found.unmeasured}"))
    if not found.consumed:
        return
    yield ""
    yield "used up, the worst of each limit"
    rows = [_row(one) for one in found.consumed[:_ROWS]]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row in rows:
        cells = [row[0].rjust(widths[0]), *(row[column].ljust(widths[column]) for column in (1, 2, 3)), row[4]]
        yield one_line("  " + "  ".join(cells).rstrip())
    if len(found.consumed) > _ROWS:
        yield f"  and {len(found.consumed) - _ROWS} more limits"


def _row(one: Consumed) -> tuple[str, ...]:
    share = "-" if one.share is None else f"{100 * one.share:.0f} %"
    full = 0 if one.share is None else min(_WIDTH, round(_WIDTH * one.share))
    unit = f" {one.unit}" if one.unit else ""
    region = f" in {one.region}" if one.region else ""
    missing = f", {one.unmeasured} not measured" if one.unmeasured else ""
    value = f"{one.value:.{one.decimals}f} of {one.limit:g}{unit}"
    subject = f" {one.subject}" if one.subject else ""
    return share, "█" * full + "·" * (_WIDTH - full), f"{one.name}{region}", value, f"{one.set_name}{subject}{missing}"


def _verdict(found: Audit) -> str:
    entries = [one for one in found.answers if one.entry.level is Level.ERROR]
    uncovered = sum(one.open for one in entries)
    waived = len(entries) - uncovered
    others = sum(STANDINGS[one.standing][1] is Level.ERROR for one in found.remarks)
    parts = [f"{uncovered} looser without a waiver"] if uncovered else []
    parts += [f"{others} {'waiver that does' if others == 1 else 'waivers that do'} not hold"] if others else []
    parts += [f"{waived} waived"] if waived else []
    if not parts:
        return "nothing is looser"
    return ", ".join(parts) + (": fails" if not found.passed else ": passes")


def _entry_json(entry: Entry) -> dict[str, Any]:
    return {
        "kind": entry.kind.value,
        "code": entry.code,
        "level": entry.level.value,
        "change": entry.change,
        "where": entry.where or None,
        "before": entry.before,
        "after": entry.after,
        "to": entry.to,
        "amount": entry.amount,
        "unit": entry.unit or None,
        "percent": entry.percent,
        "severity": entry.severity.value if entry.severity is not None else None,
        "born_of": entry.born_of,
        "sets": list(entry.sets),
        "details": list(entry.details),
    }


def _name(path: str | None) -> str | None:
    """A path that can be encoded: bytes that are no UTF-8 become `\\xNN`."""
    return None if path is None else os.fsencode(path).decode("utf-8", "backslashreplace")


def _waiver_json(one: Answered) -> dict[str, Any]:
    if one.waiver is None:
        return {"waiver": None}
    who = one.waiver
    return {"waiver": {"reason": who.reason, "owner": who.owner, "approved_by": who.approved_by,
                       "expires": who.expires.isoformat()}}  # fmt: skip


def _consumed_json(one: Consumed) -> dict[str, Any]:
    return {
        "set": one.set_name,
        "limit": one.name,
        "region": one.region,
        "used": one.share,
        "value": one.value,
        "fail": one.limit,
        "unit": one.unit or None,
        "subject": one.subject,
        "unmeasured": one.unmeasured,
        "born_of": one.born_of,
    }
