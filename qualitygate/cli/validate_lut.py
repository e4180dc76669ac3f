"""`validate-lut`: the entry point that git hooks call. The validator itself is not part of this version.

A hook that cannot do its work must block: the founding incident was a LUT update that slipped past a hook that had
failed quietly. So until the validator is there, this refuses every file instead of passing it.
"""

from __future__ import annotations

import sys

import click

from qualitygate import __version__


def main() -> None:
    """Say that nothing was validated, and exit 2."""
    files = len(sys.argv) - 1
    click.echo(
        f"validate-lut: version {__version__} has no LUT validator yet; none of the {files} file(s) was validated, "
        "so none is accepted [QG-1419]",
        err=True,
    )
    sys.exit(2)
