"""What is wrong with an incident's files: events edited, missing, moved or cut off; views behind; evidence changed.

The chain shows that a log was changed, as long as somebody knows its last digest: JSON and `reports.csv` hold it, and
so does every commit. Who rewrites all three and git's history cannot be found out by a local chain.
"""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate.core.errors import ConfigError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.incident import is_incident_id
from qualitygate.incidents import views
from qualitygate.incidents.fold import fold
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.log import Log, canonical, defects, heads
from qualitygate.incidents.machine import illegal_steps
from qualitygate.incidents.paths import ids_in, postmortems
from qualitygate.incidents.reports_csv import from_csv, row, to_csv


def verify_incident(ledger: Ledger, incident_id: str) -> Iterator[Finding]:
    """What is wrong with the log of one incident and with what was made from it, evidence left aside.

    Raises:
        ConfigError: QG-1701, no such incident.
    """
    paths = ledger.paths(incident_id)
    where = f"run/_/postmortems/{paths.events.name}"
    try:
        log = ledger.log(incident_id)
    except ConfigError as error:
        if error.code == "QG-1701" and any(views.witnesses(ledger.root, incident_id)):
            return  # the log is gone, which `verify_table` and `verify_missing` tell
        if error.code != "QG-1702":
            raise
        yield Finding(error.code, Level.ERROR, error.message, incident_id, path=where)
        return
    broken = not log.lines
    if broken and not log.defects:
        yield Finding("QG-1705", Level.ERROR, "is empty: its events are gone", incident_id, path=where)
    for defect in defects(incident_id, log):
        broken = True
        yield Finding(
            "QG-1705", Level.ERROR, f"line {defect.line} {defect.text}", incident_id, path=where, line=defect.line
        )
    ends = heads(log.lines)
    if len(ends) > 1 and not broken:
        yield Finding(
            "QG-1707",
            Level.WARNING,
            f"two branches wrote to it ({len(ends)} ends); the next step, or `postmortem sync`, joins them",
            incident_id,
            path=where,
        )
    for number, text in () if broken else illegal_steps(canonical(log.lines)):
        yield Finding("QG-1705", Level.ERROR, f"event {number} {text}", incident_id, path=where)
    yield from _stamp(ledger, incident_id, log)
    if not broken:
        yield from _views(ledger, incident_id)


def verify_table(ledger: Ledger) -> Iterator[Finding]:
    """What is wrong with `reports.csv`, and which files belong to no log."""
    path = postmortems(ledger.root) / views.CSV
    where = "run/_/postmortems/reports.csv"
    content = views.read(path)
    rows = from_csv(content or b"")
    right: dict[str, tuple[str, ...]] = {}
    for incident_id in ledger.ids():
        try:
            record = ledger.record(incident_id)
        except ConfigError:
            continue  # told by its log
        right[incident_id] = row(record)
        if incident_id not in rows:
            yield Finding("QG-1707", Level.WARNING, "has no row, or two", incident_id, path=where)
        elif (known := rows[incident_id]) != row(record):
            length, head = known[-2], set(known[-1].split())
            shas = {line.sha256 for line in ledger.lines(incident_id)}
            if not head <= shas or not length.isdecimal() or int(length) > len(shas):
                text = f"says {length} events and a last one that is not in the log, which was cut off or rewritten"
                yield Finding("QG-1705", Level.ERROR, text, incident_id, path=where)
            else:
                text = "has a row that says something else than its log"
                yield Finding("QG-1707", Level.WARNING, text, incident_id, path=where)
    for incident_id in sorted(rows.keys() - set(ledger.ids())):
        text = "has a row and no event log: the log is gone"
        yield Finding("QG-1705", Level.ERROR, text, incident_id, path=where)
    # Git may have put the rows of a branch behind the others; the next write sorts them.
    if content is not None and rows == right and sorted(content.split()) != sorted(to_csv(right).split()):
        text = "holds lines that are no row of an incident; `--repair` makes it anew"
        yield Finding("QG-1707", Level.WARNING, text, None, path=where)


def verify_missing(ledger: Ledger) -> Iterator[Finding]:
    """Records and evidence of incidents that have no log."""
    for incident_id in sorted(ids_in(ledger.root, ".json") - set(ledger.ids())):
        content = views.read(ledger.paths(incident_id).json) or b""
        chain = views.stamp(content)
        path = f"run/_/postmortems/{incident_id}.json"
        if chain is not None:
            text = f"speaks of {chain.length} events, but the event log is gone"
            yield Finding("QG-1705", Level.ERROR, text, incident_id, path=path)
        else:
            text = "has no event log yet; `qualitygate postmortem sync` begins one"
            yield Finding("QG-1707", Level.NOTE, text, incident_id, path=path)


def verify_orphans(ledger: Ledger) -> Iterator[Finding]:
    """Evidence of incidents of which nothing else is left."""
    known = set(ledger.ids()) | ids_in(ledger.root, ".json") | ids_in(ledger.root, ".md")
    folder = ledger.root / "evidence"
    names = sorted(path.name for path in folder.iterdir() if path.is_dir()) if folder.is_dir() else []
    for name in names:
        if is_incident_id(name.upper()) and name.upper() not in known:
            text = "has evidence, and no event log, record or Markdown"
            yield Finding("QG-1705", Level.WARNING, text, name.upper(), path=f"evidence/{name}")


def _stamp(ledger: Ledger, incident_id: str, log: Log) -> Iterator[Finding]:
    """Whether the log still holds the end that the JSON speaks of."""
    path = f"run/_/postmortems/{incident_id}.json"
    chain = views.stamp(views.read(ledger.paths(incident_id).json) or b"")
    if chain is None:
        return
    shas = {line.sha256 for line in log.lines}
    if chain.length > len(log.lines) or not set(chain.heads) <= shas:
        text = f"speaks of {chain.length} events and a last one that is not in the log, which was cut off or rewritten"
        yield Finding("QG-1705", Level.ERROR, text, incident_id, path=path)


def _views(ledger: Ledger, incident_id: str) -> Iterator[Finding]:
    paths = ledger.paths(incident_id)
    lines = ledger.lines(incident_id)
    record = fold(lines)
    written = views.as_written(paths, lines)
    name = f"run/_/postmortems/{incident_id}"
    if written is None and paths.json.exists():
        text = "was edited, and the edit is not merged"
        yield Finding("QG-1707", Level.WARNING, text, incident_id, path=f"{name}.json")
    elif written != record:
        text = "is missing" if written is None else "is behind its log"
        yield Finding("QG-1707", Level.WARNING, text, incident_id, path=f"{name}.json")
    if not paths.markdown.exists():
        yield Finding("QG-1707", Level.WARNING, "is missing", incident_id, path=f"{name}.md")
    elif views.has_conflict_markers(paths):
        text = "holds the markers of an unresolved merge; settle it, then run `qualitygate postmortem sync`"
        yield Finding("QG-1707", Level.ERROR, text, incident_id, path=f"{name}.md")
    elif not views.markdown_follows(paths, record):
        text = "says something else than the log: an edit that is not merged"
        yield Finding("QG-1707", Level.WARNING, text, incident_id, path=f"{name}.md")
