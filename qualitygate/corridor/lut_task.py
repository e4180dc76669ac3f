"""What the corridor is asked to do for one LUT, and for a set of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from qualitygate.core.finding import Finding
from qualitygate.core.lut_use import LutUse
from qualitygate.core.subject import Subject
from qualitygate.core.threshold_file import ThresholdFile

if TYPE_CHECKING:
    from qualitygate.policy.model import LutSet


@dataclass(frozen=True, slots=True)
class Previous:
    """Where the version that a LUT is compared with comes from.

    Attributes:
        label: What it is called in messages, such as `HEAD` or the path of a file.
        name: Name whose extension says its format.
        fetch: Gives its content; None where there was none.
        candidates: What it may be, if that is not known; the one whose colours are nearest is taken.
        stood: Says of a content when it stood here before, such as `the version of 1a2b3c4 of 2025-09-20`; None where
            it never did, or nobody knows.
    """

    label: str
    name: str
    fetch: Callable[[], bytes | None]
    candidates: tuple[Previous, ...] = ()
    stood: Callable[[bytes], str | None] | None = None


@dataclass(frozen=True, slots=True)
class LutTask:
    """All that is needed to give a verdict on one LUT.

    Attributes:
        subject: What is judged.
        file: Name in messages; its extension says the format.
        use: What holds for it.
        content: File to read, or what gives its content (from the index); None of it means that there is none.
        previous: What it is compared with, None where nothing was named.
        root: Directory that holds `approvals/luts`.
        moved: Path it was renamed from, if another assignment of the threshold file held there.
        record: Gives a record under `approvals/luts`, None for one that is not there; by default the file system does.
        approve: Gives the command that approves the change for a reason without quotes; None where nobody can say.
    """

    subject: Subject
    file: str
    use: LutUse
    content: Path | Callable[[], bytes | None]
    previous: Previous | None
    root: Path
    moved: str | None = None
    record: Callable[[Path], bytes | None] | None = None
    approve: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class PlannedLuts:
    """One set of LUTs, resolved.

    Attributes:
        lut_set: The set.
        tasks: What is judged.
        findings: What is wrong with the set as a whole: nothing matches, a named file is gone.
        against: What the files are compared with, as text.
        file: Where their limits are changed.
    """

    lut_set: LutSet
    tasks: tuple[LutTask, ...]
    findings: tuple[Finding, ...] = ()
    against: str = "no previous version"
    file: ThresholdFile | None = None
