"""What sidecars say of references, and of changes that are compared with git."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from git_pictures import CONFIG, Repository, codes, encoded, quiet, statuses

from qualitygate import gate
from qualitygate.core.verdict import Report
from qualitygate.policy.provenance import Provenance, sidecar_of
from qualitygate.references.checks import sha256_of

PAIRS = '[[sets]]\nreference = "ref"\ncandidate = "cand"\nprofile = "product"\nmetrics = ["delta_e_2000"]\n'
REQUIRED = f'{PAIRS}[references]\nprovenance = "required"\n'


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in quiet(dict(os.environ)):
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))


@pytest.fixture
def tree(tmp_path: Path, photos: list[Path]) -> Path:
    for name in ("ref", "cand"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.png").write_bytes(encoded(photos[0]))
    (tmp_path / "qualitygate.toml").write_text(PAIRS)
    return tmp_path


def said(picture: Path, *, of: bytes | None = None, previous: bytes | None = None) -> Provenance:
    """Write a sidecar beside a picture, about its content or another."""
    content = picture.read_bytes() if of is None else of
    before = None if previous is None else hashlib.sha256(previous).hexdigest()
    known = Provenance(picture.name, hashlib.sha256(content).hexdigest(), before, "2026-11-20T09:30:00Z",
                       "brand owner", "spring look")  # fmt: skip
    sidecar_of(picture).write_text(known.to_json(), encoding="utf-8")
    return known


def check(tree: Path) -> Report:
    return gate.check(directory=tree)


def test_none_is_needed_unless_it_is_required(tree: Path) -> None:
    assert (check(tree).verdict, codes(check(tree))) == ("passed", [])
    (tree / "qualitygate.toml").write_text(REQUIRED)
    assert (check(tree).verdict, codes(check(tree), "error")) == ("failed", ["QG-1921"])
    said(tree / "ref/a.png")
    assert (check(tree).verdict, codes(check(tree))) == ("passed", [])


@pytest.mark.parametrize(("config", "level"), [(PAIRS, "warning"), (REQUIRED, "error")])
def test_a_reference_that_was_changed_without_approval(tree: Path, photos: list[Path], config: str, level: str) -> None:
    (tree / "qualitygate.toml").write_text(config)
    said(tree / "ref/a.png", of=b"another")
    report = check(tree)
    assert codes(report, level) == ["QG-1920"]
    assert report.verdict == ("failed" if level == "error" else "passed")
    assert "brand owner approved on 2026-11-20" in report.results[0].findings[0].message


@pytest.mark.parametrize(("config", "level"), [(PAIRS, "warning"), (REQUIRED, "error")])
def test_a_damaged_sidecar(tree: Path, config: str, level: str) -> None:
    (tree / "qualitygate.toml").write_text(config)
    sidecar_of(tree / "ref/a.png").write_text("{}")
    assert codes(check(tree), level) == ["QG-1922"]


def test_every_accepted_reference_is_held_to_its_own(tree: Path, photos: list[Path]) -> None:
    (tree / "qualitygate.toml").write_text(REQUIRED)
    said(tree / "ref/a.png")
    other = tree / "ref/a.png.accepted/h100.png"
    other.parent.mkdir()
    other.write_bytes(encoded(photos[0], gain=1.2))
    report = check(tree)
    assert codes(report, "error") == ["QG-1921"]
    assert report.results[0].findings[0].path == "ref/a.png.accepted/h100.png"
    said(other)
    assert check(tree).verdict == "passed"


def test_what_cannot_be_measured_still_says_why(tree: Path) -> None:
    (tree / "qualitygate.toml").write_text(REQUIRED)
    (tree / "ref/a.png").write_bytes(b"no picture")
    report = check(tree)
    assert report.verdict == "failed"
    assert statuses(report) == {"a.png": "Unmeasurable"}


def test_the_digest_of_a_pointer_is_that_of_its_content(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"c" * 64 + b"\nsize 7\n")
    assert sha256_of(path) == "c" * 64
    path.write_bytes(b"content")
    assert sha256_of(path) == hashlib.sha256(b"content").hexdigest()
    assert sha256_of(tmp_path / "missing") is None


@pytest.fixture
def repository(tmp_path: Path, photos: list[Path]) -> Repository:
    made = Repository(tmp_path / "repository")
    made.begin(**{"images/a.png": encoded(photos[0])})
    made.write("images/a.png", encoded(photos[0], gain=1.2))
    return made


def test_a_sidecar_approves_exactly_one_change_in_git(repository: Repository, photos: list[Path]) -> None:
    picture = repository.top / "images/a.png"
    before, after = encoded(photos[0]), picture.read_bytes()
    assert repository.check().verdict == "failed"
    known = said(picture, previous=before)
    report = repository.check()
    assert report.verdict == "passed"
    assert "QG-1909" in codes(report, "note")
    answered = [one.message for one in report.all_findings if one.code == "QG-1001"]
    assert answered, "the numbers stay to be seen"
    assert codes(report, "warning").count("QG-1001") == len(answered)
    assert all(message.startswith("approved although DeltaE00 ") for message in answered), answered
    for wrong in (
        dataclasses.replace(known, previous_sha256=None),
        dataclasses.replace(known, previous_sha256=hashlib.sha256(b"other").hexdigest()),
        dataclasses.replace(known, sha256=hashlib.sha256(before).hexdigest()),
    ):
        sidecar_of(picture).write_text(wrong.to_json(), encoding="utf-8")
        assert repository.check().verdict == "failed"
    picture.write_bytes(encoded(photos[0], gain=1.3))
    said(picture, of=after, previous=before)
    assert repository.check().verdict == "failed", "it is another picture again"


def test_an_approval_answers_no_absolute_rule(repository: Repository, photos: list[Path]) -> None:
    picture = repository.top / "images/a.png"
    repository.write("thresholds/own.toml", 'schema = 1\nextends = "product"\n[rules]\nformats = ["webp"]\n')
    repository.write("qualitygate.toml", CONFIG.replace('"product"', '"own"'))
    said(picture, previous=encoded(photos[0]))
    report = repository.check()
    assert (report.verdict, codes(report, "error")) == ("failed", ["QG-1011"])


def test_another_size_can_be_approved(repository: Repository, photos: list[Path]) -> None:
    picture = repository.write("images/a.png", encoded(photos[0], side=80))
    assert codes(repository.check(), "error") == ["QG-1104"]
    said(picture, previous=encoded(photos[0]))
    assert repository.check().verdict == "passed"


def test_the_next_change_needs_an_approval_of_its_own(repository: Repository, photos: list[Path]) -> None:
    picture = repository.top / "images/a.png"
    said(picture, previous=encoded(photos[0]))
    repository.commit()
    repository.git("checkout", "-q", "-B", "next")
    picture.write_bytes(encoded(photos[0], gain=1.5))
    assert repository.check("feature").verdict == "failed"
