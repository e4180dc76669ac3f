"""A regression case: what went wrong once, and the check that must catch it from now on."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from qualitygate.core.incident import IncidentKind

FILE = "case.toml"
FOLDER = "fixtures/incidents"
CONTROL = "control"
"""A check id that begins `control/` names a control, not a check of the gate."""

_LUT_METRICS = ("lut_drift", "lut_quality")


@dataclass(frozen=True, slots=True)
class Check:
    """The check that must catch the incident, and how the gate is asked.

    Attributes:
        code: Code of its findings, such as `QG-1001`.
        metric, statistic, region: As in the limit that is broken; None where the check has none.
        profile: Profile for pictures, threshold file for LUTs; None where `set` says it.
        set: Set of the configuration whose profile, areas and regions hold; None for the profile alone.
        metrics: What is measured, None for all that the profile limits.
        lut: Path that a LUT is judged as, which the threshold file may assign something to.
        config: Path of the configuration relative to the repository; None for the nearest to its top.
        picture: Path within the set that a stored picture is judged as, for its areas; None for its own name.
        areas: Whether the areas of the set count; a crop that was stored may not have them.
    """

    code: str
    metric: str | None = None
    statistic: str | None = None
    region: str | None = None
    profile: str | None = None
    set: str | None = None
    metrics: tuple[str, ...] | None = None
    lut: str | None = None
    config: str | None = None
    picture: str | None = None
    areas: bool = True

    @property
    def id(self) -> str:
        """`CODE/metric/statistic/region`, without the trailing parts it does not have, as incidents name checks."""
        return "/".join((self.code, self.metric or "", self.statistic or "", self.region or "")).rstrip("/")

    @property
    def of_luts(self) -> bool:
        """Whether it is a check of look-up tables."""
        return self.metric in _LUT_METRICS or (self.metric is None and self.code.startswith("QG-16"))


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a generator is given: texts that take the place of `{prompt}`, `{model_version}` and `{seed}`."""

    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Reproduce:
    """How the team's generator makes the candidates again.

    Attributes:
        command: Program and arguments, never a shell; `{output}` is where the picture must be written.
        output: Name of the file it writes; the extension says the format.
        bad, fixed: What it was given when it went wrong, and what it is given since.
        parent: What it was given before; None for the same as `fixed`.
        timeout: Seconds it may take.
    """

    command: tuple[str, ...]
    output: str
    bad: Inputs
    fixed: Inputs
    parent: Inputs | None = None
    timeout: int = 300


@dataclass(frozen=True, slots=True)
class Control:
    """What prevents an incident that no picture shows.

    Attributes:
        name: Its name, part of the check id.
        description: What it does.
        command: Program and arguments; exit code 0 lets a tree pass, 1 catches it. `{tree}` is the tree looked at.
        evidence: Files, relative to the repository, that show the control where there is no command.
        timeout: Seconds it may take.
    """

    name: str
    description: str
    command: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    timeout: int = 300


@dataclass(frozen=True, slots=True)
class Commits:
    """Where in history the proof is run.

    Attributes:
        bad, fixed: Commits that hold the bad and the fixed candidate.
        parent: Last commit before the bad one; None for its first parent.
        old_thresholds, new_thresholds: Whose thresholds are the old and the new ones; None for the bad commit's and for
            those of HEAD.
        reference, candidate: Paths in the trees; None where the set of the check names them.
        lut: Path of the LUT in the trees.
    """

    bad: str
    fixed: str
    parent: str | None = None
    old_thresholds: str | None = None
    new_thresholds: str | None = None
    reference: str | None = None
    candidate: str | None = None
    lut: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One `case.toml`.

    Attributes:
        incident: Id, also the name of its directory.
        title: A few words.
        kind: `real` incidents escaped the old gate, which a proof must show; near misses and drills need not have.
        directory: Where it was read from.
        where: The file, as messages name it.
        reference, bad, fixed: Stored pictures, or LUTs; None where a generator makes them.
        check: The check that must catch it; None where a control does.
        reproduce: How to make the candidates again.
        control: What prevents it where no check can.
        commits: Where in history the proof is run; None where only the stored files can be replayed.
        without_commits: Why no commits can exist, so that the stored files alone are the proof.
        runs: How often each cell of the proof is repeated.
    """

    incident: str
    title: str
    kind: IncidentKind
    directory: Path
    where: str
    reference: str | None = None
    bad: str | None = None
    fixed: str | None = None
    check: Check | None = None
    reproduce: Reproduce | None = None
    control: Control | None = None
    commits: Commits | None = None
    without_commits: str | None = None
    runs: int = 3
    lines: dict[str, str] = field(default_factory=dict, compare=False)

    @property
    def check_id(self) -> str:
        """The check, or `control/NAME`."""
        if self.check is not None:
            return self.check.id
        return f"{CONTROL}/{self.control.name}" if self.control is not None else CONTROL

    @property
    def stored(self) -> bool:
        """Whether a bad and a fixed file are kept with the case."""
        return self.bad is not None and self.fixed is not None
