import textwrap
from pathlib import Path

import pytest

from qualitygate.core.errors import ConfigError
from qualitygate.core.limits import DecodeLimits
from qualitygate.policy.check import check_set
from qualitygate.policy.config import adhoc_set, find_config, load_config
from qualitygate.policy.model import Area

FULL = """\
[[sets]]
name = "hero"
reference = "reference/hero"
candidate = "build/hero"
profile = "hero"
pipeline = "hero-render"
include = ["**/*.png"]
exclude = ["drafts/"]
metrics = ["delta_e_2000", "ssim"]
background = "#10fF00"
resize = "lanczos"

[[sets.ignore]]
pairs = "banner*.png"
rectangles = [[0, 10, 200, 30]]
mask = "masks/banner.png"

[[sets.regions]]
name = "logo"
rectangles = [[20, 20, 120, 40]]
[sets.regions.limits.delta_e_2000]
max = { fail = 1.0, severity = "S1" }

[[sets]]
reference = "reference/thumbs"
candidate = "build/thumbs"
profile = "thumbnail"

[limits]
max_pixels = 50_000_000

[run]
workers = 4

[incident]
stakeholders = ["Marketing", "Legal"]
"""


def put(directory, text, name="qualitygate.toml"):
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def refused(path):
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert "\n" not in str(caught.value)
    return caught.value


def test_everything_the_file_says(tmp_path):
    config = load_config(put(tmp_path, FULL))
    assert (config.root, config.source) == (tmp_path, tmp_path / "qualitygate.toml")
    assert config.limits == DecodeLimits(max_pixels=50_000_000)
    assert (config.workers, config.incident.stakeholders) == (4, ("Marketing", "Legal"))
    hero, thumbs = config.pair_sets
    assert (hero.reference, hero.reference_label) == (tmp_path / "reference/hero", "reference/hero")
    assert (hero.include, hero.exclude, hero.metrics) == (("**/*.png",), ("drafts/",), ("delta_e_2000", "ssim"))
    assert (hero.background, hero.resize, hero.pipeline) == ((16, 255, 0), "lanczos", "hero-render")
    assert hero.ignore == (Area("banner*.png", ((0, 10, 200, 30),), tmp_path / "masks/banner.png"),)
    (logo,) = hero.regions
    assert (logo.name, logo.area) == ("logo", Area("**", ((20, 20, 120, 40),)))
    (limit,) = logo.thresholds
    assert (limit.metric, limit.statistic, limit.fail, limit.region) == ("delta_e_2000", "max", 1.0, "logo")
    assert (thumbs.name, thumbs.pipeline) == ("thumbs", "reference/thumbs vs build/thumbs")
    assert (thumbs.include, thumbs.metrics, thumbs.background) == (("**",), None, (255, 255, 255))


def test_pyproject_says_the_same(tmp_path):
    text = "[project]\nname = 'x'\n" + FULL.replace("[[sets", "[[tool.qualitygate.sets")
    text = text.replace("[sets.", "[tool.qualitygate.sets.").replace("[limits]", "[tool.qualitygate.limits]")
    text = text.replace("[run]", "[tool.qualitygate.run]").replace("[incident]", "[tool.qualitygate.incident]")
    theirs = load_config(put(tmp_path, text, "pyproject.toml"))
    ours = load_config(put(tmp_path, FULL))
    assert theirs.pair_sets == ours.pair_sets
    assert (theirs.limits, theirs.incident, theirs.workers) == (ours.limits, ours.incident, ours.workers)


SET = '[[sets]]\nreference = "r"\ncandidate = "c"\nprofile = "hero"\n'


@pytest.mark.parametrize(
    ("text", "code", "line", "said"),
    [
        ("[[set]]\n", "QG-1404", 1, "did you mean 'sets'?"),
        ("[sets]\nname = 'x'\n", "QG-1405", 1, "[[sets]]"),
        ("[[looks]]\n", "QG-1404", 1, "looks"),
        ("\n[[sets]]\nreference = 'r'\ncandidate = 'c'\n", "QG-1405", 2, "profile"),
        ("[[sets]]\nprofile = 'hero'\nreference = 'r'\n", "QG-1405", 1, "candidate"),
        ("[[sets]]\nreference = 'r'\ncandidate = 'c'\nprofile = 'p'\nbase = 'main'\n", "QG-1405", 5, "base"),
        ("[references]\nprovenance = 'always'\n", "QG-1405", 2, "optional"),
        (SET + "colour = 'red'\n", "QG-1404", 5, "known here"),
        (SET + "includes = []\n", "QG-1404", 5, "did you mean 'include'?"),
        (SET + "include = '*.png'\n", "QG-1405", 5, "array of strings"),
        (SET + "include = [1]\n", "QG-1405", 5, "an integer"),
        (SET + "background = 'white'\n", "QG-1405", 5, "#rrggbb"),
        (SET + "resize = 'lancsoz'\n", "QG-1405", 5, "did you mean 'lanczos'?"),
        (SET + "metrics = []\n", "QG-1405", 5, "names no metric"),
        (SET + 'name = "a\\nb"\n', "QG-1405", 5, "line ends"),
        (SET + "[[sets.ignore]]\npairs = '**'\n", "QG-1405", 5, "names no area"),
        (SET + "[[sets.ignore]]\nrectangles = [\n[0,0,1,1],\n[0,0,1]]\n", "QG-1405", 8, "four integers"),
        (SET + "[[sets.ignore]]\nrectangles = [[0,0,0,1]]\n", "QG-1405", 6, "no area"),
        (SET + "[[sets.ignore]]\nrectangles = [[-1,0,5,5]]\n", "QG-1405", 6, "no area"),
        (SET + "[[sets.ignore]]\nrectangle = [[0,0,1,1]]\n", "QG-1404", 6, "did you mean 'rectangles'?"),
        (SET + "[[sets.regions]]\nname = 'x'\nrectangles = [[0,0,1,1]]\n", "QG-1405", 5, "no limits"),
        (SET + "[[sets.regions]]\nrectangles = [[0,0,1,1]]\n", "QG-1405", 5, "name"),
        (
            SET + "[[sets.regions]]\nname = 'x'\nmask = 'm'\n[sets.regions.limits.lpips]\nvalue = 1\nnet = 'vgg'\n",
            "QG-1405",
            8,
            "lpips.net belongs into the profile",
        ),
        (
            SET + "[[sets.regions]]\nname = 'x'\nmask = 'm'\n[sets.regions.limits.ssim]\nmean = false\n",
            "QG-1405",
            8,
            "ssim.mean",
        ),
        (SET + SET, "QG-1405", 5, "taken twice"),
        ("[limits]\nmax_pixels = 0\n", "QG-1405", 2, "at least 1"),
        ("[limits]\nmax_pixels = 1.5\n", "QG-1405", 2, "an integer"),
        ("[limits]\nmax_pixel = 1\n", "QG-1404", 2, "did you mean 'max_pixels'?"),
        ("[run]\nworkers = true\n", "QG-1405", 2, "a boolean"),
        ("[run]\nworker = 1\n", "QG-1404", 2, "workers"),
        ("[incident]\nstakeholders = 'Legal'\n", "QG-1405", 2, "array of strings"),
        ("[run\n", "QG-1403", 1, "malformed"),
    ],
)
def test_every_mistake_names_its_line(tmp_path, text, code, line, said):
    error = refused(put(tmp_path, text))
    assert error.code == code
    assert error.where.endswith(f"qualitygate.toml:{line}")
    assert said in str(error)


def test_a_name_taken_by_default_says_where_it_comes_from(tmp_path):
    error = refused(put(tmp_path, SET + SET))
    assert "'c' is taken twice; a set's name is the candidate directory's where none is written" in error.message
    named = refused(put(tmp_path, SET + SET + 'name = "c"\n'))
    assert "where none is written" not in named.message


def test_mistakes_in_pyproject_name_the_whole_key(tmp_path):
    error = refused(put(tmp_path, "[project]\n[tool.qualitygate]\nset = 1\n", "pyproject.toml"))
    assert (error.where.endswith("pyproject.toml:3"), "tool.qualitygate.set" in error.message) == (True, True)


def test_wrong_paths(tmp_path):
    assert refused(tmp_path / "gone.toml").code == "QG-1401"
    assert refused(tmp_path).code == "QG-1407"
    assert refused(put(tmp_path, "[project]\n", "pyproject.toml")).code == "QG-1409"


def test_region_limits_are_held_against_the_metrics(tmp_path):
    config = load_config(put(tmp_path, FULL))
    with pytest.raises(ConfigError) as caught:
        check_set(config.pair_sets[0], {"ssim": None})
    assert caught.value.code == "QG-1408"
    assert caught.value.where.endswith("qualitygate.toml:9")


def test_nearest_configuration_wins_up_to_the_git_top_level(tmp_path):
    outer = put(tmp_path, "")
    project = tmp_path / "project"
    deep = project / "a" / "b"
    deep.mkdir(parents=True)
    assert find_config(deep) == outer
    table = put(project / "a", "[tool.qualitygate]\n", "pyproject.toml")
    put(deep, "[project]\nname = 'not-qualitygate'\n", "pyproject.toml")
    assert find_config(deep) == table
    broken = put(deep, "[tool.qualitygate\n", "pyproject.toml")
    assert find_config(deep) == broken
    put(deep, "[project\n", "pyproject.toml")
    assert find_config(deep) == table
    both = put(project / "a", "")
    assert find_config(project / "a") == both
    (project / ".git").mkdir()
    assert find_config(project) is None
    assert find_config(deep) == both


def test_run_without_configuration(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    made = adhoc_set(Path("ref"), Path("out/cand"), profile="ui", root=tmp_path, resize="bicubic")
    assert (made.name, made.pipeline, made.resize) == ("cand", "ref vs out/cand", "bicubic")
    assert made.reference == tmp_path / "ref"
    absolute = adhoc_set(tmp_path / "ref", tmp_path / "out/cand", profile="ui", root=tmp_path)
    assert absolute.pipeline == made.pipeline
    assert adhoc_set(Path("ref"), Path(), profile="ui", root=tmp_path).name == tmp_path.name
