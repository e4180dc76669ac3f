"""What an audit has to say, as findings of the one report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.policy.ratchet.entry import Entry, Kind, number
from qualitygate.policy.ratchet.waived import STANDINGS, Answered, Remark

WAIVED = "QG-1811"
_VERBS = {
    Kind.LIMIT: "loosened",
    Kind.SEVERITY: "less serious",
    Kind.RULE: "rule loosened",
    Kind.PICTURES: "judged less",
    Kind.AREA: "area changed",
    Kind.REFERENCE: "reference changed",
    Kind.APPROVAL: "drift approved",
    Kind.CHECK: "check removed",
    Kind.DRIFT: "drifted",
    Kind.UNREADABLE: "not compared",
}


def findings_of(answers: Iterable[Answered], remarks: Iterable[Remark]) -> Iterator[Finding]:
    """One per entry, and one per remark on a waiver; a covered entry is a warning."""
    for one in answers:
        yield _entry(one)
    for remark in remarks:
        code, level = STANDINGS[remark.standing]
        path, line = place(remark.waiver.where)
        yield Finding(code, level, remark.text, path=path, line=line)


def headline(entry: Entry) -> str:
    """`loosened: profile brand: delta_e_2000.p50, fail 2.45 to fail 12`, without how much."""
    verb = "told" if entry.level is Level.NOTE else _VERBS[entry.kind]
    return f"{verb}: {entry.change}, {entry.before} to {entry.after}"


def how_much(entry: Entry) -> str:
    """`looser by 9.5 DeltaE00, 380 % more room`; empty where no number says it."""
    parts = []
    if entry.amount is not None and entry.kind is not Kind.REFERENCE:
        whole = float(entry.amount).is_integer()
        amount = f"{entry.amount:,.0f}" if whole else number(round(entry.amount, 6 if entry.amount < 1 else 3))
        counted = f"{amount} {entry.unit}".rstrip()
        parts.append(f"looser by {counted}" if entry.kind is Kind.LIMIT else counted)
    if entry.percent is not None:
        word = {Kind.LIMIT: " more room", Kind.DRIFT: " of its limit"}.get(entry.kind, "")
        parts.append(f"{entry.percent:,.0f} %{word}")
    return ", ".join(parts)


def place(where: str | None) -> tuple[str | None, int | None]:
    """Path and line of `file:LINE`; no path for what is no file of the repository, such as a shipped profile."""
    if not where or where.startswith("shipped "):
        return None, None
    path, colon, line = where.rpartition(":")
    return (path, int(line)) if colon and line.isdecimal() else (where, None)


def _entry(one: Answered) -> Finding:
    entry = one.entry
    much = how_much(entry)
    said = [f"{headline(entry)}{f' ({much})' if much else ''}"]
    said += [f"severity {entry.severity.value}"] if entry.severity is not None else []
    said += [f"born of {entry.born_of}"] if entry.born_of else []
    said += [f"sets {', '.join(entry.sets)}"] if len(entry.sets) > 1 else []
    message = ", ".join(said)
    if entry.details:
        message += f"; {entry.details[0]}" + (f" (and {len(entry.details) - 1} more)" if len(entry.details) > 1 else "")
    level, code = entry.level, entry.code
    if one.waiver is not None:
        until = one.waiver.expires.isoformat()
        message += f"; waived until {until}, approved by {one.waiver.approved_by}: {one.waiver.reason}"
        level, code = Level.WARNING, WAIVED
    path, line = place(entry.where)
    return Finding(code, level, message, set_name=entry.sets[0] if len(entry.sets) == 1 else None,
                   severity=entry.severity if level is Level.ERROR else None, born_of=entry.born_of, path=path,
                   line=line)  # fmt: skip
