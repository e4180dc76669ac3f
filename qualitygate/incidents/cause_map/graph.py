"""From a root cause analysis to a graph: what is drawn, which arrows are implied, which close a cycle."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from qualitygate.incidents.cause_map.words import WORDS, Words
from qualitygate.incidents.narrative import Cause
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line

Kind = Literal["direct", "contributing", "systemic", "incident", "why"]
Domain = Literal["model", "data", "operations"]
INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class Node:
    """One box.

    Attributes:
        key: Identity within the map: `c0`, `c1`, … by position, `incident`, `w0`, `w1`, ….
        head: First line, such as `Direct cause · model`.
        text: What it says, in one line.
        open: Whether it is a question that nobody has answered.
    """

    key: str
    kind: Kind
    head: str
    text: str
    domain: Domain | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Arrow:
    """One arrow between keys.

    Attributes:
        implied: Nobody drew it; it says that a cause with no arrow of its own led to the incident.
        closes_cycle: Without it, and the others like it, the map would have no cycle.
    """

    start: str
    end: str
    implied: bool = False
    closes_cycle: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """What a map shows.

    Attributes:
        nodes: The causes in their order, then the incident.
        arrows: Between them, each pair once.
        whys: A chain beside the map.
        unknown: Number of edges that name no cause and cannot be drawn.
        title: Heading.
        words: Labels in the language of the record.
    """

    nodes: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    whys: tuple[Node, ...]
    unknown: int
    title: str
    words: Words

    @property
    def has_cycle(self) -> bool:
        """Whether a cause leads back to itself."""
        return any(arrow.closes_cycle for arrow in self.arrows)


def graph_of(record: Postmortem) -> Graph:
    """The graph of a record. Of no causes it is the incident alone."""
    words, causes = WORDS[record.lang], record.rca.causes
    nodes = [_node(position, cause, words) for position, cause in enumerate(causes)]
    nodes.append(
        Node(INCIDENT, "incident", f"{words.incident} {record.id} · {record.severity}", one_line(record.title))
    )
    pairs = dict.fromkeys((edge.from_, edge.to) for edge in record.rca.edges)
    known = [pair for pair in pairs if max(pair) < len(causes)]
    closing = _closing(range(len(causes)), known)
    arrows = [Arrow(f"c{a}", f"c{b}", closes_cycle=(a, b) in closing) for a, b in known]
    leading = {a for a, b in known if (a, b) not in closing}
    for position, cause in enumerate(causes):
        # A direct cause led to the incident by its very name; any other cause that leads nowhere is said to have.
        if cause.class_ == "direct":
            arrows.append(Arrow(f"c{position}", INCIDENT))
        elif position not in leading:
            arrows.append(Arrow(f"c{position}", INCIDENT, implied=True))
    whys = tuple(
        Node(f"w{position}", "why", words.why.format(number=position + 1), one_line(text))
        for position, text in enumerate(record.rca.whys)
    )
    return Graph(
        nodes=tuple(nodes),
        arrows=tuple(arrows),
        whys=whys,
        unknown=len(pairs) - len(known),
        title=words.title.format(id=record.id),
        words=words,
    )


def _node(position: int, cause: Cause, words: Words) -> Node:
    parts = [words.classes[cause.class_]]
    parts += [words.domains[cause.domain]] if cause.domain else []
    parts += [words.open] if cause.open else []
    return Node(f"c{position}", cause.class_, " · ".join(parts), one_line(cause.text), cause.domain, cause.open)


def _closing(nodes: Iterable[int], edges: Iterable[tuple[int, int]]) -> set[tuple[int, int]]:
    """Edges that lead back to where a walk came from; without them there is no cycle.

    Walks in depth from the nodes that nothing leads to first, without recursion: a chain may be as long as it likes.
    """
    pairs = list(edges)
    after: dict[int, list[int]] = {}
    for a, b in pairs:
        after.setdefault(a, []).append(b)
    led_to = {b for _, b in pairs}
    closing: set[tuple[int, int]] = set()
    state: dict[int, Literal["open", "done"]] = {}
    for root in sorted(nodes, key=lambda node: (node in led_to, node)):
        _walk(root, after, state, closing)
    return closing


def _walk(
    root: int,
    after: Mapping[int, list[int]],
    state: dict[int, Literal["open", "done"]],
    closing: set[tuple[int, int]],
) -> None:
    if root in state:
        return
    state[root] = "open"
    path = [(root, iter(after.get(root, ())))]
    while path:
        node, following = path[-1]
        successor = next(following, None)
        if successor is None:
            state[node] = "done"
            path.pop()
        elif state.get(successor) == "open":
            closing.add((node, successor))
        elif successor not in state:
            state[successor] = "open"
            path.append((successor, iter(after.get(successor, ()))))
