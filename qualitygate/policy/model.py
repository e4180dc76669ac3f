"""What threshold files and the configuration say, as frozen data.

Paths are absolute here; `load` resolved them against the file they stand in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from qualitygate.core.limits import DecodeLimits
from qualitygate.core.threshold import Severity, Threshold
from qualitygate.core.threshold_file import ThresholdFile
from qualitygate.core.transparency import OPAQUE
from qualitygate.policy.place import NOWHERE, Place
from qualitygate.policy.run_settings import RunSettings
from qualitygate.policy.settings import CheckSettings, IncidentSettings, OwnershipSettings, ReferenceSettings

if TYPE_CHECKING:
    from qualitygate.policy.palette_model import BatchSet, PaletteSet

Rectangle = tuple[int, int, int, int]
"""x, y, width, height in pixels of the candidate, the origin at the top left."""

RuleKind = Literal["formats", "chroma_subsampling", "colour_spaces", "alpha"]
ALPHA = ("same", "opaque", "any")
"""What alpha may be: that of the reference, opaque, or whatever it is."""
TOLERANCE = 2.0
"""Levels of 0..255 that rounding moves alpha by: to other depths, through premultiplied samples, by a mild encoder."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What is allowed of the candidate's file, or of its transparency.

    Attributes:
        kind: `formats`, `chroma_subsampling`, `colour_spaces` or `alpha`.
        allowed: Allowed values; for subsampling, `lossless` allows any lossless file; for alpha, one of `ALPHA`.
        tolerance: For alpha, by how many levels of 0..255 a pixel may be off.
    """

    kind: RuleKind
    allowed: tuple[str, ...]
    severity: Severity = Severity.S3
    born_of: str | None = None
    why: str | None = None
    runbook: str | None = None
    tolerance: float = TOLERANCE
    ships: bool = field(default=False, compare=False)

    @property
    def text(self) -> str:
        """What it allows, for people: `jpeg, webp`, or `same within 24/255`."""
        allowed = ", ".join(self.allowed)
        return f"{allowed} within {self.tolerance:g}/{OPAQUE}" if self.limits_alpha else allowed

    @property
    def limits_alpha(self) -> bool:
        """Whether a transparency can break it."""
        return self.kind == "alpha" and self.allowed != ("any",)


@dataclass(frozen=True, slots=True)
class Budget:
    """A limit on the bytes of all candidates of a set. KB = 1,000 bytes.

    Attributes:
        statistic: Over the candidates' file sizes.
        fail, warn: Bytes beyond which the set fails or is warned about.
    """

    statistic: Literal["mean", "max", "total"]
    fail: float | None = None
    warn: float | None = None
    severity: Severity = Severity.S3
    born_of: str | None = None
    why: str | None = None
    runbook: str | None = None
    ships: bool = field(default=False, compare=False)


@dataclass(frozen=True, slots=True)
class Profile:
    """The thresholds of one asset class.

    Attributes:
        name: `hero`, `product`, … or the user's own.
        origin: Where it was read from, for messages.
        description: Its own, not that of a file it extends.
        extends: What it extends, as written.
        thresholds: Limits on metrics, in file order.
        rules: Allow-lists on the candidate's file.
        budgets: Limits on the bytes of the set.
        lpips_net: Network of the LPIPS metric.
        lpips_dtype: What that network computes in.
        lines: `metric.statistic`, `rules.KIND` or `budget.KEY` to `file.toml:LINE` of it, for what is found out later.
        file: Where it is changed; None where nobody looked it up.
        read: The files it was read from, its own before those that it extends.
    """

    name: str
    origin: str
    description: str = ""
    extends: str | None = None
    thresholds: tuple[Threshold, ...] = ()
    rules: tuple[Rule, ...] = ()
    budgets: tuple[Budget, ...] = ()
    lpips_net: Literal["alex", "vgg"] = "alex"
    lpips_dtype: Literal["float32", "bfloat16"] = "float32"
    lines: Mapping[str, str] = field(default_factory=dict, compare=False)
    file: ThresholdFile | None = field(default=None, compare=False)
    read: tuple[Path, ...] = field(default=(), compare=False, repr=False)

    @property
    def metrics(self) -> tuple[str, ...]:
        """Names of the metrics the profile has limits on, each once, in file order."""
        return tuple(dict.fromkeys(threshold.metric for threshold in self.thresholds))


@dataclass(frozen=True, slots=True)
class Area:
    """Part of a picture: rectangles, a mask image (white counts), or both together.

    Attributes:
        pairs: Glob over pair ids that it applies to.
        rectangles: Rectangles that belong to it.
        mask: Path of a mask image of the candidate's size; pixels of at least half intensity belong to it.
        place: Where it was read from.
    """

    pairs: str = "**"
    rectangles: tuple[Rectangle, ...] = ()
    mask: Path | None = None
    place: Place = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class Region:
    """An area with limits of its own; each threshold carries the region's name.

    Attributes:
        lines: As in `Profile`.
    """

    name: str
    area: Area
    thresholds: tuple[Threshold, ...]
    lines: Mapping[str, str] = field(default_factory=dict, compare=False)


Resize = Literal["off", "nearest", "bilinear", "bicubic", "lanczos"]


@dataclass(frozen=True, slots=True)
class PairSet:
    """One set of picture pairs.

    Attributes:
        name: Name of the set; prefixes pair ids where there are several sets.
        reference, candidate: Directories; the same one where the references are earlier versions in git.
        reference_label, candidate_label: The directories as written, for messages and ids.
        include, exclude: Globs over paths relative to the directories, with `/` and `**`.
        profile: Name of the profile.
        pipeline: Name of the pipeline that makes the candidates.
        metrics: Metrics to measure, None for those of the profile.
        background: 8-bit sRGB colour that pictures with alpha are laid on.
        resize: Filter that brings the reference to the candidate's size, or `off`.
        ignore: Areas that do not count.
        regions: Areas with thresholds of their own.
        from_git: Whether each picture is compared with its own version at a merge base.
        base: Revision that the merge base is one with; None for the one the run names.
        first: Whether a directory of references that is not there yet counts as an empty one.
        place: Where it was read from.
    """

    name: str
    reference: Path
    candidate: Path
    reference_label: str
    candidate_label: str
    profile: str
    pipeline: str
    include: tuple[str, ...] = ("**",)
    exclude: tuple[str, ...] = ()
    metrics: tuple[str, ...] | None = None
    background: tuple[int, int, int] = (255, 255, 255)
    resize: Resize = "off"
    ignore: tuple[Area, ...] = ()
    regions: tuple[Region, ...] = ()
    from_git: bool = False
    base: str | None = None
    first: bool = False
    place: Place = field(default=NOWHERE, compare=False)

    @property
    def areas(self) -> tuple[Area, ...]:
        """Ignored areas, then those of the regions."""
        return (*self.ignore, *(region.area for region in self.regions))


@dataclass(frozen=True, slots=True)
class LutSet:
    """One set of LUTs.

    Attributes:
        name: Name of the set.
        files, exclude: Globs over paths relative to the configuration, with `/` and `**`.
        thresholds: Threshold file for LUTs, by name or path.
        pipeline: Name of what makes or uses them.
        base: Revision whose merge base holds the previous versions; None for the one the run names.
        where: `file.toml:LINE` it was read from.
    """

    name: str
    files: tuple[str, ...]
    exclude: tuple[str, ...] = ()
    thresholds: str = "lut"
    pipeline: str = "luts"
    base: str | None = None
    where: str = ""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the configuration names. Sets of metadata will stand beside `pair_sets`.

    Attributes:
        root: Directory that relative paths and local `thresholds/` are looked up in.
        source: File it was read from, None for a run without configuration.
        workers: Number of processes, None for one per core.
        run: What else a run uses of the machine.
    """

    root: Path
    source: Path | None = None
    pair_sets: tuple[PairSet, ...] = ()
    lut_sets: tuple[LutSet, ...] = ()
    palettes: tuple[PaletteSet, ...] = ()
    batches: tuple[BatchSet, ...] = ()
    limits: DecodeLimits = field(default_factory=DecodeLimits)
    incident: IncidentSettings = field(default_factory=IncidentSettings)
    codeowners: OwnershipSettings = field(default_factory=OwnershipSettings)
    workers: int | None = None
    run: RunSettings = field(default_factory=RunSettings)
    check: CheckSettings = field(default_factory=CheckSettings)
    references: ReferenceSettings = field(default_factory=ReferenceSettings)
