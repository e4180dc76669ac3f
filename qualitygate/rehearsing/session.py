"""A run of threshold tests: which files, which profiles, what came of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.measurement import MetricSpec
from qualitygate.executors.base import Executor
from qualitygate.policy.load import OTHERS
from qualitygate.policy.shipped import FOLDER, shipped_directory
from qualitygate.rehearsing.cases import TESTS, Case, find_tests, read_cases
from qualitygate.rehearsing.coverage import Covered, coverage, entries
from qualitygate.rehearsing.expecting import broken
from qualitygate.rehearsing.playing import Job, Played, lost, play
from qualitygate.rehearsing.under_test import UnderTest


@dataclass(frozen=True, slots=True)
class Tested:
    """One case and whether it was judged as it expects.

    Attributes:
        case: The case.
        played: What the gate said; None where the run is restricted to metrics that leave nothing of what it expects.
        broken: Expectations that were not met.
    """

    case: Case
    played: Played | None
    broken: tuple[str, ...] = ()

    @property
    def status(self) -> str:
        """`passed`, `failed`, `unmeasurable` or `skipped`."""
        if self.played is None:
            return "skipped"
        return "unmeasurable" if self.played.reason else "failed" if self.broken else "passed"


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What came of all cases.

    Attributes:
        tested: In the order of files and cases.
        covered: Every limit, rule and budget of the profiles under test.
        specs: Every metric, by name.
    """

    tested: tuple[Tested, ...]
    covered: tuple[Covered, ...]
    specs: dict[str, MetricSpec]

    def of_status(self, status: str) -> tuple[Tested, ...]:
        """The cases of a status."""
        return tuple(one for one in self.tested if one.status == status)

    def findings(self, *, require_coverage: bool) -> tuple[Finding, ...]:
        """Everything that is wrong: broken expectations, then limits that no case exercises."""
        said = []
        for one in self.tested:
            if one.status == "failed":
                message = f"{one.case.name}: {'; '.join(one.broken)}"
                said.append(_at(one.case, "QG-1830", message))
            elif one.status == "unmeasurable" and one.played is not None:
                message = f"{one.case.name}: could not be judged: {one.played.reason}"
                said.append(_at(one.case, "QG-1833", message))
        level = Level.ERROR if require_coverage else Level.WARNING
        for each in self.covered:
            path, _, line = each.where.rpartition(":")
            at = (path, int(line)) if line.isdigit() else (each.where, None)
            whose = f"{each.name} {each.limit} of {', '.join(each.profiles)}"
            if each.fails is None:
                said.append(Finding("QG-1831", level, f"no case makes {whose} fire", path=at[0], line=at[1]))
            elif each.passes is None:
                said.append(
                    Finding("QG-1832", level, f"no case is judged by {whose} and keeps it", path=at[0], line=at[1])
                )
        return tuple(said)


def rehearse(
    root: Path,
    executor: Executor,
    *,
    files: Sequence[Path] = (),
    shipped: bool = False,
    profiles: Sequence[str] = (),
    metrics: Sequence[str] = (),
    device: str = "auto",
) -> Rehearsal:
    """Run cases through the gate and see what they exercise.

    Args:
        root: Directory that holds the local `thresholds/`.
        executor: Runs the cases.
        files: Files with cases; by default those of `thresholds/tests`, and then all local profiles are under test.
        shipped: Run the cases that come with the package, and put the shipped profiles under test.
        profiles: Further profiles under test.
        metrics: Judge these only.
        device: Where LPIPS runs.

    Raises:
        ConfigError: QG-1834, there are no cases; whatever is wrong with a file, a profile or a metric.
    """
    base = shipped_directory().parent if shipped else root
    paths = tuple(files) or find_tests(base)
    if not paths:
        raise ConfigError(
            f"no threshold tests in {FOLDER}/{TESTS}",
            code="QG-1834",
            hint=f"write {FOLDER}/{TESTS}/NAME.toml, or run the shipped ones with --shipped",
        )
    cases = [case for path in paths for case in read_cases(path)]
    local = None if shipped else root
    names = [*profiles, *(() if files else _all_names(base))]
    under_test = UnderTest(local, metrics, device)
    loaded = [under_test.of_case(case) for case in cases]
    for name in names:
        under_test.named(name)
    tested = _tested(cases, loaded, executor)
    played = [(one.case, job.profile.origin, one.played) for one, job in zip(tested, loaded, strict=True)
              if one.played is not None]  # fmt: skip
    return Rehearsal(tuple(tested), coverage(under_test.judged, played, under_test.specs), under_test.specs)


def _tested(cases: Sequence[Case], jobs: Sequence[Job], executor: Executor) -> list[Tested]:
    judged = [frozenset(entries(job.profile, [m.spec.name for m in job.metrics])) for job in jobs]
    # Where only metrics are left out that a case is about, nothing of what it expects can be seen.
    played = [not case.by or bool(names.intersection(case.by)) for case, names in zip(cases, judged, strict=True)]
    todo = [job for job, wanted in zip(jobs, played, strict=True) if wanted]
    remaining = iter(list(executor.map(play, todo, lost)))
    return [
        _judged(case, next(remaining), names) if wanted else Tested(case, None)
        for case, names, wanted in zip(cases, judged, played, strict=True)
    ]


def _judged(case: Case, played: Played, names: frozenset[str]) -> Tested:
    return Tested(case, played, () if played.reason else broken(case, played, names))


def _at(case: Case, code: str, message: str) -> Finding:
    return Finding(code, Level.ERROR, message, profile=case.profile, path=case.label, line=case.line)


def _all_names(base: Path) -> Iterable[str]:
    return sorted(path.stem for path in (base / FOLDER).glob("*.toml") if path.stem not in OTHERS)
