"""`validate-lut` as a user calls it: verdicts, formats, exit codes, approvals, incidents."""

from __future__ import annotations

import json
import os
import re
import subprocess
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from qualitygate.cli import run
from qualitygate.cli.validate_lut import command

SCHEMA = json.loads(files("qualitygate").joinpath("schemas/lut.schema.json").read_text(encoding="utf-8"))


def values(size: int = 17, change=lambda v: v) -> np.ndarray:
    """Rows of a gentle look, red fastest, (size^3, 3)."""
    axis = np.linspace(0, 1, size)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    rows = np.stack([red, green, blue], axis=-1).reshape(-1, 3)
    return change(rows - 0.04 * np.sin(2 * np.pi * rows))


def cube(path: Path, change=lambda v: v, size: int = 17) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    body = "".join(f"{r:.6f} {g:.6f} {b:.6f}\n" for r, g, b in values(size, change).tolist())
    path.write_text(f"LUT_3D_SIZE {size}\n{body}")
    return path


def one_node(rows: np.ndarray) -> np.ndarray:
    rows = rows.copy()
    rows[2000, 0] += 0.5
    return rows


def git(*arguments: str) -> None:
    identity = ("-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def validate(qg, capsys, tmp_path):
    def call(*arguments):
        capsys.readouterr()
        code = run(command, [str(argument) for argument in arguments], "validate-lut")
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def document(validate, *arguments) -> tuple[int, list[dict]]:
    code, out, err = validate(*arguments, "--format", "json")
    assert err == ""
    found = json.loads(out)
    Draft202012Validator(SCHEMA).validate(found)
    assert list(found) == ["files"]
    return code, found["files"]


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


def test_several_files_in_order_and_without_state(validate):
    good, bad = cube(Path("a.cube")), cube(Path("b.cube"))
    bad.write_text(bad.read_text().replace("\n0.0", "\nnan 0.0", 1))
    Path("a.txt").write_text("no LUT")
    code, found = document(validate, good, bad, good, Path("a.txt"))
    assert code == 1
    assert [one["file"] for one in found] == ["a.cube", "b.cube", "a.cube", "a.txt"]
    assert [one["status"] for one in found] == ["accepted", "rejected", "accepted", "rejected"]
    assert found[0] == found[2]
    assert (found[0]["format"], found[0]["kind"], found[0]["size"]) == ("cube", "3d", 17)
    assert "drift" not in found[0]
    assert [f["code"] for f in found[0]["findings"]] == ["QG-1682"]
    error = found[1]["findings"][0]
    assert (error["level"], error["severity"], error["line"]) == ("error", "S2", 2)
    assert list(error) == ["code", "level", "severity", "line", "message"]
    assert found[3]["format"] is None


def test_against_a_previous_version(validate):
    new, old = cube(Path("new.cube"), one_node), cube(Path("old.cube"))
    code, (found,) = document(validate, new, "--against", old)
    assert code == 1
    assert set(found["drift"]) == {"grid", "colorchecker", "skin", "brand", "natural"}
    assert found["drift"]["grid"]["max"] > 4 > found["drift"]["grid"]["p95"]
    worst = found["findings"][0]
    assert (worst["code"], worst["severity"], worst["line"]) == ("QG-1680", "S1", None)
    assert worst["message"].startswith(f"DeltaE00 {found['drift']['grid']['max']:.2f} exceeds 4.0: new.cube, grid_max")
    assert "born of PM-2025-09-27-01" in worst["message"]
    assert [f["code"] for f in found["findings"] if f["level"] == "note"] == ["QG-1683", "QG-1695"]
    code, (same,) = document(validate, old, "--against", old)
    assert (code, same["drift"]["grid"]["max"]) == (0, 0)


def test_the_text_is_one_clear_block_per_finding(validate):
    bad = cube(Path("looks/a.cube"))
    bad.write_text(bad.read_text().replace("\n", "\n0.1 0.2\n", 1))
    code, out, err = validate(bad)
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        "rejected  looks/a.cube:2  (cube)",
        "  error       a row of 2 values (S2, QG-1631)",
        "  expected    3 values",
        "",
        "REJECTED  1 rejected, 0 accepted of 1 LUT",
        "  next        run `qualitygate explain QG-1631`",
    ]


@pytest.mark.parametrize("columns", [80, 120])
def test_the_text_keeps_to_the_width_of_the_terminal(validate, monkeypatch, columns):
    monkeypatch.setenv("COLUMNS", str(columns))
    new, old = cube(Path("new.cube"), lambda v: one_node(v**1.2)), cube(Path("old.cube"))
    for arguments in ((new, "--against", old), (new, old)):
        lines = validate(*arguments)[1].splitlines()
        # A command stays whole, to be copied.
        assert max(len(line) for line in lines if "qualitygate lut approve" not in line) <= columns


def test_the_text_names_a_file_once_and_the_most_serious_first(validate):
    new, old = cube(Path("new.cube"), lambda v: one_node(v**1.2)), cube(Path("old.cube"))
    _, out, _ = validate(new, "--against", old)
    # But for a command that may name it, to be copied.
    assert sum("new.cube" in line for line in out.splitlines() if "qualitygate lut approve" not in line) == 1
    assert out.splitlines()[0] == "rejected  new.cube  (cube, 3d, size 17)"
    rows = [line for line in out.splitlines() if line.startswith(("  error ", "  warning ", "  note "))]
    ranks = [("error", "warning", "note").index(row.split()[0]) for row in rows]
    assert ranks == sorted(ranks)
    severities = [row.partition(", QG-")[0][-2:] for row in rows if row.startswith("  error")]
    assert severities == sorted(severities)
    assert severities[0] == "S1"
    # Every code stands beside what it is about, for grep.
    assert any(row.startswith("  error       DeltaE00 ") and row.endswith("(grid_max, S1, QG-1680)") for row in rows)
    assert out.count("profile") == 1


def test_the_text_has_colours_where_they_are_asked_for_and_the_same_words(validate, monkeypatch):
    new, old = cube(Path("new.cube"), one_node), cube(Path("old.cube"))
    _, plain, _ = validate(new, "--against", old)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("FORCE_COLOR", "1")
    _, coloured, _ = validate(new, "--against", old)
    assert coloured.startswith("\x1b[1;31mrejected\x1b[0m  \x1b[1mnew.cube\x1b[0m")
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain
    validate(new, "--against", old, "--output", "told.txt")
    assert Path("told.txt").read_text() == plain
    assert "\x1b" not in validate(new, "--against", old, "--format", "github")[1]


def test_several_files_end_with_how_many_were_accepted(validate):
    one, other = cube(Path("a.cube")), cube(Path("b.cube"))
    assert validate(one, other)[1].splitlines()[-1] == "ACCEPTED  2 accepted of 2 LUTs"
    other.write_text("LUT_3D_SIZE 4096\n")
    lines = validate(one, other)[1].splitlines()
    assert "REJECTED  1 rejected, 1 accepted of 2 LUTs" in lines
    assert [line for line in lines if line.startswith("rejected ")] == ["rejected  b.cube:1  (cube)"]


def test_a_hostile_name_drives_no_terminal_and_adds_no_line(validate):
    usual, hostile = cube(Path("a.cube")), cube(Path("a: b, profile look\n\x1b[2J.cube"))
    assert validate(hostile)[1].count("\n") == validate(usual)[1].count("\n")
    assert "\x1b" not in validate(hostile)[1]


def test_github_annotations_name_file_and_line(validate):
    bad = cube(Path("looks/a.cube"))
    bad.write_text(bad.read_text().replace("\n", "\n0.1 0.2\n", 1))
    code, out, _ = validate(bad, "--format", "github")
    first, second = out.splitlines()[:2]
    assert first.startswith("::error file=looks/a.cube,line=2,title=a row of 2 values (QG-1631)::a row of 2 values")
    assert second.startswith("::stop-commands::")
    assert code == 1


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "give at least one FILE"),
        (("a.cube", "--staged", "--base", "main"), "exclude each other"),
        (("a.cube", "b.cube", "--against", "c.cube"), "one FILE"),
        (("a.cube", "--format", "xml"), "xml"),
        (("a.cube", "--against", "none.cube"), "QG-1401"),
        (("a.cube", "--staged"), "QG-1690"),
        (("a.cube", "--base", "main"), "QG-1690"),
        (("a.cube", "--thresholds", "none.toml"), "QG-1401"),
        (("a.cube", "--config", "none.toml"), "QG-1401"),
    ],
)
def test_wrong_usage_blocks_with_exit_code_2(validate, arguments, says):
    cube(Path("a.cube"))
    code, out, err = validate(*arguments)
    assert code == 2
    assert says in err
    assert err.count("\n") == 1
    assert out == ""


def test_an_unreadable_previous_version_blocks(validate):
    new, old = cube(Path("new.cube")), Path("old.cube")
    old.write_text("LUT_3D_SIZE 17\n0 0 0\n")
    code, (found,) = document(validate, new, "--against", old)
    assert code == 1
    assert found["findings"][0]["code"] == "QG-1686"
    assert "drift" not in found


def test_a_threshold_file_assigns_encodings_and_profile(validate):
    put = Path("thresholds/lut.toml")
    put.parent.mkdir()
    put.write_text(
        'extends = "lut"\n[[assign]]\nfiles = ["d/**"]\nprofile = "technical"\ninput = "sRGB"\noutput = "sRGB"\n'
    )
    bright = lambda v: v * 3  # noqa: E731
    inside, outside = cube(Path("d/a.cube"), bright), cube(Path("e/a.cube"), bright)
    code, found = document(validate, inside, outside)
    assert code == 1
    assert [one["status"] for one in found] == ["rejected", "accepted"]
    levels = [{f["code"]: f["level"] for f in one["findings"]}["QG-1672"] for one in found]
    assert levels == ["error", "warning"]


def test_the_working_directory_does_not_change_what_a_file_is(validate, monkeypatch):
    put = Path("thresholds/lut.toml")
    put.parent.mkdir()
    put.write_text('extends = "lut"\n[[assign]]\nfiles = ["d/*.cube"]\noutput = "sRGB"\n')
    cube(Path("d/a.cube"), lambda v: v * 3)
    monkeypatch.chdir("d")
    assert document(validate, "a.cube")[0] == 1


def test_quality_is_reported_below_its_limits(validate):
    new, old = cube(Path("new.cube"), size=33), cube(Path("old.cube"), lambda v: v * 0.9999, size=33)
    _, (found,) = document(validate, new)
    assert not {"QG-1665", "QG-1666", "QG-1667"} & {finding["code"] for finding in found["findings"]}
    assert set(found["quality"]) == {"banding_p99", "interpolation_p99", "decimation_p99"}
    assert all(0 <= value < 2 for value in found["quality"].values())
    assert found["quality"]["banding_p99"] > 0 < found["quality"]["decimation_p99"]
    assert document(validate, new, "--against", old)[1][0]["quality"] == found["quality"]
    new.write_text("LUT_3D_SIZE 4096\n")
    assert "quality" not in document(validate, new)[1][0]


def test_the_text_tells_once_where_limits_come_from(validate):
    new, old = cube(Path("new.cube"), lambda v: v**1.2), cube(Path("old.cube"))
    _, out, _ = validate(new, "--against", old)
    assert out.count("QG-1680") > 2
    assert out.count("  born of     PM-2025-09-27-01\n") == out.count("PM-2025-09-27-01") == 1
    other = cube(Path("other.cube"), lambda v: v**1.2)
    git("init", "-q")
    for path in (new, other):
        path.rename(f"{path}.new")
        cube(path)
    git("add", "new.cube", "other.cube")
    git("commit", "-qm", "one")
    for path in (new, other):
        Path(f"{path}.new").rename(path)
    _, out, _ = validate(new, other, "--base", "HEAD")
    assert out.count("PM-2025-09-27-01") == 1
    assert "  why         the same as for new.cube\n" in out


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_previous_version_that_is_no_file_is_refused_at_once(validate):
    os.mkfifo("old.cube")
    code, _, err = validate(cube(Path("new.cube")), "--against", "old.cube")
    assert code == 2
    assert "named pipe" in err


def test_an_intended_change_passes_once_it_is_approved(validate, qg):
    new, old = cube(Path("new.cube"), one_node), cube(Path("old.cube"))
    assert validate(new, "--against", old)[0] == 1
    done = qg("lut", "approve", new, "--against", old, "--reason", "A new grade")
    assert done.code == 0, done.err
    record = next(Path("approvals/luts").iterdir())
    assert record.as_posix() in done.out
    code, (found,) = document(validate, new, "--against", old)
    assert code == 0
    notes = {f["code"]: f for f in found["findings"]}
    assert "A new grade" in notes["QG-1684"]["message"]
    assert record.as_posix() in notes["QG-1684"]["message"]
    assert notes["QG-1680"]["level"] == "note"
    assert found["drift"]["grid"]["max"] > 4
    # Bound to both contents: any further change is another change.
    new.write_text(new.read_text().replace("0.5", "0.6", 1))
    assert validate(new, "--against", old)[0] == 1


def test_an_approval_does_not_answer_a_malformed_file_nor_an_absolute_limit(validate, qg):
    put = Path("thresholds/lut.toml")
    put.parent.mkdir()
    put.write_text('extends = "lut"\n[[assign]]\nfiles = ["**"]\nprofile = "technical"\n')
    new, old = cube(Path("new.cube"), lambda v: v + np.array([0.1, 0, 0])), cube(Path("old.cube"))
    assert qg("lut", "approve", new, "--against", old, "--reason", "x").code == 1
    assert validate(new, "--against", old)[0] == 1
    new.write_text("LUT_3D_SIZE 4096\n")
    assert qg("lut", "approve", new, "--against", old, "--reason", "x").code == 2
    assert qg("lut", "approve", old, "--against", old, "--reason", "x").code == 2
    assert qg("lut", "approve", old, "--against", new, "--reason", " ").code == 2
    assert not Path("approvals").exists()


def test_an_approval_needs_a_previous_version_that_can_be_had(qg):
    Path("a.cube").write_text("version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 123\n")
    git("init", "-q")
    git("add", "a.cube")
    git("commit", "-qm", "one")
    cube(Path("a.cube"))
    done = qg("lut", "approve", "a.cube", "--base", "HEAD", "--reason", "x")
    assert done.code == 2
    assert "previous version cannot be had" in done.err
    assert not Path("approvals").exists()


def test_nothing_is_written_for_a_change_within_the_limits(qg):
    new, old = cube(Path("new.cube"), lambda v: v * 0.9999), cube(Path("old.cube"))
    done = qg("lut", "approve", new, "--against", old, "--reason", "x")
    assert done.code == 0
    assert "within the limits" in done.out
    assert not Path("approvals").exists()


def test_an_approval_holds_whatever_line_ends_git_checks_out(validate, qg):
    new, old = cube(Path("new.cube"), one_node), cube(Path("old.cube"))
    assert qg("lut", "approve", new, "--against", old, "--reason", "x").code == 0
    for path in (new, old):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        assert validate(new, "--against", old)[0] == 0
    again = qg("lut", "approve", new, "--against", old, "--reason", "x")
    assert again.code == 2
    assert "approvals/luts/" in again.err
    assert str(Path.cwd()) not in again.err


def test_a_failure_in_ci_is_an_incident_and_a_local_one_is_not(validate, monkeypatch):
    new, old = cube(Path("new.cube"), one_node), cube(Path("old.cube"))
    validate(new, "--against", old)
    assert not Path("run").exists()
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("GITHUB_REF", "refs/pull/7/merge")
    code, out, _ = validate(new, "--against", old)
    stub = next(Path("run/_/postmortems").glob("*.md"))
    assert code == 1
    assert f"postmortem  {stub.as_posix()}" in out
    text = stub.read_text(encoding="utf-8")
    assert "born of PM-2025-09-27-01" in text
    assert "1 of 1 LUT failed the gate" in text
    evidence = list(Path("evidence").rglob("*.png"))
    assert len(evidence) == 1
    assert evidence[0].name in text
    validate(new, "--against", old)
    assert len(list(Path("run/_/postmortems").glob("*.md"))) == 1
    validate(old, "--against", old)
    assert len(list(Path("run/_/postmortems").glob("*.md"))) == 1


def test_a_malformed_lut_is_an_incident_too(validate):
    Path("a.cube").write_text("<html>")
    code, out, _ = validate("a.cube", "--incident", "--incident-dir", "there")
    assert code == 1
    assert "postmortem  there/run/_/postmortems/PM-" in out


def test_the_same_command_under_qualitygate(qg):
    cube(Path("a.cube"))
    done = qg("lut", "validate", "a.cube")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("accepted  a.cube")


def test_the_corpus_is_judged_by_the_command_as_by_the_readers(validate, corpora):
    rows = [line.split("\t") for line in (corpora / "lut" / "manifest.tsv").read_text().splitlines()[1:]]
    pytest.importorskip("PyOpenColorIO")
    code, found = document(validate, *(corpora / "lut" / row[0] for row in rows))
    assert code == 1
    differing = {
        Path(one["file"]).name
        for one, row in zip(found, rows, strict=True)
        if (one["status"] == "accepted") != (row[3] == "ok")
    }
    # docs/luts.md says why.
    assert differing == {"ocio_lut3by1d_nan_infinity_example.clf", "ocioinline_csp_01_simple_1d.csp"}
