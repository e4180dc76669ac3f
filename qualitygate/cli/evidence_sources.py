"""Where evidence comes from: files that a user names, and the machine. Reads; writes nothing."""

from __future__ import annotations

import importlib.metadata
import platform
from collections.abc import Iterable, Mapping
from pathlib import Path

from qualitygate import __version__
from qualitygate.core.errors import ConfigError
from qualitygate.incidents.collecting.environment import gather_environment
from qualitygate.incidents.collecting.gathered import Gathered
from qualitygate.incidents.collecting.generation import SIDECAR_BYTES, gather_generation, sidecar_names
from qualitygate.incidents.collecting.logs import gather_log as gather_ci_log
from qualitygate.incidents.collecting.opening import Digest, read_at_most, within
from qualitygate.incidents.collecting.report import MAX_BYTES, gather_heat_map, gather_report
from qualitygate.incidents.evidence import MAX_HEAT_MAPS

_MAX_PICTURE = 200_000_000
_MAX_HEAT_MAP = 5_000_000


def ci_log(repository: Path, file: Path) -> Gathered:
    """A CI log. Raises QG-1790, QG-1791."""
    return gather_ci_log(file, within(repository, file))


def picture(repository: Path, file: Path) -> tuple[Gathered, ...]:
    """Prompt and model of one picture, from itself and the sidecars beside it. Raises QG-1790, QG-1791."""
    name = within(repository, file)
    content = read_at_most(file, _MAX_PICTURE)
    sidecars: dict[str, bytes | Digest] = {}
    for candidate in sidecar_names(name):
        beside = file.parent / Path(candidate).name
        if candidate != name and beside.is_file() and not beside.is_symlink():
            sidecars[candidate] = read_at_most(beside, SIDECAR_BYTES)
    return gather_generation(name, content, sidecars)


def report(repository: Path, file: Path) -> tuple[tuple[Gathered, ...], tuple[str, ...]]:
    """The metric report with the heat maps that it names, and a note for each map that is not there.

    Raises:
        ConfigError: QG-1790, QG-1791, QG-1793.
    """
    name = within(repository, file)
    found, maps = gather_report(read_at_most(file, MAX_BYTES), name)
    gathered, notes = [found], []
    for subject, path in list(maps.items())[:MAX_HEAT_MAPS]:
        place = next((p for p in (Path.cwd() / path, repository / path) if p.is_file()), None)
        try:
            if place is None:
                raise ConfigError("is not there", code="QG-1791", where=path)
            within(repository, place)
            content = read_at_most(place, _MAX_HEAT_MAP)
        except ConfigError as error:
            notes.append(f"heat map of {subject} left out: {error}")
            continue
        if isinstance(content, Digest) or not content.startswith(b"\x89PNG"):
            notes.append(f"heat map of {subject} left out: {path} is no PNG of at most {_MAX_HEAT_MAP:,} bytes")
            continue
        gathered.append(gather_heat_map(subject, content))
    return tuple(gathered), tuple(notes)


def environment(environ: Mapping[str, str]) -> Gathered:
    """The environment of this process."""
    facts = {
        "qualitygate": __version__,
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "release": platform.release(),
        "machine": platform.machine(),
    }
    return gather_environment(facts, dict(_packages()), environ)


def _packages() -> Iterable[tuple[str, str]]:
    for one in importlib.metadata.distributions():
        name = one.metadata["Name"] if one.metadata else None
        if name:
            yield name.lower().replace("_", "-"), one.version or "unknown"
