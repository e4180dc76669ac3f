"""The program `validate-lut`, which loads its command as `qualitygate` loads one of its verbs."""

from __future__ import annotations

from qualitygate.cli import end, run
from qualitygate.cli.table import imported


def main() -> None:
    """Run `validate-lut` and exit."""
    end(run(imported("qualitygate.cli.validate_lut").command, None, "validate-lut"))
