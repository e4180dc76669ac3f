"""Which heat maps the site shows: those that may be seen and are what was recorded."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from qualitygate.core.threshold import Severity
from qualitygate.incidents.dashboard.sources import Sources
from qualitygate.incidents.facts import Evidence
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line

_PNG = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Picture:
    """A heat map that is copied to the site.

    Attributes:
        source: Path of the evidence, relative to the incident directory.
        path: Path within the site, with `/`.
        caption: What it shows.
        width: In pixels, so that nothing moves when it is loaded.
        height: In pixels.
    """

    source: str
    path: str
    caption: str
    content: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Pictures:
    """The heat maps of an incident.

    Attributes:
        shown: Those that are copied.
        withheld: Why none is; None where nothing stands against it.
        missing: One line for each that should be shown and is not there or not what was recorded.
    """

    shown: tuple[Picture, ...] = ()
    withheld: str | None = None
    missing: tuple[str, ...] = ()


def pictures(record: Postmortem, sources: Sources) -> Pictures:
    """The heat maps of an incident that may be copied.

    Never those of an S0 (leak, legal) or of an incident with personal data, whatever was stored before it became one.
    """
    items = [item for item in record.evidence if item.kind == "heat_map" and item.path and not item.redacted]
    if not items:
        return Pictures()
    if record.severity is Severity.S0:
        return Pictures(withheld="S0: pictures are not shown")
    if record.impact.personal_data:
        return Pictures(withheld="personal data: pictures are not shown")
    shown, missing = [], []
    for item in items:
        found = _picture(record, item, sources)
        if isinstance(found, Picture):
            shown.append(found)
        else:
            missing.append(f"{one_line(item.path or '')} {found}")
    return Pictures(tuple(shown), None, tuple(missing))


def sizes(content: bytes) -> tuple[int, int] | None:
    """Width and height of a PNG from its header; None for what is none."""
    if len(content) < 24 or not content.startswith(_PNG) or content[12:16] != b"IHDR":
        return None
    width, height = int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
    return (width, height) if 0 < width < 2**31 and 0 < height < 2**31 else None


def by_source(found: Pictures) -> dict[str, str]:
    """Path of the evidence to path within the site."""
    return dict(_pairs(found))


def _pairs(found: Pictures) -> Iterator[tuple[str, str]]:
    for picture in found.shown:
        yield picture.source, picture.path


def _picture(record: Postmortem, item: Evidence, sources: Sources) -> Picture | str:
    content = sources.evidence(item.path or "")
    if content is None:
        return "is not there"
    if hashlib.sha256(content).hexdigest() != item.sha256:
        return "is not what was recorded"
    size = sizes(content)
    if size is None:
        return "is no PNG"
    path = f"pictures/{record.id.lower()}/{item.sha256[:16]}.png"
    return Picture(item.path or "", path, one_line(item.subject or "") or "heat map", content, *size)
