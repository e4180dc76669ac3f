"""Opening an incident for a failed run: the one place where a report, git, heat maps and the store meet."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from qualitygate.core.incident import IncidentKind, IncidentRef
from qualitygate.core.verdict import Finding, Level, Report
from qualitygate.exhibiting.pair_panel import panel
from qualitygate.exhibiting.panels import panel as panel_of
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.opening import Circumstances
from qualitygate.incidents.seeding import identify, seed, told
from qualitygate.incidents.store import Store
from qualitygate.planning.plan import Plan
from qualitygate.vcs import current_change, head_commit


def open_incident(
    report: Report,
    plan: Plan,
    *,
    root: Path,
    now: datetime,
    environ: Mapping[str, str],
    seen_from: Path | None = None,
    kind: IncidentKind = IncidentKind.NEAR_MISS,
) -> Report:
    """Open the incident of a failed run, or find the one that the same failure has opened before.

    Writes `run/_/postmortems/PM-….md` and `.json` and the heat maps of the ten worst pairs under `evidence/pm-…/`.

    Args:
        report: What `gate.run` returned.
        plan: What it was run with.
        root: Directory that gets `run/` and `evidence/`.
        now: The time, with a time zone.
        environ: Environment variables, which say what change is being judged.
        seen_from: Directory that the paths in the report are made relative to; by default `root`.
        kind: What kind of incident it is: a catch before the merge is a near miss.

    Returns:
        The report with `incident` and `heat_maps`, and with the stub's path in the message of every failure; the report
        as it was if it did not fail. Files in the store that cannot be read become notes; what
        became of the kind of an incident that was there before, a warning.

    Raises:
        ConfigError: QG-1412, the store cannot be written.
    """
    if report.verdict != "failed":
        return report
    directory = plan.config.root
    known = Circumstances(
        now=now,
        change=current_change(environ, directory),
        commit=environ.get("GITHUB_SHA") or environ.get("CI_COMMIT_SHA") or head_commit(directory),
        ci_run=_ci_run(environ),
        stakeholders=plan.config.incident.stakeholders,
        specs=plan.specs,
        kind=kind,
        incidents=frozenset(Ledger(root).ids()),
        lang=plan.config.incident.lang,
    )
    draft = identify(report, store=Store(root), references=references_digest(report), known=known)
    seeded = seed(draft, heat_maps(report, plan, draft.worst))
    said = told(draft, seeded)
    ref = _seen_from(seen_from or root, root, seeded)
    results = tuple(
        replace(result, findings=tuple(_pointing_at(finding, ref.markdown) for finding in result.findings))
        for result in report.results
    )
    findings = tuple(_pointing_at(finding, ref.markdown) for finding in report.findings)
    notes = tuple(Finding("QG-1420", Level.NOTE, warning) for warning in draft.warnings)
    notes += tuple(Finding("QG-1723", Level.WARNING, sentence) for sentence in said)
    return replace(report, results=results, findings=findings + notes, incident=ref, heat_maps=ref.heat_maps)


def references_digest(report: Report) -> str:
    """A digest of the reference pictures of a run, for changes that have neither pull request nor branch."""
    digest = hashlib.sha256()
    for result in sorted(report.results, key=lambda one: one.subject.id):
        digest.update(f"{result.subject.id}\0{result.reference.sha256 if result.reference else ''}\n".encode())
    return digest.hexdigest()


def heat_maps(report: Report, plan: Plan, subjects: Iterable[str]) -> dict[str, bytes]:
    """PNG panels of subjects that have comparable pictures, and of LUTs that can be read, by subject id.

    The pictures are decoded again: keeping the maps of every pair of a run would take memory without bound.
    """
    results = {result.subject.id: result for result in report.results}
    drawn: dict[str, bytes | None] = {}
    for name in subjects:
        if (task := plan.task(name)) is not None:
            drawn[name] = panel(task, results[name])
        else:
            drawn[name] = panel_of(plan, results[name])
    return {name: png for name, png in drawn.items() if png is not None}


def _seen_from(directory: Path, root: Path, ref: IncidentRef) -> IncidentRef:
    """The same incident with paths that can be opened from a directory, as text with `/`."""
    if directory.resolve() == root.resolve():
        return ref

    def path(within: str) -> str:
        try:
            return Path(os.path.relpath(root / within, directory)).as_posix()
        except ValueError:  # another drive
            return (root / within).resolve().as_posix()

    return replace(
        ref,
        markdown=path(ref.markdown),
        json=path(ref.json),
        evidence=path(ref.evidence),
        heat_maps={subject: path(stored) for subject, stored in ref.heat_maps.items()},
    )


def _pointing_at(finding: Finding, stub: str) -> Finding:
    if finding.level is not Level.ERROR:
        return finding
    return replace(finding, message=f"{finding.message}, postmortem {stub}")


def _ci_run(environ: Mapping[str, str]) -> str | None:
    if environ.get("CI_JOB_URL"):
        return environ["CI_JOB_URL"]
    parts = [environ.get(name) for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")]
    return "{}/{}/actions/runs/{}".format(*parts) if all(parts) else None
