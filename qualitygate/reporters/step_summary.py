"""The page GitHub shows for a step, as Markdown within its limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from qualitygate.core.measurement import Setting
from qualitygate.core.verdict import Finding, Level, Report
from qualitygate.reporters import order
from qualitygate.reporters.markdown_text import code, escaped, link, table_row

# GitHub loses a summary above 1 MiB without failing the job; the rest is room for what other tools append.
MAX_BYTES = 900_000
MAX_ROWS = 1_000

_Entry = TypeVar("_Entry")


def step_summary(report: Report, max_bytes: int = MAX_BYTES) -> str:
    """The report as Markdown of at most `max_bytes` bytes in UTF-8, worst first; what does not fit is counted."""
    page = _Page(max_bytes)
    verdict = report.verdict
    page.add(f"## Quality gate: {verdict}\n\n{escaped(order.counts(report))}\n\n")
    _incident(page, report)
    page.table(
        "Failures",
        ("File", "Finding", "Statistic", "Profile", "Severity", "Rule born of", "Heat map"),
        report.errors,
        lambda finding: _failure_cells(report, finding),
    )
    page.table(
        "Could not be measured",
        ("File", "Reason", "Code"),
        order.unmeasured(report),
        lambda entry: (code(entry.result.subject.id), escaped(entry.reason.message), escaped(entry.reason.code)),
    )
    for title, level in (("Warnings", Level.WARNING), ("Notes", Level.NOTE)):
        page.table(title, ("File", "Finding", "About", "Code"), order.of_level(report, level), _remark_cells)
    page.add(_settings(report.settings))
    return page.text


class _Page:
    """Markdown that never grows beyond a number of bytes."""

    _RESERVE = 200

    def __init__(self, max_bytes: int) -> None:
        self._parts: list[str] = []
        self._left = max_bytes

    def add(self, text: str, *, reserve: int = 0) -> bool:
        """Add a part if it leaves `reserve` bytes; say whether it did."""
        size = len(text.encode("utf-8", "surrogatepass"))
        if size + reserve > self._left:
            return False
        self._left -= size
        self._parts.append(text)
        return True

    def table(
        self,
        title: str,
        header: tuple[str, ...],
        entries: Iterable[_Entry],
        cells: Callable[[_Entry], tuple[str, ...]],
    ) -> None:
        """A titled table, cut where the page or `MAX_ROWS` ends; a table without rows is left out."""
        rows = list(entries)
        head = f"### {title}\n\n" + table_row(*header) + table_row(*("---" for _ in header))
        if not rows or not self.add(head, reserve=self._RESERVE):
            return
        shown = 0
        for entry in rows[:MAX_ROWS]:
            if not self.add(table_row(*cells(entry)), reserve=self._RESERVE):
                break
            shown += 1
        more = f"\n…and {len(rows) - shown:,} more (use `--format json`).\n" if shown < len(rows) else ""
        self.add(more + "\n")

    @property
    def text(self) -> str:
        return "".join(self._parts)


def _incident(page: _Page, report: Report) -> None:
    incident = report.incident
    if incident is not None:
        opened = "opened by this run" if incident.created else "open already; this failure belongs to it"
        page.add(f"**Incident {escaped(incident.id)}**, {opened}. Postmortem: {code(incident.markdown)}\n\n")
    if report.heat_maps and incident is not None:
        page.add(
            f"Heat maps lie in {code(incident.evidence)}; after the workflow's upload step they are, with the "
            "postmortem, in the artifacts of this run.\n\n"
        )
    step = order.next_step(report)
    if step:
        page.add(f"Next: {step}\n\n")


def _failure_cells(report: Report, finding: Finding) -> tuple[str, ...]:
    said = [f"**{escaped(order.headline(finding))}** ({escaped(finding.code)})"]
    if order.detail(finding):
        said.append(escaped(order.detail(finding)))
    if finding.runbook:
        said.append(link("runbook", finding.runbook))
    origin = [escaped(text) for text in (finding.born_of, finding.why) if text]
    heat_map = order.heat_map_of(report, finding.subject)
    return (
        code(order.file_of(finding) or finding.set_name or "the run"),
        "<br>".join(said),
        escaped(order.statistic(finding) or ""),
        escaped(finding.profile or ""),
        finding.severity.value if finding.severity else "",
        "<br>".join(origin),
        code(heat_map) if heat_map else "",
    )


def _remark_cells(finding: Finding) -> tuple[str, ...]:
    return (
        code(order.file_of(finding) or finding.set_name or "the run"),
        escaped(order.headline(finding)),
        escaped(order.remark(finding)),
        escaped(finding.code),
    )


def _settings(settings: Mapping[str, Setting]) -> str:
    rows = "".join(table_row(escaped(key), escaped(str(value))) for key, value in settings.items())
    if not rows:
        return ""
    return (
        f"<details><summary>How this was measured</summary>\n\n| Setting | Value |\n| --- | --- |\n{rows}\n</details>\n"
    )
