"""Asking the gate once: files of a case, by the thresholds of a revision.

The gate is this program, in this process. Nothing of a tree is imported or run: its pictures and LUTs are read, and the
TOML of its thresholds.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, replace
from pathlib import Path

from qualitygate import gate
from qualitygate.core.errors import ConfigError
from qualitygate.core.measurement import Measurement
from qualitygate.core.subject import Subject
from qualitygate.core.verdict import Finding, Report, SubjectResult
from qualitygate.corridor.lut import judge_lut
from qualitygate.corridor.lut_set import lut_result
from qualitygate.corridor.lut_task import LutTask, Previous
from qualitygate.incidents.identity import check_id
from qualitygate.luts.sniff import MAX_BYTES
from qualitygate.planning.plan import plan_of
from qualitygate.policy.lut_policy import load_lut_policy
from qualitygate.policy.model import Config
from qualitygate.proofs.case import Check
from qualitygate.proofs.cells import Observation, Verdict
from qualitygate.proving.rules import Rules

_MESSAGES = 5


@dataclass(frozen=True, slots=True)
class Pictures:
    """What is judged: two files or directories, or the set of the check.

    Attributes:
        tree: Top of the tree they lie in.
        pair: Reference and candidate; None for those of the set.
        names: What they are called.
    """

    tree: Path
    pair: tuple[Path, Path] | None
    names: tuple[str, str] = ("reference", "candidate")


@dataclass(frozen=True, slots=True)
class Luts:
    """A LUT and the version it is compared with, None for none.

    Attributes:
        path: Path that it is judged as; its extension says the format.
        names: What the files are called, the previous version first.
    """

    path: str
    new: bytes
    old: bytes | None
    names: tuple[str, str] = ("reference", "candidate")


def observe(
    check: Check, rules: Rules, files: Pictures | Luts, device: str = "auto", *, whole: bool = False
) -> Observation:
    """Judge files of a case, and say what failed and what the check measured.

    Args:
        check: The check that must catch the incident.
        rules: The thresholds.
        files: What is judged.
        device: Where LPIPS runs.
        whole: Whether everything is measured that the thresholds limit, and not what the check needs alone.

    Raises:
        ConfigError: The thresholds, or the paths in the case, are wrong.
    """
    started = time.perf_counter()
    try:
        seen = (
            _luts(check, rules, files)
            if isinstance(files, Luts)
            else _pictures(check, rules, files, device, whole=whole)
        )
    except ConfigError as error:
        raise rules.told(error) if str(rules.top) in str(error) else error from None
    return replace(seen, seconds=round(time.perf_counter() - started, 3))


def _pictures(check: Check, rules: Rules, files: Pictures, device: str, *, whole: bool) -> Observation:
    pair_set = rules.pair_set(check, files.pair, files.tree, files.names, whole=whole)
    config = Config(root=rules.root, pair_sets=(pair_set,), limits=rules.config.limits)
    plan = plan_of(config, device=device)
    inputs: dict[str, str] = {}
    for task in plan.sets[0].tasks:
        for name, path in ((task.subject.reference, task.reference), (task.subject.candidate, task.candidate)):
            inputs[name or path.name] = digest_of(path)
    report = gate.run(plan, workers=1)
    return _seen(check, rules, report, inputs)


def _luts(check: Check, rules: Rules, files: Luts) -> Observation:
    policy = load_lut_policy(rules.root, check.profile or "lut")
    subject = Subject("lut", files.path, "luts", files.names[0] if files.old is not None else None, files.path)
    previous = Previous(files.names[0], files.path, lambda: files.old) if files.old is not None else None
    task = LutTask(subject, files.path, policy.use_of(files.path), lambda: files.new, previous, rules.root)
    result = lut_result(subject, judge_lut(task))
    contents = dict(zip(files.names, (files.old, files.new), strict=True))
    inputs = {name: hashlib.sha256(data).hexdigest() for name, data in contents.items() if data is not None}
    return _seen(check, rules, Report((result,)), inputs)


def _seen(check: Check, rules: Rules, report: Report, inputs: dict[str, str]) -> Observation:
    errors = sorted(report.errors, key=lambda finding: check_id(finding) != check.id)
    messages = [rules.shown(finding.message) for finding in errors]
    if not messages and report.verdict != "passed":
        messages = [getattr(result.verdict, "message", "") for result in report.results]
    verdict: Verdict = "passed" if report.verdict == "passed" else "failed" if errors else "unmeasurable"
    ours = [finding for finding in errors if check_id(finding) == check.id]
    return Observation(
        verdict,
        tuple(sorted({check_id(finding) for finding in errors})),
        _values(check, report, ours),
        ours[0].limit if ours else None,
        inputs,
        tuple(rules.shown(text) for text in messages if text)[:_MESSAGES],
    )


def _values(check: Check, report: Report, ours: list[Finding]) -> dict[str, float]:
    values = {f.subject: f.value for f in ours if f.subject is not None and f.value is not None}
    for result in report.results:
        value = _measured(check, result)
        if value is not None and check.region is None:
            values[result.subject.id] = value
    return values


def _measured(check: Check, result: SubjectResult) -> float | None:
    found = result.measurements.get(check.metric or "")
    return found.values.get(check.statistic or "") if isinstance(found, Measurement) else None


def digest_of(path: Path) -> str:
    """sha256 of a file, 64 hexadecimal digits; empty for one that cannot be read."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def lut_bytes(path: Path) -> bytes:
    """The content of a LUT, cut after what the reader refuses as too long."""
    with path.open("rb") as stream:
        return stream.read(MAX_BYTES + 1)
