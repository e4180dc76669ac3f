"""What no report, heat map or other output may take the place of; see `qualitygate.cli.replacing`."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qualitygate.cli import replacing
from qualitygate.cli.inputs import Inputs
from qualitygate.core.errors import ConfigError

sys.path.insert(0, str(Path(__file__).parent))

from approve_pictures import encoded, everything, git, put

CONFIG = """
[[sets]]
reference = "ref"
candidate = "cand"
profile = "thresholds/own.toml"
metrics = ["delta_e_2000"]
exclude = ["seen/**"]

[[sets.ignore]]
mask = "mask.png"

[[palettes]]
name = "brand"
files = ["shop/*.png"]
palette = "brand.toml"
"""
BATCH = """
[[sets]]
reference = "ref"
candidate = "cand"
profile = "product"

[[batches]]
name = "all"
candidate = ["cand/p*.png"]
"""
BRAND = 'schema = 1\n[[colours]]\nname = "red"\nvalue = "#ff0000"\n'
CUBE = "LUT_3D_SIZE 2\n" + "".join(f"{r} {g} {b}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))


@pytest.fixture
def project(qg: Callable[..., Any], photos: list[Path], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Call a command in a project with two pictures that pass, one that is new, and a LUT."""
    monkeypatch.setenv("QUALITYGATE_CHECK_NO_CACHE", "1")
    monkeypatch.setenv("QUALITYGATE_NOW", "2026-11-20T09:30:00Z")
    for side in ("ref", "cand"):
        for index in (0, 1):
            put(f"{side}/p{index}.png", encoded(photos[index]))
    put("cand/new.png", encoded(photos[2]))
    put("look.cube", CUBE)
    return qg


CHECK = ("check", "ref", "cand", "--profile", "product", "--metric", "delta_e_2000", "--no-incident")
COMPARE = ("compare", "ref/p0.png", "cand/p0.png", "--metric", "delta_e_2000")


def refused(call: Callable[..., Any], *arguments: str) -> str:
    """What one line says of a command that is refused with QG-1432 and writes nothing."""
    before = everything()
    outcome = call(*arguments)
    assert (outcome.code, outcome.out) == (2, "")
    assert outcome.err.count("\n") == 1, outcome.err
    assert "QG-1432" in outcome.err
    assert everything() == before
    return str(outcome.err)


@pytest.mark.parametrize(
    "target",
    ["ref/p0.png", "cand/p1.png", "./cand/../ref/p0.png", "ref/report.json", "ref/deep/er/report.json", "cand/new.png",
     "look.cube"],
)  # fmt: skip
@pytest.mark.parametrize("option", ["--report=sarif=", "--output="])
def test_no_report_of_a_run_takes_the_place_of_what_is_read(
    project: Callable[..., Any], target: str, option: str
) -> None:
    refused(project, *CHECK, f"{option}{target}")
    assert not Path("ref/deep").exists()


@pytest.mark.parametrize(
    "target", ["qualitygate.toml", "thresholds/own.toml", "brand.toml", "mask.png", "shop/red.png"]
)
def test_nor_of_what_the_configuration_names(project: Callable[..., Any], photos: list[Path], target: str) -> None:
    for name in ("mask.png", "shop/red.png"):
        put(name, encoded(photos[0]))
    put("thresholds/own.toml", 'schema = 1\nextends = "product"\n')
    put("brand.toml", BRAND)
    put("qualitygate.toml", CONFIG)
    refused(project, "check", "--no-incident", f"--report=json={target}")
    refused(project, *COMPARE, f"--output={target}")


def test_links_and_other_names_are_the_file_that_they_lead_to(project: Callable[..., Any]) -> None:
    Path("to-file.json").symlink_to("ref/p0.png")
    Path("to-new.json").symlink_to("ref/not-there-yet.json")
    Path("to-references").symlink_to("ref")
    os.link("ref/p1.png", "same.json")
    for target in ("to-file.json", "to-new.json", "to-references/report.json", "same.json",
                   str(Path("ref/p0.png").absolute())):  # fmt: skip
        refused(project, *CHECK, f"--report=json={target}")
    put("elsewhere/x", "")
    Path("ref/out.json").symlink_to("../elsewhere/out.json")
    refused(project, *CHECK, "--output=ref/out.json")


def test_names_that_the_file_system_takes_for_the_same(
    project: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file system that does not tell case gives both names one status."""
    told = replacing._identity
    monkeypatch.setattr(replacing, "_identity", lambda path: told(Path(str(path).replace("REF", "ref"))))
    given = Inputs(references=(Path("ref").absolute(),))
    with pytest.raises(ConfigError, match="among the references"):
        replacing.refuse_file(Path("REF/report.json"), given)
    replacing.refuse_file(Path("OTHER/report.json"), given)


def test_an_earlier_report_is_replaced_wherever_it_is_no_input(project: Callable[..., Any]) -> None:
    put("cand/said.json", "an earlier report")
    for _ in range(2):
        for target in ("out/said.json", "cand/said.json", "README.md"):
            assert project(*CHECK, f"--report=json={target}").code == 1, "the new picture has no reference"
            assert json.loads(Path(target).read_bytes())["verdict"] == "failed"


def test_the_directory_of_a_page_is_new_empty_or_one_of_ours(project: Callable[..., Any]) -> None:
    put("site/index.html", "<h1>my own</h1>")
    put("notes/todo.txt", "x")
    for foreign in ("site", "notes", "."):
        refused(project, *CHECK, f"--report=html={foreign}")
    Path("empty").mkdir()
    put("kept/.gitignore", "*\n")
    for fine in ("empty", "new/er", "kept"):
        for _ in range(2):
            assert project(*CHECK, f"--report=html={fine}", f"--report=junit={fine}/junit.xml").code == 1
            assert "Quality gate" in (Path(fine) / "index.html").read_text(encoding="utf-8")
    put("empty/mine.txt", "beside a page of ours")
    assert project(*CHECK, "--report=html=empty").code == 1
    assert Path("empty/mine.txt").is_file()


def test_a_page_that_was_cut_off_is_written_again(project: Callable[..., Any]) -> None:
    put("page/pictures/0001-reference.png", "x")
    put("page/junit.xml", "x")
    reports = ("--report=html=page", "--report=junit=page/junit.xml")
    assert project(*CHECK, *reports).code == 1
    put("other/pictures/0001-holiday.png", "x")
    refused(project, *CHECK, "--report=html=other")


def test_printing_a_page_into_a_file_replaces_no_page_of_somebody_else(project: Callable[..., Any]) -> None:
    put("index.html", "<h1>my own</h1>")
    refused(project, *CHECK, "--format=html", "--output=index.html")
    for _ in range(2):
        assert project(*CHECK, "--format=html", "--output=page/seen.html").code == 1


@pytest.mark.parametrize("place", ["ref/site", "cand/site", "cand"])
def test_pictures_of_a_page_or_an_incident_are_none_of_the_next_run(project: Callable[..., Any], place: str) -> None:
    if place == "cand":
        for path in Path("cand").iterdir():
            path.rename(Path("ref") / path.name)
    refused(project, *CHECK, f"--report=html={place}")
    refused(project, *CHECK[:-1], f"--incident-dir={place}")


def test_what_a_set_leaves_out_may_hold_them(project: Callable[..., Any], photos: list[Path]) -> None:
    put("mask.png", encoded(photos[0]))
    put("thresholds/own.toml", 'schema = 1\nextends = "product"\n')
    put("brand.toml", BRAND)
    put("qualitygate.toml", CONFIG.partition("[[sets.ignore]]")[0])
    assert project("check", "--no-incident", "--report=html=cand/seen").code == 1
    assert project("check", "--no-incident", "--report=html=cand/.hidden").code == 1
    refused(project, "check", "--no-incident", "--report=html=cand/shown")


def test_a_run_from_within_the_references_may_write_beside_them(
    project: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project may be its own directory of references; what is read is left alone all the same."""
    monkeypatch.chdir("ref")
    here = ("check", ".", "../cand", *CHECK[3:])
    assert project(*here, "--report=json=said.json").code == 1
    refused(project, *here, "--report=json=p0.png")


def test_two_pictures_and_what_is_drawn_of_them(project: Callable[..., Any], photos: list[Path]) -> None:
    for target in ("cand/p0.png", "cand/p1.png", "ref/p1.png"):
        refused(project, *COMPARE, f"--output={target}")
    for target in ("cand/p0.png", "ref/p0.png"):
        refused(project, *COMPARE, f"--heat-map={target}")
    for _ in range(2):
        assert project(*COMPARE, "--heat-map=where.png", "--output=said.txt").code == 0
    put("kept.png", encoded(photos[0]))
    git("init", "-q", ".")
    git("add", "kept.png")
    refused(project, *COMPARE, "--heat-map=kept.png")


def test_what_is_configured_is_left_alone_by_commands_that_do_not_run_it(
    project: Callable[..., Any], photos: list[Path]
) -> None:
    put("mask.png", encoded(photos[0]))
    put("thresholds/own.toml", 'schema = 1\nextends = "product"\n')
    put("brand.toml", BRAND)
    put("qualitygate.toml", CONFIG)
    git("init", "-q", ".")
    git("add", ".")
    git("commit", "-q", "-m", "a project")
    assert project("incident", "open", "--severity", "S2", "--title", "t", "--id", "PM-2026-11-20-01").code == 0
    record = "run/_/postmortems/PM-2026-11-20-01.json"
    for target in ("ref/p0.png", "ref/new.json", "qualitygate.toml", "look.cube", record):
        for command in (
            ("audit", "--base", "HEAD", "--no-measure"),
            ("actions", "export"),
            ("postmortem", "map", "PM-2026-11-20-01"),
            ("prove", "--all", "--incident-dir", "."),
            ("lut", "validate", "look.cube"),
            COMPARE,
        ):
            refused(project, *command, f"--output={target}")
    for directory in ("ref/site", "cand/site"):
        refused(project, "dashboard", directory)
        refused(project, "demo", directory)
    refused(project, *COMPARE, "--heat-map=cand/heat.png")
    refused(project, "lut", "validate", "look.cube", "--incident-dir", "ref")


def test_a_look_up_table_is_no_place_for_its_report(project: Callable[..., Any]) -> None:
    put("odd.json", CUBE)
    put("old.json", CUBE)
    refused(project, "lut", "validate", "look.cube", "--against", "old.json", "--output=old.json")
    refused(project, "lut", "validate", "odd.json", "--output=odd.json")
    assert project("lut", "validate", "look.cube", "--output=said.json").code == 0


def test_calibrating_replaces_no_run(project: Callable[..., Any], photos: list[Path]) -> None:
    for name in ("run1", "run2"):
        for index in (0, 1):
            put(f"{name}/p{index}.png", encoded(photos[index]))
    command = ("calibrate", "ref", "run1", "run2", "--metric", "delta_e_2000")
    for target in ("ref/p0.png", "run1/p0.png", "run1/drawn.png", "ref/drawn.png"):
        refused(project, *command, f"--picture={target}")
    refused(project, *command, "--output=ref/own.toml")
    put("brand.toml", BRAND)
    put("qualitygate.toml", CONFIG)
    refused(project, *command, "--force", "--output=qualitygate.toml")


def test_a_stored_baseline_is_the_only_file_that_a_baseline_replaces(project: Callable[..., Any]) -> None:
    def asked(target: str) -> Any:
        put("qualitygate.toml", BATCH + f'baseline = "{target}"\n[batches.limits]\nchroma = 3.0\n')
        return project("thresholds", "baseline")

    for target in ("ref/store.json", "mine.json"):
        Path("mine.json").symlink_to("cand/p0.png")
        before = everything()
        outcome = asked(target)
        assert (outcome.code, "QG-1432" in outcome.err) == (2, True), outcome.err
        assert everything() | {"qualitygate.toml": b""} == before | {"qualitygate.toml": b""}
        Path("mine.json").unlink()
    for _ in range(2):
        assert asked("stored/mine.json").code == 0


def test_a_checkpoint_is_not_converted_into_itself(project: Callable[..., Any]) -> None:
    put("vgg.bin", "x")
    refused(project, "weights", "convert", "vgg.bin", "--output", "vgg.bin")


def test_a_device_is_no_file_that_could_be_lost(project: Callable[..., Any]) -> None:
    assert project(*CHECK, "--output", os.devnull).code == 1
