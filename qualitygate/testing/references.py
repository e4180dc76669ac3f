"""Where the reference of a check lies, if the test does not say."""

from __future__ import annotations

from pathlib import Path, PurePath

from qualitygate.core.errors import ConfigError, DecodeError
from qualitygate.decode.sniff import EXTENSIONS
from qualitygate.testing.given import Given, extension, given, label_of
from qualitygate.testing.naming import CheckName
from qualitygate.testing.options import Options


def reference_of(value: object, check: CheckName, candidate: Given, options: Options) -> Given:
    """What a check compares with: what the test handed over, else the file that has the test's name.

    Args:
        value: What the test handed over, None for nothing. A relative path begins at pytest's root directory, so that
            it means the same wherever pytest is started.
        check: How the check is called.
        candidate: What is checked; says the extension of a reference that is not there yet.
        options: Options of the run.

    Returns:
        The reference; its path may not exist.

    Raises:
        ConfigError: QG-1460, it is no picture; QG-1464, several files have the test's name.
    """
    if value is not None:
        return given(value, "reference", options.root, options.root)
    path = by_name(check, options)
    if path is None:
        try:
            suffix = extension(candidate.content()) if candidate.path is None else candidate.path.suffix.lower()
        except DecodeError:
            suffix = ""
        # The name of a candidate may promise anything; what is written must be found again.
        path = place(check, options) / _with(check.file, suffix if suffix in EXTENSIONS else ".png")
    return Given(label_of(path, options.root), path)


def by_name(check: CheckName, options: Options) -> Path | None:
    """The reference that has the name of a check, None where there is none.

    Raises:
        ConfigError: QG-1464, several differ in their extension alone.
    """
    folder = place(check, options)
    if not folder.is_dir():
        return None
    # One from before, when `astro.png` as a parameter became `astro.png.png`, is found, too.
    spellings = dict.fromkeys(
        name for suffix in EXTENSIONS for name in (_with(check.file, suffix), f"{check.file}{suffix}")
    )
    found = [path for name in spellings if (path := folder / name).is_file()]
    if len(found) > 1:
        names = ", ".join(path.name for path in found)
        raise ConfigError(
            f"several files could be the reference: {names}", code="QG-1464",
            where=label_of(folder, options.root), hint="delete those that are no longer meant",
        )  # fmt: skip
    return found[0] if found else None


def _with(file: str, suffix: str) -> str:
    """A name with an extension; one that a parameter of the test brings along is not doubled."""
    own = PurePath(file).suffix.lower()
    return file if own in EXTENSIONS and EXTENSIONS[own] == EXTENSIONS[suffix] else f"{file}{suffix}"


def place(check: CheckName, options: Options) -> Path:
    """Directory of the references of a test file."""
    return check.directory / options.references / check.module
