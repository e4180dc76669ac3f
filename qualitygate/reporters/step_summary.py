"""The page GitHub shows for a step, as Markdown within its limit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

from qualitygate.core.measurement import MetricSpec, Setting
from qualitygate.core.verdict import Finding, Level, Report
from qualitygate.reporters import order, wording
from qualitygate.reporters.markdown_text import code, escaped, link, table_row

# GitHub loses a summary above 1 MiB without failing the job; the rest is room for what other tools append.
MAX_BYTES = 900_000
MAX_ROWS = 1_000
# Lines of one cell: findings beside the worst, files that share a remark, limits of one rule.
ALSO, NAMED, LIMITS = 6, 3, 12

_Entry = TypeVar("_Entry")


def step_summary(report: Report, specs: Mapping[str, MetricSpec], max_bytes: int = MAX_BYTES) -> str:
    """The report as Markdown of at most `max_bytes` bytes in UTF-8, worst first; what does not fit is counted.

    One row a file. The reasons of limits stand once, below the table of failures.
    """
    report = order.without_postmortem(report)
    page = _Page(max_bytes)
    page.add(f"## Quality gate: {report.verdict}\n\n{escaped(wording.counts(report))}\n\n")
    _incident(page, report)
    failed = order.blocks(report)
    page.table(
        "Failures",
        ("File", "Finding", "Statistic", "Profile", "Severity", "Rule born of", "Heat map"),
        failed,
        lambda block: _failure_cells(report, block),
    )
    page.table("Rules behind the failures", ("Born of", "Limits", "Why", "Runbook"), _rules(report, specs), _rule_cells)
    page.table(
        "Could not be measured",
        ("File", "Reason", "Code"),
        order.unmeasured(report),
        lambda entry: (
            code(entry.file),
            escaped(wording.reason(entry.reason, entry.file)),
            escaped(entry.reason.code),
        ),
    )
    for title, level in (("Warnings", Level.WARNING), ("Notes", Level.NOTE)):
        page.table(
            title,
            ("File", "Finding", "About", "Code"),
            order.remarks(report, level, failed[:MAX_ROWS]),
            lambda group: _remark_cells(report, group),
        )
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
        opened = wording.standing(report) or "opened by this run"
        page.add(f"**Incident {escaped(incident.id)}**, {escaped(opened)}. Postmortem: {code(incident.markdown)}\n\n")
    if report.heat_maps and incident is not None:
        page.add(
            f"Heat maps lie in {code(incident.evidence)}; after the workflow's upload step they are, with the "
            "postmortem, in the artifacts of this run.\n\n"
        )
    elif wording.no_heat_maps(report):
        page.add(f"Heat maps: {escaped(wording.no_heat_maps(report))}.\n\n")
    step = wording.next_step(report)
    if step:
        page.add(f"Next: {step}\n\n")


def _failure_cells(report: Report, block: order.Block) -> tuple[str, ...]:
    worst = block.worst
    said = [f"**{escaped(wording.headline(worst))}** ({escaped(worst.code)})"]
    if wording.detail(worst):
        said.append(escaped(wording.detail(worst)))
    said += [f"also {escaped(wording.in_short(finding))}" for finding in block.findings[1 : ALSO + 1]]
    if len(block.findings) > ALSO + 1:
        said.append(f"also {len(block.findings) - ALSO - 1} more")
    said += [f"{found.level.value}: {escaped(wording.remark_in_short(found))}" for found in block.remarks[:ALSO]]
    born_of = dict.fromkeys(finding.born_of for finding in block.findings if finding.born_of)
    heat_map = wording.heat_map_of(report, worst.subject)
    return (
        code(wording.file_of(worst) or worst.set_name or "the run"),
        "<br>".join(said),
        escaped(wording.statistic(worst) or ""),
        escaped(worst.profile or ""),
        worst.severity.value if worst.severity else "",
        "<br>".join(escaped(incident) for incident in born_of),
        code(heat_map) if heat_map else "",
    )


_Rule = tuple[tuple[str | None, str | None, str | None], list[str]]


def _rules(report: Report, specs: Mapping[str, MetricSpec]) -> list[_Rule]:
    """Incident, reason and runbook of the broken limits, each combination once, with the names of those limits."""
    rules: dict[tuple[str | None, str | None, str | None], dict[str, None]] = {}
    for finding in report.errors:
        if finding.born_of or finding.why or finding.runbook:
            limits = rules.setdefault((finding.born_of, finding.why, finding.runbook), {})
            limits[wording.limit_name(finding, specs)] = None
    return [(rule, list(limits)) for rule, limits in rules.items()]


def _rule_cells(entry: _Rule) -> tuple[str, ...]:
    (born_of, why, runbook), limits = entry
    more = [f"{len(limits) - LIMITS} more"] if len(limits) > LIMITS else []
    named = ", ".join([escaped(limit) for limit in limits[:LIMITS]] + more)
    return escaped(born_of or ""), named, escaped(why or ""), link("runbook", runbook) if runbook else ""


def _remark_cells(report: Report, group: Sequence[Finding]) -> tuple[str, ...]:
    first = group[0]
    named = [code(wording.file_of(finding) or finding.set_name or "the run") for finding in group[:NAMED]]
    if len(group) > NAMED:
        named.append(f"and {len(group) - NAMED:,} more")
    shared = f"{wording.files(report, group)}: " if len(group) > 1 else ""
    return (
        "<br>".join(named),
        escaped(shared + wording.headline(first)),
        escaped(wording.remark(first)),
        escaped(first.code),
    )


def _settings(settings: Mapping[str, Setting]) -> str:
    rows = "".join(table_row(escaped(key), escaped(str(value))) for key, value in settings.items())
    if not rows:
        return ""
    return (
        f"<details><summary>How this was measured</summary>\n\n| Setting | Value |\n| --- | --- |\n{rows}\n</details>\n"
    )
