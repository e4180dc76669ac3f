"""`prove --init`: a case that says what is known and explains the rest, beside the files it was given."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from proofs_repository import BAD, CONFIG, GOOD, ID, Scratch

from qualitygate.core.incident import IncidentKind, IncidentState
from qualitygate.core.threshold import Severity
from qualitygate.incidents.facts import Impact, Times, Trigger
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.proofs.case import Check
from qualitygate.proofs.skeleton import Skeleton, case_text
from qualitygate.proving.case_file import read_case

NOW = datetime(2025, 9, 27, 4, 13, tzinfo=UTC)
FOLDER = f"fixtures/incidents/{ID}"
LIMIT = Trigger(
    layer="quality", check_id="QG-1001/delta_e_2000/p50", label="DeltaE00", message="m", metric="delta_e_2000",
    statistic="p50", subject="a.png", set="hero", profile="mine",
)  # fmt: skip


def incident(scratch: Scratch, *triggers: Trigger, severity: Severity = Severity.S1, commit: str | None = None) -> None:
    record = Postmortem(
        id=ID, title='The "look"\\ drifted', severity=severity, state=IncidentState.DETECTED, kind=IncidentKind.REAL,
        times=Times(detected="2025-09-27T04:12:00Z"), impact=Impact(summary="4,200 images", count=4200),
        triggers=triggers, commit=commit,
    )  # fmt: skip
    assert Ledger(scratch.top).open(record, actor="on-call", recorded=NOW) is not None


def files(scratch: Scratch, tmp_path: Path) -> list[str]:
    (tmp_path / "elsewhere.PNG").write_bytes(BAD)
    return ["--reference", "approved/a.png", "--fixed", "build/a.png", "--bad", str(tmp_path / "elsewhere.PNG")]


def test_from_the_trigger_to_a_proof(scratch: Scratch, tmp_path: Path, qg) -> None:
    incident(scratch, LIMIT, commit=scratch.bad)
    missing = qg("prove", ID)
    assert missing.code == 2
    assert f"`qualitygate prove {ID} --init` writes {FOLDER}/case.toml" in missing.err
    done = qg("prove", ID, "--init", *files(scratch, tmp_path))
    assert done.code == 0, done.err
    assert done.out.splitlines() == [
        f"wrote  {FOLDER}/case.toml",
        f"copied {FOLDER}/reference.png  {len(GOOD)} bytes",
        f"copied {FOLDER}/bad.png  {len(BAD)} bytes",
        f"copied {FOLDER}/fixed.png  {len(GOOD)} bytes",
        'to do  proof: `fixed_commit` is missing; write fixed_commit = "…"',
        f"then   qualitygate prove {ID}",
    ]
    assert (scratch.top / FOLDER / "bad.png").read_bytes() == BAD
    path = scratch.top / FOLDER / "case.toml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('# fixed_commit = "…"', f'fixed_commit = "{scratch.fixed}"'), encoding="utf-8")
    case = read_case(path)
    assert (case.title, case.check_id) == ('The "look"\\ drifted', "QG-1001/delta_e_2000/p50")
    assert case.commits is not None
    assert (case.commits.bad, case.commits.reference, case.commits.candidate) == (scratch.bad, "approved", "build")
    assert qg("prove", ID, "--runs", "1").code == 0
    assert qg("prove", "--all").code == 0


def test_nothing_is_overwritten(scratch: Scratch, tmp_path: Path, qg) -> None:
    incident(scratch, LIMIT)
    scratch.write(f"{FOLDER}/bad.png", b"mine")
    other = qg("prove", ID, "--init", *files(scratch, tmp_path))
    assert (other.code, sorted(path.name for path in (scratch.top / FOLDER).iterdir())) == (2, ["bad.png"])
    assert f"{FOLDER}/bad.png: another file of this name is there" in other.err
    assert qg("prove", ID, "--init").code == 0
    before = (scratch.top / FOLDER / "case.toml").read_bytes()
    again = qg("prove", ID, "--init")
    assert again.code == 2
    assert "has a case already" in again.err
    assert (scratch.top / FOLDER / "case.toml").read_bytes() == before


def test_pictures_that_must_not_be_in_git_are_not_copied(scratch: Scratch, tmp_path: Path, qg) -> None:
    incident(scratch, LIMIT, severity=Severity.S0)
    done = qg("prove", ID, "--init", *files(scratch, tmp_path))
    assert done.code == 1
    assert "must not be in git (S0)" in done.err
    assert not (scratch.top / FOLDER).exists()
    assert qg("prove", ID, "--init").code == 0


REGION = Trigger(
    layer="quality", check_id="QG-1003/delta_e_2000/max/logo", label="l", message="m", metric="delta_e_2000",
    statistic="max", region="logo", set="hero", profile="mine",
)  # fmt: skip
LUT = Trigger(
    layer="lut", check_id="QG-1680/lut_drift/grid_p95", label="l", message="m", metric="lut_drift",
    statistic="grid_p95", subject="luts/a.cube", profile="look",
)  # fmt: skip
ALERT = Trigger(layer="monitoring", check_id="deltaE-spike", label="l", message="m")


@pytest.mark.parametrize(
    ("triggers", "check", "missing"),
    [
        ((REGION,), Check("QG-1003", "delta_e_2000", "max", "logo", set="hero"), None),
        ((LUT,), Check("QG-1680", "lut_drift", "grid_p95", lut="luts/a.cube"), None),
        ((ALERT, LIMIT), Check("QG-1001", "delta_e_2000", "p50", profile="mine"), None),
        ((ALERT,), None, "a case has either a [check] or a [control]"),
        ((), None, "a case has either a [check] or a [control]"),
    ],
)
def test_what_each_trigger_gives(
    scratch: Scratch, tmp_path: Path, qg, triggers: tuple[Trigger, ...], check: Check | None, missing: str | None
) -> None:
    incident(scratch, *triggers)
    told = json.loads(qg("prove", ID, "--init", "--format", "json", *files(scratch, tmp_path)).out)
    assert told["files"] == [f"{FOLDER}/{name}.png" for name in ("reference", "bad", "fixed")]
    if missing is not None:
        assert missing in told["missing"]
        return
    assert told["missing"] is None
    assert read_case(scratch.top / told["path"]).check == check


def test_a_set_that_lies_elsewhere_gives_no_paths(scratch: Scratch, qg) -> None:
    scratch.write("qualitygate.toml", CONFIG.replace('"approved"', '"../approved"'))
    incident(scratch, LIMIT)
    assert qg("prove", ID, "--init").code == 0
    assert '# reference = "approved"' in (scratch.top / FOLDER / "case.toml").read_text()


@pytest.mark.parametrize("pattern", ["build/", "build", "/build/*", "*.png\n!approved/*"])
def test_candidates_that_git_ignores_are_in_no_commit(scratch: Scratch, tmp_path: Path, qg, pattern: str) -> None:
    scratch.git("rm", "-rq", "--cached", "build")
    broken = scratch.commit("Ignore the build", **{".gitignore": pattern + "\n"})
    incident(scratch, LIMIT, commit=broken)
    done = qg("prove", ID, "--init", *files(scratch, tmp_path))
    assert (
        'to do  git ignores build, so no commit holds its pictures; write without_commits = "…" in [proof]' in done.out
    )
    path = scratch.top / FOLDER / "case.toml"
    text = path.read_text(encoding="utf-8")
    assert "# git ignores build: no commit holds what was judged. Say so in `without_commits`, below." in text
    assert (f'# bad_commit = "{broken}"' in text, '# candidate = "build"' in text) == (True, True)
    path.write_text(text.replace('# without_commits = "…"', 'without_commits = "a build is never committed"'), "utf-8")
    proven = qg("prove", ID, "--runs", "1")
    assert (proven.code, read_case(path).commits) == (0, None), proven.out + proven.err


def test_candidates_that_were_committed_all_the_same_are_in_commits(scratch: Scratch, qg) -> None:
    scratch.commit("Ignore the build too late", **{".gitignore": "build/\n"})
    incident(scratch, LIMIT, commit=scratch.bad)
    assert "git ignores" not in qg("prove", ID, "--init").out
    assert f'\nbad_commit = "{scratch.bad}"' in (scratch.top / FOLDER / "case.toml").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([ID, "--bad", "build/a.png"], "--bad belongs to --init"),
        (["--all", "--init"], "--init writes the case of one incident"),
        ([ID, "--init", "--bad", "none.png"], "none.png: no such file"),
        (["PM-2025-01-01-01", "--init"], "QG-1701"),
    ],
)
def test_init_is_used_wrongly(scratch: Scratch, qg, arguments: list[str], said: str) -> None:
    incident(scratch, LIMIT)
    done = qg("prove", *arguments)
    assert done.code == 2
    assert said in done.err
    assert not (scratch.top / "fixtures").exists()


CHECKS = st.sampled_from(
    [None, Check("QG-1001", "ssim", "mean", profile="hero"), Check("QG-1003", "ssim", "mean", "r", set="s"),
     Check("QG-1680", "lut_drift", "grid_max", lut="l.cube"), Check("QG-1011"), Check("QG-1664")]
)  # fmt: skip
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)


@given(TEXTS, CHECKS, st.none() | st.just("a" * 40), st.none() | st.tuples(TEXTS, TEXTS), st.booleans())
def test_the_text_is_toml_also_with_everything_in_it(
    title: str, check: Check | None, commit: str | None, pictures: tuple[str, str] | None, files: bool
) -> None:
    names = {"reference": "r.png", "bad": "b.png", "fixed": "f.png"} if files else {}
    text = case_text(Skeleton(ID, title, "real", check, commit, names, None, pictures))
    assert tomllib.loads(text)["title"] == title
    # Every line that is commented out is a key or a table that is read, or prose.
    lines = [re.sub(r"^# (?=[a-z_]+ = |\[[a-z]+\])", "", line) for line in text.splitlines()]
    full = tomllib.loads("\n".join(lines))
    assert set(full) == {
        "incident",
        "title",
        "kind",
        "reference",
        "bad",
        "fixed",
        "check",
        "proof",
        "reproduce",
        "control",
    }
    assert set(full["proof"]) - {"lut"} | {"reference", "candidate"} == {
        "bad_commit", "fixed_commit", "parent", "old_thresholds", "new_thresholds", "reference", "candidate", "runs",
        "without_commits",
    }  # fmt: skip
    assert all(len(line) <= 120 for line in text.splitlines() if "…" in line or line.startswith("#"))
