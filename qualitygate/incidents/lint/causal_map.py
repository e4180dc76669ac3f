"""QG-3xx, the arrows: whether the causal map is one, without cycles, that reaches every cause."""

from __future__ import annotations

from collections.abc import Iterator

from qualitygate.incidents.lint.facts import LintFacts
from qualitygate.incidents.lint.rule import Hit, brief
from qualitygate.incidents.narrative import Edge
from qualitygate.incidents.postmortem import Postmortem


def arrows(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-305, QG-306 and QG-307."""
    number = len(record.rca.causes)
    seen: set[tuple[int, int]] = set()
    for index, edge in enumerate(record.rca.edges):
        at, name = f"rca.edges[{index}]", f"the arrow {_arrow(edge)}"
        if max(edge.from_, edge.to) >= number:
            yield Hit("QG-305", f"{name} names a cause that is not there, of {number}", at)
        elif edge.from_ == edge.to:
            yield Hit("QG-306", f"{name} leads from a cause to itself", at)
        elif (edge.from_, edge.to) in seen:
            yield Hit("QG-307", f"{name} is there twice", at)
        seen.add((edge.from_, edge.to))


def cycles(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-308: one circle, where there are any."""
    pairs = sorted(pair for pair in _sound(record) if pair[0] != pair[1])
    before: dict[int, list[int]] = {node: [] for pair in pairs for node in pair}
    after: dict[int, list[int]] = {node: [] for node in before}
    for a, b in pairs:
        before[b].append(a)
        after[a].append(b)
    # What nothing leads to is in no circle; without it, something else may be that nothing leads to.
    left = {node: len(sources) for node, sources in before.items()}
    pending = [node for node, sources in left.items() if not sources]
    while pending:
        node = pending.pop()
        del left[node]
        for successor in after[node]:
            left[successor] -= 1
            if not left[successor]:
                pending.append(successor)
    if not left:
        return
    # Each that is left has one before it that is left, too: going back, one is met again.
    path = [min(left)]
    while (node := next(one for one in before[path[-1]] if one in left)) not in path:
        path.append(node)
    circle = [*path[path.index(node) :], node][::-1]
    told = " → ".join(str(one + 1) for one in circle[:10]) + (" → …" if len(circle) > 10 else "")
    yield Hit("QG-308", f"the causes lead to each other in a circle: {told}", f"rca.causes[{circle[0]}]")


def orphans(record: Postmortem, _: LintFacts) -> Iterator[Hit]:
    """QG-309. Where there is no arrow at all, that is said once."""
    causes = record.rca.causes
    answered = {index for index, cause in enumerate(causes) if not cause.open}
    direct = {index for index in answered if causes[index].class_ == "direct"}
    if not direct or answered == direct:
        return
    pairs = _sound(record)
    if not pairs:
        yield Hit("QG-309", "no arrow says how the causes led to the direct cause", "rca.causes")
        return
    joined = {node for group in _groups(range(len(causes)), pairs) if group & direct for node in group}
    for index in sorted(answered - joined):
        message = f"no arrows join cause {index + 1} to the direct cause: {brief(causes[index].text)}"
        yield Hit("QG-309", message, f"rca.causes[{index}]")


def _arrow(edge: Edge) -> str:
    return f"{edge.from_ + 1} → {edge.to + 1}"


def _sound(record: Postmortem) -> set[tuple[int, int]]:
    number = len(record.rca.causes)
    return {(edge.from_, edge.to) for edge in record.rca.edges if max(edge.from_, edge.to) < number}


def _groups(nodes: range, pairs: set[tuple[int, int]]) -> list[set[int]]:
    """The nodes, those together that arrows of whatever direction join."""
    beside: dict[int, set[int]] = {node: set() for node in nodes}
    for a, b in pairs:
        beside[a].add(b)
        beside[b].add(a)
    groups: list[set[int]] = []
    left = dict.fromkeys(nodes)
    while left:
        start = next(iter(left))
        group, pending = {start}, [start]
        while pending:
            found = beside[pending.pop()] - group
            group |= found
            pending.extend(found)
        groups.append(group)
        for node in group:
            left.pop(node, None)
    return groups


RULES = (arrows, cycles, orphans)
