"""Whether the reports of a run may go where they are asked to."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from qualitygate.cli.inputs import Inputs
from qualitygate.cli.replacing import refuse_file, refuse_foreign_page, refuse_pictures
from qualitygate.cli.reports import Target
from qualitygate.reporters.base import Reporter


def refuse_replacing(asked: Iterable[Target], telling: Reporter, output: Path | None, inputs: Inputs) -> None:
    """Refuse a report, or what `--output` names, in the place of what has to stay, before anything is measured.

    Args:
        asked: The reports.
        telling: What `--output` gets.
        output: Where it goes; None for standard output.
        inputs: What the run reads.

    Raises:
        ConfigError: QG-1432.
    """
    printed = [] if output is None else [(output, telling, output.parent)]
    for file, teller, directory in [*((one.file, one.telling, one.path) for one in asked), *printed]:
        refuse_file(file, inputs)
        for name in getattr(teller, "directories", ()):
            refuse_pictures(directory / name, inputs, "0001-heat.png")
    mark = getattr(telling, "mark", None)
    if output is not None and mark is not None:
        refuse_foreign_page(output, mark)
