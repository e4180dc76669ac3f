"""Where the previous version of a LUT comes from, and how a change from it is approved."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qualitygate.core.errors import ConfigError
from qualitygate.corridor.lut_task import Previous
from qualitygate.luts.finding import Refusal
from qualitygate.luts.opening import regular
from qualitygate.luts.sniff import MAX_BYTES
from qualitygate.policy.find import find_config

if TYPE_CHECKING:
    from qualitygate.vcs.blobs import Comparison


def version_before(comparison: Comparison, inside: str) -> Previous:
    """The version of a LUT before a change.

    Args:
        comparison: States of the repository.
        inside: Path of the LUT, relative to the top level.
    """

    def stood(data: bytes) -> str | None:
        from qualitygate.vcs.earlier import stood_at  # a rejected change alone asks

        commit = comparison.before
        found = None if commit is None else stood_at(comparison.top, commit, inside, data)
        if found is None:
            return None
        return f"the version of {found.commit} of {found.day}, replaced on {found.replaced_on} by {found.replaced_by}"

    def at(before: str) -> Previous:
        label = comparison.label if before == inside else f"{before} at {comparison.label}"
        return Previous(label, before, lambda: comparison.at(before, MAX_BYTES), stood=stood)

    candidates = tuple(at(old) for old in comparison.candidates(inside))
    before = comparison.old_path(inside)
    if before is None:
        return Previous(comparison.label, inside, lambda: None, candidates)
    return at(before)


def in_repository(path: Path, top: Path) -> str:
    """A path relative to the top level. The directory is resolved, the file is not: git tracks links as links."""
    found = path.parent.resolve() / path.name
    resolved = top.resolve()
    if not found.is_relative_to(resolved):
        raise ConfigError(f"lies outside of the repository {resolved}", code="QG-1690", where=path.as_posix())
    return found.relative_to(resolved).as_posix()


def content_of(path: Path) -> bytes:
    """What a file named by `--against` holds.

    Raises:
        ConfigError: QG-1401, it is none that can be read.
    """
    try:
        with regular(path) as (stream, _):
            return stream.read(MAX_BYTES + 1)
    except Refusal as refusal:
        absent = not os.path.lexists(path)
        found, hint = ("no such file", None) if absent else (refusal.found, f"expected {refusal.expected}")
        raise ConfigError(found, code="QG-1401", where=path.as_posix(), hint=hint) from None


def approval(path: Path, root: Path, source: Path | None, options: Sequence[str], reason: str) -> str:
    """The command that approves a change, as it is pasted into a shell. What judges the index needs the record there.

    Args:
        path: The LUT.
        root: Directory that holds `approvals/luts`.
        source: The configuration that it is judged by, None for none.
        options: What says which change is meant, and by which threshold file it is judged.
        reason: Why, without quotes.
    """
    import shlex

    from qualitygate.policy.approvals import FOLDER  # a rejected change alone needs it

    words = ["qualitygate", "lut", "approve", path.as_posix(), *options]
    nearest = find_config(Path.cwd()) if source is not None else None
    if source is not None and (nearest is None or nearest.resolve() != source.resolve()):
        words += ["--config", Path(os.path.relpath(source)).as_posix()]
    records = Path(os.path.relpath(root / FOLDER)).as_posix()
    after = f" && git add {shlex.quote(records)}" if "--staged" in options else ""
    return f'{" ".join(map(shlex.quote, words))} --reason "{reason}"{after}'
