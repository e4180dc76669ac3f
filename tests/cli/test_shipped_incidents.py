"""The incident that limits of the package were born of is said to ship with it, unless it is in the ledger here."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow

INCIDENT = "PM-2025-09-27-01"
SHIPS = f"{INCIDENT} (ships with qualitygate)"
FAST = ("--metric", "delta_e_2000")


@pytest.fixture
def drifted(qg: Callable[..., Any], tmp_path: Path) -> Path:
    """`ref/a.png`, and `cand/a.png` in another colour, in a repository of its own."""
    (tmp_path / ".git").mkdir()
    for name, colour in (("ref", (200, 40, 40)), ("cand", (160, 90, 40))):
        (tmp_path / name).mkdir()
        Pillow.new("RGB", (96, 96), colour).save(tmp_path / name / "a.png")
    return tmp_path


def check(qg: Callable[..., Any], *more: str) -> Any:
    return qg("check", "ref", "cand", "--profile", "hero", "--incident-dir", ".", *FAST, *more)


def in_the_ledger(root: Path) -> None:
    folder = root / "run/_/postmortems"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{INCIDENT}.md").write_text(f"# Incident {INCIDENT}\n")


REPORTS = ("html=page", "markdown=comment.md", "junit=gate.xml")


def test_every_report_for_people_says_that_it_ships(qg: Callable[..., Any], drifted: Path) -> None:
    found = check(qg, *(part for one in REPORTS for part in ("--report", one)), "--report", "json=gate.json")
    assert found.code == 1
    assert f"  born of     {SHIPS}\n" in found.out
    for name in ("page/index.html", "comment.md", "gate.xml"):
        text = (drifted / name).read_text()
        assert SHIPS in text
        assert text.count(INCIDENT) == text.count(SHIPS)
    assert f'"born_of": "{INCIDENT}"' in (drifted / "gate.json").read_text()


def test_github_and_compare_say_so_too(qg: Callable[..., Any], drifted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(drifted / "summary.md"))
    lines = check(qg, "--format", "github").out
    assert f"born of {SHIPS}" in lines
    assert SHIPS in (drifted / "summary.md").read_text()
    assert f"born of {SHIPS}" in " ".join(
        qg("compare", "ref/a.png", "cand/a.png", "--profile", "hero", *FAST).out.split()
    )


def test_an_incident_of_the_ledger_is_their_own(qg: Callable[..., Any], drifted: Path) -> None:
    in_the_ledger(drifted)
    found = check(qg, *(part for one in REPORTS for part in ("--report", one)))
    assert f"  born of     {INCIDENT}\n" in found.out
    for name in ("page/index.html", "comment.md", "gate.xml"):
        assert "ships with" not in (drifted / name).read_text()
    assert "ships with" not in qg("compare", "ref/a.png", "cand/a.png", "--profile", "hero", *FAST).out


def test_an_incident_that_a_file_here_states_is_their_own(qg: Callable[..., Any], drifted: Path) -> None:
    (drifted / "thresholds").mkdir()
    stated = f'mean = {{ fail = 2.0, born_of = "{INCIDENT}", why = "ours" }}\np50 = {{ fail = 2.2 }}\n'
    (drifted / "thresholds/hero.toml").write_text(f'extends = "hero"\n[limits.delta_e_2000]\n{stated}')
    told = check(qg, "--no-incident").out
    assert f"{INCIDENT} (DeltaE00 mean)" in told
    assert re.search(rf"{re.escape(SHIPS)} \(.*DeltaE00 p50", told)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "ships with qualitygate"),
        ("de", "wird mit qualitygate ausgeliefert"),
        ("fr", "fourni avec qualitygate"),
        ("ja", "qualitygate に同梱"),
    ],
)
def test_the_postmortem_says_so_in_its_language(
    qg: Callable[..., Any], drifted: Path, language: str, said: str
) -> None:
    (drifted / "qualitygate.toml").write_text(f'[incident]\nlang = "{language}"\n')
    assert check(qg).code == 1
    (stub,) = (drifted / "run/_/postmortems").glob("*.md")
    text = stub.read_text(encoding="utf-8")
    assert f"{INCIDENT} ({said})" in text
    record = json.loads(stub.with_suffix(".json").read_text(encoding="utf-8"))
    assert {(one["born_of"], one["ships"]) for one in record["triggers"]} == {(INCIDENT, True)}
    synced = qg("postmortem", "sync", stub.stem)
    assert synced.code == 0, synced.out + synced.err
    assert "in step" in synced.out
