"""What an XMP packet says of how a picture was made. Read by expat with entities refused and depth limited."""

from __future__ import annotations

import codecs
import xml.parsers.expat
from dataclasses import dataclass, field
from typing import NamedTuple

_MAX_DEPTH = 60
_MAX_TEXT = 100_000
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

FIELDS: dict[tuple[str, str], str] = {
    ("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "DigitalSourceType"): "Iptc4xmpExt:DigitalSourceType",
    ("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "AISystemUsed"): "Iptc4xmpExt:AISystemUsed",
    ("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "AISystemVersionUsed"): "Iptc4xmpExt:AISystemVersionUsed",
    ("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "AIPromptInformation"): "Iptc4xmpExt:AIPromptInformation",
    ("http://iptc.org/std/Iptc4xmpExt/2008-02-29/", "AIPromptWriterName"): "Iptc4xmpExt:AIPromptWriterName",
    ("http://ns.adobe.com/xap/1.0/", "CreatorTool"): "xmp:CreatorTool",
    ("http://ns.adobe.com/xap/1.0/", "CreateDate"): "xmp:CreateDate",
    ("http://ns.adobe.com/photoshop/1.0/", "Credit"): "photoshop:Credit",
    ("http://ns.adobe.com/photoshop/1.0/", "Source"): "photoshop:Source",
    ("http://ns.adobe.com/photoshop/1.0/", "Instructions"): "photoshop:Instructions",
    ("http://purl.org/dc/elements/1.1/", "source"): "dc:source",
    ("http://purl.org/dc/elements/1.1/", "description"): "dc:description",
}
"""Namespace and name of a property to how it is written here. IPTC Photo Metadata Standard 2025.1."""

PERSONAL = frozenset({"Iptc4xmpExt:AIPromptWriterName"})
"""Names of people, never kept."""


class _RefusedError(Exception):
    """The packet is not worth reading on."""


@dataclass(slots=True)
class _Reader:
    found: dict[str, list[str]] = field(default_factory=dict)
    path: list[str] = field(default_factory=list)
    inside: list[tuple[int, str]] = field(default_factory=list)
    text: str = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.path.append(name)
        if len(self.path) > _MAX_DEPTH:
            raise _RefusedError(f"its XML is nested more than {_MAX_DEPTH} deep, and the rest was left out")
        if key := FIELDS.get(_split(name)):
            self.inside.append((len(self.path), key))
        self.text = ""
        for attribute, value in attributes.items():
            # Properties written as attributes; and `rdf:resource`, by which an element points at its value.
            if key := FIELDS.get(_split(attribute)):
                self._add(key, value)
            elif self.inside and _split(attribute) == (_RDF, "resource"):
                self._add(self.inside[-1][1], value)

    def end(self, _name: str) -> None:
        if self.inside and self.text.strip():
            self._add(self.inside[-1][1], self.text.strip())
        self.text = ""
        if self.inside and self.inside[-1][0] == len(self.path):
            self.inside.pop()
        self.path.pop()

    def data(self, text: str) -> None:
        if self.inside and len(self.text) < _MAX_TEXT:
            self.text += text

    def _add(self, key: str, value: str) -> None:
        values = self.found.setdefault(key, [])
        if value not in values and sum(map(len, values)) < _MAX_TEXT:
            values.append(value)


class XmpFields(NamedTuple):
    """Values of `FIELDS` in a packet, and why the rest of it was not read; None where all of it was."""

    values: dict[str, list[str]]
    left_out: str | None


def xmp_fields(packet: bytes) -> XmpFields:
    """What a packet says. What comes before an error in the XML is kept; entities end the reading."""
    reader = _Reader()
    parser = xml.parsers.expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.data
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    left_out = None
    wide = packet.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        parser.Parse(packet if wide else packet.strip(b"\0 \r\n\t"), True)
    except _RefusedError as error:
        left_out = str(error)
    except (xml.parsers.expat.ExpatError, ValueError):
        left_out = f"its XML is broken in line {parser.CurrentLineNumber}, and what comes after was left out"
    return XmpFields(reader.found, left_out)


def _refuse(*_: object) -> None:
    raise _RefusedError("it has a DOCTYPE, which XMP has not, and was left out")


def _split(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition(" ")
    return namespace, local
