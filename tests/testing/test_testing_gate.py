"""`image_gate` as its users meet it: what passes, what fails and how that reads."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import pytest
from PIL import Image
from testing_project import PICTURES, Project, text

pytest_plugins = ["pytester"]

ONE = """\
def test_hero(image_gate):
    image_gate.assert_matches(picture(int(os.environ.get("SHIFT", "0"))))
"""


@pytest.fixture
def approved(project: Project) -> Project:
    """One test with its reference."""
    project.tests(ONE)
    assert project.run("--qualitygate-update").ret == 0
    return project


def test_a_missing_reference_fails_and_writes_nothing(project: Project) -> None:
    project.tests(ONE)
    done = project.run()
    assert done.ret == 1
    assert "no reference, nothing was compared: tests/__references__/test_look/test_hero.png [QG-1462]" in text(done)
    assert "pytest --qualitygate-update tests/test_look.py::test_hero" in text(done)
    assert project.references == []


def test_update_writes_losslessly_with_provenance_and_says_so(approved: Project) -> None:
    path = approved.top / "tests/__references__/test_look/test_hero.png"
    with Image.open(path) as stored:
        assert (stored.size, stored.mode, stored.getpixel((10, 20))) == ((64, 48), "RGB", (30, 80, 30))
    said = json.loads(path.with_name("test_hero.png.provenance.json").read_text())
    assert said["schema"] == "qualitygate.reference/1"
    assert said["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (said["previous_sha256"], said["approved_by"], said["file"]) == (None, "brand owner", "test_hero.png")
    assert "tests/test_look.py::test_hero" in said["reason"]
    assert approved.run().ret == 0


def test_a_test_that_wrote_its_reference_is_reported_as_such(project: Project) -> None:
    project.tests(ONE + "def test_plain(): pass\n")
    done = project.run("--qualitygate-update")
    assert done.ret == 0
    done.stdout.fnmatch_lines(["1 reference written*", "  tests/__references__/test_look/test_hero.png"])
    assert "its provenance gives no reason; --qualitygate-reason='…' would" in text(done)
    assert "1 passed, 1 updated" in text(done)


def test_update_leaves_alone_what_matches(approved: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rewriting what passes would let a picture drift below its limits."""
    path = approved.top / "tests/__references__/test_look/test_hero.png"
    before = path.read_bytes()
    monkeypatch.setenv("SHIFT", "1")
    done = approved.run("--qualitygate-update")
    assert "written" not in text(done)
    assert path.read_bytes() == before
    monkeypatch.setenv("SHIFT", "40")
    why = "a new grade"
    done = text(approved.run("--qualitygate-update", f"--qualitygate-reason={why}"))
    assert "1 reference written" in done
    assert "gives no reason" not in done
    said = json.loads(path.with_name("test_hero.png.provenance.json").read_text())
    assert (said["previous_sha256"], said["reason"]) == (hashlib.sha256(before).hexdigest(), why)


def test_a_failure_says_numbers_limits_incident_picture_and_what_to_do(
    approved: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHIFT", "40")
    done = approved.run()
    assert done.ret == 1
    out = text(done)
    for part in (
        "(mean) [QG-1001]",
        "exceeds 2.0 (p95, S2)",
        "is below 0.98 (mean, S2)",
        "born of    PM-2025-09-27-01",
        "why        a LUT update slipped past a git hook",
        "reference  tests/__references__/test_look/test_hero.png",
        "candidate  array 48x64x3 uint8",
        "heat map   qualitygate-output/tests/test_look/test_hero/heat-map.png",
        "accept     once a person has seen that it is right: pytest --qualitygate-update tests/test_look.py::test_hero",
    ):
        assert part in out
    assert "check.py" not in out, "no frames of ours"
    assert "image_gate.py" not in out
    done.stdout.fnmatch_lines(["FAILED tests/test_look.py::test_hero - DeltaE00 * exceeds 1.0*"])
    folder = approved.top / "qualitygate-output/tests/test_look/test_hero"
    with Image.open(folder / "heat-map.png") as drawn:
        assert drawn.width > 64
    with Image.open(folder / "candidate.png") as kept:
        assert kept.getpixel((10, 20)) == (70, 80, 30)
    assert (approved.top / "qualitygate-output/.gitignore").read_text().endswith("*\n")
    monkeypatch.delenv("SHIFT")
    assert approved.run().ret == 0
    assert not folder.exists(), "a picture of a failure that is fixed would mislead"


def test_the_marked_incident_stands_in_the_failure_and_in_the_provenance(project: Project) -> None:
    project.tests('@pytest.mark.incident("PM-2025-01-01-01")\n' + ONE)
    assert "incident   PM-2025-01-01-01" in text(project.run())
    project.run("--qualitygate-update")
    sidecar = project.top / "tests/__references__/test_look/test_hero.png.provenance.json"
    assert json.loads(sidecar.read_text())["incident"] == "PM-2025-01-01-01"


@pytest.mark.parametrize("said", ["true", "1", "yes"])
def test_nothing_is_written_in_ci(project: Project, monkeypatch: pytest.MonkeyPatch, said: str) -> None:
    project.tests(ONE)
    monkeypatch.setenv("CI", said)
    done = project.run("--qualitygate-update")
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert "references are compared, never written" in text(done)
    done = project.run()
    assert done.ret == 1
    assert "accept     not in CI, after looking" in text(done)
    assert project.references == []


def test_ci_set_to_nothing_is_no_ci(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.tests(ONE)
    monkeypatch.setenv("CI", "false")
    assert project.run("--qualitygate-update").ret == 0


def test_what_cannot_be_measured_is_an_error_of_its_own(project: Project) -> None:
    project.write("tests/broken.png", "no picture")
    project.tests("""\
def test_file(image_gate):
    image_gate.assert_matches("tests/broken.png", picture())

def test_caught(image_gate):
    from qualitygate.core.errors import UnmeasurableError
    with pytest.raises(UnmeasurableError) as caught:
        image_gate.assert_matches(b"no picture", picture())
    assert caught.value.code == "QG-1201"
    assert not isinstance(caught.value, AssertionError)
""")
    done = project.run()
    done.assert_outcomes(passed=1, failed=1)
    assert "ImageUnmeasurableError: could not be measured: tests/broken.png: the bytes are no picture" in text(done)


def test_update_writes_nothing_that_cannot_be_read(project: Project) -> None:
    project.tests('def test_it(image_gate):\n    image_gate.assert_matches(b"no picture")\n')
    done = project.run("--qualitygate-update")
    assert done.ret == 1
    assert "could not be measured" in text(done)
    assert project.references == []


def test_update_writes_nothing_that_would_not_pass_beside_itself(project: Project) -> None:
    project.write("thresholds/mine.toml", PROFILE_WITHOUT_JPEG)
    project.tests("""\
def test_it(image_gate, tmp_path):
    Image.fromarray(picture()).save(tmp_path / "a.jpg")
    image_gate.assert_matches(tmp_path / "a.jpg")
""")
    done = project.run("--qualitygate-update")
    assert done.ret == 1
    assert "QG-1011" in text(done)
    assert project.references == []


def picture(shift: int = 0) -> np.ndarray:
    """What `picture` of the project makes."""
    names: dict[str, Any] = {}
    exec(PICTURES, names)
    made: np.ndarray = names["picture"](shift)
    return made


PROFILE_WITHOUT_JPEG = """\
schema = 1
[limits.delta_e_2000]
mean = { fail = 1.0 }
[rules]
formats = ["webp"]
"""


def test_rules_on_files_do_not_concern_pixels(project: Project) -> None:
    project.write("thresholds/mine.toml", PROFILE_WITHOUT_JPEG)
    project.tests(ONE)
    assert project.run("--qualitygate-update").ret == 0
    assert project.run().ret == 0


def test_every_kind_of_candidate_and_reference(project: Project) -> None:
    project.tests("""\
def test_all(image_gate, tmp_path):
    Image.fromarray(picture()).save(tmp_path / "a.png")
    data = (tmp_path / "a.png").read_bytes()
    kinds = [picture(), Image.fromarray(picture()), data, tmp_path / "a.png", str(tmp_path / "a.png"),
             picture().astype(np.float32) / 255, picture().astype(np.uint16) * 257]
    for one in kinds:
        for other in kinds:
            if not (isinstance(one, (str, type(tmp_path))) and isinstance(other, (str, type(tmp_path)))):
                found = image_gate.assert_matches(one, other)
                assert found.measurements["delta_e_2000"].values["max"] < 0.01, (type(one), type(other))
    with pytest.raises(AssertionError):
        image_gate.assert_matches(picture(40), picture())
""")
    project.run().assert_outcomes(passed=1)


def test_a_candidate_that_is_its_reference_is_refused(project: Project) -> None:
    project.tests("""\
def test_it(image_gate, tmp_path):
    Image.fromarray(picture()).save(tmp_path / "a.png")
    image_gate.assert_matches(tmp_path / "a.png", tmp_path / "a.png")
""")
    assert "candidate and reference are one file" in text(project.run())


def test_a_file_keeps_its_bytes_and_extension(project: Project) -> None:
    project.tests("""\
def test_it(image_gate, tmp_path):
    Image.fromarray(picture()).save(tmp_path / "a.webp", lossless=True)
    image_gate.assert_matches(tmp_path / "a.webp")

def test_bytes(image_gate, tmp_path):
    Image.fromarray(picture()).save(tmp_path / "a.jpg")
    image_gate.assert_matches((tmp_path / "a.jpg").read_bytes())
""")
    assert project.run("--qualitygate-update").ret == 0
    assert project.references == ["test_bytes.jpg", "test_it.webp"]
    project.run().assert_outcomes(passed=2)


def test_a_named_reference_begins_at_the_root_wherever_pytest_is_started(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.tests("""\
def test_it(image_gate, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    image_gate.assert_matches(picture(), "golden/hero.png")
""")
    done = project.run("--qualitygate-update")
    assert (project.top / "golden/hero.png").is_file(), text(done)
    monkeypatch.chdir(project.top / "tests")
    project.run().assert_outcomes(passed=1)


def test_a_reference_of_another_format_is_not_written_under_a_wrong_name(project: Project) -> None:
    project.tests("""\
def test_it(image_gate):
    image_gate.assert_matches(picture(), "golden/hero.jpg")
""")
    done = project.run("--qualitygate-update")
    assert done.ret == 1
    assert "QG-1465" in text(done)
    assert not (project.top / "golden").exists()


def test_an_accepted_alternative_passes_and_is_named(project: Project) -> None:
    project.tests("""\
def test_hero(image_gate):
    for shift, name in ((0, None), (40, "h100"), (41, "h100")):
        folder = image_gate.reference_path().with_name("test_hero.png.accepted")
        assert image_gate.assert_matches(picture(shift), image_gate.reference_path()).accepted == name
    with pytest.raises(AssertionError, match="exceeds"):
        image_gate.assert_matches(picture(90), image_gate.reference_path())
    with pytest.raises(Exception, match="are one file"):
        image_gate.assert_matches(folder / "h100.png")
""")
    folder = project.top / "tests/__references__/test_look/test_hero.png.accepted"
    folder.mkdir(parents=True)
    Image.fromarray(picture()).save(folder.with_name("test_hero.png"))
    Image.fromarray(picture(40)).save(folder / "h100.png")
    project.run().assert_outcomes(passed=1)


def test_compare_asserts_nothing_and_writes_nothing(project: Project) -> None:
    project.ini()
    project.tests("""\
def test_it(image_gate):
    found = image_gate.compare(picture(40), picture())
    assert found.measurements["delta_e_2000"].values["mean"] > 1
    assert type(found.verdict).__name__ == "Skipped"
    assert type(image_gate.compare(picture(40), picture(), profile="mine").verdict).__name__ == "Failed"
    with pytest.raises(AssertionError, match="QG-1462"):
        image_gate.compare(picture())
    assert image_gate.reference_path("x").name == "test_it.x.png"
""")
    project.run("--qualitygate-update").assert_outcomes(passed=1)
    assert project.references == []
    assert not (project.top / "qualitygate-output").exists()


def test_parts_that_do_not_count_and_the_background(project: Project) -> None:
    project.tests("""\
def test_ignored(image_gate):
    image_gate.assert_matches(picture(40), picture(), ignore=[(8, 8, 48, 32)])

def test_background(image_gate):
    clear = np.zeros((16, 16, 4), np.uint8)
    image_gate.assert_matches(clear, np.full((16, 16, 3), 255, np.uint8))
    image_gate.assert_matches(clear, np.zeros((16, 16, 3), np.uint8), background="#000000")
    image_gate.assert_matches(clear, np.zeros((16, 16, 3), np.uint8), background=(0, 0, 0))

def test_resize(image_gate):
    half = np.ascontiguousarray(np.full((24, 32, 3), 90, np.uint8))
    with pytest.raises(AssertionError, match="sizes differ"):
        image_gate.assert_matches(half, np.full((48, 64, 3), 90, np.uint8))
    image_gate.assert_matches(half, np.full((48, 64, 3), 90, np.uint8), resize="lanczos", name="resized")
""")
    project.run().assert_outcomes(passed=3)


def test_a_parameter_that_ends_as_a_picture_does_not_double_the_extension(project: Project) -> None:
    project.tests(
        """
@pytest.mark.parametrize("name", ["astro.png", "cup.PNG", "cat.webp", "dog.d"])
def test_thumb(image_gate, name):
    image_gate.assert_matches(picture(shift=len(name)))
"""
    )
    assert project.run("--qualitygate-update").ret == 0
    assert project.references == [
        "test_thumb-astro.png", "test_thumb-cat.webp.png", "test_thumb-cup.PNG", "test_thumb-dog.d.png",
    ]  # fmt: skip
    project.run().assert_outcomes(passed=4)
    # A reference that has the name of before is found all the same.
    folder = project.top / "tests/__references__/test_look"
    (folder / "test_thumb-astro.png").rename(folder / "test_thumb-astro.png.png")
    project.run().assert_outcomes(passed=4)
    # Two tests never share one reference unawares.
    project.tests(
        """
@pytest.mark.parametrize("name", ["astro", "astro.png"])
def test_thumb(image_gate, name):
    image_gate.assert_matches(picture(shift=len(name)))
""",
        "tests/test_two.py",
    )
    done = project.run("--qualitygate-update", "tests/test_two.py")
    assert done.ret == 1
    assert "QG-1463" in text(done)
