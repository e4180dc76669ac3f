"""Bundles that are hostile, damaged or none: read or refused, and nothing else."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from bundle_cases import call_import, ci, files, tarred, zipped
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_cases import FIRST, record

from qualitygate.cli import root as command
from qualitygate.cli import run
from qualitygate.core.errors import ConfigError
from qualitygate.incidents import bundle as bundles
from qualitygate.incidents.bundle import read_bundle
from qualitygate.incidents.facts import Evidence
from qualitygate.incidents.postmortem import to_json


def hostile_zip(path: Path, names: dict[str, bytes], mode: int | None = None) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in names.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (mode or 0o100644) << 16
            archive.writestr(entry, content)
    return path


STUB = f"run/_/postmortems/{FIRST}.json"


@pytest.mark.parametrize("up", ["../../", "/", "a/../../", "..\\..\\", "C:\\", "x/run/../"])
def test_paths_that_lead_out_lead_nowhere(tmp_path: Path, home: Path, up: str) -> None:
    made = to_json(record(evidence=(Evidence(kind="x", sha256=hashlib.sha256(b"x").hexdigest(), bytes=1,
                                             path=f"evidence/{FIRST.lower()}/../../../out.png"),)))  # fmt: skip
    names = {f"{up}evidence/{FIRST.lower()}/out.png": b"x", f"{up}out.png": b"x", STUB: made}
    bundle = hostile_zip(tmp_path / "evil.zip", names | {f"evidence/{FIRST.lower()}/../../out.png": b"x"})
    assert not any(".." in name or name.startswith("/") for name in read_bundle(bundle).files)
    call_import(home, bundle)
    outside = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.name.startswith("out")}
    assert outside == set()


def test_links_are_not_followed(tmp_path: Path, home: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    item = Evidence(kind="x", sha256=hashlib.sha256(b"secret").hexdigest(), bytes=6, path=f"evidence/{FIRST.lower()}/s")
    made = to_json(record(evidence=(item,)))
    in_tar, directory = tmp_path / "links.tar", tmp_path / "links"
    with tarfile.open(in_tar, "w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE):
            entry = tarfile.TarInfo(str(item.path))
            entry.type, entry.linkname = kind, str(secret)
            archive.addfile(entry)
        stub = tarfile.TarInfo(STUB)
        stub.size = len(made)
        archive.addfile(stub, io.BytesIO(made))
    (directory / "run/_/postmortems").mkdir(parents=True)
    (directory / STUB).write_bytes(made)
    (directory / "evidence" / FIRST.lower()).mkdir(parents=True)
    (directory / str(item.path)).symlink_to(secret)
    (directory / "evidence" / FIRST.lower() / "loop").symlink_to(directory)
    in_zip = hostile_zip(tmp_path / "links.zip", {str(item.path): str(secret).encode()}, stat.S_IFLNK | 0o777)
    with zipfile.ZipFile(in_zip, "a") as archive:
        archive.writestr(STUB, made)
    for bundle in (in_tar, directory, in_zip):
        call_import(home, bundle)
        assert not (home / str(item.path)).exists()


@pytest.mark.parametrize("form", ["zip", "tar.gz", "headers"])
def test_a_bomb_is_refused(
    tmp_path: Path, refused: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.setattr(bundles, "MAX_BYTES", 2_000_000)
    monkeypatch.setattr(bundles, "MAX_UNPACKED_BYTES", 4_000_000)
    zeros = bytes(20_000_000)
    if form == "zip":
        bundle = hostile_zip(tmp_path / "bomb.zip", {STUB: zeros})
    else:
        bundle = tmp_path / "bomb.tar.gz"
        with tarfile.open(bundle, "w:gz") as archive:
            entry = tarfile.TarInfo(STUB if form == "tar.gz" else "junk")
            if form == "headers":
                entry.pax_headers = {"comment": "x" * 20_000_000}
                archive.addfile(entry)
            else:
                entry.size = len(zeros)
                archive.addfile(entry, io.BytesIO(zeros))
    assert "QG-1708" in refused(bundle)


def test_many_small_files_are_refused(
    tmp_path: Path, refused: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundles, "MAX_FILES", 20)
    names = {f"evidence/{FIRST.lower()}/{number}": b"" for number in range(30)}
    assert "QG-1708" in refused(hostile_zip(tmp_path / "many.zip", names))


def test_two_contents_of_one_path_are_refused(tmp_path: Path, refused: Callable[[Path], str]) -> None:
    made = to_json(record())
    names = {f"a/{STUB}": made, f"b/{STUB}": made.replace(b"4,200", b"4,201")}
    assert "twice" in refused(hostile_zip(tmp_path / "two.zip", names))


def test_what_is_no_bundle_is_refused(tmp_path: Path, refused: Callable[[Path], str]) -> None:
    ci(tmp_path / "ci")
    good_zip, good_tar = zipped(tmp_path / "ci", tmp_path / "good"), tarred(tmp_path / "ci", tmp_path / "good")
    odd = tmp_path / "odd"
    odd.mkdir()
    (odd / "empty").write_bytes(b"")
    (odd / "text").write_text("hello")
    (odd / "zeros").write_bytes(bytes(10_000))
    (odd / "cut.zip").write_bytes(good_zip.read_bytes()[:-40])
    (odd / "cut.tar.gz").write_bytes(good_tar.read_bytes()[:-40])
    (odd / "gzip").write_bytes(b"\x1f\x8b" + bytes(50))
    (odd / "xz").write_bytes(b"\xfd7zXZ\x00" + bytes(50))
    (odd / "bz2").write_bytes(b"BZh9" + bytes(50))
    encrypted = bytearray(good_zip.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = encrypted.find(mark)
        while place >= 0:
            encrypted[place + offset] |= 1
            place = encrypted.find(mark, place + 1)
    (odd / "encrypted.zip").write_bytes(bytes(encrypted))
    hostile_zip(odd / "none.zip", {"readme.txt": b"x"})
    for path in sorted(odd.iterdir()):
        assert "QG-1708" in refused(path), path.name
    (tmp_path / "void").mkdir()
    assert "QG-1708" in refused(tmp_path / "void")
    assert "QG-1401" in refused(tmp_path / "absent")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no named pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path, refused: Callable[[Path], str]) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "QG-1708" in refused(tmp_path / "pipe")
    directory = tmp_path / "directory" / "run/_/postmortems"
    directory.mkdir(parents=True)
    os.mkfifo(directory / f"{FIRST}.json")
    assert "QG-1708" in refused(tmp_path / "directory")


def test_a_time_of_the_future_is_refused(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ci(tmp_path / "ci")
    words = ["incident", "import", str(tmp_path / "ci"), "--at", "2025-09-28T12:00:00Z"]
    assert run(command, words, "qualitygate") == 2
    assert "QG-1713" in capsys.readouterr().err
    assert files(home) == {}


@pytest.fixture(scope="module")
def archives(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    source = tmp_path_factory.mktemp("archives")
    ci(source / "ci")
    made = [zipped(source / "ci", source / "a"), tarred(source / "ci", source / "a")]
    made.append(Path(shutil.make_archive(str(source / "b"), "tar", source / "ci")))
    made.append(Path(shutil.make_archive(str(source / "c"), "xztar", source / "ci")))
    return [path.read_bytes() for path in made]


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_a_damaged_archive_is_read_or_refused_and_nothing_else(
    data: st.DataObject, archives: list[bytes], tmp_path_factory: pytest.TempPathFactory
) -> None:
    content = bytearray(data.draw(st.sampled_from(archives)))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "damaged"
    path.write_bytes(bytes(content))
    found: set[str] = set()
    try:
        assert read_bundle(path).ids
    except ConfigError as error:
        found.add(error.code)
    assert found <= {"QG-1708"}
