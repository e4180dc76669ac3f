"""The KPIs as CSV: one row for the whole, one for each group. A spreadsheet must not take a name for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import msgspec

from qualitygate.core.csv_cell import safe_cell
from qualitygate.incidents.kpi.report import KpiReport
from qualitygate.incidents.text import one_line


def render(report: KpiReport) -> str:
    """A header and rows, separated by commas, lines ending in `\\n`.

    Columns are `by`, `name` and then the keys of the JSON joined by `.`, such as `time_to_detect.median_seconds`. What
    is not known is empty. The first row, without `by` and `name`, is the whole.
    """
    rows = [("", "", report.overall), *((report.by or "", group.name, group.kpis) for group in report.groups)]
    flat = [_flat(msgspec.to_builtins(kpis)) for _, _, kpis in rows]
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["by", "name", *flat[0]])
    for (by, name, _), values in zip(rows, flat, strict=True):
        writer.writerow([by, safe_cell(one_line(name)), *("" if value is None else value for value in values.values())])
    return out.getvalue()


def _flat(tree: Mapping[str, Any], prefix: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        flat |= _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {prefix + key: value}
    return flat
