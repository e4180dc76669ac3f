"""Which state is compared with: where it is found, and what happens where it is not or cannot be read."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from audit_repository import BRAND, CONFIG, Shop, empty, picture, shop

from qualitygate.core.errors import ConfigError

LOOSER = BRAND.replace("9.0", "99.0")
ONE = [("limit", "profile brand: delta_e_2000.max", "fail 99")]


def test_no_base_is_an_error(made: Shop) -> None:
    with pytest.raises(ConfigError) as caught:
        made.audit(base=None)
    assert caught.value.code == "QG-1815"


def test_ci_names_the_base(made: Shop) -> None:
    made.git("update-ref", "refs/remotes/origin/main", "main")
    made.write("thresholds/brand.toml", LOOSER)
    assert made.listed(base=None, environ={"GITHUB_BASE_REF": "main"}) == ONE


@pytest.mark.parametrize("base", ["nowhere", "--help", "origin/main"])
def test_an_unknown_base(made: Shop, base: str) -> None:
    with pytest.raises(ConfigError) as caught:
        made.audit(base=base)
    assert caught.value.code == "QG-1761"
    assert "fetch-depth: 0" in str(caught.value)


def test_outside_of_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    with pytest.raises(ConfigError) as caught:
        Shop(tmp_path).audit()
    assert caught.value.code == "QG-1761"


def test_a_shallow_clone_says_so(made: Shop, tmp_path: Path) -> None:
    made.write("thresholds/brand.toml", LOOSER)
    made.commit()
    made.git("checkout", "-q", "main")
    made.commit("Another")
    made.git("checkout", "-q", "change")
    target = tmp_path / "clone"
    for depth in ("1", "5"):
        subprocess.run(["rm", "-rf", str(target)], check=True)
        arguments = ["git", "clone", "-q", "--depth", depth, "--no-single-branch", "--branch", "change",
                     f"file://{made.top}", str(target)]  # fmt: skip
        subprocess.run(arguments, check=True, capture_output=True)
        clone = Shop(target)
        if depth == "1":
            with pytest.raises(ConfigError, match=r"shallow clone.*fetch-depth: 0"):
                clone.audit(base="origin/main")
        else:
            assert clone.listed(base="origin/main") == ONE


def test_a_fork_is_compared_with_where_it_left(made: Shop) -> None:
    """What main loosened since is none of the change's business, and what main tightened is not undone by it."""
    made.git("checkout", "-q", "main")
    made.write("thresholds/brand.toml", BRAND.replace("9.0", "5.0"))
    made.commit("Tighten on main")
    made.git("checkout", "-q", "change")
    assert made.listed() == []
    made.write("thresholds/brand.toml", LOOSER)
    assert [one.entry.before for one in made.audit().answers] == ["fail 9"]


def test_the_first_configuration_has_nothing_to_loosen(tmp_path: Path) -> None:
    made = empty(tmp_path / "new")
    made.commit("Empty")
    made.git("checkout", "-qb", "change")
    made.write("qualitygate.toml", CONFIG)
    made.write("thresholds/brand.toml", BRAND)
    made.write("approved/a.png", picture())
    found = made.audit()
    assert found.passed
    assert found.answers == ()
    assert "nothing can be loosened" in found.notes[0]


def test_a_deleted_configuration(made: Shop) -> None:
    made.git("rm", "-q", "qualitygate.toml")
    assert made.listed() == [("pictures", "configuration qualitygate.toml", "deleted")]
    made.git("rm", "-rq", "thresholds")
    assert [change for _, change, _ in made.listed()] == ["configuration qualitygate.toml", "profile brand"]


def test_only_thresholds_without_a_configuration(tmp_path: Path) -> None:
    made = empty(tmp_path / "bare")
    made.write("thresholds/brand.toml", BRAND)
    made.commit()
    made.git("checkout", "-qb", "change")
    made.write("thresholds/brand.toml", LOOSER)
    assert made.listed() == ONE


def test_pyproject(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = "[project]\nname = 'x'\n" + CONFIG.replace("[[sets", "[[tool.qualitygate.sets")
    made = shop(tmp_path / "shop", config=config, name="pyproject.toml")
    monkeypatch.chdir(made.top)
    made.write("pyproject.toml", config + "resize = 'nearest'\n")
    (one,) = made.audit().answers
    assert (one.entry.change, one.entry.where) == ("set landing: resize", "pyproject.toml:8")
    made.git("checkout", "-q", "--", ".")
    made.write("pyproject.toml", "[project]\nname = 'x'\n")
    made.write("qualitygate.toml", CONFIG)  # moved there
    assert made.listed() == []
    made.write("qualitygate.toml", f"{CONFIG}resize = 'nearest'\n")
    assert made.listed() == [("pictures", "set landing: resize", "nearest")]


def test_a_configuration_further_down(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = shop(tmp_path / "shop", below="sites/shop/")
    monkeypatch.chdir(made.top / "sites/shop/thresholds")
    made.write("sites/shop/thresholds/brand.toml", LOOSER)
    made.write("sites/shop/approved/coffee.png", picture(3))
    found = [one.entry for one in made.audit(below="sites/shop/thresholds").answers]
    assert [one.where for one in found] == ["sites/shop/approved/coffee.png", "sites/shop/thresholds/brand.toml:4"]
    named = made.audit(config=made.top / "sites/shop/qualitygate.toml")
    assert [one.entry.change for one in named.answers] == [one.change for one in found]
    made.git("checkout", "-q", "--", ".")
    made.git("mv", "sites/shop", "shop")
    assert made.listed(below="shop") == []
    made.write("shop/thresholds/brand.toml", LOOSER)
    made.write("shop/qualitygate.toml", f'{CONFIG}exclude = ["coff*"]\n')
    assert made.listed(below="shop") == [("pictures", "set landing: pictures", "**, not coff*"), *ONE]


def test_a_second_configuration_is_no_successor_of_the_first(made: Shop) -> None:
    made.write("sites/qualitygate.toml", CONFIG.replace("landing", "other").replace("brand", "ui"))
    assert made.listed(below="sites") == []
    made.git("rm", "-q", "qualitygate.toml")  # now it takes the place
    assert "set other: delta_e_2000.max" in [change for _, change, _ in made.listed(below="sites")]


@pytest.mark.parametrize("broken", ["[[sets", 'typo = 1\n[[sets]]\nname = "x"\n', "[sets]\n", "\xff\xfe"])
def test_a_configuration_of_the_base_that_cannot_be_read(made: Shop, broken: str) -> None:
    made.write("qualitygate.toml", broken.encode("latin-1"))
    made.merge()
    made.write("qualitygate.toml", CONFIG)
    (one,) = made.audit().answers
    assert (one.entry.kind, one.entry.change, one.open) == ("unreadable", "unreadable qualitygate.toml", True)
    assert "qualitygate-audit" not in one.entry.before  # no temporary directory


def test_a_profile_of_the_base_that_cannot_be_read(made: Shop) -> None:
    made.write("thresholds/brand.toml", "extends = 'nothing'\n")
    made.merge()
    made.write("thresholds/brand.toml", BRAND)
    assert made.listed() == [("unreadable", "unreadable profile brand", "none")]


def test_a_configuration_of_now_that_cannot_be_read_is_an_error(made: Shop) -> None:
    made.write("thresholds/brand.toml", "nonsense = 1\n")
    with pytest.raises(ConfigError) as caught:
        made.audit()
    assert caught.value.code == "QG-1404"


def test_links_in_the_base_are_followed_within_it_only(made: Shop, tmp_path: Path) -> None:
    secret = tmp_path / "outside.toml"
    secret.write_text("nonsense = 1\n")
    made.write("shared/brand.toml", BRAND)
    (made.top / "thresholds/brand.toml").unlink()
    (made.top / "thresholds/brand.toml").symlink_to("../shared/brand.toml")
    (made.top / "thresholds/evil.toml").symlink_to(secret)
    (made.top / "thresholds/loop.toml").symlink_to("loop.toml")
    made.merge()
    assert made.listed() == []
    made.write("shared/brand.toml", LOOSER)
    assert made.listed() == ONE


def test_a_fifo_and_a_huge_file_among_the_thresholds(made: Shop) -> None:
    import os

    made.write("thresholds/huge.toml", "# " + "x" * 2_000_000)
    made.merge()
    os.mkfifo(made.top / "thresholds/pipe")
    assert made.listed() == []


def test_windows_line_ends_loosen_nothing(made: Shop) -> None:
    for name in ("qualitygate.toml", "thresholds/brand.toml"):
        made.write(name, (made.top / name).read_bytes().replace(b"\n", b"\r\n"))
    assert made.listed() == []


def test_another_version_of_the_gate_is_told(made: Shop) -> None:
    made.edit("qualitygate.toml", '"brand"', '"thumbnail"')
    made.write("requirements-dev.txt", "image-qualitygate==0.1.0\n")
    made.merge()
    made.write("requirements-dev.txt", "image-qualitygate==0.2.0\n")
    (note,) = made.audit().notes
    assert note.startswith("requirements-dev.txt names another version of the gate")
    assert "thumbnail" in note


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("- id: validate-lut\n", "- id: validate-lut\n  args: [--base, main]\n", False),
        ("- repo: a/qualitygate.git\n  rev: v1\n", "- repo: a/qualitygate.git\n  rev: v2\n", True),
        (
            "- repo: a/qualitygate.git\n- repo: b\n  args:\n  -\n  rev: 1\n",
            "- repo: a/qualitygate.git\n- repo: b\n  args:\n  -\n  rev: 2\n",
            False,
        ),
        ("- id: validate-lut  # of 0.1.0\n", "- id: validate-lut  # of 0.2.0\n", True),
        ("- id: qualitygate-check  # of 0.1.0\n", "- id: qualitygate-check  # of 0.2.0\n", True),
        ("- repo: https://x.test/qualitygate.git\n", "- repo: https://x.test/qualitygate\n", True),
        ("- id: prevalidate-lutfiles\n", "- id: prevalidate-lutfiles-2\n", False),
    ],
)
def test_hooks_of_the_gate_are_known_by_their_names(made: Shop, before: str, after: str, told: bool) -> None:
    made.edit("qualitygate.toml", '"brand"', '"thumbnail"')
    made.write(".pre-commit-config.yaml", before)
    made.merge()
    made.write(".pre-commit-config.yaml", after)
    assert any("names another version of the gate" in note for note in made.audit().notes) is told


def test_nothing_of_the_base_is_run(made: Shop) -> None:
    """A filter of the repository's own choice could run a script of the commit that is looked at."""
    made.write("evil.sh", "#!/bin/sh\ntouch ran\ncat\n").chmod(0o755)
    made.write(".gitattributes", "*.toml filter=evil\n*.png filter=evil\n")
    made.merge()
    made.git("config", "filter.evil.smudge", "./evil.sh")
    made.write("thresholds/brand.toml", LOOSER)
    assert made.listed() == ONE
    assert not (made.top / "ran").exists()
