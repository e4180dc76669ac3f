"""Two files as one task: what `compare` measures."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.core.limits import DecodeLimits
from qualitygate.core.subject import Subject
from qualitygate.core.verdict import SubjectResult
from qualitygate.corridor.judging import judge_task
from qualitygate.corridor.task import PairTask
from qualitygate.planning.metrics import all_specs, build, default_metrics, ready
from qualitygate.policy.check import check_against
from qualitygate.policy.hidden import hidden_profile
from qualitygate.policy.load import load_profile
from qualitygate.policy.model import Resize

PathLike = str | os.PathLike[str]


def pair_task(
    reference: PathLike,
    candidate: PathLike,
    *,
    profile: str | None = None,
    metrics: Sequence[str] | None = None,
    device: str = "auto",
    net: str = "alex",
    resize: Resize = "off",
    background: tuple[int, int, int] = (255, 255, 255),
    limits: DecodeLimits | None = None,
    root: PathLike | None = None,
) -> PairTask:
    """The task that measures two files, and judges them if a profile is named.

    Metrics that cannot run here are still part of it and come out unmeasurable, unless they were asked for by name or
    by the profile.

    Args:
        reference, candidate, profile, metrics, device, net, resize, background: As `gate.compare`.
        limits: What a file may ask for.
        root: Directory that holds the local `thresholds/`, by default the working directory.

    Raises:
        ConfigError: A path is missing or a directory, the profile or a metric is unknown, or a metric that was asked
            for cannot run here.
    """
    paths = [_file(path) for path in (reference, candidate)]
    found = load_profile(profile, Path(root or Path.cwd())) if profile else None
    default = found.metrics if found else default_metrics()
    names = tuple(dict.fromkeys([metrics] if isinstance(metrics, str) else metrics)) if metrics else default
    net, dtype = (found.lpips_net, found.lpips_dtype) if found else (net, "float32")
    built = tuple(build(name, device, net, dtype) for name in names)
    if found:
        check_against(found, all_specs())
    if metrics or found:
        for metric in built:
            ready(metric)
    subject = Subject("pair", Path(candidate).name, "", os.fspath(reference), os.fspath(candidate))
    return PairTask(
        subject,
        subject.id,
        paths[0],
        paths[1],
        built,
        profile=found,
        limited_to=names if metrics else None,
        background=background,
        resize=resize,
        limits=limits or DecodeLimits(),
    )


def compared(task: PairTask) -> SubjectResult:
    """The task measured and judged, with a warning where its profile hides a shipped one (QG-1423)."""
    result = judge_task(task)
    if task.profile is None:
        return result
    return replace(result, findings=(*result.findings, *hidden_profile(task.profile)))


def _file(path: PathLike) -> Path:
    found = Path(path)
    if not os.fspath(path):
        raise ConfigError("an empty path was given", code="QG-1401", hint="is a variable of the shell not set?")
    if not found.exists():
        raise ConfigError("no such file", code="QG-1401", where=os.fspath(path))
    if found.is_dir():
        raise ConfigError(
            "is a directory, a picture is expected",
            code="QG-1407",
            where=os.fspath(path),
            hint="use `qualitygate check` for directories",
        )
    return found
