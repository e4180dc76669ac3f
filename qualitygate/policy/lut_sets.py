"""One `[[luts]]` table of the configuration."""

from __future__ import annotations

from qualitygate.policy.lut_policy import NAME
from qualitygate.policy.model import LutSet
from qualitygate.policy.picture_sets import read_globs
from qualitygate.policy.table import Table


def read_lut_set(table: Table) -> LutSet:
    """Read one set of LUTs.

    Raises:
        ConfigError: Unknown key (QG-1404), wrong or missing value (QG-1405).
    """
    table.only("name", "files", "exclude", "thresholds", "pipeline", "base")
    files = read_globs(table, "files", "luts/**")
    name = table.text("name") or "luts"
    return LutSet(
        name=name,
        files=files,
        exclude=table.texts("exclude") or (),
        thresholds=table.text("thresholds") or NAME,
        pipeline=table.text("pipeline") or name,
        base=table.text("base"),
        where=table.document.where(table.path),
    )
