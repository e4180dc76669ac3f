"""Causes that several incidents of a quarter share, by class and domain."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from qualitygate.incidents.kpi.measured import Measured

Row = tuple[str, ...]
_CLASSES = ("direct", "contributing", "systemic")


def by_class_and_domain(chosen: Sequence[Measured]) -> dict[tuple[str, str], list[str]]:
    """Ids of the incidents that have an answered cause of a class and domain; each incident once, most frequent first.

    Causes without a domain stand under `unclassified`.
    """
    found: dict[tuple[str, str], list[str]] = {}
    for one in chosen:
        kinds = {(cause.class_, cause.domain or "unclassified") for cause in one.record.rca.causes if not cause.open}
        for kind in kinds:
            found.setdefault(kind, []).append(one.record.id)
    return dict(sorted(found.items(), key=lambda item: (-len(item[1]), _CLASSES.index(item[0][0]), item[0][1])))


def repeated_causes(
    chosen: Sequence[Measured],
    link: Callable[[str], str],
    table: Callable[[Row, Iterable[Row]], Iterator[str]],
) -> Iterator[str]:
    """What two incidents or more have in common, as Markdown."""
    kinds = by_class_and_domain(chosen)
    analysed = {incident for incidents in kinds.values() for incident in incidents}
    yield f"{len(analysed):,} of {len(chosen):,} incidents have an answered cause."
    repeated = {kind: incidents for kind, incidents in kinds.items() if len(incidents) > 1}
    if not repeated:
        yield "No class and domain is shared by two of them."
        return
    yield ""
    rows = (
        (kind, domain, f"{len(incidents):,} of {len(analysed):,}", ", ".join(map(link, sorted(incidents))))
        for (kind, domain), incidents in repeated.items()
    )
    yield from table(("Class", "Domain", "Incidents", "Which"), rows)
