"""Where this user's files belong that can be made again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qualitygate.core.errors import ConfigError


def cache_directory(environ: Mapping[str, str], platform: str, home: Path) -> Path:
    """Where caches live, of results and of converted weights: `QUALITYGATE_CACHE`, or the platform's place for caches.

    Args:
        environ: Variables of the environment.
        platform: As `sys.platform`.
        home: The user's home directory.

    Raises:
        ConfigError: QG-1445, `QUALITYGATE_CACHE` begins with `~NAME`, of whom no home directory is known.
    """
    if environ.get("QUALITYGATE_CACHE"):
        try:
            return expanded(environ["QUALITYGATE_CACHE"])
        except ValueError as error:
            raise ConfigError(str(error), code="QG-1445", where="QUALITYGATE_CACHE") from None
    # XDG Base Directory Specification: paths there must be absolute, and relative ones are to be ignored.
    if Path(environ.get("XDG_CACHE_HOME", "")).is_absolute():
        return Path(environ["XDG_CACHE_HOME"]) / "qualitygate"
    if platform == "darwin":
        return home / "Library" / "Caches" / "qualitygate"
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "qualitygate" / "Cache"
    return home / ".cache" / "qualitygate"


def own_cache_directory(environ: Mapping[str, str], platform: str) -> Path | None:
    """`cache_directory` of whoever runs this; None where it would be in the home directory of a user who has none, as
    in some containers.

    Raises:
        ConfigError: As `cache_directory`.
    """
    homeless = Path("no home")
    try:
        home = Path.home()
    except RuntimeError:
        home = homeless
    found = cache_directory(environ, platform, home)
    return None if found.is_relative_to(homeless) else found


def expanded(path: str) -> Path:
    """A path with `~` and `~NAME` at its beginning replaced by a home directory, where no shell has done so.

    Raises:
        ValueError: No home directory is known.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError:
        first = path.replace("\\", "/").split("/")[0]
        raise ValueError(f"no home directory is known for {first}; a file of that name is ./{first}") from None
