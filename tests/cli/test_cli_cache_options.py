"""`--cache` as people mistype it, and other options that make something: never the working directory by accident."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

RUN = ("check", "ref", "good", "--profile", "product", "--metric", "delta_e_2000", "--workers", "1", "--no-incident")
Kept = Callable[[Path], list[str]]


@pytest.fixture(autouse=True)
def no_cache_of_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """What all tests have set is what these are about."""
    monkeypatch.delenv("QUALITYGATE_CHECK_CACHE", raising=False)


@pytest.fixture
def kept() -> Kept:
    """The directories of entries below one."""
    return lambda root: sorted(path.name for path in root.glob("[0-9a-f][0-9a-f]"))


@pytest.mark.parametrize(
    "arguments",
    [
        (*RUN, "--cache", ""),
        (*RUN, "--cache="),
        (*RUN, "--incident-dir", ""),
        (*RUN, "--output", ""),
        ("compare", "ref/chelsea.png", "good/chelsea.webp", "--metric", "ssim", "--heat-map", ""),
        ("demo", ""),
        ("dashboard", ""),
        ("incident", "list", "--incident-dir", ""),
        ("lut", "validate", "--incident-dir", "", "x.cube"),
    ],
    ids=lambda arguments: f"{arguments[0]} {arguments[-2]}",
)
def test_an_empty_path_is_a_usage_error_and_makes_nothing(
    qg: Callable, trees: Path, arguments: tuple[str, ...]
) -> None:
    before = sorted(trees.rglob("*"))
    told = qg(*arguments)
    assert told.code == 2
    assert "must not be empty" in told.err
    assert sorted(trees.rglob("*")) == before


def test_an_empty_variable_is_none(qg: Callable, trees: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUALITYGATE_CHECK_CACHE", "")
    monkeypatch.setenv("QUALITYGATE_CACHE", str(trees / "mine"))
    assert qg(*RUN).code == 0
    assert kept(trees) == []
    assert kept(trees / "mine" / "results")


@pytest.mark.parametrize("way", ["option", "variable", "configuration", "all caches"])
def test_a_home_directory_is_found_where_no_shell_looks_for_it(
    qg: Callable, trees: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    monkeypatch.setenv("HOME", str(trees / "home"))
    monkeypatch.setenv("USERPROFILE", str(trees / "home"))
    run: tuple[str, ...] = RUN
    if way == "option":
        run = (*RUN, "--cache=~/numbers")
    elif way == "variable":
        monkeypatch.setenv("QUALITYGATE_CHECK_CACHE", "~/numbers")
    elif way == "all caches":
        monkeypatch.setenv("QUALITYGATE_CACHE", "~/numbers")
    else:
        sets = '[[sets]]\nname = "a"\nreference = "ref"\ncandidate = "good"\nprofile = "product"\n'
        (trees / "qualitygate.toml").write_text(f'[run]\ncache = "~/numbers"\n{sets}')
        run = ("check", *RUN[5:])
    assert qg(*run).code == 0
    assert not (trees / "~").exists()
    assert kept(trees / "home" / "numbers" / ("results" if way == "all caches" else ""))


@pytest.mark.parametrize("way", ["option", "configuration", "all caches"])
def test_the_home_of_nobody_is_a_clear_error(
    qg: Callable, trees: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    nobody = "~nobody-of-this-name/numbers"
    run: tuple[str, ...] = RUN
    if way == "option":
        run = (*RUN, f"--cache={nobody}")
    elif way == "configuration":
        (trees / "qualitygate.toml").write_text(f'[run]\ncache = "{nobody}"\n')
        run = ("check",)
    else:
        monkeypatch.setenv("QUALITYGATE_CACHE", nobody)
    told = qg(*run)
    assert told.code == 2
    assert "no home directory is known for ~nobody-of-this-name" in told.err
    assert len(told.err.strip().splitlines()) == 1
    assert not list(trees.glob("~*"))


def test_a_cache_and_none_contradict_each_other(qg: Callable, trees: Path) -> None:
    told = qg(*RUN, "--cache", "numbers", "--no-cache")
    assert told.code == 2
    assert "--cache and --no-cache contradict each other" in told.err
    assert not (trees / "numbers").exists()


def test_no_cache_goes_before_a_variable(qg: Callable, trees: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUALITYGATE_CHECK_CACHE", "numbers")
    assert qg(*RUN, "--no-cache").code == 0
    assert not (trees / "numbers").exists()


@pytest.mark.parametrize("place", ["ref", "good", "good/numbers", "ref/../good", "link"])
def test_no_results_among_the_pictures_of_the_run(qg: Callable, trees: Path, kept: Kept, place: str) -> None:
    (trees / "link").symlink_to(trees / "ref")
    told = qg(*RUN, "--cache", place)
    assert told.code == 2
    assert "QG-1445" in told.err
    assert "pictures of this run lie in" in told.err
    assert kept(trees / "ref") == kept(trees / "good") == []
    assert not (trees / "good" / "numbers").exists()


def test_results_may_lie_beside_pictures_and_in_a_project_that_has_some_at_its_top(
    qg: Callable, trees: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert qg(*RUN, "--cache", "numbers").code == 0
    assert kept(trees / "numbers")
    monkeypatch.chdir(trees / "good")
    assert qg("check", "../ref", ".", *RUN[3:], "--cache", ".numbers").code == 0
    assert kept(trees / "good" / ".numbers")


def test_a_user_without_a_home_runs_without_earlier_results(
    qg: Callable, trees: Path, kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:
    def homeless() -> Path:
        raise RuntimeError("Could not determine home directory.")

    for name in ("QUALITYGATE_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(Path, "home", homeless)
    assert qg(*RUN).code == 0
    monkeypatch.setenv("XDG_CACHE_HOME", str(trees / "xdg"))
    assert qg(*RUN).code == 0
    assert kept(trees / "xdg" / "qualitygate" / "results")
