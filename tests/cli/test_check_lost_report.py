"""A report that cannot be printed or written hides no verdict."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualitygate.cli.output import deliver
from qualitygate.core.errors import ConfigError
from qualitygate.reporters.base import Rendered

ROOT = Path(__file__).resolve().parents[2]
FULL = Path("/dev/full")
RUN = ("--profile", "product", "--metric", "delta_e_2000", "--no-incident")
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="there is no /dev/full here")


@pytest.mark.parametrize(("candidate", "code", "verdict"), [("bad", 1, "failed"), ("good", 2, "passed")])
@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_an_output_without_room_tells_the_verdict_all_the_same(
    qg: Callable[..., Any], trees: Path, monkeypatch: pytest.MonkeyPatch, form: str, candidate: str, code: int,
    verdict: str,
) -> None:  # fmt: skip
    monkeypatch.setenv("GITHUB_OUTPUT", str(trees / "output"))
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(trees / "summary"))
    found = qg("check", "ref", candidate, *RUN, "--format", form, "-o", FULL)
    assert found.code == code
    assert found.err.startswith(f"{verdict}, and the report is lost: /dev/full: cannot write: ")
    assert found.err.rstrip().endswith("[QG-1412]")
    if form == "github":
        assert f"verdict={verdict}\n" in (trees / "output").read_text()
        assert (trees / "summary").read_text()


@pytest.mark.parametrize(("candidate", "code", "verdict"), [("bad", 1, "failed"), ("good", 2, "passed")])
def test_standard_output_without_room(trees: Path, candidate: str, code: int, verdict: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "GITHUB_OUTPUT": str(trees / "output")}
    environment |= {"GITHUB_STEP_SUMMARY": str(trees / "summary")}
    line = [sys.executable, "-m", "qualitygate", "check", "ref", candidate, *RUN, "--format", "github"]
    with FULL.open("w") as full:
        done = subprocess.run(
            line, stdout=full, stderr=subprocess.PIPE, cwd=trees, env=environment, text=True, check=False
        )
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith(f"{verdict}, and the report is lost: standard output: cannot write: ")
    assert f"verdict={verdict}\n" in (trees / "output").read_text()
    assert (trees / "summary").read_text()


def test_nobody_listens_and_the_summary_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*_: object, **__: object) -> None:
        raise BrokenPipeError

    monkeypatch.setattr("click.echo", gone)
    with pytest.raises(BrokenPipeError):
        deliver(Rendered("text", {"$OUTPUT": "verdict=failed\n"}), None, {"OUTPUT": str(tmp_path / "output")})
    assert (tmp_path / "output").read_text() == "verdict=failed\n"


def test_what_is_lost_is_returned_and_the_rest_written(tmp_path: Path) -> None:
    rendered = Rendered("text", {"pictures/a.png": b"picture", "$OUTPUT": "verdict=failed\n"})
    (tmp_path / "pictures").write_text("a file")
    lost = deliver(rendered, tmp_path / "report", {"OUTPUT": str(tmp_path / "output")})
    assert isinstance(lost, ConfigError)
    assert lost.where == str(tmp_path / "pictures" / "a.png")
    assert (tmp_path / "report").read_text() == "text"
    assert (tmp_path / "output").read_text() == "verdict=failed\n"


def test_comparing_two_pictures_into_a_full_disk_is_an_error(qg: Callable[..., Any], trees: Path) -> None:
    found = qg("compare", "ref/coffee.png", "good/coffee.webp", "--metric", "delta_e_2000", "-o", FULL)
    assert (found.code, "QG-1412" in found.err) == (2, True)
