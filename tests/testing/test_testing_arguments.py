"""What `image_gate` is told: where a profile comes from, names of checks, and arguments it does not take."""

from __future__ import annotations

import os

import pytest
from testing_project import PROFILE, Project, text

pytest_plugins = ["pytester"]

SHOWS = """\
def test_it(image_gate):
    print("judged by", image_gate.compare(picture(), picture()).profile)
"""


@pytest.fixture
def profiles(project: Project) -> Project:
    for name in ("word", "line", "marked"):
        project.write(f"thresholds/{name}.toml", PROFILE)
    return project


@pytest.mark.parametrize(
    ("keyword", "line", "mark", "expected"),
    [
        (None, None, None, "mine"),
        (None, None, "marked", "marked"),
        (None, "line", "marked", "line"),
        ("word", "line", "marked", "word"),
    ],
)
def test_keyword_before_command_line_before_marker_before_ini(
    profiles: Project, keyword: str | None, line: str | None, mark: str | None, expected: str
) -> None:
    before = f'pytestmark = pytest.mark.image_gate(profile="{mark}")\n' if mark else ""
    code = SHOWS.replace("picture())", f"picture(), profile={keyword!r})")
    profiles.tests(before + code)
    arguments = [f"--qualitygate-profile={line}"] if line else []
    done = profiles.run("-s", *arguments)
    assert f"judged by {expected}" in text(done)


def test_the_nearest_mark_holds(profiles: Project) -> None:
    profiles.tests(
        'pytestmark = pytest.mark.image_gate(profile="line", background="#000000")\n'
        '@pytest.mark.image_gate(profile="marked")\n' + SHOWS
    )
    assert "judged by marked" in text(profiles.run("-s"))


def test_without_any_profile_there_is_no_verdict(project: Project) -> None:
    project.ini()
    project.tests("def test_it(image_gate):\n    image_gate.assert_matches(picture(), picture())\n")
    done = project.run()
    assert done.ret == 1
    assert "no profile says what is still a match" in text(done)
    assert "QG-1461" in text(done)


def test_thresholds_beside_the_nearest_configuration(project: Project) -> None:
    """As `qualitygate check` finds them, wherever the test has gone meanwhile."""
    project.tests("""\
def test_it(image_gate, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    image_gate.assert_matches(picture(), picture(), profile="deeper")
""")
    project.write("qualitygate.toml", "")
    project.write("thresholds/deeper.toml", PROFILE)
    project.run().assert_outcomes(passed=1)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("picture(), picture(), profile='nobody'", "QG-1402"),
        ("picture(), picture(), profile=3", "QG-1469"),
        ("picture(), picture(), metrics=['lpips']", "has no limit on lpips, so nothing would be judged"),
        ("picture(), picture(), metrics=['lpisp']", "QG-1408"),
        ("picture(), picture(), metrics=[]", "QG-1469"),
        ("picture(), picture(), background='white'", "#rrggbb"),
        ("picture(), picture(), background=(0, 0, 256)", "QG-1469"),
        ("picture(), picture(), resize='bigger'", "one of off, nearest"),
        ("picture(), picture(), ignore=[(0, 0, 0, 4)]", "rectangles (x, y, width, height)"),
        ("picture(), picture(), ignore='all'", "QG-1469"),
        ("picture(), picture(), name=' '", "is no name"),
        ("picture(), picture(), name='a\\nb'", "is no name"),
        ("'nowhere.png', picture()", "nowhere.png: no such file"),
        ("'.', picture()", "is a directory, a picture is expected"),
        ("'', picture()", "an empty path was given"),
        ("None, picture()", "NoneType is no picture"),
        ("[[1, 2]], picture()", "list is no picture"),
        ("picture(), 7", "reference: int is no picture"),
        ("np.float32(1), picture()", "candidate: "),
    ],
)
def test_a_wrong_argument_is_one_line(project: Project, arguments: str, said: str) -> None:
    project.tests(f"def test_it(image_gate):\n    image_gate.assert_matches({arguments})\n")
    done = project.run()
    assert done.ret == 1
    errors = [line for line in done.outlines if line.startswith("E ")]
    assert len(errors) == 1, errors
    assert "ConfigError: " in errors[0]
    assert said in errors[0]


@pytest.mark.parametrize(
    ("mark", "said"),
    [("'mine'", "it takes keywords only"), ("profil='mine'", "`profil` is not known; known: profile, metrics")],
)
def test_a_wrong_mark(project: Project, mark: str, said: str) -> None:
    project.tests(
        f"@pytest.mark.image_gate({mark})\n"
        "def test_it(image_gate):\n    image_gate.assert_matches(picture(), picture())\n"
    )
    assert said in text(project.run())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--qualitygate-profile="], "a value is missing"),
        (["--qualitygate-report=html"], "write FORMAT=PATH"),
        (["--qualitygate-report=xlsx=a"], "unknown report format 'xlsx'"),
        (["--qualitygate-report=json=a", "--qualitygate-report=text=a"], "two reports go to it"),
        (["--qualitygate-report=json=tests/"], "cannot write"),
        (["-o", "qualitygate_references=."], "names no directory"),
        (["-o", "qualitygate_references="], "names no directory"),
    ],
)
def test_a_wrong_option_stops_the_run_before_it_begins(project: Project, arguments: list[str], said: str) -> None:
    project.tests(SHOWS)
    done = project.run(*arguments)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    assert said in text(done)
    assert "Traceback" not in text(done)


def test_every_check_has_a_name_of_its_own(project: Project) -> None:
    project.tests("""\
def test_two(image_gate):
    image_gate.assert_matches(picture(), name="one")
    image_gate.assert_matches(picture(), name="two")

class TestIt:
    @pytest.mark.parametrize("size", ["4k", "a/b", "a:b"])
    def test_two(self, image_gate, size):
        image_gate.assert_matches(picture())

def test_same(image_gate):
    image_gate.assert_matches(picture())
    image_gate.assert_matches(picture(40))

def test_named_same(image_gate):
    image_gate.assert_matches(picture(), picture(), name="x")
    image_gate.assert_matches(picture(), picture(), name="x")

def test_named_references_need_no_name(image_gate):
    image_gate.assert_matches(picture(), picture())
    image_gate.assert_matches(picture(), picture())
""")
    done = project.run("--qualitygate-update")
    done.assert_outcomes(passed=1, failed=2)
    assert "two pictures are checked without a name" in text(done)
    assert "two pictures are checked under the name 'x'" in text(done)
    plain = [name for name in project.references if "a_b" not in name]
    assert plain == ["TestIt.test_two-4k.png", "test_same.png", "test_two.one.png", "test_two.two.png"]
    assert len(project.references) == 6


def test_two_tests_that_differ_in_case_alone(project: Project) -> None:
    project.tests("""\
@pytest.mark.parametrize("size", ["rgb", "RGB"])
def test_it(image_gate, size):
    image_gate.assert_matches(picture())
""")
    done = project.run("--qualitygate-update")
    assert "where file names do not tell case" in text(done)
    assert project.references == ["test_it-rgb.png"]


def test_two_references_of_one_name(project: Project) -> None:
    project.tests("def test_it(image_gate):\n    image_gate.assert_matches(picture())\n")
    project.run("--qualitygate-update")
    folder = project.top / "tests/__references__/test_look"
    (folder / "test_it.webp").write_bytes((folder / "test_it.png").read_bytes())
    assert "several files could be the reference: test_it.png, test_it.webp" in text(project.run())


def test_what_is_no_regular_file_is_never_waited_for(project: Project) -> None:
    os.mkfifo(project.top / "pipe.png")
    project.tests("""\
def test_candidate(image_gate):
    image_gate.assert_matches("pipe.png")

def test_reference(image_gate):
    image_gate.assert_matches(picture(), "pipe.png")
""")
    assert "pipe.png: is no regular file, a picture is expected" in text(project.run())
    done = project.run("--qualitygate-update")
    done.assert_outcomes(failed=2)
    assert "QG-1465" in text(done)


def test_references_and_output_elsewhere(project: Project) -> None:
    project.ini("qualitygate_profile = mine", "qualitygate_references = ../golden", "qualitygate_output = build/images")
    project.tests("def test_it(image_gate):\n    image_gate.assert_matches(picture())\n")
    project.run()
    assert (project.top / "build/images/tests/test_look/test_it/candidate.png").is_file()
    project.run("--qualitygate-output=other")
    assert (project.top / "other/tests/test_look/test_it/candidate.png").is_file()
    project.run("--qualitygate-update")
    assert (project.top / "golden/test_look/test_it.png").is_file()


def test_options_take_no_path_for_their_value(project: Project) -> None:
    project.tests("def test_it(image_gate):\n    image_gate.assert_matches(picture())\n")
    assert "1 updated" in text(project.run("--qualitygate-update", "tests"))
