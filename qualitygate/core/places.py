"""Where this user's files belong that can be made again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def cache_directory(environ: Mapping[str, str], platform: str, home: Path) -> Path:
    """Where caches live, of results and of converted weights: `QUALITYGATE_CACHE`, or the platform's place for caches.

    Args:
        environ: Variables of the environment.
        platform: As `sys.platform`.
        home: The user's home directory.
    """
    if environ.get("QUALITYGATE_CACHE"):
        return Path(environ["QUALITYGATE_CACHE"])
    if environ.get("XDG_CACHE_HOME"):
        return Path(environ["XDG_CACHE_HOME"]) / "qualitygate"
    if platform == "darwin":
        return home / "Library" / "Caches" / "qualitygate"
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "qualitygate" / "Cache"
    return home / ".cache" / "qualitygate"
