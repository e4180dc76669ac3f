"""The causal map as a Mermaid flowchart, which GitHub renders in Markdown and in `.mmd` files."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from qualitygate.incidents.cause_map.graph import Arrow, Graph, Node, graph_of
from qualitygate.incidents.cause_map.legend import Entry, legend_of
from qualitygate.incidents.cause_map.measure import wrap
from qualitygate.incidents.cause_map.palette import PAINT
from qualitygate.incidents.postmortem import Postmortem

MAX_CHARACTERS = 45_000
"""Mermaid refuses more than 50,000 (`maxTextSize`)."""
MAX_ARROWS = 450
"""Mermaid refuses more than 500 (`maxEdges`)."""

_WRAP = 20.0
_LINES = (20, 8, 4, 2, 1)
_SHAPES = {"model": ("{{", "}}"), "data": ("[(", ")]"), "operations": ("([", "])"), None: ("[", "]")}
# Punctuation in ASCII, which becomes `#NN;`.
_CODED = re.compile(r"[!-+\-./:-@\[-`{-~]")
# What Mermaid reads again after it has put in the characters of `#NN;`: KaTeX, line breaks, placeholders, icons.
_PAIRS = re.compile(r"\$(?=\$)|\\(?=n)|ﬂ(?=°)|¶(?=ß)|:(?=fa-)")
_JOINER = "\u2060"
_LIGHT = re.compile(r"(?<=\w)[.\-'/](?=\w)|(?<=\w)[?!](?= |$)")


def mermaid(record: Postmortem) -> str:
    """A flowchart from the causes on the left to the incident on the right, with a legend and the whys beneath.

    Returns:
        Text without a fence, with a line end at its end. It keeps below what Mermaid refuses: where the text is too
        long, each box shows fewer lines; arrows beyond `MAX_ARROWS` are counted in the legend.
    """
    graph = graph_of(record)
    text = ""
    for lines in _LINES:
        text = "\n".join(_flowchart(graph, lines)) + "\n"
        if len(text) <= MAX_CHARACTERS:
            break
    return text


def escape(text: str) -> str:
    """Text as it may stand in a quoted Mermaid label and is shown unchanged.

    Mermaid's entities (`#35;`) stand for ASCII punctuation: quotes would end the label, back-ticks, asterisks, `1.` and
    `-` would be Markdown, `:` begins icons, `<` is HTML, and `#` an entity. Pairs that Mermaid would still read, as
    `$$`, get an invisible word joiner between them.
    """
    text = _PAIRS.sub(rf"\g<0>{_JOINER}", text)
    light = {match.start() for match in _LIGHT.finditer(text)}

    def coded(match: re.Match[str]) -> str:
        # Light punctuation between letters is harmless, and the source stays legible; `1.` at a start is a list.
        number = match[0] == "." and text[: match.start()].strip().isdigit()
        return match[0] if match.start() in light and not number else f"#{ord(match[0])};"

    return _CODED.sub(coded, text)


def _flowchart(graph: Graph, lines: int) -> Iterator[str]:
    words = graph.words
    drawn = graph.arrows[:MAX_ARROWS]
    # Lines are broken here, by the width of their characters; by default Mermaid breaks them again at 200 pixels.
    yield '%%{init: {"flowchart": {"wrappingWidth": 400}}}%%'
    yield "flowchart LR"
    yield f"  accTitle: {graph.title}"
    for node in graph.nodes:
        yield f"  {_box(node, lines)}"
    if len(graph.nodes) == 1:
        yield f'  none["{escape(words.empty)}"]'
    yield from (f"  {_arrow(arrow, words.cycle)}" for arrow in drawn)
    if graph.whys:
        yield f'  subgraph whys["{escape(words.whys)}"]'
        yield "    direction TB"
        yield from (f"    {_box(node, lines)}" for node in graph.whys)
        yield from (f"    w{number} --> w{number + 1}" for number in range(len(graph.whys) - 1))
        yield "  end"
    yield from _legend(graph, len(graph.arrows) - len(drawn))
    yield from _styles(graph, drawn)


def _box(node: Node, lines: int) -> str:
    opening, closing = _SHAPES[node.domain]
    shown = [node.head, *wrap(node.text, _WRAP, lines)]
    label = "<br/>".join(escape(line) for line in shown if line)
    return f'{node.key}{opening}"{label}"{closing}'


def _arrow(arrow: Arrow, cycle: str) -> str:
    if arrow.closes_cycle:
        return f'{arrow.start} -. "↺ {escape(cycle)}" .-> {arrow.end}'
    return f"{arrow.start} {'-.->' if arrow.implied else '-->'} {arrow.end}"


def _legend(graph: Graph, left_out: int) -> Iterator[str]:
    entries = legend_of(graph, left_out)
    if not entries:
        return
    yield f'  subgraph legend["{escape(graph.words.legend)}"]'
    yield "    direction TB"
    for number, entry in enumerate(entries):
        opening, closing = _SHAPES[entry.domain]
        mark = {"implied": "- - → ", "cycle": "↺ ", None: ""}[entry.line]
        yield f'    {_legend_key(number, entry)}{opening}"{escape(mark + entry.label)}"{closing}'
    yield "  end"


def _legend_key(number: int, entry: Entry) -> str:
    return f"k_{entry.kind}" if entry.kind else f"k{number}"


def _styles(graph: Graph, drawn: Iterable[Arrow]) -> Iterator[str]:
    members: dict[str, list[str]] = {}
    for node in (*graph.nodes, *graph.whys):
        members.setdefault(node.kind, []).append(node.key)
    for kind in graph.words.classes:
        if kind in members:
            members[kind].append(f"k_{kind}")
    for kind, keys in members.items():
        paint = PAINT[kind]
        yield f"  classDef {kind} fill:{paint.fill},stroke:{paint.line},color:{paint.text}"
        yield f"  class {','.join(keys)} {kind}"
    unanswered = [node.key for node in graph.nodes if node.open]
    if unanswered:
        yield "  classDef unanswered stroke-dasharray:5 4"
        yield f"  class {','.join(unanswered)} unanswered"
    closing = [str(number) for number, arrow in enumerate(drawn) if arrow.closes_cycle]
    if closing:
        yield f"  linkStyle {','.join(closing)} stroke:{PAINT['cycle'].line},stroke-width:3px"
