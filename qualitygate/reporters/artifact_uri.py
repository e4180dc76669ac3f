"""Paths as SARIF names files: URI references, percent-encoded, relative to the source root where they can be."""

from __future__ import annotations

import posixpath
import re
from urllib.parse import quote

from qualitygate.reporters.document import Document

ROOT = "%SRCROOT%"
_DRIVE = re.compile(r"[A-Za-z]:/")


def artifact_location(path: str) -> Document:
    """A SARIF `artifactLocation`.

    A relative path is relative to `%SRCROOT%`. An absolute one becomes a `file:` URI without a base, for it lies where
    the machine that measured keeps it; code scanning shows such a result without its file.

    Args:
        path: As the report names it, with `/`; bytes that are no UTF-8 as surrogate escapes.
    """
    plain = path.replace("\\", "/") if _DRIVE.match(path.replace("\\", "/")) else path
    if _DRIVE.match(plain):
        return {"uri": f"file:///{plain[0]}:/{_quoted(plain[3:])}"}
    if plain.startswith("//") and not plain.startswith("///"):
        return {"uri": f"file:{_quoted(plain)}"}
    if plain.startswith("/"):
        return {"uri": f"file://{_quoted(posixpath.normpath(plain))}"}
    return {"uri": _quoted(posixpath.normpath(plain)), "uriBaseId": ROOT}


def _quoted(path: str) -> str:
    try:
        data = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        data = path.encode("utf-8", "surrogatepass")
    return quote(data, safe="/")
