"""Every fixture through the gate: the verdict and the codes that its `case.toml` names, no more and no fewer."""

from __future__ import annotations

import tomllib
from importlib.util import find_spec
from pathlib import Path

import pytest

from qualitygate import gate
from qualitygate.core.measurement import Unmeasurable
from qualitygate.core.verdict import Level, SubjectResult, status_of
from qualitygate.policy.load import load_profile

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
# Cases of incidents say what must catch them, not what the verdict is: `tests/proofs` replays those.
CASES = sorted(path.parent for path in FIXTURES.glob("*/*/case.toml") if path.parts[-3] != "incidents")
WITHOUT_LPIPS = ("delta_e_2000", "ssim")


def codes_of(result: SubjectResult) -> set[str]:
    found = {finding.code for finding in result.findings if finding.level is Level.ERROR}
    return found | ({result.verdict.code} if isinstance(result.verdict, Unmeasurable) else set())


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.relative_to(FIXTURES).as_posix())
def test_case_is_judged_as_it_says(case: Path) -> None:
    expected = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
    (reference,), (candidate,) = case.glob("reference.*"), case.glob("candidate.*")
    metrics = None if find_spec("torch") and find_spec("safetensors") else WITHOUT_LPIPS
    result = gate.compare(reference, candidate, profile=expected["profile"], metrics=metrics, device="cpu")
    told = [finding.message for finding in result.findings]
    assert status_of(result.verdict) == expected["verdict"], told
    assert codes_of(result) == set(expected["codes"]), told
    assert set(expected.get("remarks", ())) <= {finding.code for finding in result.findings}, told


def test_every_profile_for_pictures_has_a_good_and_a_bad_case() -> None:
    verdicts: dict[str, set[str]] = {}
    for case in CASES:
        expected = tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))
        verdicts.setdefault(load_profile(expected["profile"]).name, set()).add(expected["verdict"])
    assert set(verdicts) == {"hero", "product", "thumbnail", "ui"}
    assert all({"passed", "failed"} <= found for found in verdicts.values())


def test_the_workflow_gates_every_fixture_that_must_pass() -> None:
    report = gate.check(config=FIXTURES / "qualitygate.toml", metrics=WITHOUT_LPIPS)
    good = {
        case.relative_to(FIXTURES).as_posix()
        for case in CASES
        if tomllib.loads((case / "case.toml").read_text(encoding="utf-8"))["verdict"] == "passed"
    }
    assert report.verdict == "passed", [finding.message for finding in report.errors]
    assert {info.name for info in report.sets} == good
