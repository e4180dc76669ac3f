"""The report as JSON, for programs."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from qualitygate.core.verdict import Report
from qualitygate.reporters.base import Rendered, View
from qualitygate.reporters.document import Document, check_document, compare_document

__all__ = ["Json", "compare_document", "schema", "serialise"]


class Json:
    """`--format json`: one document, schema `qualitygate.check/1`."""

    def render(self, report: Report, view: View) -> Rendered:  # noqa: ARG002 - programs need no view
        """Tell a report. Pure."""
        return Rendered(serialise(check_document(report)))


def serialise(document: Document) -> str:
    """A document as JSON text with a final newline, keys in the order of the document.

    ASCII only, so that any terminal or file takes it, file names with undecodable bytes too.
    """
    return json.dumps(document, indent=2, ensure_ascii=True, allow_nan=False) + "\n"


def schema(name: str) -> dict[str, Any]:
    """A published JSON Schema (2020-12): `check` or `compare`."""
    text = files("qualitygate").joinpath("schemas", f"{name}.schema.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(text)
    return loaded
