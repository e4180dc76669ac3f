"""Heat maps as evidence: how they are named, which are kept, and what is known of those that are not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from qualitygate.core.threshold import Severity
from qualitygate.incidents.facts import Evidence
from qualitygate.incidents.text import one_line

MAX_HEAT_MAPS = 10
MAX_BYTES = 5_000_000
"""Of all heat maps of an incident together: git keeps them for ever."""

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def file_name(subject: str) -> str:
    """A file name for a subject's heat map: legible, valid on every file system and in every link, never shared."""
    legible = _UNSAFE.sub("-", subject)[-60:].strip(".-") or "pair"
    digest = hashlib.sha256(subject.encode("utf-8", "backslashreplace")).hexdigest()[:8]
    return f"{legible}-{digest}.png"


def path_of(directory: str, subject: str) -> str:
    """Path of a subject's heat map in an evidence directory, with `/`."""
    return f"{directory}/{file_name(subject)}"


def choose(
    heat_maps: Mapping[str, bytes], worst_first: Sequence[str], severity: Severity
) -> tuple[tuple[str, ...], dict[str, str]]:
    """Which heat maps are stored.

    Args:
        heat_maps: Subject id to PNG bytes.
        worst_first: Subject ids in order of badness; others come after them, in the order of `heat_maps`.
        severity: Severity of the incident. At S0 (leak, legal) no pixels are stored at all, since git history would
            make the leak permanent.

    Returns:
        Ids of the subjects whose map is stored, and for each of the others the reason why not.
    """
    ranked = [subject for subject in worst_first if subject in heat_maps]
    ranked += [subject for subject in heat_maps if subject not in set(ranked)]
    stored: list[str] = []
    left_out: dict[str, str] = {}
    room = MAX_BYTES
    for subject in ranked:
        if severity is Severity.S0:
            left_out[subject] = "S0: pictures are not stored"
        elif len(stored) == MAX_HEAT_MAPS:
            left_out[subject] = f"only the {MAX_HEAT_MAPS} worst are stored"
        elif len(heat_maps[subject]) > room:
            left_out[subject] = f"over {MAX_BYTES // 1_000_000} MB in total"
        else:
            stored.append(subject)
            room -= len(heat_maps[subject])
    return tuple(stored), left_out


def describe(
    directory: Path, address: str, heat_maps: Mapping[str, bytes], left_out: Mapping[str, str], severity: Severity
) -> tuple[Evidence, ...]:
    """What the record says of the evidence, from the files on the disk: another writer may have been first.

    Args:
        directory: The evidence directory.
        address: The same, relative to the incident directory, with `/`.
        heat_maps: Subject id to PNG bytes, worst first.
        left_out: Subject id to reason, for the maps that were not stored.
        severity: Severity of the incident.
    """
    found: list[Evidence] = []
    for subject, content in heat_maps.items():
        path = directory / file_name(subject)
        if path.is_file():
            stored = path.read_bytes()
            found.append(
                Evidence(
                    kind="heat_map",
                    path=path_of(address, subject),
                    sha256=hashlib.sha256(stored).hexdigest(),
                    bytes=len(stored),
                    subject=one_line(subject),
                )
            )
        else:
            found.append(
                Evidence(
                    kind="heat_map",
                    sha256=hashlib.sha256(content).hexdigest(),
                    bytes=len(content),
                    redacted=severity is Severity.S0,
                    subject=one_line(subject),
                    reason=left_out.get(subject, "another run of the same failure stored its own"),
                )
            )
    return tuple(found)
