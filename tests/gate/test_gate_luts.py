"""Sets of LUTs inside `qualitygate check`: one report, one exit code, one incident."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image as Pillow

import qualitygate
from qualitygate import gate
from qualitygate.cli import root, run
from qualitygate.core.errors import ConfigError
from qualitygate.core.verdict import Failed, Passed
from qualitygate.incident_opening import open_incident

CONFIG = '[[luts]]\nname = "looks"\nfiles = ["luts/**/*.cube"]\nexclude = ["luts/drafts/"]\n'


def write(path: Path, power: float = 1.1, gain: float = 1.0, size: int = 9) -> None:
    steps = [index / (size - 1) for index in range(size)]
    rows = [[gain * value**power for value in (r, g, b)] for b in steps for g in steps for r in steps]
    path.parent.mkdir(parents=True, exist_ok=True)
    body = "".join(" ".join(f"{value:.6f}" for value in row) + "\n" for row in rows)
    path.write_text(f"LUT_3D_SIZE {size}\n{body}")


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def looks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with two LUTs on `main`, checked out on a branch of it."""
    import os

    for name in [name for name in os.environ if name.startswith(("GIT_", "GITHUB_", "CI"))]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    Path("qualitygate.toml").write_text(CONFIG)
    write(Path("luts/a.cube"))
    write(Path("luts/deep/b.cube"), 0.9)
    Path("luts/drafts").mkdir()
    Path("luts/drafts/bad.cube").write_text("draft")
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "feature")
    return tmp_path


def test_a_set_passes_and_says_what_it_compared_with(looks):
    report = qualitygate.check(base="main")
    assert report.verdict == "passed"
    assert [result.subject.id for result in report.results] == ["luts/a.cube", "luts/deep/b.cube"]
    assert {result.subject.kind for result in report.results} == {"lut"}
    assert report.results[0].measurements["lut_drift"].values["grid_max"] == 0
    (info,) = report.sets
    assert (info.name, info.pipeline, info.candidate) == ("looks", "looks", "luts/**/*.cube")
    assert info.reference.startswith("main at ")


def test_drift_fails_the_run(looks):
    write(Path("luts/a.cube"), 1.3)
    report = qualitygate.check(base="main")
    assert [type(result.verdict) for result in report.results] == [Failed, Passed]
    worst = report.errors[0]
    assert (worst.code, worst.metric, worst.set_name, worst.subject) == ("QG-1680", "lut_drift", "looks", "luts/a.cube")
    with pytest.raises(qualitygate.ThresholdExceeded, match=r"DeltaE00 .* exceeds .*: luts/a.cube"):
        report.raise_for_verdict()
    assert not Path("run").exists()


def test_the_base_that_is_asked_for_goes_first_and_must_exist(looks):
    Path("qualitygate.toml").write_text(CONFIG + 'base = "HEAD"\n')
    write(Path("luts/a.cube"), 1.3)
    assert qualitygate.check().verdict == "failed"
    with pytest.raises(ConfigError, match="unknown revision"):
        qualitygate.check(base="no/such")


def test_without_a_base_structure_and_quality_are_judged(looks):
    Path("luts/a.cube").write_text("LUT_3D_SIZE 9\n0 0 0\n")
    report = qualitygate.check()
    assert report.errors[0].code == "QG-1633"
    notes = [finding.code for finding in report.results[1].findings]
    assert notes == ["QG-1682"]


def test_in_ci_a_set_that_is_compared_with_nothing_is_a_warning(looks, monkeypatch):
    monkeypatch.setenv("CI", "false")
    assert [finding.code for finding in qualitygate.check().findings] == []
    monkeypatch.setenv("CI", "true")
    (found,) = qualitygate.check().findings
    assert (found.code, found.level.value, found.set_name) == ("QG-1682", "warning", "looks")
    assert qualitygate.check(base="main").findings == ()


def test_deleted_duplicate_and_empty(looks):
    Path("qualitygate.toml").write_text(CONFIG.replace('"luts/**/*.cube"', '"luts/a.cube", "luts/**/*.cube"'))
    Path("luts/a.cube").unlink()
    write(Path("luts/c.cube"), 0.9)
    report = qualitygate.check(base="main")
    found = {finding.code: finding for finding in report.findings}
    assert found["QG-1685"].path == "luts/a.cube"
    assert "qualitygate.toml:1" in found["QG-1685"].message
    assert "the same as luts/c.cube" in found["QG-1669"].message
    assert report.verdict == "failed"
    Path("qualitygate.toml").write_text(CONFIG.replace("luts/**", "nothing"))
    report = qualitygate.check(base="main")
    assert {finding.code for finding in report.findings} >= {"QG-1693"}
    assert report.verdict == "failed"


def test_a_rewritten_lut_under_a_new_name_is_compared_with_the_nearest_that_vanished(looks):
    git("mv", "luts/a.cube", "luts/one.cube")
    git("mv", "luts/deep/b.cube", "luts/two.cube")
    write(Path("luts/one.cube"), 0.93)
    write(Path("luts/two.cube"), 1.12)
    report = qualitygate.check(base="main")
    assert report.verdict == "failed"
    chosen = {
        result.subject.id: finding.message
        for result in report.results for finding in result.findings if finding.code == "QG-1688"
    }  # fmt: skip
    assert "luts/deep/b.cube at" in chosen["luts/one.cube"]
    assert "luts/a.cube at" in chosen["luts/two.cube"]


def test_a_deleted_file_of_a_glob_is_a_warning(looks):
    Path("luts/deep/b.cube").unlink()
    report = qualitygate.check(base="main")
    assert report.verdict == "passed"
    (found,) = [finding for finding in report.findings if finding.code == "QG-1685"]
    assert (found.level.value, found.path) == ("warning", "luts/deep/b.cube")


def test_a_rename_out_of_an_assignment_is_an_error(looks):
    Path("thresholds").mkdir()
    Path("thresholds/lut.toml").write_text(
        'schema = 1\nextends = "lut"\n[[assign]]\nfiles = ["luts/deep/**"]\ninput = "log"\noutput = "BT.1886"\n'
    )
    git("add", "-A")
    git("mv", "luts/deep/b.cube", "luts/b.cube")
    report = qualitygate.check(base="main")
    assert [finding.code for finding in report.errors if finding.subject == "luts/b.cube"] == ["QG-1689"]
    git("mv", "luts/b.cube", "luts/deep/c.cube")
    assert "QG-1689" not in [finding.code for finding in qualitygate.check(base="main").errors]


def test_beside_pictures_with_one_exit_code(looks, photos, capsys):
    for side in ("ref", "cand"):
        Path(side).mkdir()
        Pillow.open(photos[0]).convert("RGB").resize((64, 64)).save(f"{side}/a.png")
    sets = '[[sets]]\nname = "pictures"\nreference = "ref"\ncandidate = "cand"\nprofile = "ui"\nmetrics = ["ssim"]\n'
    Path("qualitygate.toml").write_text(sets + CONFIG)
    write(Path("luts/a.cube"), 1.3)
    code = run(root, ["check", "--base", "main", "--format", "json", "--no-incident"], "qualitygate")
    document = json.loads(capsys.readouterr().out)
    assert code == 1
    assert [(pair["kind"], pair["status"]) for pair in document["pairs"]] == [
        ("pair", "passed"), ("lut", "failed"), ("lut", "passed"),
    ]  # fmt: skip
    assert document["pairs"][1]["id"] == "looks/luts/a.cube"
    for form in ("text", "github"):
        assert run(root, ["check", "--base", "main", "--format", form, "--no-incident"], "qualitygate") == 1
        assert "luts/a.cube" in capsys.readouterr().out


def test_names_are_unique_among_all_sets(looks):
    Path("qualitygate.toml").write_text(CONFIG + CONFIG)
    with pytest.raises(ConfigError, match="taken twice"):
        gate.plan()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[luts]]\n", "`files` is missing"),
        ('[[luts]]\nfiles = ["/a"]\n', "relative"),
        ("[[luts]]\nglob = 1\n", "glob"),
    ],
)
def test_mistakes_in_a_set(looks, text, says):
    Path("qualitygate.toml").write_text(text)
    with pytest.raises(ConfigError, match=says):
        gate.plan()


def test_an_incident_keeps_a_picture_of_the_change(looks):
    write(Path("luts/a.cube"), 1.3)
    plan = gate.plan(base="main")
    report = gate.run(plan)
    opened = open_incident(report, plan, root=looks, now=datetime(2026, 1, 2, tzinfo=UTC), environ={})
    assert opened.incident is not None
    text = Path(opened.incident.markdown).read_text(encoding="utf-8")
    assert "DeltaE00" in text
    assert "born of PM-2025-09-27-01" in text
    picture = Pillow.open(opened.heat_maps["luts/a.cube"])
    assert picture.format == "PNG"
    assert picture.width > 700
