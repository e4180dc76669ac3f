"""A failed gate opens its incident: first know which one, then make the heat maps, then write it all.

draft = identify(report, store=store, references=digest, known=circumstances)
incident = seed(draft, render_heat_maps(draft.worst))
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC

import msgspec

from qualitygate.core.errors import ConfigError
from qualitygate.core.incident import IncidentKind, IncidentRef
from qualitygate.core.verdict import Report
from qualitygate.incidents import durable, evidence
from qualitygate.incidents.identity import failed_checks, failed_sets, failure_key
from qualitygate.incidents.opening import Circumstances, first_record, worst_subjects
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.store import Store

_ATTEMPTS = 100


@dataclass(frozen=True, slots=True)
class Draft:
    """An incident that is known but not written yet.

    Attributes:
        key: Digest of what failed, where and in which change.
        ref: Where it is or will be; `ref.created` says which. An existing one names the heat maps it has.
        record: What will be written; None for an existing incident, of which nothing is rewritten.
        worst: Ids of the subjects that a heat map is wanted of, the worst first, at most ten; none for an existing one.
        warnings: One line for each file in the store that could not be read.
    """

    key: str
    ref: IncidentRef
    record: Postmortem | None
    worst: tuple[str, ...]
    warnings: tuple[str, ...]
    store: Store
    report: Report
    known: Circumstances


def identify(report: Report, *, store: Store, references: str, known: Circumstances) -> Draft:
    """Which incident a failed report belongs to. Reads the store, writes nothing.

    Args:
        report: A report whose verdict is `failed`.
        store: Where to look for the same failure.
        references: Digest of the references, which stands for the change where none is known.
        known: Time, change, commit and people.

    Raises:
        ValueError: The report did not fail, or `known.now` has no time zone.
        ConfigError: QG-1412, the store cannot be read.
    """
    if report.verdict != "failed":
        raise ValueError(f"only a failed report opens an incident, this one is {report.verdict}")
    if known.now.tzinfo is None:
        raise ValueError("the time an incident is opened at needs a time zone")
    sets = [(info.name, info.pipeline) for info in failed_sets(report)]
    key = failure_key(failed_checks(report), sets, known.change or f"references/{references}")
    with durable.reported(store.root):
        found, warnings = store.find_open(key)
        if found is not None:
            return Draft(key, _of_this_run(found, report), None, (), warnings, store, report, known)
        incident_id = store.free_gate_id(key, known.now.astimezone(UTC).date())
    record = first_record(incident_id, key, report, known)
    ref = store.ref(incident_id, created=True)
    return Draft(key, ref, record, worst_subjects(report), warnings, store, report, known)


def seed(draft: Draft, heat_maps: Mapping[str, bytes]) -> IncidentRef:
    """Write an identified incident: evidence, JSON, Markdown, each whole or not at all.

    Safe against other writers and against being killed: the incident exists once its JSON does, and whoever meets it
    next writes a Markdown that is missing. Nothing that exists is changed.

    Args:
        draft: From `identify`.
        heat_maps: Subject id to PNG bytes. At most ten and 5 MB in total are stored, the worst first; none at S0.

    Returns:
        The incident; `created` is False if it existed, also if another process created it in the meantime.

    Raises:
        ConfigError: QG-1412, not writable.
    """
    with durable.reported(draft.store.root):
        return _written(draft, heat_maps)


def told(draft: Draft, ref: IncidentRef) -> tuple[str, ...]:
    """Write to an incident that was there before what this run knows better, and say so.

    A run that knows of a real incident makes a real one of the near miss that an earlier run took the failure for. That
    it is a near miss or a drill does not unmake a real one.

    Args:
        ref: From `seed`.

    Returns:
        One sentence for each thing a person should know.

    Raises:
        ConfigError: QG-1412, not writable.
    """
    if ref.created or draft.known.kind is IncidentKind.NEAR_MISS:
        return ()
    if draft.known.kind is IncidentKind.REAL:
        with durable.reported(draft.store.root):
            said = draft.store.found_real(ref.id, draft.known.now)
        return (said,) if said else ()
    kind = draft.store.kind_of(ref.id)
    if kind in (None, IncidentKind.DRILL):
        return ()
    hint = f"`qualitygate incident escalate {ref.id} --kind drill --reason …` if it is one"
    return (f"{ref.id} is no drill and stays what it is: {hint}",)


def _written(draft: Draft, heat_maps: Mapping[str, bytes]) -> IncidentRef:
    store, record = draft.store, draft.record
    if record is None:
        store.complete(draft.ref.id)
        return draft.ref
    for _ in range(_ATTEMPTS):
        record = _with_evidence(record, store, draft, heat_maps)
        if store.create(record, draft.known.now):
            return _of_this_run(store.ref(record.id, created=True, evidence=record.evidence), draft.report)
        found = store.find_open(draft.key).ref
        if found is not None:
            return _of_this_run(found, draft.report)
        # The id went to another failure, or to one closed since: the next free id is as good a function of the key.
        free = store.free_gate_id(draft.key, draft.known.now.astimezone(UTC).date())
        record = first_record(free, draft.key, draft.report, draft.known)
    raise ConfigError("no free incident id was found", code="QG-1412", where=str(store.root), hint="run it again")


def _of_this_run(ref: IncidentRef, report: Report) -> IncidentRef:
    """The same incident, its heat maps by the subjects of this report: ids in the record are made fit for JSON."""
    stored = set(ref.heat_maps.values())
    paths = {result.subject.id: evidence.path_of(ref.evidence, result.subject.id) for result in report.results}
    return replace(ref, heat_maps={subject: path for subject, path in paths.items() if path in stored})


def _with_evidence(record: Postmortem, store: Store, draft: Draft, heat_maps: Mapping[str, bytes]) -> Postmortem:
    address = store.ref(record.id, created=True).evidence
    directory = store.root / address
    stored, left_out = evidence.choose(heat_maps, draft.worst, record.severity)
    if stored:
        durable.create_directory(directory, {evidence.file_name(subject): heat_maps[subject] for subject in stored})
    ranked = {subject: heat_maps[subject] for subject in (*stored, *left_out)}
    return msgspec.structs.replace(
        record, evidence=evidence.describe(directory, address, ranked, left_out, record.severity)
    )
