"""What a map's legend explains: only what the map shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from qualitygate.incidents.cause_map.graph import Domain, Graph


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the legend: a colour, a shape, a kind of arrow, or a note."""

    label: str
    kind: str | None = None
    domain: Domain | None = None
    line: Literal["implied", "cycle"] | None = None


def legend_of(graph: Graph, left_out: int = 0) -> tuple[Entry, ...]:
    """Entries in a fixed order. `left_out` counts arrows that the format could not bear."""
    words, nodes = graph.words, graph.nodes
    domains: tuple[Domain, ...] = ("model", "data", "operations")
    entries = [Entry(words.classes[kind], kind=kind) for kind in words.classes if any(n.kind == kind for n in nodes)]
    entries += [Entry(words.domains[name], domain=name) for name in domains if any(n.domain == name for n in nodes)]
    if any(arrow.implied for arrow in graph.arrows):
        entries.append(Entry(words.implied, line="implied"))
    if graph.has_cycle:
        entries.append(Entry(words.cycle, line="cycle"))
    if graph.unknown:
        entries.append(Entry(words.unknown.format(count=graph.unknown)))
    if left_out:
        entries.append(Entry(words.left_out.format(count=left_out)))
    return tuple(entries)
