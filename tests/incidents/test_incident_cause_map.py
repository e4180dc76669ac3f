"""The causal map: what each format must hold, whatever the words are."""

from __future__ import annotations

import html
import json
import re
import xml.etree.ElementTree as ElementTree
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from cause_map_cases import ALL, ENGLISH, HARD, LOOPS, MANY, NONE, ONE, analysed
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.incidents.cause_map import FORMATS, excalidraw, mermaid, svg
from qualitygate.incidents.cause_map.columns import laid_out
from qualitygate.incidents.cause_map.excalidraw_elements import fractional_index
from qualitygate.incidents.cause_map.graph import graph_of
from qualitygate.incidents.cause_map.measure import width, wrap
from qualitygate.incidents.cause_map.mermaid import MAX_ARROWS, MAX_CHARACTERS, escape
from qualitygate.incidents.cause_map.words import WORDS
from qualitygate.incidents.postmortem import Postmortem

GOLDEN = Path(__file__).parent / "golden"
SVG = "{http://www.w3.org/2000/svg}"
RECORDS = pytest.mark.parametrize("record", ALL.values(), ids=ALL)


def shown_by_mermaid(label: str) -> str:
    """What Mermaid shows of a quoted label: entities decoded, the joiner invisible."""
    return re.sub(r"#(\d+);", lambda match: chr(int(match[1])), label).replace("\u2060", "")


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("form", FORMATS)
def test_golden(language: str, form: str) -> None:
    draw, name = FORMATS[form]
    path = GOLDEN / f"{Path(name).stem}-{language}{Path(name).suffix}"
    drawn = draw(ALL[language])
    assert path.read_text(encoding="utf-8") == drawn, f"looked at it? then write {path}"


@RECORDS
@pytest.mark.parametrize("form", FORMATS)
def test_the_same_record_gives_the_same_file(record: Postmortem, form: str) -> None:
    draw = FORMATS[form][0]
    assert draw(record) == draw(record)
    assert draw(record).encode("utf-8").endswith(b"\n")


@RECORDS
def test_mermaid_keeps_what_mermaid_bears(record: Postmortem) -> None:
    text = mermaid(record)
    assert len(text) <= MAX_CHARACTERS
    assert len(re.findall(r"-->|\.->", text)) <= MAX_ARROWS + 50
    assert text.splitlines()[1] == "flowchart LR"
    assert len(re.findall(r"^  subgraph ", text, re.M)) == len(re.findall(r"^  end$", text, re.M))


@pytest.mark.parametrize("record", [ENGLISH, HARD], ids=["en", "hard"])
def test_mermaid_shows_every_word(record: Postmortem) -> None:
    text = mermaid(record)
    for node in (*graph_of(record).nodes, *graph_of(record).whys):
        label = re.search(rf'^ +{node.key}\W+?"(.*)"\W+$', text, re.M)
        assert label, node
        assert squeezed(shown_by_mermaid(label[1].replace("<br/>", " "))) == squeezed(node.head + node.text)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=60))
def test_mermaid_labels_cannot_break_out(text: str) -> None:
    escaped = escape(text.replace("\u2060", ""))
    assert shown_by_mermaid(escaped) == text.replace("\u2060", "")
    rest = re.sub(r"#\d+;", "", escaped)
    assert not re.search(r'["`\[\]{}<>|;#&*_~=$%\\:]', rest)
    assert not re.match(r"\s*(?:\d+[.)]|[-+])", escaped)


@pytest.mark.parametrize("text", ["$$", "\\n", "ﬂ°°60¶ß", "fa:fa-car"])
def test_mermaid_does_not_read_again_what_it_decoded(text: str) -> None:
    decoded = re.sub(r"#(\d+);", lambda match: chr(int(match[1])), escape(text))
    assert not re.search(r"\$\$|\\n|ﬂ°|¶ß|fa:fa-", decoded)


@RECORDS
def test_svg_is_well_formed_and_still(record: Postmortem) -> None:
    text = svg(record)
    tree = ElementTree.fromstring(text)
    assert {element.tag for element in tree.iter()} <= {
        f"{SVG}{name}" for name in ("svg", "title", "desc", "style", "rect", "g", "path", "text")
    }
    assert tree.attrib["role"] == "img"
    assert tree.find(f"{SVG}title") is not None
    assert "prefers-color-scheme" in text
    assert not re.search(r"<script|javascript:|href|\bon\w+=|url\(|@import", re.sub(r">[^<]*<", "><", text))
    numbers = re.findall(r"-?\d+(?:\.\d+)?(?:e\S+)?|nan|inf", " ".join(re.findall(r' d="([^"]*)"', text)))
    assert "nan" not in numbers
    assert "inf" not in numbers


@pytest.mark.parametrize("record", [ENGLISH, HARD], ids=["en", "hard"])
def test_svg_shows_and_describes_every_word(record: Postmortem) -> None:
    tree = ElementTree.fromstring(svg(record))
    shown = squeezed("".join(element.text or "" for element in tree.iter(f"{SVG}text")))
    described = squeezed(tree.findtext(f"{SVG}desc") or "")
    for node in (*graph_of(record).nodes, *graph_of(record).whys):
        assert squeezed(node.text) in shown
        assert squeezed(node.text) in described


@given(st.text(max_size=80))
def test_svg_of_any_text_is_well_formed(text: str) -> None:
    ElementTree.fromstring(svg(analysed([("direct", text, "model", False)], title=text, whys=(text,))))


@RECORDS
def test_boxes_do_not_overlap(record: Postmortem) -> None:
    layout = laid_out(graph_of(record))
    boxes = sorted((*layout.boxes, *layout.whys), key=lambda box: (box.x, box.y))
    for one, other in pairwise(boxes):
        assert one.x != other.x or one.y + one.height <= other.y
    assert all(0 <= box.x <= box.x + box.width <= layout.width for box in boxes)
    assert all(0 <= box.y <= box.y + box.height <= layout.height for box in boxes)


@RECORDS
def test_excalidraw_is_complete(record: Postmortem) -> None:
    file = json.loads(excalidraw(record))
    assert (file["type"], file["version"]) == ("excalidraw", 2)
    elements: dict[str, dict[str, Any]] = {element["id"]: element for element in file["elements"]}
    assert len(elements) == len(file["elements"])
    every = {
        "id", "type", "x", "y", "width", "height", "angle", "strokeColor", "backgroundColor", "fillStyle",
        "strokeWidth", "strokeStyle", "roughness", "opacity", "groupIds", "frameId", "index", "roundness", "seed",
        "version", "versionNonce", "isDeleted", "boundElements", "updated", "link", "locked",
    }  # fmt: skip
    assert all(every <= set(element) for element in elements.values())
    indices = [element["index"] for element in file["elements"]]
    assert indices == sorted(indices)
    for element in elements.values():
        tied = {bound["id"] for bound in element["boundElements"]}
        if element["type"] == "arrow":
            assert element["points"][0] == [0, 0]
            assert len(element["points"]) >= 2
            ends = [element[side] for side in ("startBinding", "endBinding")]
            for end in filter(None, ends):
                bound = elements[end["elementId"]]
                assert {"id": element["id"], "type": "arrow"} in bound["boundElements"]
        elif element["type"] == "text" and element["containerId"]:
            assert element["id"] in {bound["id"] for bound in elements[element["containerId"]]["boundElements"]}
        assert tied <= set(elements)


def test_excalidraw_shows_every_cause() -> None:
    texts = [element["originalText"] for element in json.loads(excalidraw(ENGLISH))["elements"] if "text" in element]
    for cause in ENGLISH.rca.causes:
        assert any(cause.text in text for text in texts)


def test_fractional_indices_are_in_order() -> None:
    keys = [fractional_index(position) for position in (0, 1, 61, 62, 63, 62 + 3843, 62 + 3844, 300_000)]
    assert keys == sorted(keys)
    assert keys[:4] == ["a0", "a1", "az", "b00"]
    assert keys[5:7] == ["bzz", "c000"]


def test_cycles_are_drawn_and_marked() -> None:
    graph = graph_of(LOOPS)
    assert [(arrow.start, arrow.end) for arrow in graph.arrows if arrow.closes_cycle] == [("c1", "c0"), ("c1", "c1")]
    assert mermaid(LOOPS).count("↺ cycle") == 3
    assert svg(LOOPS).count("↺ cycle") == 2
    assert excalidraw(LOOPS).count('"text": "↺ cycle"') == 2
    assert not graph_of(ENGLISH).has_cycle


def test_without_the_marked_arrows_there_is_no_cycle() -> None:
    graph = graph_of(MANY)
    after: dict[str, list[str]] = {}
    left = {node.key: 0 for node in graph.nodes}
    for arrow in graph.arrows:
        if not arrow.closes_cycle:
            after.setdefault(arrow.start, []).append(arrow.end)
            left[arrow.end] += 1
    ready = [key for key, count in left.items() if not count]
    for key in ready:
        for end in after.get(key, ()):
            left[end] -= 1
            if not left[end]:
                ready.append(end)
    assert len(ready) == len(graph.nodes)


def test_a_chain_as_long_as_it_likes_is_drawn() -> None:
    length = 3000
    chain = analysed([("systemic", "x", None, False)] * length, [(i, i + 1) for i in range(length - 1)])
    assert len(graph_of(chain).arrows) == length
    ElementTree.fromstring(svg(chain))


def test_edges_that_name_no_cause_are_counted() -> None:
    assert graph_of(HARD).unknown == 2
    assert WORDS["en"].unknown.format(count=2) in html.unescape(svg(HARD))


def test_nothing_and_one_thing() -> None:
    assert WORDS["en"].empty.rstrip(".") in mermaid(NONE)
    assert WORDS["en"].empty in svg(NONE)
    assert WORDS["en"].empty in excalidraw(NONE)
    assert "c0 --> incident" in mermaid(ONE)


def test_arrows_beyond_the_limit_of_mermaid_are_counted() -> None:
    left_out = len(graph_of(MANY).arrows) - MAX_ARROWS
    assert left_out > 0
    assert f"left out#58; {left_out}" in mermaid(MANY)


@given(st.text(max_size=200), st.floats(2, 40))
def test_wrapped_lines_fit_and_lose_nothing(text: str, limit: float) -> None:
    lines = wrap(text, limit, max_lines=10_000)
    assert squeezed("".join(lines)) == squeezed(text)
    assert all(width(line) <= limit or len(line) == 1 for line in lines)


def test_wide_characters_count_twice_and_do_not_begin_with_a_full_stop() -> None:
    assert width("日本") == 2
    assert width("e\u0301") == width("e")
    assert wrap("あいうえお。かき", 5) == ["あいうえ", "お。かき"]
    assert wrap("one two three", 5, max_lines=1) == ["one two…"]
