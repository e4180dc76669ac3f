"""Further checks of a run beside its sets: one module each, one explicit table.

A step is a function of the run's circumstances that gives findings for the one report. Its failure fails the merge but
opens no incident: no picture was damaged.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from qualitygate.core.errors import ConfigError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.verdict import Report, StepInfo
from qualitygate.planning.plan import Plan
from qualitygate.running.resources import Results

# name -> module, in the order in which they run. Strings, so that a step is loaded when it is asked for.
TABLE: dict[str, str] = {
    "audit": "qualitygate.steps.audit",
    "codeowners": "qualitygate.steps.codeowners",
    "prove": "qualitygate.steps.prove",
    "thresholds": "qualitygate.steps.thresholds",
}


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a step may need to know.

    Attributes:
        root: Top level of the repository, else the directory the run was started in.
        directory: Directory the run was started in.
        base: Revision whose merge base is compared with; None where the run names none.
        environ: Environment variables.
        today: Day in UTC.
        plan: What the run planned.
        report: What it measured.
        device: Where LPIPS runs, as asked for.
        results: Where numbers of earlier runs, and of this one, lie; None for nowhere.
        workers: Processes, as asked for.
        memory: Bytes that they may take together, as asked for.
    """

    root: Path
    directory: Path
    base: str | None
    environ: Mapping[str, str]
    today: date
    plan: Plan
    report: Report
    device: str = "auto"
    results: Results | None = None
    workers: int | None = None
    memory: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """What came of a step."""

    info: StepInfo
    findings: tuple[Finding, ...] = ()


class Run(Protocol):
    """The function `run` of a step's module."""

    def __call__(self, known: Circumstances) -> Step:
        """Run the step.

        Raises:
            ConfigError: It could not be made, and why.
        """
        ...


def run_steps(names: Iterable[str], known: Circumstances) -> tuple[Step, ...]:
    """Run steps by name, in the order of the table. One that cannot be made is told, and hides no other."""
    asked = set(names)
    return tuple(_made(name, known) for name in TABLE if name in asked)


def judged(name: str, findings: Iterable[Finding], detail: str = "") -> Step:
    """A step whose verdict follows from its findings."""
    found = tuple(findings)
    failed = any(finding.level is Level.ERROR for finding in found)
    return Step(StepInfo(name, "failed" if failed else "passed", detail), found)


def _made(name: str, known: Circumstances) -> Step:
    run: Run = importlib.import_module(TABLE[name]).run
    try:
        return run(known)
    except ConfigError as error:
        where = f"{error.where}: " if error.where else ""
        hint = f" ({error.hint})" if error.hint else ""
        message = f"{name} could not be checked: {where}{error.message}{hint} [{error.code}]"
        finding = Finding("QG-1422", Level.WARNING, message)
        return Step(StepInfo(name, "unmeasurable", f"{where}{error.message}{hint}"), (finding,))
