"""The Python porch for what this machine has: cores, free memory, a place for caches, the code that is installed."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path, PurePosixPath

import numpy as np

from qualitygate import __version__
from qualitygate.core.measurement import Setting
from qualitygate.core.user_paths import own_cache_directory
from qualitygate.decode import decoder_contents

# Rooms whose code makes a number; the others only judge, show or store it.
_MAKING = ("core", "corridor", "decode", "metrics")
# Groups of processes on Linux, version 2 and 1: where they lie, which line of /proc/self/cgroup names ours, its files,
# and what is counted in but given up for whoever needs it: files that were read once, a container's own image first.
_CGROUPS = (
    ("sys/fs/cgroup", "", "memory.max", "memory.current", "inactive_file"),
    ("sys/fs/cgroup/memory", "memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
)
# When this package was loaded, nearly.
_LOADED = time.time()
# Where a system does not say what is free.
_UNKNOWN = 4 * 1024**3


def cores() -> int:
    """Cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def free_memory(root: Path = Path("/")) -> int:
    """Bytes that are free for new work, within the limits of a container and of a service where there are such.

    Args:
        root: What `/proc` and `/sys` lie in.
    """
    free = [_UNKNOWN]
    try:
        lines = (root / "proc/meminfo").read_text(encoding="ascii").splitlines()
        free = [1024 * int(line.split()[1]) for line in lines if line.startswith("MemAvailable:")] or free
    except (OSError, ValueError, IndexError):
        pass
    return max(min([*free, *_free_in_groups(root)]), 0)


def _free_in_groups(root: Path) -> Iterator[int]:
    """What every group with a limit that this process is in has left."""
    try:
        lines = (root / "proc/self/cgroup").read_text().splitlines()
    except (OSError, ValueError):
        lines = []
    ours = {kind: place for _, kind, place in (line.split(":", 2) for line in lines if line.count(":") > 1)}
    for mount, kind, most, used, spare in _CGROUPS:
        # Seen from within a container, its own group is the topmost, whatever the path says.
        place = PurePosixPath(ours.get(kind, "/").lstrip("/"))
        for group in (place, *place.parents):
            here = root / mount / group
            try:
                left = int((here / most).read_text()) - int((here / used).read_text())
            except (OSError, ValueError):  # no such group, or `max`
                continue
            with suppress(OSError, ValueError):
                counted = dict(line.split(" ", 1) for line in (here / "memory.stat").read_text().splitlines())
                left += int(counted.get(spare, 0))
            yield left


def results_directory(environ: Mapping[str, str]) -> Path | None:
    """Where the results of earlier runs lie, unless somebody says otherwise; None where that would be in the home
    directory and this user has none, as in some containers.

    Raises:
        ConfigError: QG-1445, the home directory that `QUALITYGATE_CACHE` asks for is not known.
    """
    found = own_cache_directory(environ, sys.platform)
    return None if found is None else found / "results"


def surroundings() -> str:
    """Digest of what is installed and makes a number: this package's code, NumPy, decoders, the kind of processor."""
    described: dict[str, Setting] = {
        "qualitygate": __version__,
        "code": code_digest(),
        "numpy": np.__version__,
        "python": platform.python_version(),
        "machine": f"{sys.platform} {platform.machine()}",
        **decoder_contents(),
    }
    return hashlib.sha256(json.dumps(described, sort_keys=True).encode()).hexdigest()


@lru_cache(maxsize=1)
def code_digest() -> str:
    """Digest of the files that measure, compiled ones included: a checkout changes without a new version.

    Of files that changed after they were loaded, as below a server or a notebook, nothing can be told: then it is a
    digest that no other process has, under which nothing is found and nothing left to anybody.
    """
    root = Path(__file__).parents[1]
    digest = hashlib.sha256()
    latest = 0.0
    for room in _MAKING:
        for name in sorted(_code_of(os.path.join(root, room))):  # noqa: PTH118 (a hundred files, and on every run)
            with open(name, "rb") as stream:  # noqa: PTH123
                status, data = os.fstat(stream.fileno()), stream.read()
            # What nobody can set by hand, where there is such a thing.
            latest = max(latest, status.st_mtime if os.name == "nt" else status.st_ctime)
            digest.update(f"{name[len(os.fspath(root)) :]} {len(data)}\n".encode())
            digest.update(data)
    if latest > _LOADED:
        digest.update(os.urandom(32))
    return digest.hexdigest()


def _code_of(directory: str) -> list[str]:
    """Paths of the files with code in a directory and below it; none where it is not there."""
    found: list[str] = []
    for place, folders, names in os.walk(directory):
        folders[:] = [name for name in folders if name != "__pycache__"]
        found += [os.path.join(place, name) for name in names if name.endswith((".py", ".so", ".pyd"))]  # noqa: PTH118
    return found
