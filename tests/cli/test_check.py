"""`qualitygate check` from arguments to exit code, on real photographs."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image as Pillow

FAST = ("--metric", "delta_e_2000", "--metric", "ssim", "--workers", "1")


def document(outcome: Any) -> dict[str, Any]:
    return json.loads(outcome.out)


def test_good_candidates_pass_and_open_no_incident(qg: Callable[..., Any], trees: Path) -> None:
    found = qg("check", "ref", "good", "--profile", "product", *FAST, "--format", "json")
    report = document(found)
    assert found.code == 0, report
    assert report["verdict"] == "passed"
    assert report["summary"] == {"pairs": 4, "passed": 4, "failed": 0, "unmeasurable": 0, "skipped": 0}
    assert report["incident"] is None
    assert not (trees / "run").exists()
    assert not (trees / "evidence").exists()


def test_a_colour_cast_fails_with_limit_incident_and_stub(qg: Callable[..., Any], trees: Path) -> None:
    found = qg("check", "ref", "bad", "--profile", "product", *FAST, "--format", "json")
    report = document(found)
    assert found.code == 1
    assert report["summary"]["failed"] == 1
    failed = next(pair for pair in report["pairs"] if pair["status"] == "failed")
    worst = failed["findings"][0]
    assert worst["code"] == "QG-1001"
    assert re.match(r"DeltaE00 \d+\.\d+ exceeds \d+\.\d+", worst["message"])
    assert worst["born_of"] == "PM-2025-09-27-01"
    assert "PM-2025-09-27-01" in worst["message"]
    incident = report["incident"]
    assert re.fullmatch(r"PM-\d{4}-\d{2}-\d{2}-[1-9]\d{7}", incident["id"])
    assert incident["markdown"] == f"run/_/postmortems/{incident['id']}.md"
    assert incident["markdown"] in worst["message"]
    text = (trees / incident["markdown"]).read_text()
    assert f"# Incident {incident['id']}" in text
    assert json.loads((trees / incident["json"]).read_text())["id"] == incident["id"]
    assert failed["heat_map"].startswith(f"evidence/{incident['id'].lower()}/")
    with Pillow.open(trees / failed["heat_map"]) as panel:
        assert panel.format == "PNG"
        assert panel.width > 300


def test_the_text_report_says_it_all(qg: Callable[..., Any], trees: Path) -> None:
    found = qg("check", "ref", "bad", "--profile", "product", *FAST)
    assert found.code == 1
    for expected in ("DeltaE00", "exceeds", "chelsea.webp", "product", "PM-2025-09-27-01", "run/_/postmortems/PM-"):
        assert expected in found.out
    assert "\x1b[" not in found.out
    assert found.err == ""


def test_the_same_failure_finds_the_same_incident_and_keeps_what_people_wrote(
    qg: Callable[..., Any], trees: Path
) -> None:
    first = document(qg("check", "ref", "bad", "--profile", "product", *FAST, "--format", "json"))["incident"]
    markdown = trees / first["markdown"]
    markdown.write_text(markdown.read_text() + "\nA person wrote this.\n")
    second = document(qg("check", "ref", "bad", "--profile", "product", *FAST, "--format", "json"))["incident"]
    assert second["id"] == first["id"]
    assert (first["created"], second["created"]) == (True, False)
    assert markdown.read_text().endswith("A person wrote this.\n")
    assert len(list((trees / "run/_/postmortems").glob("*.md"))) == 1


def test_the_id_does_not_depend_on_the_machine(
    qg: Callable[..., Any], trees: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = document(qg("check", "ref", "bad", "--profile", "product", *FAST, "--format", "json"))["incident"]
    elsewhere = tmp_path_factory.mktemp("another-machine")
    for name in ("ref", "bad"):
        shutil.copytree(trees / name, elsewhere / name)
    monkeypatch.chdir(elsewhere)
    second = document(qg("check", "ref", "bad", "--profile", "product", *FAST, "--format", "json"))["incident"]
    assert second["id"] == first["id"]
    assert second["created"]
    other = document(qg("check", "ref", "bad", "--profile", "product", "--pipeline", "b", *FAST, "--format", "json"))[
        "incident"
    ]
    assert other["id"] != first["id"]


def test_incident_dir_moves_both_and_no_incident_opens_none(qg: Callable[..., Any], trees: Path) -> None:
    assert qg("check", "ref", "bad", "--profile", "product", *FAST, "--no-incident").code == 1
    assert not (trees / "run").exists()
    assert qg("check", "ref", "bad", "--profile", "product", *FAST, "--incident-dir", "out").code == 1
    assert not (trees / "run").exists()
    assert list((trees / "out/run/_/postmortems").glob("PM-*.json"))
    assert list((trees / "out/evidence").glob("pm-*/*.png"))


def test_an_unreadable_picture_is_unmeasurable_and_the_rest_is_measured(qg: Callable[..., Any], trees: Path) -> None:
    broken = trees / "good" / "coffee.webp"
    broken.write_bytes(broken.read_bytes()[:500])
    found = qg("check", "ref", "good", "--profile", "product", *FAST, "--format", "json")
    report = document(found)
    assert found.code == 3
    assert report["verdict"] == "unmeasurable"
    assert report["summary"] == {"pairs": 4, "passed": 3, "failed": 0, "unmeasurable": 1, "skipped": 0}
    pair = next(pair for pair in report["pairs"] if pair["status"] == "unmeasurable")
    assert pair["reason"]["code"].startswith("QG-12")
    assert "good/coffee.webp" in pair["reason"]["message"]
    assert report["incident"] is None
    assert not (trees / "run").exists()


def test_failure_beats_unmeasurable(qg: Callable[..., Any], trees: Path) -> None:
    (trees / "bad" / "coffee.webp").write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n")
    found = qg("check", "ref", "bad", "--profile", "product", *FAST)
    assert found.code == 1
    assert "git lfs pull" in found.out


def test_two_identical_broken_files_are_no_pass(qg: Callable[..., Any], trees: Path) -> None:
    for side in ("ref", "cand"):
        (trees / "pair" / side).mkdir(parents=True)
        whole = (trees / "ref" / "coffee.png").read_bytes()
        (trees / "pair" / side / "a.png").write_bytes(whole[: len(whole) // 2])
    assert qg("check", "pair/ref", "pair/cand", "--profile", "product", *FAST).code == 3


def test_missing_partners_fail(qg: Callable[..., Any], trees: Path) -> None:
    (trees / "good" / "coffee.webp").unlink()
    shutil.copy(trees / "good" / "rocket.webp", trees / "good" / "extra.webp")
    found = qg("check", "ref", "good", "--profile", "product", *FAST, "--format", "json", "--no-incident")
    codes = {finding["code"] for pair in document(found)["pairs"] for finding in pair["findings"]}
    assert found.code == 1
    assert {"QG-1101", "QG-1102"} <= codes
    assert document(found)["summary"]["pairs"] == 5


def test_sizes_that_differ_fail_and_say_so_unless_resize_is_on(qg: Callable[..., Any], trees: Path) -> None:
    smaller = trees / "small"
    smaller.mkdir()
    for path in sorted((trees / "ref").glob("*.png")):
        picture = Pillow.open(path)
        picture.resize((picture.width // 2, picture.height // 2), Pillow.Resampling.LANCZOS).save(smaller / path.name)
    found = qg("check", "ref", "small", "--profile", "product", *FAST, "--format", "json", "--no-incident")
    messages = [finding["message"] for pair in document(found)["pairs"] for finding in pair["findings"]]
    assert found.code == 1
    assert all(re.search(r"\d px against \d.* scaled by 0\.(5|49)", message) for message in messages), messages
    resized = qg("check", "ref", "small", "--profile", "product", "--resize", "lanczos", *FAST, "--format", "json")
    assert resized.code == 0
    assert document(resized)["pairs"][0]["measurements"]["delta_e_2000"]["max"] == 0


def test_an_empty_set_does_not_pass(qg: Callable[..., Any], tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    found = qg("check", "a", "b", "--profile", "hero", *FAST, "--no-incident")
    assert found.code == 1
    assert "set is empty" in found.out


def test_the_report_does_not_depend_on_the_number_of_workers(qg: Callable[..., Any], trees: Path) -> None:
    base = ("check", "ref", "bad", "--profile", "product", *FAST[:4], "--format", "json", "--no-incident", "--no-cache")
    one, three = (document(qg(*base, "--workers", count)) for count in ("1", "3"))
    one.pop("started"), three.pop("started")
    assert one == three


def test_sets_of_the_configuration_run_into_one_report(qg: Callable[..., Any], trees: Path) -> None:
    (trees / "qualitygate.toml").write_text(
        """
[[sets]]
name = "shop"
reference = "ref"
candidate = "good"
profile = "product"
metrics = ["delta_e_2000", "ssim"]

[[sets]]
name = "landing"
reference = "ref"
candidate = "bad"
profile = "product"
pipeline = "landing-render"
metrics = ["delta_e_2000", "ssim"]
  [[sets.ignore]]
  pairs = "rocket.*"
  rectangles = [[0, 0, 20, 20]]
"""
    )
    found = qg("check", "--format", "json")
    report = document(found)
    assert found.code == 1
    assert report["summary"]["pairs"] == 8
    assert [pair["id"] for pair in report["pairs"]][:2] == ["shop/astronaut.webp", "shop/chelsea.webp"]
    assert {one["name"] for one in report["sets"]} == {"shop", "landing"}
    assert report["incident"]["id"]
    assert next(p for p in report["pairs"] if p["status"] == "failed")["id"] == "landing/chelsea.webp"


def test_ignored_damage_passes_and_region_limits_fail(qg: Callable[..., Any], trees: Path) -> None:
    cand = trees / "cand"
    cand.mkdir()
    for path in sorted((trees / "ref").glob("*.png")):
        picture = Pillow.open(path)
        picture.paste((255, 0, 0), (40, 40, 90, 90))
        picture.save(cand / path.name)
    head = '[[sets]]\nreference="ref"\ncandidate="cand"\nprofile="product"\nmetrics=["delta_e_2000","ssim"]\n'
    (trees / "qualitygate.toml").write_text(head)
    assert qg("check", "--no-incident").code == 1
    (trees / "qualitygate.toml").write_text(head + "[[sets.ignore]]\nrectangles=[[40,40,50,50]]\n")
    assert qg("check", "--no-incident").code == 0
    (trees / "qualitygate.toml").write_text(
        head + "[[sets.ignore]]\nrectangles=[[40,40,50,50]]\n"
        '[[sets.regions]]\nname="logo"\nrectangles=[[0,0,30,30]]\nlimits.delta_e_2000.max=0.5\n'
    )
    assert qg("check", "--no-incident").code == 0
    for path in cand.glob("*.png"):
        picture = Pillow.open(path)
        picture.paste((1, 200, 1), (10, 10, 12, 12))
        picture.save(path)
    found = qg("check", "--no-incident", "--format", "json")
    assert found.code == 1
    codes = {f["code"] for p in document(found)["pairs"] for f in p["findings"] if f["level"] == "error"}
    assert codes == {"QG-1003"}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("nowhere", "good", "--profile", "hero"), "nowhere: no such file or directory"),
        (("ref", "good", "--profile", "heroo"), "did you mean"),
        (("ref", "good"), "no profile"),
        (("ref",), "both REFERENCE and CANDIDATE"),
        ((), "nothing to check"),
        (("ref", "good/coffee.webp", "--profile", "hero"), "is a directory"),
        (("ref", "good", "--profile", "hero", "--metric", "psnr"), "psnr"),
        (("ref", "good", "--profile", "hero", "--format", "xml"), "xml"),
        (("ref", "good", "--profile", "hero", "--config", "none.toml"), "none.toml"),
        (("ref", "good", "--profile", "hero", "--background", "blue"), "#rrggbb"),
        (("ref", "good", "--profile", "hero", "--device", "tpu"), "tpu"),
        (("--nonsense",), "nonsense"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(
    qg: Callable[..., Any], trees: Path, arguments: tuple[str, ...], says: str
) -> None:
    found = qg("check", *arguments)
    assert found.code == 2
    assert found.out == ""
    assert len(found.err.strip().splitlines()) == 1
    assert says in found.err
    assert "Traceback" not in found.err
    assert not (trees / "run").exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[[sets]\n", "qualitygate.toml:1"),
        ('[[sets]]\nreference="ref"\ncandidate="good"\nprofle="hero"\n', "qualitygate.toml:4"),
        ('[[sets]]\nreference="ref"\ncandidate="good"\nprofile="hero"\nresize="big"\n', "qualitygate.toml:5"),
        ('[[sets]]\nreference="ref"\ncandidate="good"\nprofile="nope"\n', "unknown profile 'nope'"),
        (
            '[[sets]]\nreference="ref"\ncandidate="good"\nprofile="hero"\nmetrics=["ssim"]\n'
            '[[sets.ignore]]\nmask="mask.png"\n',
            "mask.png",
        ),
    ],
)
def test_wrong_configuration_is_one_line_and_exit_2(qg: Callable[..., Any], trees: Path, text: str, says: str) -> None:
    Pillow.new("L", (5, 5), 255).save(trees / "mask.png")
    (trees / "qualitygate.toml").write_text(text)
    found = qg("check")
    assert found.code == 2, found
    assert len(found.err.strip().splitlines()) == 1
    assert says in found.err


AREA = """
[[sets]]
name = "n"
reference = "ref"
candidate = "good"
profile = "product"
metrics = ["delta_e_2000"]
[[sets.{kind}]]
name = "logo"
rectangles = [[0, 0, 30, 30]]
{line}
"""


@pytest.mark.parametrize(
    ("kind", "line", "says"),
    [
        ("regions", "pairs = 'nope*'", ":11: sets[0].regions[0].pairs: 'nope*' matches no pair of set 'n'"),
        ("ignore", "pairs = 'nope*'", ":10: sets[0].ignore[0].pairs: 'nope*' matches no pair of set 'n'"),
        ("ignore", "mask = 'gone.png'", ":10: sets[0].ignore[0].mask: gone.png: the mask does not exist"),
        ("ignore", "mask = 'mask.png'", ":10: sets[0].ignore[0].mask: mask.png: the mask is 5x5 pixels"),
    ],
)  # fmt: skip
def test_areas_that_cannot_apply_are_named_with_their_line(
    qg: Callable[..., Any], trees: Path, kind: str, line: str, says: str
) -> None:
    Pillow.new("L", (5, 5), 255).save(trees / "mask.png")
    text = AREA.format(kind=kind, line=line)
    if kind == "regions":
        text += "limits.delta_e_2000.max = 99\n"
    else:
        text = text.replace('name = "logo"\n', "")
    (trees / "qualitygate.toml").write_text(text)
    found = qg("check", "--no-incident")
    assert (found.code, len(found.err.splitlines())) == (2, 1)
    assert f"qualitygate.toml{says}" in found.err


def test_an_area_may_miss_a_pair_that_is_not_there(qg: Callable[..., Any], trees: Path) -> None:
    """The missing candidate is the failure to report, not the area that was about it."""
    (trees / "good" / "coffee.webp").unlink()
    text = AREA.format(kind="ignore", line="pairs = 'coffee.webp'").replace('name = "logo"\n', "")
    (trees / "qualitygate.toml").write_text(text)
    found = qg("check", "--no-incident")
    assert found.code == 1
    assert "QG-1101" in found.out


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('reference="ref"\ncandidate="good"\nprofile="campain"\n', ":4: unknown profile 'campain'"),
        ('reference="ref"\ncandidate="good"\nprofile="gone.toml"\n', ":4: no such threshold file: gone.toml"),
        ('reference="ref"\ncandidate="good"\nprofile="hero"\nmetrics=["sim"]\n', ":5: sets[0].metrics: unknown metric"),
        ('reference="ref"\ncandidate="gone"\nprofile="hero"\n', ":3: sets[0].candidate: gone: no such file"),
        ('reference="gone"\ncandidate="good"\nprofile="hero"\n', ":2: sets[0].reference: gone: no such file"),
        ('reference="ref"\ncandidate="good/coffee.webp"\nprofile="hero"\n', ":3: sets[0].candidate: good/coffee.webp"),
    ],
)  # fmt: skip
def test_what_a_set_names_wrongly_has_its_line(qg: Callable[..., Any], trees: Path, text: str, says: str) -> None:
    (trees / "qualitygate.toml").write_text("[[sets]]\n" + text)
    found = qg("check")
    assert (found.code, len(found.err.splitlines())) == (2, 1)
    assert f"qualitygate.toml{says}" in found.err


def test_what_the_command_line_names_wrongly_has_no_line(qg: Callable[..., Any], trees: Path) -> None:
    (trees / "qualitygate.toml").write_text('[[sets]]\nreference="ref"\ncandidate="good"\nprofile="hero"\n')
    for arguments in (("--profile", "campain"), ("--metric", "sim")):
        found = qg("check", *arguments)
        assert found.code == 2
        assert "qualitygate.toml" not in found.err


def test_output_goes_to_a_file_in_one_piece(qg: Callable[..., Any], trees: Path) -> None:
    found = qg(
        "check", "ref", "good", "--profile", "product", *FAST, "--format", "json", "--output", "deep/report.json"
    )
    assert (found.code, found.out) == (0, "")
    assert json.loads((trees / "deep/report.json").read_text())["verdict"] == "passed"
    refused = qg("check", "ref", "good", "--profile", "product", *FAST, "--output", "deep")
    assert refused.code == 2
