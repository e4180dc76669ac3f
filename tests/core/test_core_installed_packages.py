"""What is installed: the same answers as the standard library's, and never a plugin overlooked."""

from __future__ import annotations

import sys
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from qualitygate.core.installed_packages import may_provide, version


def distribution(directory: Path, folder: str, said: str | None = None, points: str | None = None) -> None:
    place = directory / folder
    place.mkdir(parents=True)
    if said is not None:
        (place / "METADATA").write_text(f"Metadata-Version: 2.1\nName: some.Thing\nVersion: {said}\n\nVersion: 9\n")
    if points is not None:
        (place / "entry_points.txt").write_text(points)


def test_versions_are_those_of_the_standard_library() -> None:
    names = {one.metadata["Name"] for one in metadata.distributions()}
    assert {"numpy", "pillow"} <= {name.lower() for name in names}
    for name in names:
        assert version(name) == metadata.version(name), name
    assert version("no-such-distribution") is None


@pytest.mark.parametrize("name", ["some.Thing", "some-thing", "Some_Thing", "some--thing"])
def test_a_name_may_be_spelt_in_any_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    distribution(tmp_path, "some_thing-1.5.dist-info", "1.5+local")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    assert version(name) == "1.5+local"


def test_the_first_on_the_path_is_the_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    distribution(tmp_path / "one", "some_thing-1.dist-info", "1")
    distribution(tmp_path / "two", "some_thing-2.dist-info", "2")
    monkeypatch.setattr(sys, "path", [str(tmp_path / "two"), str(tmp_path / "one"), *sys.path])
    assert version("some-thing") == "2"


def test_without_metadata_of_its_own_the_standard_library_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "some_thing-3.egg-info").mkdir()
    (tmp_path / "some_thing-3.egg-info" / "PKG-INFO").write_text(
        "Metadata-Version: 2.1\nName: some-thing\nVersion: 3\n"
    )
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    assert version("some-thing") == "3"


def test_an_entry_point_is_never_overlooked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not may_provide("some.group")
    distribution(tmp_path, "some_thing-1.dist-info", "1", "[other]\na = b:c\n\n[some.group]\nx = y:z\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(tmp_path)])
    assert may_provide("some.group")


def test_what_lies_in_an_archive_is_left_to_the_standard_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "packed.zip"
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("some_thing-4.dist-info/METADATA", "Metadata-Version: 2.1\nName: some-thing\nVersion: 4\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(archive)])
    assert may_provide("whatever.it.is")
    assert version("some-thing") == "4"


def test_finders_of_others_are_left_to_the_standard_library(monkeypatch: pytest.MonkeyPatch) -> None:
    class Finder:
        def find_spec(self, *_: object) -> None:
            return None

        def find_distributions(self, _: object) -> list[metadata.Distribution]:
            return []

    assert not may_provide("some.group")
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path, Finder()])
    assert may_provide("some.group")
