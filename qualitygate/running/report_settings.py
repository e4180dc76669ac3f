"""What a report says of the run behind it: versions, device, configuration, and the merge bases of its sets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from qualitygate import __version__
from qualitygate.core.lazy_mapping import Later
from qualitygate.core.measurement import Setting
from qualitygate.decode import decoder_versions
from qualitygate.planning.plan import Plan


def settings_of(plan: Plan, more: Mapping[str, Setting] | None = None) -> Mapping[str, Setting]:
    """What there is to know of a run, when somebody asks: asking the decoders takes as long as decoding."""
    bases = {f"merge base of {one.pair_set.name}": one.base for one in plan.sets if one.base is not None}
    device, source, here = plan.device, plan.config.source, Path.cwd()

    def made() -> dict[str, Setting]:
        shown = None if source is None else _shown(source, here)
        known = {"qualitygate": __version__, "numpy": np.__version__, **decoder_versions(), **bases}
        return {**known, "device": device, "config": shown, **(more or {})}

    return Later(made)


def _shown(source: Path, here: Path) -> str:
    """A configuration named from the top level of its repository, else from the working directory, else in full.

    Where a runner checked it out says nothing to whoever reads the report elsewhere.
    """
    from qualitygate.vcs import top_level

    path = source.resolve()
    for root in (top_level(path.parent), here):
        if root is not None and path.is_relative_to(root.resolve()):
            return path.relative_to(root.resolve()).as_posix()
    return os.fspath(source)
