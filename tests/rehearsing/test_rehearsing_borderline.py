"""A limit that held has not fired, however barely it held."""

from __future__ import annotations

from qualitygate.core.finding_level import Level
from qualitygate.core.measurement import Measurement
from qualitygate.core.subject import Subject
from qualitygate.core.verdict import Finding, Passed, SubjectResult
from qualitygate.rehearsing.playing import _played


def played(level: Level) -> set[str]:
    finding = Finding("QG-1005", level, "SSIM 0.9505 is within 0.001 of 0.95: a", "a", metric="ssim", statistic="mean")
    result = SubjectResult(Subject("pair", "a"), Passed(), {"ssim": Measurement("ssim", {"mean": 0.9505})}, (finding,))
    return set(_played(result, (), {"a": 1}).fired)


def test_a_note_on_a_limit_is_not_its_firing() -> None:
    assert played(Level.NOTE) == set()
    assert played(Level.WARNING) == {"ssim.mean"}
