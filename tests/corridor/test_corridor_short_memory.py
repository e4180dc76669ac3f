"""Where memory runs short at any step of a pair, it is unmeasurable or loses a hint, and the others are judged."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from qualitygate.core.measurement import Unmeasurable
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Threshold
from qualitygate.core.verdict import Failed, Passed, SubjectResult
from qualitygate.corridor import bundle_measuring, gathering, judging, verdict
from qualitygate.corridor.judging import run
from qualitygate.corridor.task import PairTask
from qualitygate.executors.serial import Serial
from qualitygate.metrics.base import Metric
from qualitygate.metrics.delta_e_2000 import DeltaE2000
from qualitygate.policy.model import Profile

sys.path.insert(0, str(Path(__file__).parent))
from bundle_metrics import Together

SIDES = {"a.png": 64, "b.png": 64, "c.png": 48}


def tasks_of(folder: Path, metric: Metric, limit: float, *, cut: int = 0) -> list[PairTask]:
    profile = Profile("p", "p.toml", thresholds=(Threshold(metric.spec.name, "mean", limit),))
    generator = np.random.default_rng(3)
    made, metrics = [], (metric,)  # what may be bundled has the same ones
    for name, side in SIDES.items():
        pixels = generator.integers(20, 230, (side, side, 3)).astype(np.uint8)
        for part, samples in (("ref", pixels), ("cand", pixels[cut:] + np.uint8(3))):
            (folder / part).mkdir(exist_ok=True)
            Pillow.fromarray(samples).save(folder / part / name)
        subject = Subject("pair", name, "s", name, name)
        made.append(PairTask(subject, name, folder / "ref" / name, folder / "cand" / name, metrics, profile))
    return made


def starved(first: Callable[..., object]) -> Callable[..., object]:
    """The same, for all but pictures of 48 pixels."""

    def short(*arguments: object) -> object:
        if any(48 in getattr(one, "size", ()) or 48 in getattr(one, "shape", ()) for one in arguments):
            raise MemoryError
        return first(*arguments)

    return short


def judged(tasks: list[PairTask]) -> list[SubjectResult]:
    return list(run(tasks, Serial()))


def test_a_failure_is_not_lost_for_want_of_a_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = tasks_of(tmp_path, DeltaE2000(), 0.01)
    monkeypatch.setattr(judging, "relation", starved(lambda *_: "it is turned"))
    found = judged(tasks)
    assert [type(one.verdict) for one in found] == [Failed] * 3
    assert [[note.code for note in one.findings] for one in found] == [["QG-1001", "QG-1106"]] * 2 + [["QG-1001"]]


def test_different_sizes_fail_without_a_hint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verdict, "relation", starved(verdict.relation))
    found = judged(tasks_of(tmp_path, DeltaE2000(), 0.01, cut=4))
    assert [type(one.verdict) for one in found] == [Failed] * 3
    assert [";" in one.findings[0].message for one in found] == [True, True, False]


@pytest.mark.parametrize("bundled", [False, True])
def test_a_pair_without_memory_for_its_mask_concerns_no_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bundled: bool
) -> None:
    counted = gathering.counted

    def mask(task: PairTask, candidate: object) -> object:
        return starved(counted)(task, candidate)  # type: ignore[arg-type]

    monkeypatch.setattr(gathering, "counted", mask)
    found = judged(tasks_of(tmp_path, Together() if bundled else DeltaE2000(), 50.0))
    assert [type(one.verdict) for one in found] == [Passed, Passed, Unmeasurable]
    assert found[2].verdict == Unmeasurable("QG-1306", "c.png: there was not enough memory to measure it")


def test_a_bundle_without_memory_is_measured_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tasks = tasks_of(tmp_path, Together(), 50.0)
    together_at_once: list[int] = []

    def short(*_: object) -> object:
        together_at_once.append(1)
        raise MemoryError

    monkeypatch.setattr(bundle_measuring, "Gathering", short)
    assert [type(one.verdict) for one in judged(tasks)] == [Passed] * 3
    assert together_at_once
