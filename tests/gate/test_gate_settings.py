"""What a report says of the run: nothing of the machine that it ran on."""

from __future__ import annotations

from pathlib import Path

import pytest
from git_pictures import Repository

from qualitygate import gate


def told(directory: Path, **options: str) -> object:
    return gate.check(directory=directory, base="main", **options).settings["config"]  # type: ignore[arg-type]


def test_the_configuration_is_named_from_the_top_of_the_repository(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert told(repository.top) == "qualitygate.toml"
    monkeypatch.chdir(repository.top / "images")
    assert told(Path.cwd()) == "qualitygate.toml"
    assert told(Path.cwd(), config="../qualitygate.toml") == "qualitygate.toml"
    (repository.top / "gates").mkdir()
    (repository.top / "gates" / "q.toml").write_bytes(
        (repository.top / "qualitygate.toml").read_bytes().replace(b'"images"', b'"../images"')
    )
    assert told(Path.cwd(), config=str(repository.top / "gates" / "q.toml")) == "gates/q.toml"


def test_outside_of_git_it_is_named_from_the_working_directory(
    tmp_path: Path, photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "shop").mkdir()
    for side in ("reference", "candidate"):
        (tmp_path / side).mkdir()
        (tmp_path / side / "a.png").write_bytes(photos[0].read_bytes())
    config = tmp_path / "shop" / "qualitygate.toml"
    config.write_text('[[sets]]\nreference = "../reference"\ncandidate = "../candidate"\nprofile = "product"\n'
                      'metrics = ["delta_e_2000"]\n')  # fmt: skip
    monkeypatch.chdir(tmp_path)
    assert gate.check(config="shop/qualitygate.toml").settings["config"] == "shop/qualitygate.toml"
    monkeypatch.chdir(tmp_path / "reference")
    assert gate.check(config=config).settings["config"] == str(config), "elsewhere, where it is has to be said in full"
