"""Pictures beside a regression case, which are in git as much as evidence is."""

from __future__ import annotations

import os
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.incidents.collecting.opening import open_regular
from qualitygate.incidents.collecting.withholding import CASES

_SUFFIXES = frozenset(
    {".arw", ".avif", ".bmp", ".cr2", ".cr3", ".dib", ".dng", ".exr", ".gif", ".hdr", ".heic", ".heif", ".hif", ".jfif"}
    | {".jp2", ".jpe", ".jpeg", ".jpg", ".jxl", ".nef", ".npy", ".npz", ".pfm", ".pgm", ".png", ".ppm", ".psb", ".psd"}
    | {".qoi", ".svg", ".tga", ".tif", ".tiff", ".webp"}
)
_STARTS = (
    b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*", b"BM", b"\xff\x0a", b"\0\0\0\x0cJXL ", b"8BPS",
    b"\x76\x2f\x31\x01",
)  # fmt: skip
_MAX_FILES = 10_000


def case_pictures(root: Path, incident_id: str) -> tuple[str, ...]:
    """Paths, relative to the root and with `/`, of the pictures in the directory of an incident's regression case.

    A picture is what is called one or begins like one. Links are not followed.

    Args:
        root: Directory that holds `fixtures/incidents`.
        incident_id: The incident.
    """
    found: list[str] = []
    seen = 0
    for folder, _, names in os.walk(root / CASES / incident_id, followlinks=False):
        for name in names:
            path = Path(folder) / name
            seen += 1
            if not path.is_symlink() and (path.suffix.lower() in _SUFFIXES or _begins_like_one(path)):
                found.append(path.relative_to(root).as_posix())
        if seen > _MAX_FILES:
            break
    return tuple(sorted(found))


def _begins_like_one(path: Path) -> bool:
    try:
        with open_regular(path) as stream:
            start = stream.read(16)
    except (OSError, ConfigError):
        return False
    return start.startswith(_STARTS) or start[8:12] == b"WEBP" or start[4:8] == b"ftyp"
