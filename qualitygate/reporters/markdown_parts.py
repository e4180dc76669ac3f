"""What a step summary and a comment both show: incident, rules, remarks, further checks, settings, as safe Markdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from qualitygate.core.measurement import MetricSpec, Setting
from qualitygate.core.verdict import Finding, Report, StepInfo
from qualitygate.reporters import order, wording
from qualitygate.reporters.markdown_text import code, escaped, link, table_row

# Lines of one cell: files that share a remark, limits of one rule.
NAMED, LIMITS = 3, 12

Rule = tuple[tuple[str | None, str | None, str | None], list[str]]


def incident_lines(report: Report) -> str:
    """The incident, where its postmortem and heat maps lie; empty without one."""
    incident = report.incident
    if incident is None:
        return ""
    opened = wording.standing(report) or "opened by this run"
    told = f"**Incident {escaped(incident.id)}**, {escaped(opened)}. Postmortem: {code(incident.markdown)}\n\n"
    if report.heat_maps:
        told += (
            f"Heat maps lie in {code(incident.evidence)}; after the workflow's upload step they are, with the "
            "postmortem, in the artifacts of this run.\n\n"
        )
    elif wording.no_heat_maps(report):
        told += f"Heat maps: {escaped(wording.no_heat_maps(report))}.\n\n"
    return told


def rules(report: Report, specs: Mapping[str, MetricSpec]) -> list[Rule]:
    """Incident, reason and runbook of the broken limits, each combination once, with the names of those limits."""
    found: dict[tuple[str | None, str | None, str | None], dict[str, None]] = {}
    for finding in report.errors:
        if finding.born_of or finding.why or finding.runbook:
            limits = found.setdefault((finding.born_of, finding.why, finding.runbook), {})
            limits[wording.limit_name(finding, specs)] = None
    return [(rule, list(limits)) for rule, limits in found.items()]


RULE_HEADER = ("Born of", "Limits", "Why", "Runbook")


def rule_cells(entry: Rule, postmortems: Mapping[str, str]) -> tuple[str, ...]:
    """A row under `RULE_HEADER`, with the path of the incident's postmortem where the repository has it."""
    (born_of, why, runbook), limits = entry
    more = [f"{len(limits) - LIMITS} more"] if len(limits) > LIMITS else []
    named = ", ".join([escaped(limit) for limit in limits[:LIMITS]] + more)
    place = postmortems.get(born_of or "")
    origin = escaped(born_of or "") + (f"<br>{code(place)}" if place else "")
    return origin, named, escaped(why or ""), link("runbook", runbook) if runbook else ""


UNMEASURED_HEADER = ("File", "Reason", "Code")


def unmeasured_cells(entry: order.Unmeasured) -> tuple[str, ...]:
    """A row under `UNMEASURED_HEADER`."""
    return code(entry.file), escaped(wording.reason(entry.reason, entry.file)), escaped(entry.reason.code)


REMARK_HEADER = ("File", "Finding", "About", "Code")


def remark_cells(report: Report, group: Sequence[Finding]) -> tuple[str, ...]:
    """A row under `REMARK_HEADER`: a warning or note, of one file or shared by several."""
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


def step_lines(steps: Sequence[StepInfo]) -> str:
    """The further checks as a list, those that passed in one line; empty without any."""
    lines = [f"**{escaped(step.name)}** {escaped(wording.step(step))}" for step in wording.unpassed(steps)]
    passed = wording.passed_steps(steps)
    lines += [f"passed: {escaped(passed)}"] if passed else []
    return "".join(f"- {line}\n" for line in lines) + "\n" if lines else ""


def settings_table(settings: Mapping[str, Setting]) -> str:
    """How it was measured, folded; empty without settings."""
    # How much came from the cache makes no number, and would make another comment of the same result.
    told = {key: value for key, value in settings.items() if value is not None and key != "from_cache"}
    rows = "".join(table_row(escaped(key), escaped(str(value))) for key, value in told.items())
    if not rows:
        return ""
    return (
        f"<details><summary>How this was measured</summary>\n\n| Setting | Value |\n| --- | --- |\n{rows}\n</details>\n"
    )
