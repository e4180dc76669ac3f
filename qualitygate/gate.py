"""The gate as a library: plan a run, run it, get a `Report`.

    report = gate.check("reference/", "candidate/", profile="hero")
    report.raise_for_verdict()

Nothing here writes a file or raises for a verdict; see `qualitygate.incident_opening` for opening an incident.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from qualitygate.core.measurement import Setting
from qualitygate.core.threshold import Severity
from qualitygate.core.verdict import Finding, Level, Report, SetInfo, SubjectResult
from qualitygate.corridor import judging
from qualitygate.planning.pairs import PlannedSet
from qualitygate.planning.plan import PathLike, Plan, plan
from qualitygate.planning.two_files import compared, pair_task
from qualitygate.policy.hidden import hidden_profile
from qualitygate.policy.judge import judge_set
from qualitygate.policy.model import Resize
from qualitygate.references.checks import checked
from qualitygate.running.reference_free import judge
from qualitygate.running.report_settings import settings_of
from qualitygate.running.resources import Remembered, Results, device_of, executor_for, from_cache

__all__ = ["Plan", "base_unused", "check", "compare", "lut_report", "pair_task", "plan", "run"]


def run(
    plan: Plan,
    *,
    workers: int | None = 1,
    memory: int | None = None,
    results: Results | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Judge everything a plan names.

    Args:
        plan: What to do.
        workers: Number of processes; None for the configuration's or one per core. More than one needs a
            `if __name__ == "__main__":` guard in scripts, since processes may be new interpreters, which read the
            script again; only on Linux, and in a process with one thread, are they copies of it.
        memory: Bytes that several processes may take together; None for the configuration's or half of what is free.
        results: Where numbers that earlier runs measured are looked for, and those of this one kept; None for nowhere.
        progress: Called with (done, total) after each picture that was measured.
    """
    started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    tasks = [task for planned in plan.sets for task in planned.tasks]
    total = len(tasks) + plan.free.pictures
    executor = executor_for(
        plan.config,
        total,
        workers=workers,
        memory=memory,
        torch=plan.device is not None,
        device=device_of(tasks),
    )
    remembered = Remembered(results)
    counter = _Counter(total, progress)
    judged = {result.subject.id: result for result in judging.run(tasks, executor, counter, remembered.memory)}
    found: list[SubjectResult] = []
    findings: list[Finding] = [*remembered.close()]
    for planned in plan.sets:
        of_set = checked(planned, judged, plan.config.references)
        found += sorted([*of_set, *planned.problems], key=lambda result: result.subject.id)
        findings += _of_set(planned)
    for profile in dict.fromkeys(planned.profile.name for planned in plan.sets):
        findings += hidden_profile(next(one.profile for one in plan.sets if one.profile.name == profile))
    lut_infos: list[SetInfo] = []
    if plan.luts:
        from qualitygate.corridor.lut_set import judge_luts, lut_info  # loads every format of LUTs

        for luts in plan.luts:
            judged_luts, of_luts = judge_luts(luts)
            found += judged_luts
            findings += of_luts
            lut_infos.append(lut_info(luts))
    free = judge(plan.free, executor, counter.next)
    found += free.results
    findings += free.findings
    infos = (*(_info(planned) for planned in plan.sets), *lut_infos, *free.infos)
    more: dict[str, Setting] = {} if results is None else {"from_cache": from_cache(found)}
    return Report(tuple(found), tuple(findings), infos, settings_of(plan, more), started)


def check(
    reference: PathLike | None = None,
    candidate: PathLike | None = None,
    *,
    profile: str | None = None,
    config: PathLike | None = None,
    directory: PathLike | None = None,
    metrics: Sequence[str] | None = None,
    device: str = "auto",
    pipeline: str | None = None,
    resize: Resize | None = None,
    background: tuple[int, int, int] | None = None,
    base: str | None = None,
    workers: int | None = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Report:
    """Plan and run in one call.

    Args:
        reference, candidate, profile, config, directory, metrics: As `plan`.
        device, pipeline, resize, background, base: As `plan`.
        workers, progress: As `run`. One process by default, since more need a `__main__` guard in scripts; the command
            line uses one per core.

    Returns:
        The report. It raises nothing for a verdict and writes nothing; call `report.raise_for_verdict()`.

    Raises:
        ConfigError: As `plan`, or a mask has the wrong size.
    """
    planned = plan(
        reference,
        candidate,
        profile=profile,
        config=config,
        directory=directory,
        metrics=metrics,
        device=device,
        pipeline=pipeline,
        resize=resize,
        background=background,
        base=base,
    )
    report = run(planned, workers=workers, progress=progress)
    return replace(report, findings=(*report.findings, *base_unused(planned)))


def base_unused(plan: Plan) -> tuple[Finding, ...]:
    """A note (QG-1940) on a base that was asked for and that no set of a plan is compared with; empty without one."""
    if plan.unused_base is None:
        return ()
    message = f"base unused: {plan.unused_base}, nothing that this run judges is compared with git"
    return (Finding("QG-1940", Level.NOTE, message),)


def lut_report(plan: Plan, results: Iterable[SubjectResult]) -> Report:
    """The report on LUTs that were judged already."""
    from qualitygate.corridor.lut_set import lut_info

    started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Report(tuple(results), (), tuple(lut_info(luts) for luts in plan.luts), settings_of(plan), started)


def compare(
    reference: PathLike,
    candidate: PathLike,
    *,
    profile: str | None = None,
    metrics: Sequence[str] | None = None,
    device: str = "auto",
    net: str = "alex",
    resize: Resize = "off",
    background: tuple[int, int, int] = (255, 255, 255),
) -> SubjectResult:
    """Measure two files; judge them only if a profile is named.

    Args:
        reference, candidate: Picture files.
        profile: What to judge by; without it the verdict is `Skipped`, or `Unmeasurable`.
        metrics: Measure these only; by default those of the profile, else all.
        device: `auto`, `cpu`, `cuda` or `mps`, for LPIPS.
        net: Network of LPIPS, `alex` or `vgg`; a profile's own goes before it.
        resize: Filter that brings the reference to the candidate's size, or `off`.
        background: 8-bit sRGB that pictures with alpha are laid on.

    Returns:
        Measurements by metric name. A metric that could not be measured is an `Unmeasurable` with its reason.

    Raises:
        ConfigError: A path is missing or a directory, the profile or a metric is unknown, or a metric that was asked
            for cannot run here.
    """
    task = pair_task(
        reference,
        candidate,
        profile=profile,
        metrics=metrics,
        device=device,
        net=net,
        resize=resize,
        background=background,
    )
    return compared(task)


class _Counter:
    """Counts what is done over pairs and single pictures together."""

    def __init__(self, total: int, progress: Callable[[int, int], None] | None) -> None:
        self._total, self._done, self._progress = total, 0, progress

    def next(self) -> None:
        self._done += 1
        if self._progress is not None:
            self._progress(self._done, self._total)

    def __call__(self, done: int, total: int) -> None:  # noqa: ARG002 - the total is known better here
        self.next()


def _of_set(planned: PlannedSet) -> tuple[Finding, ...]:
    pair_set = planned.pair_set
    if planned.tasks or planned.problems or planned.unchanged:
        return (*judge_set(planned.profile, pair_set.name, planned.sizes), *planned.findings)
    both = "" if pair_set.from_git else f"{pair_set.reference_label} and "
    message = (
        f"set is empty: {pair_set.name}, no pictures match in {both}"
        f"{pair_set.candidate_label}; a gate that compares nothing does not pass"
    )
    return (
        *planned.findings,
        Finding("QG-1105", Level.ERROR, message, set_name=pair_set.name, severity=Severity.S3),
    )


def _info(planned: PlannedSet) -> SetInfo:
    found = planned.pair_set
    labels = found.reference_label, found.candidate_label
    return SetInfo(found.name, planned.profile.name, found.pipeline, *labels, found.base if found.from_git else None)
