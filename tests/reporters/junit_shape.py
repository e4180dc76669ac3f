"""The shape that readers of JUnit XML agree on: what `junit-10.xsd` of Jenkins allows, written down as a check."""

from __future__ import annotations

import re
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

# Element -> its children in the order of the schema; of those in brackets one at most.
CHILDREN = {
    "testsuites": ("testsuite",),
    "testsuite": ("properties", "testcase", "system-out", "system-err"),
    "testcase": ("properties", ("skipped", "error", "failure"), "system-out", "system-err"),
    "properties": ("property",),
}
REPEATED = {"testsuite", "testcase", "property"}
REQUIRED = {
    "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "testcase": {"name", "classname"},
    "property": {"name", "value"},
    "failure": {"message", "type"},
    "error": {"message", "type"},
}
ALLOWED = {
    "testsuites": {"name", "tests", "failures", "errors"},
    "testsuite": REQUIRED["testsuite"] | {"timestamp"},
    "testcase": REQUIRED["testcase"] | {"file"},
    "skipped": {"message"},
}
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


def parsed(text: str) -> Element:
    """The root of a report, after it was held against the shape. Raises AssertionError, or ParseError."""
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n')
    root = ElementTree.fromstring(text.encode("utf-8"))
    assert root.tag == "testsuites"
    for element in root.iter():
        _check(element)
    for suite in root:
        _count(suite, {"tests": len(suite.findall("testcase")), "skipped": len(suite.findall("testcase/skipped"))})
        _count(suite, {"failures": len(suite.findall("testcase/failure")), "errors": len(suite.findall("*/error"))})
        names = [(case.get("classname"), case.get("name")) for case in suite.findall("testcase")]
        assert len(set(names)) == len(names), "a test page takes two cases of one name for one"
    for key in ("tests", "failures", "errors"):
        _count(root, {key: sum(int(suite.get(key, "")) for suite in root)})
    return root


def _check(element: Element) -> None:
    order = CHILDREN.get(element.tag, ())
    places = {
        name: place for place, names in enumerate(order) for name in ([names] if isinstance(names, str) else names)
    }
    found = [child.tag for child in element]
    assert set(found) <= set(places), f"{element.tag} must not hold {found}"
    assert [places[tag] for tag in found] == sorted(places[tag] for tag in found), f"order in {element.tag}: {found}"
    once = [places[tag] for tag in found if tag not in REPEATED]
    assert len(set(once)) == len(once), f"twice in {element.tag}: {found}"
    attributes = set(element.attrib)
    required = REQUIRED.get(element.tag, set())
    assert required <= attributes <= ALLOWED.get(element.tag, required), f"{element.tag} has {attributes}"
    if element.tag in {"testsuite", "testcase", "property"}:
        assert element.get("name"), f"{element.tag} without a name"
    if (time := element.get("timestamp")) is not None:
        assert _TIME.fullmatch(time), time


def _count(element: Element, real: dict[str, int]) -> None:
    assert {key: int(element.get(key, "")) for key in real} == real
