"""`reports.csv`: one row per incident, in the order of their ids, the same bytes for the same incidents.

Cells that a spreadsheet would take for a formula are made text, longer ones than it takes are cut.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping

from qualitygate.core.csv_cell import safe_cell
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line

COLUMNS = (
    "id", "title", "severity", "state", "kind", "started", "detected", "acknowledged", "mitigated", "published",
    "resolved", "closed", "impact_count", "impact_unit", "pipelines", "actions", "actions_open", "proof", "key", "uid",
    "events", "head",
)  # fmt: skip

# What spreadsheets hold in a cell; below what Python's csv module reads back.
_MAX_CELL = 32_767


def row(record: Postmortem) -> tuple[str, ...]:
    """The row of an incident."""
    times, chain = record.times, record.chain
    cells = (
        record.id,
        one_line(record.title or record.impact.summary),
        record.severity.value,
        record.state.value,
        record.kind.value,
        times.started or "",
        times.detected,
        times.acknowledged or "",
        times.mitigated or "",
        times.published or "",
        times.resolved or "",
        times.closed or "",
        str(record.impact.count),
        one_line(record.impact.unit),
        "; ".join(map(one_line, record.impact.pipelines)),
        str(len(record.actions)),
        str(sum(action.status == "open" for action in record.actions)),
        record.proof.result if record.proof else "",
        record.key or "",
        record.uid or "",
        str(chain.length) if chain else "0",
        " ".join(chain.heads) if chain else "",
    )
    return tuple(safe_cell(cell)[:_MAX_CELL] for cell in cells)


def to_csv(rows: Mapping[str, tuple[str, ...]]) -> bytes:
    """The file, UTF-8 with LF line ends.

    Args:
        rows: Incident id to row.
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(rows[incident_id] for incident_id in sorted(rows))
    return text.getvalue().encode()


def from_csv(content: bytes) -> dict[str, tuple[str, ...]]:
    """The rows of a file that this program wrote, by id; those that are doubled or not whole are left out.

    A merge of two branches leaves two rows for an incident that both changed; which one holds, the log says.
    """
    found: dict[str, tuple[str, ...]] = {}
    doubled: set[str] = set()
    try:
        read = list(_rows(content.decode()))
    except (UnicodeDecodeError, csv.Error):
        return {}
    if not read or read[0] != COLUMNS:
        return {}
    for cells in read[1:]:
        if len(cells) != len(COLUMNS) or cells == COLUMNS:
            continue
        doubled |= {cells[0]} & found.keys()
        found[cells[0]] = cells
    return {incident_id: cells for incident_id, cells in found.items() if incident_id not in doubled}


def _rows(text: str) -> Iterable[tuple[str, ...]]:
    return (tuple(cells) for cells in csv.reader(io.StringIO(text)))
