"""The report says what pytest says: subtests, expected failures, reruns, checks outside of the test's own call."""

from __future__ import annotations

import pytest
from testing_project import Project, text

pytest_plugins = ["pytester"]

SUBTESTS = """\
import unittest

def test_sub(image_gate, subtests):
    with subtests.test("bad"):
        image_gate.assert_matches(picture(40), picture(), name="bad")
    with subtests.test("good"):
        image_gate.assert_matches(picture(), picture(), name="good")

def test_caught(image_gate, subtests):
    with subtests.test("caught"), pytest.raises(AssertionError):
        image_gate.assert_matches(picture(40), picture())

def test_in_flight(image_gate, subtests):
    try:
        image_gate.assert_matches(picture(40), picture())
    finally:
        with subtests.test("tidying up"):
            pass

class TestCase(unittest.TestCase):
    @pytest.fixture(autouse=True)
    def gate(self, image_gate):
        self.image_gate = image_gate

    def test_sub(self):
        for shift in (40, 0):
            with self.subTest(shift=shift):
                self.image_gate.assert_matches(picture(shift), picture(), name=str(shift))
"""


def pairs(project: Project) -> dict[str, tuple[str, str | None]]:
    """Status of every pair of a report and why, by name within its file."""
    return {pair["id"].partition("::")[2]: (pair["status"], pair["reason"] and pair["reason"]["message"])
            for pair in project.report()["pairs"]}  # fmt: skip


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=str)
def test_what_failed_in_a_subtest_is_never_excused(project: Project, workers: list[str]) -> None:
    pytest.importorskip("_pytest.subtests", reason="pytest before 9")
    project.tests(SUBTESTS)
    done = project.apart(*workers, "--qualitygate-report=json=out.json")
    assert done.ret == 1
    assert project.report()["verdict"] == "failed"
    assert {name: status for name, (status, _) in pairs(project).items()} == {
        "test_sub/bad": "failed",
        "test_sub/good": "passed",
        "test_caught": "skipped",
        "test_in_flight": "failed",
        "TestCase::test_sub/40": "failed",
        "TestCase::test_sub/0": "passed",
    }


def test_the_report_says_what_pytest_says_of_failures_that_did_not_fail_a_test(project: Project) -> None:
    project.tests("""\
@pytest.mark.xfail(reason="until the new grade")
def test_expected(image_gate):
    image_gate.assert_matches(picture(40), picture())

def test_caught(image_gate):
    with pytest.raises(AssertionError):
        image_gate.assert_matches(picture(40), picture())
    image_gate.assert_matches(picture(), picture())

def test_left(image_gate):
    with pytest.raises(AssertionError):
        image_gate.assert_matches(picture(40), picture())
    pytest.skip("no matter")

def test_compared(image_gate):
    image_gate.compare(picture(40), picture())
""")
    done = project.run("--qualitygate-report=json=out.json")
    done.assert_outcomes(passed=2, xfailed=1, skipped=1)
    assert project.report()["verdict"] == "passed"
    assert pairs(project) == {
        "test_expected": ("skipped", "expected to fail: until the new grade"),
        "test_caught": ("skipped", "the test passed although this check failed"),
        "test_caught#2": ("passed", None),
        "test_left": ("skipped", "the test was skipped"),
    }


RERUNS = """\
import pytest
from _pytest.runner import runtestprotocol

@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item, nextitem):
    for last in (False, True):
        item._initrequest()
        reports = runtestprotocol(item, nextitem=nextitem, log=False)
        if last or not any(report.failed for report in reports):
            for report in reports:
                item.ihook.pytest_runtest_logreport(report=report)
            return True
"""


def test_a_rerun_counts_and_not_what_it_repeats(project: Project) -> None:
    project.write("conftest.py", RERUNS)
    project.tests("""\
TRIED = []

def test_flaky(image_gate):
    TRIED.append(1)
    if len(TRIED) == 1:
        image_gate.assert_matches(picture(), picture(), name="only the first time")
        image_gate.assert_matches(picture(40), picture(), name="worse")
    with pytest.raises(AssertionError):
        image_gate.assert_matches(picture(40), picture(), name="caught")
    image_gate.assert_matches(picture(), picture(), name="same name")
""")
    project.run("--qualitygate-report=json=out.json").assert_outcomes(passed=1)
    assert {name: status for name, (status, _) in pairs(project).items()} == {
        "test_flaky/caught": "skipped",
        "test_flaky/same name": "passed",
    }


AROUND = """\
@pytest.fixture
def before(image_gate):
    image_gate.assert_matches(picture({shift}), name="before")

@pytest.fixture
def after(image_gate):
    yield
    image_gate.assert_matches(picture({shift}), name="after")

def test_before(before): pass
def test_after(after): pass
"""


@pytest.mark.parametrize("workers", [[], ["-n", "2"]], ids=str)
def test_references_written_around_a_test_are_told(project: Project, workers: list[str]) -> None:
    project.tests(AROUND.format(shift=0))
    done = project.apart(*workers, "--qualitygate-update")
    assert done.ret == 0
    assert "2 references written; look at them before you commit" in text(done)
    assert "1 updated" in text(done), "the test whose set-up wrote its reference compared nothing"
    assert sorted(project.references) == ["test_after.after.png", "test_before.before.png"]


def test_checks_that_fail_around_a_test_are_reported_as_failed(project: Project) -> None:
    project.tests(AROUND.format(shift=0))
    project.run("--qualitygate-update")
    project.tests(AROUND.format(shift=40))
    project.run("--qualitygate-report=json=out.json").assert_outcomes(passed=1, errors=2)
    assert set(pairs(project).values()) == {("failed", None)}


def test_a_wrong_check_is_told_in_the_short_summary_without_the_name_of_a_class(project: Project) -> None:
    project.tests("def test_it(image_gate):\n    image_gate.assert_matches(picture(), picture(), profile='nobody')\n")
    done = project.run("-rf")
    done.stdout.fnmatch_lines(["FAILED tests/test_look.py::test_it - *nobody*"])
    assert "test_it - qualitygate.core" not in text(done)
