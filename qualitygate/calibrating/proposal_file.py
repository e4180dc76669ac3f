"""The proposal as a threshold file, read back and confirmed by the gate before anybody sees it."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from qualitygate.calibrating.judging import Confirmation, confirm
from qualitygate.calibrating.session import Calibration
from qualitygate.calibration.inheriting import Changes, changes
from qualitygate.calibration.patch import patch
from qualitygate.core.errors import ConfigError
from qualitygate.defects import DEFECTS
from qualitygate.policy.load import load_profile
from qualitygate.policy.model import Profile
from qualitygate.policy.shipped import FOLDER

DEFAULT_NAME = "calibrated"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal that can be committed.

    Attributes:
        text: The threshold file.
        changes: What becomes of inherited limits.
        confirmation: What the gate says by it.
    """

    text: str
    changes: Changes
    confirmation: Confirmation


def write_proposal(known: Calibration, base: Profile | None, root: Path, target: Path | None, today: date) -> Proposed:
    """Write the proposal out and judge everything that was measured by it.

    Args:
        known: With a proposal that is not refused.
        base: Profile that is built on, None for none.
        root: Directory that holds the local `thresholds/`.
        target: File it will be saved as, None where it is only printed.
        today: Day of the calibration.

    Raises:
        ConfigError: QG-1412, the target is the file that the profile was read from.
    """
    limits, noise, scales = known.proposal.limits, known.noise or {}, known.question.scales
    units = {defect.name: defect.unit for defect in DEFECTS.values()}
    name = target.stem if target is not None else DEFAULT_NAME
    extends, source = (None, None) if base is None else _extended(base, root, target)
    found = changes(extends, base.thresholds if base else (), limits, noise, scales)
    runs = known.described()
    single = known.fewest == 1
    text = patch(limits, found, scales, units, today=today, runs=runs, single=single)
    # Read back from a directory of its own, where a relative path would lead elsewhere.
    placed = changes(str(source) if source else extends, base.thresholds if base else (), limits, noise, scales)
    profile = _read_back(patch(limits, placed, scales, units, today=today, runs=runs), root, name)
    return Proposed(text, found, confirm(known, profile, known.proposal.grades))


def _extended(base: Profile, root: Path, target: Path | None) -> tuple[str, Path | None]:
    """How the proposal names its profile, and the file where that is a path."""
    path = Path(base.origin)
    if target is not None and target.exists() and path.exists() and target.samefile(path):
        raise ConfigError(
            "is the profile that the proposal builds on",
            code="QG-1412",
            where=str(target),
            hint="write to another file, and compare the two",
        )
    # A local file that extends its own name means the shipped profile, so a local namesake is named by its path.
    local = (root / FOLDER / f"{base.name}.toml").exists()
    if _is_named(base, root) and not (local and target is not None and target.stem == base.name):
        return base.name, None
    beside = target.parent if target is not None else Path.cwd()
    return Path(os.path.relpath(path, beside)).as_posix(), path.resolve()


def _is_named(base: Profile, root: Path) -> bool:
    """Whether the profile's name leads to it."""
    try:
        return load_profile(base.name, root).origin == base.origin
    except ConfigError:
        return False


def _read_back(text: str, root: Path, name: str) -> Profile:
    with tempfile.TemporaryDirectory(prefix="qualitygate-") as directory:
        path = Path(directory) / f"{name}.toml"
        path.write_text(text, encoding="utf-8")
        return load_profile(str(path), root)
