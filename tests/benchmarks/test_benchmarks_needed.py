"""What a machine lacks is one line and an exit code, or is counted as not measured; no section vanishes in silence."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

import benchmarks.__main__ as program
from benchmarks import needed
from benchmarks.effort import QUICK, TINY
from benchmarks.row import Row
from benchmarks.sections import SECTIONS, Run

INSTALL = "pip install -c constraints.txt -e '.[test]'"


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Hides modules."""

    def hide(*hidden: str) -> None:
        monkeypatch.setattr(needed, "find_spec", lambda name: None if name in hidden else find_spec("json"))

    hide()
    return hide


def measured(run: Run) -> Iterator[Row]:
    assert run.effort is TINY
    yield Row.of("this", "that", 1.0, 2.0, 0.5, None)


def told(capsys: pytest.CaptureFixture[str]) -> tuple[list[str], list[str]]:
    said = capsys.readouterr()
    return said.out.splitlines(), said.err.splitlines()


def test_without_the_photographs_nothing_is_measured(without: Any, capsys: pytest.CaptureFixture[str]) -> None:
    without("skimage")
    with pytest.raises(SystemExit) as ended:
        program.main(["--tiny"])
    assert ended.value.code == 2
    assert told(capsys) == ([], [f"scikit-image is not installed: {INSTALL}"])


def test_a_section_that_was_asked_for_is_refused(without: Any, capsys: pytest.CaptureFixture[str]) -> None:
    without("lpips")
    assert program.main(["--tiny", "--warn", "--only", "lpips"]) == 2
    assert told(capsys) == ([], [f"not measured (1 of 1): lpips: lpips is not installed: {INSTALL}"])


def test_in_a_whole_run_it_is_counted(
    without: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    without("lpips", "torch")
    sections = {"lpips": SECTIONS["lpips"], "device": SECTIONS["device"], "else": measured}
    monkeypatch.setattr(program, "SECTIONS", sections)
    assert program.main(["--tiny"]) == 0
    out, err = told(capsys)
    assert out[-1].startswith("| this | that |")
    assert err == [
        f"not measured (1 of 2): lpips: lpips and torch are not installed: {INSTALL}",
        f"not measured (2 of 2): device: torch is not installed: {INSTALL}",
    ]


@pytest.mark.parametrize("name", ["growth", "memory"])
def test_what_a_quick_run_leaves_out_it_says(name: str) -> None:
    with pytest.raises(needed.NotMeasuredError, match="--quick"):
        next(SECTIONS[name](Run(QUICK)))


def test_colour_science_is_named_by_its_distribution(without: Any) -> None:
    without("colour")
    with pytest.raises(needed.NotMeasuredError, match=r"^colour-science is not installed"):
        next(SECTIONS["metrics"](Run(TINY)))


@pytest.mark.parametrize("place", ["nowhere", "."])
def test_programs_that_are_nowhere_are_refused(
    place: str, without: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    without()
    with pytest.raises(SystemExit) as ended:
        program.main(["--tiny", "--npm", str(tmp_path / place)])
    assert ended.value.code == 2
    out, (line,) = told(capsys)
    assert out == []
    assert line.startswith(f"--npm {tmp_path / place}: nothing is installed there: npm install ")


def test_programs_that_are_missing_beside_others_are_told(tmp_path: Path) -> None:
    found = needed.lacking_neighbours(tmp_path, ["odiff 1.2.3", "odiff 1.2.3, 2 at a time", "reg-cli 3"])
    assert list(found) == ["pixelmatch"]
    assert found["pixelmatch"].startswith(f"not below {tmp_path / 'node_modules'}")
