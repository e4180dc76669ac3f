"""Options of `qualitygate check` from variables: as good as words, validated alike, and never read as an option."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click
import pytest
from hypothesis import given as examples
from hypothesis import strategies as st

from qualitygate.cli import root
from qualitygate.cli.check import command
from qualitygate.cli.variables import given, variable

PREFIX = "QUALITYGATE_CHECK_"


@pytest.fixture
def check(qg: Callable[..., Any], trees: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run the check on good pictures with variables, by one quick metric, and words beside them."""

    def call(*words: str, **variables: str) -> Any:
        ground = {"reference": "ref", "candidate": "good", "profile": "product", "metric": "delta_e_2000"}
        for name, value in (ground | {"workers": "1", "format": "json"} | variables).items():
            monkeypatch.setenv(f"{PREFIX}{name.upper()}", value)
        return qg("check", *words)

    return call


def test_variables_are_as_good_as_words(check: Callable[..., Any]) -> None:
    told = check()
    assert told.code == 0, told.err
    document = json.loads(told.out)
    assert {name for pair in document["pairs"] for name in pair["measurements"]} == {"delta_e_2000"}
    assert document["summary"]["pairs"] == 4


def test_words_go_before_variables(check: Callable[..., Any]) -> None:
    assert check("ref", "bad", "--no-incident").code == 1
    assert check("--profile", "absent").code == 2
    told = check("--metric", "ssim", metric="delta_e_2000")
    assert {name for pair in json.loads(told.out)["pairs"] for name in pair["measurements"]} == {"ssim"}


@pytest.mark.parametrize(
    "text", ["delta_e_2000, ssim", "delta_e_2000\nssim\n", " ssim ,\r\n\tdelta_e_2000 ,", "ssim  delta_e_2000"]
)
def test_several_values_stand_in_one_variable(check: Callable[..., Any], text: str) -> None:
    told = check(metric=text)
    assert told.code == 0, told.err
    names = {name for pair in json.loads(told.out)["pairs"] for name in pair["measurements"]}
    assert names == {"delta_e_2000", "ssim"}


@pytest.mark.parametrize("empty", ["", " ", "\n", "\t\r\n "])
def test_an_empty_variable_is_none(check: Callable[..., Any], empty: str) -> None:
    names = {param.opts[-1].lstrip("-").replace("-", "_") for param in command.params if param.name != "verbose"}
    names -= {"reference", "candidate", "profile", "metric", "workers", "format", "o"}
    assert {"device", "also", "report", "no_incident", "incident_kind"} <= names
    told = check(**dict.fromkeys(names, empty))
    assert told.code == 0, told.err
    assert check(workers=empty, metric="delta_e_2000").code == 0
    assert check(profile=empty).code == 2


def test_the_line_end_that_yaml_leaves_is_no_part_of_a_value(check: Callable[..., Any]) -> None:
    assert check(profile="product\n", reference="ref\r\n").code == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("device", "toaster"),
        ("workers", "0"),
        ("workers", "many"),
        ("workers", "1 --no-incident"),
        ("also", "audit, breakfast"),
        ("resize", "fancy"),
        ("background", "reddish"),
        ("comment", "perhaps"),
        ("incident_kind", "catastrophe"),
        ("output", "ref"),
    ],
)
def test_a_wrong_value_is_refused_by_the_name_of_its_variable(check: Callable[..., Any], name: str, value: str) -> None:
    told = check(**{name: value})
    assert told.code == 2
    assert told.out == ""
    assert len(told.err.splitlines()) == 1
    if name != "output":
        assert f"{PREFIX}{name.upper()}" in told.err


def test_a_wrong_word_is_still_named_by_its_option(check: Callable[..., Any]) -> None:
    told = check("--workers", "0", workers="1")
    assert told.code == 2
    assert "--workers" in told.err
    assert PREFIX not in told.err


@pytest.mark.parametrize(
    "hostile", ["--help", "-v", "--no-incident", "$(touch stolen)", "; touch stolen", "--output=stolen"]
)
@pytest.mark.parametrize("name", ["reference", "candidate", "profile", "config", "metric", "format", "base", "report"])
def test_a_value_is_never_an_option(check: Callable[..., Any], trees: Path, name: str, hostile: str) -> None:
    told = check(**{name: hostile})
    assert (told.code, told.out) == (2, "")
    assert len(told.err.splitlines()) == 1
    assert not (trees / "stolen").exists()


def test_one_that_means_nothing_is_refused(check: Callable[..., Any]) -> None:
    told = check(profil="hero")
    assert told.code == 2
    assert told.err.strip() == (
        f"qualitygate: {PREFIX}PROFIL: this variable means nothing; did you mean {PREFIX}PROFILE? [QG-1436]"
    )
    assert check(profil="").code == 0
    assert check(profil="", help="yes").code == 2


def test_other_variables_and_verbs_are_as_before(
    check: Callable[..., Any], qg: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, trees: Path
) -> None:
    monkeypatch.setenv("QUALITYGATE_NOW", "2025-09-28T04:12:00Z")
    monkeypatch.setenv("QUALITYGATE_PROFILE", "absent")
    told = check(candidate="bad", incident_dir="kept here")
    assert told.code == 1, told.err
    assert json.loads(told.out)["incident"]["id"].startswith("PM-2025-09-28-")
    assert (trees / "kept here" / "run").is_dir()
    monkeypatch.setenv(f"{PREFIX}NONSENSE", "x")
    monkeypatch.setenv(f"{PREFIX}VERBOSE", "perhaps")
    pictures = sorted(path.name for path in (trees / "good").iterdir())[0]
    reference = f"ref/{Path(pictures).stem}.png"
    assert qg("compare", reference, f"good/{pictures}", "--metric", "delta_e_2000").code == 0
    assert qg("incident", "list").code == 0


def test_every_parameter_has_a_variable_of_its_own() -> None:
    ctx = click.Context(command, info_name="check", parent=click.Context(root, info_name="qualitygate"))
    names = [variable(ctx, param) for param in command.params]
    assert len(set(names)) == len(names)
    assert {"PROFILE", "METRIC", "ALSO", "REPORT", "BASE", "COMMENT", "REFERENCE", "CANDIDATE", "FORMAT"} <= {
        name.removeprefix(PREFIX) for name in names
    }


@examples(st.dictionaries(st.from_regex(r"QUALITYGATE_CHECK_[A-Z]{1,4}", fullmatch=True), st.text(), max_size=4))
def test_what_is_given_is_what_says_something(environ: Mapping[str, str]) -> None:
    found = given(environ, PREFIX, tuple(environ))
    assert found.keys() == {name for name, text in environ.items() if text.strip()}
    assert all(environ[name].strip("\r\n") == text for name, text in found.items())


def test_reports_may_have_blanks_in_their_paths(check: Callable[..., Any], trees: Path) -> None:
    told = check(report="json=my reports/one.json, text=two.txt\n", format="github")
    assert told.code == 0, told.err
    assert json.loads((trees / "my reports" / "one.json").read_text(encoding="utf-8"))["verdict"] == "passed"
    assert (trees / "two.txt").is_file()


def test_a_report_without_a_path_is_named_alone(check: Callable[..., Any]) -> None:
    told = check(report="text=one.txt, html sarif")
    assert told.code == 2
    assert "--report html: a path is missing" in told.err


def test_where_the_reports_are_becomes_outputs(
    check: Callable[..., Any], trees: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = trees / "output"
    monkeypatch.setenv("GITHUB_OUTPUT", os.fspath(output))
    assert check(format="github", report="json=a.json json=b.json text=c.txt").code == 0
    told = output.read_text(encoding="utf-8")
    assert "verdict=passed\n" in told
    assert "report_json=a.json\nreport_text=c.txt" in told or "report_text=c.txt\nreport_json=a.json" in told
    assert "\na.json\nb.json\nc.txt\n" in told
    output.unlink()
    assert check(format="github", report="").code == 0
    assert "reports=\n" in output.read_text(encoding="utf-8")
    output.unlink()
    assert check(format="json").code == 0
    assert not output.exists()
