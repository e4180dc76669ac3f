"""Who may approve a waiver: the control board, as it is configured now and as it was before the change."""

from __future__ import annotations

from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.policy.config import find_config, load_config
from qualitygate.policy.find import FILE, PYPROJECT
from qualitygate.proving.before import Before


def board_source(root: Path, incidents: Path) -> Path | None:
    """The configuration that names the control board; None where there is none.

    Args:
        root: Top level of the working tree.
        incidents: The incident directory: the nearest configuration at or above it counts, else that of `root`.
    """
    return find_config(incidents) or find_config(root)


def nested(source: Path | None, root: Path) -> tuple[str, ...]:
    """The path of a configuration relative to the repository, where it lies further down in it."""
    below = source is not None and source.is_relative_to(root) and source.parent != root
    return (source.relative_to(root).as_posix(),) if source is not None and below else ()


def boards_of(source: Path | None, root: Path, past: Before | None) -> tuple[tuple[str, ...], ...]:
    """The boards that an approver is on: that of now, and that of the merge base, so that no change names its own.

    Args:
        source: As `board_source` found it.
        root: Top level of the working tree.
        past: The merge base.

    Raises:
        ConfigError: What is wrong with the configuration of now. One that could not be read before says nothing.
    """
    now = load_config(source).incident.control_board if source is not None else ()
    if past is None:
        return (now,)
    names = [FILE, PYPROJECT]
    if source is not None and source.is_relative_to(root):
        names.insert(0, source.relative_to(root).as_posix())
    for path in (past.root / name for name in names):
        try:
            if path.is_file():
                return now, load_config(path).incident.control_board
        except ConfigError:
            continue
    return (now,)
