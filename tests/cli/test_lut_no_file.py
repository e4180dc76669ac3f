"""A FILE that is none is wrong usage, no incident; one that the change deletes, or the index alone has, is judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from test_validate_lut import cube, git

from qualitygate.cli import run
from qualitygate.cli.validate_lut import command


@pytest.fixture
def validate(qg, capsys):
    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(command, list(arguments), "validate-lut")
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nope.cube",), "nope.cube: no such file [QG-1401]"),
        (("a.cube", "nope.cube"), "nope.cube: no such file [QG-1401]"),
        (("luts",), "luts: is a directory; name its files, or use --staged, --base REV or --all [QG-1401]"),
        (("a.cube", "--against", "nope.cube"), "nope.cube: no such file [QG-1401]"),
        (("a.cube", "--against", "luts"), "luts: the path is a directory; expected a LUT file [QG-1401]"),
    ],
)
def test_it_is_one_clear_error_and_no_incident(validate, monkeypatch, arguments, says) -> None:
    monkeypatch.setenv("CI", "1")
    cube(Path("a.cube"), size=3)
    Path("luts").mkdir()
    code, out, err = validate(*arguments)
    assert (code, out) == (2, "")
    assert err.strip().endswith(says)
    assert err.count("\n") == 1
    assert not Path("run").exists()


@pytest.mark.parametrize("option", [("--staged",), ("--base", "HEAD")])
def test_a_deleted_file_is_judged_and_an_unknown_one_is_not(validate, option) -> None:
    git("init", "-q")
    cube(Path("a.cube"), size=3)
    git("add", ".")
    git("commit", "-qm", "one")
    git("rm", "-q", "a.cube")
    code, out, _ = validate("a.cube", *option)
    assert code == 1
    assert "QG-1616" in out
    assert validate("b.cube", *option)[0] == 2


def test_a_file_that_the_index_alone_has_is_judged(validate) -> None:
    git("init", "-q")
    path = cube(Path("a.cube"), size=3)
    git("add", ".")
    path.unlink()
    assert validate("a.cube", "--staged")[0] == 0


def test_a_link_that_leads_nowhere_is_rejected(validate) -> None:
    Path("a.cube").symlink_to("gone.cube")
    assert validate("a.cube")[0] == 1


@pytest.mark.parametrize("value", ["1e9", "-70000", "65536.5"])
def test_what_no_picture_holds_is_rejected_whatever_is_declared(validate, value) -> None:
    path = cube(Path("a.cube"), size=3)
    path.write_text(path.read_text().replace("0.500000 0.500000 0.500000", f"0.5 {value} 0.5"))
    assert value in path.read_text()
    code, out, _ = validate("a.cube")
    assert code == 1
    assert "QG-1672" in out
    Path("thresholds").mkdir()
    for output, expected in (("linear", 1), ("log", 1), ("none", 0)):
        Path("thresholds/lut.toml").write_text(f'extends = "lut"\n[[assign]]\nfiles = ["**"]\noutput = "{output}"\n')
        assert validate("a.cube")[0] == expected, output


@pytest.mark.parametrize("value", ["65504", "-65504", "65535", "10000"])
def test_what_some_picture_holds_is_a_warning(validate, value) -> None:
    path = cube(Path("a.cube"), size=3)
    path.write_text(path.read_text().replace("0.500000 0.500000 0.500000", f"0.5 {value} 0.5"))
    code, out, _ = validate("a.cube")
    assert code == 0
    assert "QG-1672" in out
