"""The reporter interface: a report in, text and named files out. A reporter never opens a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from qualitygate.core.exhibit import Exhibit, Panel
    from qualitygate.core.measurement import MetricSpec
    from qualitygate.core.threshold import Threshold
    from qualitygate.core.threshold_file import ThresholdFile
    from qualitygate.core.verdict import Report


@dataclass(frozen=True, slots=True)
class Rendered:
    """What a reporter made.

    Attributes:
        text: For standard output or `--output`.
        files: Further files by name. Names beginning with `$` are environment variables that hold the path of a file
            to append to, such as `$GITHUB_STEP_SUMMARY`; the porch skips those that are not set. Other names are
            relative, with `/`, and stand beside the text.
        leftovers: Directory, relative and with `/`, to a regular expression of the names that an earlier report of the
            kind may have left in it; the porch removes those that `files` has not.
    """

    text: str
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    leftovers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class View:
    """What the porch knows and a reporter may need.

    Attributes:
        specs: Metric name to spec, for labels, units and decimals.
        colour: Whether `text` may contain ANSI escape sequences.
        width: Columns of the terminal.
        verbose: Whether passed subjects are listed too.
        exhibits: Subject id of a pair to what there is to look at, for reporters that ask for it.
        panels: The same of subjects that are no pairs, for the same reporters.
        thresholds: Set name to the limits that hold in it, those of its regions after those of its profile.
        exit_code: What the porch will end with, None where it does not say.
        prefix: Path, with `/`, from the top level of the repository to the directory that paths of subjects and sets
            are relative to; empty where that is the top level, or no repository.
        configured: Whether the configuration names the sets; else the command line does.
        tests: Subject id to the test of pytest that checked it, for what no set holds.
        postmortems: Id of an incident that a limit was born of to the path, with `/` and from the top level of the
            repository, of its postmortem there; incidents that have none there are missing.
        files: Set name to the file in which its limits are changed; sets of which nobody knows are missing.
    """

    specs: Mapping[str, MetricSpec]
    colour: bool = False
    width: int = 100
    verbose: bool = False
    exhibits: Mapping[str, Exhibit] = field(default_factory=dict)
    panels: Mapping[str, Panel] = field(default_factory=dict)
    thresholds: Mapping[str, tuple[Threshold, ...]] = field(default_factory=dict)
    exit_code: int | None = None
    prefix: str = ""
    configured: bool = True
    tests: Mapping[str, str] = field(default_factory=dict)
    postmortems: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, ThresholdFile] = field(default_factory=dict)


class Reporter(Protocol):
    """One way of telling a report.

    A class may have six further attributes: `exhibits = True` asks the porch for `View.exhibits` and `View.panels`;
    `index = "NAME"` makes the report a directory whose text is the file of that name; `directories = ("NAME",)` says
    which directories in it its files go to; `printed = True` says that it speaks to whoever reads standard output, and
    is of no use as a file. `mark = b"…"` is what the first 2,048 bytes of every text hold and those of no other file:
    with it, a directory that holds files of somebody else is refused; `leftovers`, as of `Rendered`, says then which
    files in it were written before the text.
    """

    def render(self, report: Report, view: View) -> Rendered:
        """Tell a report. Pure."""
        ...
