"""Where the further reports of a run are, as outputs of a GitHub step beside those of the report itself."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace

from qualitygate.cli.reports import Target
from qualitygate.reporters.base import Rendered
from qualitygate.reporters.workflow_command import outputs

_OUTPUTS = "$GITHUB_OUTPUT"


def with_reports(rendered: Rendered, written: Sequence[Target]) -> Rendered:
    """What a reporter made, with `reports`, a path per line, and `report_FORMAT` for the first of each format.

    A reporter that gives no outputs is left as it is.
    """
    told = rendered.files.get(_OUTPUTS)
    if not isinstance(told, str):
        return rendered
    paths = {f"report_{one.form}": os.fspath(one.path) for one in reversed(written)}
    more = outputs({"reports": "\n".join(os.fspath(one.path) for one in written), **paths})
    return replace(rendered, files={**rendered.files, _OUTPUTS: told + more})
