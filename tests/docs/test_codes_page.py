"""The page of codes is the table of codes, and whatever names a code names one that exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from qualitygate.core.codes import CODES

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted(
    path.relative_to(ROOT)
    for folder in ("qualitygate", "docs", "thresholds", "tools")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".md", ".toml"}
)


def test_page_is_current(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)
    from tools.codes_page import PAGE, page

    assert PAGE.read_text(encoding="utf-8") == page(), "run `python -m tools.codes_page`"


def test_its_index_leads_to_every_family(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)
    from tools.codes_page import PAGE, anchor

    text = PAGE.read_text(encoding="utf-8")
    headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert re.findall(r"^- \[(.+)\]\(#(.+)\): QG-", text, re.MULTILINE) == [(one, anchor(one)) for one in headings]
    assert anchor("KPIs and the dashboard (QG-174x)") == "kpis-and-the-dashboard-qg-174x"
    codes = re.findall(r"^### (QG-\d+):", text, re.MULTILINE)
    assert sorted(codes) == sorted(CODES)


def test_every_code_is_complete() -> None:
    for code in CODES.values():
        assert re.fullmatch(r"QG-\d{3,4}", code.code)
        assert code.title
        assert code.meaning.endswith(".")
        assert code.remedy.endswith(".")


def test_every_code_named_anywhere_exists() -> None:
    named = {
        (code, str(path))
        for path in SOURCES
        for code in re.findall(r"\bQG-\d{3,4}\b", (ROOT / path).read_text(encoding="utf-8"))
    }
    assert {(code, path) for code, path in named if code not in CODES} == set()


def test_every_code_is_raised_or_reported_somewhere() -> None:
    named: set[str] = set()
    for path in SOURCES:
        if (
            path.suffix == ".py"
            and path.parts[0] == "qualitygate"
            and path.parts[:3] != ("qualitygate", "core", "codes")
        ):
            named |= spoken(ast.parse((ROOT / path).read_text(encoding="utf-8")))
    assert [code for code in CODES if code not in named] == []


def spoken(tree: ast.Module) -> set[str]:
    """Codes in the strings of a module, docstrings aside."""
    nodes = list(ast.walk(tree))
    said = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and id(node) not in said]
    return {code for text in texts if isinstance(text, str) for code in re.findall(r"\bQG-\d{3,4}\b", text)}


def test_codes_in_docstrings_do_not_count() -> None:
    assert spoken(ast.parse('"""Raises QG-1001."""\ndef f():\n    """QG-1002."""\n    raise E(code="QG-1003")\n')) == {
        "QG-1003"
    }
