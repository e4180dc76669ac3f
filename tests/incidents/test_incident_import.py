"""Bundles from CI: what comes home, under which id, how often, and what is refused whole."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import stat
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ledger_cases import FIRST, MORNING, later, opened, record

from qualitygate.cli import root as command
from qualitygate.cli import run
from qualitygate.core.errors import ConfigError
from qualitygate.core.threshold import Severity
from qualitygate.incidents import bundle as bundles
from qualitygate.incidents.bundle import read_bundle
from qualitygate.incidents.events import Acknowledged, Closed, Edited, Escalated, EvidenceAdded, ImpactRecorded, Noted
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.log import defects
from qualitygate.incidents.postmortem import Evidence, Postmortem, to_json

KEY = "a" * 64
Import = Callable[..., list[tuple[str, str, str]]]


def files(root: Path) -> dict[str, bytes]:
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in root.rglob("*")
        if path.is_file() and path.name != ".lock"
    }


def picture(root: Path, name: str = "worst.png", incident_id: str = FIRST, content: bytes = b"\x89PNG map") -> Evidence:
    path = root / "evidence" / incident_id.lower() / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return Evidence(
        kind="heat_map",
        path=path.relative_to(root).as_posix(),
        sha256=hashlib.sha256(content).hexdigest(),
        bytes=len(content),
        subject="a.webp",
    )


def ci(root: Path, incident_id: str = FIRST, *, key: str | None = KEY, content: bytes = b"\x89PNG map") -> Ledger:
    """A CI runner's directory after a failure."""
    evidence = (picture(root, incident_id=incident_id, content=content),)
    return opened(root, incident_id, key=key, evidence=evidence, ci_run="https://ci.example/1")


def old(root: Path, incident_id: str = FIRST, **changes: object) -> Postmortem:
    """What a version without event logs left: JSON, Markdown and evidence."""
    made = record(incident_id, evidence=(picture(root, incident_id=incident_id),), **changes)
    folder = root / "run/_/postmortems"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{incident_id}.json").write_bytes(to_json(made))
    (folder / f"{incident_id}.md").write_text(f"# Incident {incident_id}\n", encoding="utf-8")
    return made


def zipped(source: Path, target: Path) -> Path:
    return Path(shutil.make_archive(str(target), "zip", source))


def tarred(source: Path, target: Path) -> Path:
    return Path(shutil.make_archive(str(target), "gztar", source))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    here = tmp_path / "home"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("QUALITYGATE_NOW", "2025-09-27T12:00:00Z")
    monkeypatch.setenv("QUALITYGATE_ACTOR", "on-call")
    return here


@pytest.fixture
def bring(home: Path, capsys: pytest.CaptureFixture[str]) -> Import:
    """`qualitygate incident import`; the outcome, and the logs are sound after it."""

    def call(bundle: Path, *words: str) -> list[tuple[str, str, str]]:
        capsys.readouterr()
        code = run(command, ["incident", "import", str(bundle), "--format", "json", *words], "qualitygate")
        shown = capsys.readouterr()
        assert code == 0, shown.err
        for incident_id in Ledger(home).ids():
            assert not list(defects(incident_id, Ledger(home).log(incident_id)))
        assert run(command, ["incident", "verify"], "qualitygate") == 0, capsys.readouterr().out
        rows = json.loads(shown.out)["incidents"]
        return [(row["was"][-2:], row["id"], row["outcome"]) for row in rows]

    return call


@pytest.fixture
def refused(home: Path, capsys: pytest.CaptureFixture[str]) -> Callable[[Path], str]:
    """The one line that refuses a bundle; nothing was written."""

    def call(bundle: Path) -> str:
        before = files(home)
        capsys.readouterr()
        code = run(command, ["incident", "import", str(bundle)], "qualitygate")
        shown = capsys.readouterr()
        assert code == 2, shown.err
        assert shown.err.count("\n") == 1
        assert "internal error" not in shown.err
        assert files(home) == before
        return shown.err

    return call


@pytest.mark.parametrize("form", ["directory", "zip", "tar.gz", "deeper", "windows"])
def test_a_bundle_comes_home_with_its_evidence(tmp_path: Path, home: Path, bring: Import, form: str) -> None:
    source = tmp_path / "ci"
    there = ci(source)
    bundle = source
    if form == "zip":
        bundle = zipped(source, tmp_path / "bundle")
    elif form == "tar.gz":
        bundle = tarred(source, tmp_path / "bundle")
    elif form == "deeper":
        shutil.copytree(source, tmp_path / "outer" / "quality-gate" / "x")
        bundle = tarred(tmp_path / "outer", tmp_path / "bundle")
    elif form == "windows":
        bundle = tmp_path / "bundle.zip"
        with zipfile.ZipFile(bundle, "w") as archive:
            for name, content in files(source).items():
                archive.writestr(name.replace("/", "\\"), content)
    assert bring(bundle) == [("01", FIRST, "new")]
    assert Ledger(home).record(FIRST) == there.record(FIRST)
    for name in (f"evidence/{FIRST.lower()}/worst.png", *(f"run/_/postmortems/{FIRST}{s}" for s in (".json", ".md"))):
        assert (home / name).read_bytes() == (source / name).read_bytes()
    before = files(home)
    assert bring(bundle) == [("01", FIRST, "same")]
    assert files(home) == before


def test_it_goes_on_where_it_was(tmp_path: Path, home: Path, bring: Import) -> None:
    there = ci(tmp_path / "ci")
    bring(tmp_path / "ci")
    there.append(FIRST, Acknowledged(), actor="a", at=later(5), recorded=later(5))
    assert bring(tmp_path / "ci") == [("01", FIRST, "continued")]
    assert Ledger(home).record(FIRST) == there.record(FIRST)
    # Behind what is here, it changes nothing.
    Ledger(home).append(FIRST, Noted(text="here"), actor="b", at=later(6), recorded=later(6))
    assert bring(tmp_path / "ci") == [("01", FIRST, "same")]
    assert len(Ledger(home).lines(FIRST)) == 3


def test_what_went_on_in_both_places_is_joined(tmp_path: Path, home: Path, bring: Import) -> None:
    there = ci(tmp_path / "ci")
    bring(tmp_path / "ci")
    there.append(FIRST, Noted(text="there"), actor="a", at=later(5), recorded=later(5))
    Ledger(home).append(FIRST, Noted(text="here"), actor="b", at=later(6), recorded=later(6))
    assert bring(tmp_path / "ci") == [("01", FIRST, "continued")]
    after = Ledger(home).append(FIRST, Noted(text="after"), actor="b", at=later(7), recorded=later(7))
    assert {"here", "there", "after"} <= {row.event for row in after.timeline}
    assert bring(tmp_path / "ci") == [("01", FIRST, "same")]


def test_an_edited_markdown_comes_home(tmp_path: Path, home: Path, bring: Import) -> None:
    there = ci(tmp_path / "ci")
    path = there.paths(FIRST).markdown
    path.write_text(path.read_text(encoding="utf-8") + "\n## Ours\n\nwords\n", encoding="utf-8")
    bring(tmp_path / "ci")
    assert Ledger(home).paths(FIRST).markdown.read_bytes() == path.read_bytes()


def test_the_same_failure_is_noted_with_its_evidence(tmp_path: Path, home: Path, bring: Import) -> None:
    second = "PM-2025-09-28-02"
    ci(tmp_path / "a")
    bring(tmp_path / "a")
    there = ci(tmp_path / "b", second, content=b"another map")
    deep = picture(tmp_path / "b", "deep/worst.png", second, b"a third")
    there.append(second, EvidenceAdded(items=(deep,)), actor="a", at=later(1), recorded=later(1))
    assert bring(tmp_path / "b", "--at", "2025-09-27T11:00:00Z") == [("02", FIRST, "joined by key")]
    assert Ledger(home).ids() == [FIRST]
    after = Ledger(home).record(FIRST)
    assert len(after.evidence) == 3
    for item in after.evidence:
        assert hashlib.sha256((home / str(item.path)).read_bytes()).hexdigest() == item.sha256
    told = next(row for row in after.timeline if second in row.event)
    assert (told.at, told.owner) == ("2025-09-27T11:00:00Z", "on-call")
    assert "https://ci.example/1" in told.event
    assert Ledger(home).lines(FIRST)[-1].event.recorded == "2025-09-27T12:00:00Z"
    before = files(home)
    assert bring(tmp_path / "b") == [("02", FIRST, "same")]
    assert files(home) == before


def test_the_same_id_from_two_runs_of_the_same_failure_is_one_incident(
    tmp_path: Path, home: Path, bring: Import
) -> None:
    ci(tmp_path / "a")
    ci(tmp_path / "b")  # another runner, another first event
    bring(tmp_path / "a")
    assert bring(tmp_path / "b") == [("01", FIRST, "joined by key")]
    assert bring(tmp_path / "b") == [("01", FIRST, "same")]


SENSITIVE = {
    "S0": (Escalated(severity=Severity.S0, reason="a leak"),),
    "personal data": (ImpactRecorded(personal_data=True),),
}


def pictures_of(home: Path) -> list[str]:
    return sorted(path.relative_to(home).as_posix() for path in (home / "evidence").rglob("*.png"))


def sensitive(ledger: Ledger, why: str, incident_id: str = FIRST) -> None:
    for data in SENSITIVE[why]:
        ledger.append(incident_id, data, actor="board", at=later(5), recorded=later(5))


@pytest.mark.parametrize("why", SENSITIVE)
def test_no_picture_comes_home_to_an_incident_that_must_not_have_one(
    tmp_path: Path, home: Path, bring: Import, why: str
) -> None:
    second = "PM-2025-09-28-02"
    ci(tmp_path / "a")
    bring(tmp_path / "a")
    sensitive(Ledger(home), why)
    (home / "evidence" / FIRST.lower() / "worst.png").unlink()
    content = b"another map"
    ci(tmp_path / "b", second, content=content)
    assert bring(tmp_path / "b") == [("02", FIRST, "joined by key")]
    (item,) = [one for one in Ledger(home).record(FIRST).evidence if one.path is None]
    assert (item.sha256, item.redacted) == (hashlib.sha256(content).hexdigest(), True)
    assert item.reason == f"{why}: not stored, see CI run https://ci.example/1"
    before = files(home)
    assert bring(tmp_path / "a") == [("01", FIRST, "same")]
    assert files(home) == before
    assert pictures_of(home) == []


@pytest.mark.parametrize("why", SENSITIVE)
@pytest.mark.parametrize("what", ["new", "joined by key", "renumbered", "continued"])
def test_no_picture_of_an_incident_that_must_not_have_one_comes_home(
    tmp_path: Path, home: Path, bring: Import, why: str, what: str
) -> None:
    there = ci(tmp_path / "ci")
    if what == "continued":
        bring(tmp_path / "ci")
        (home / "evidence" / FIRST.lower() / "worst.png").unlink()
    elif what == "joined by key":
        opened(home, "PM-2025-09-28-02", key=KEY)
    elif what == "renumbered":
        opened(home, key="b" * 64)
    sensitive(there, why)
    ((_, ours, outcome),) = bring(tmp_path / "ci")
    assert outcome == what
    assert pictures_of(home) == []
    (item,) = [one for one in Ledger(home).record(ours).evidence if one.kind == "heat_map"]
    assert (item.path, item.sha256) == (None, hashlib.sha256(b"\x89PNG map").hexdigest())
    assert str(item.reason).startswith(f"{why}: not stored, see CI run ")
    if what == "renumbered":
        assert (home / "evidence" / ours.lower() / f"{FIRST}.events.jsonl").is_file()
        bring(tmp_path / "ci")
        assert pictures_of(home) == []
    before = files(home)
    assert bring(tmp_path / "ci")[0][2] == "same"
    assert files(home) == before


def test_a_stub_without_a_log_brings_no_picture_either(tmp_path: Path, home: Path, bring: Import) -> None:
    old(tmp_path / "ci", severity=Severity.S0)
    assert bring(tmp_path / "ci") == [("01", FIRST, "new")]
    assert pictures_of(home) == []
    assert [item.path for item in Ledger(home).record(FIRST).evidence] == [None]
    before = files(home)
    assert bring(tmp_path / "ci") == [("01", FIRST, "same")]
    assert files(home) == before


def test_a_failure_that_was_closed_here_comes_home_as_a_new_incident(tmp_path: Path, home: Path, bring: Import) -> None:
    ci(tmp_path / "a")
    bring(tmp_path / "a")
    Ledger(home).append(FIRST, Closed(), actor="a", at=later(9), recorded=later(9))
    ci(tmp_path / "b", "PM-2025-09-28-02")
    bundle = zipped(tmp_path / "b", tmp_path / "b")
    rows = json.loads(call_import(home, bundle))["incidents"]
    assert [row["outcome"] for row in rows] == ["new"]


def call_import(home: Path, bundle: Path) -> str:
    import contextlib

    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert run(command, ["incident", "import", str(bundle), "--format", "json"], "qualitygate") == 0
    return out.getvalue()


def test_an_id_that_another_has_is_changed_once(tmp_path: Path, home: Path, bring: Import) -> None:
    opened(home, key="b" * 64)
    mine = Ledger(home).paths(FIRST).events.read_bytes()
    there = ci(tmp_path / "ci")
    there.append(FIRST, Noted(text="seen there"), actor="a", at=later(2), recorded=later(2))
    (first,) = bring(tmp_path / "ci")
    assert (first[0], first[2]) == ("01", "renumbered")
    assert first[1] != FIRST
    assert first[1].startswith("PM-2025-09-27-")
    assert Ledger(home).paths(FIRST).events.read_bytes() == mine
    moved = Ledger(home).record(first[1])
    assert any(row.event == "seen there" for row in moved.timeline)
    assert FIRST in moved.sections[-1].text
    kinds = {item.kind: item for item in moved.evidence}
    assert (home / str(kinds["heat_map"].path)).read_bytes() == b"\x89PNG map"
    # Its own log is kept as it was.
    assert (home / str(kinds["event_log"].path)).read_bytes() == there.paths(FIRST).events.read_bytes()
    before = files(home)
    assert bring(tmp_path / "ci") in ([("01", first[1], "same")], [("01", first[1], "joined by key")])
    assert bring(tmp_path / "ci") == [("01", first[1], "same")]
    assert before.keys() <= files(home).keys()


def test_an_id_that_only_a_markdown_has_is_left_to_it(tmp_path: Path, home: Path, bring: Import) -> None:
    path = home / "run/_/postmortems" / f"{FIRST}.md"
    path.parent.mkdir(parents=True)
    path.write_text("somebody's notes\n", encoding="utf-8")
    ci(tmp_path / "ci", key=None)
    ((_, _, what),) = bring(tmp_path / "ci")
    assert what == "renumbered"
    assert path.read_text(encoding="utf-8") == "somebody's notes\n"


@pytest.mark.parametrize("key", [KEY, None])
def test_a_stub_of_an_older_version_begins_its_log_here(
    tmp_path: Path, home: Path, bring: Import, key: str | None
) -> None:
    made = old(tmp_path / "ci", key=key)
    assert bring(tmp_path / "ci") == [("01", FIRST, "new")]
    after = Ledger(home).record(FIRST)
    assert (after.title, after.evidence, after.key) == (made.title, made.evidence, key)
    assert after.uid is not None
    assert (home / f"run/_/postmortems/{FIRST}.md").read_text(encoding="utf-8") == f"# Incident {FIRST}\n"
    before = files(home)
    assert bring(tmp_path / "ci") == [("01", FIRST, "same")]
    assert files(home) == before


def test_two_stubs_of_one_id_are_two_incidents(tmp_path: Path, home: Path, bring: Import) -> None:
    for name in "abc":
        old(tmp_path / name, title=name)
    outcomes = [bring(tmp_path / name)[0] for name in "abcabc"]
    assert [what for _, _, what in outcomes] == ["new", "renumbered", "renumbered", "same", "same", "same"]
    assert sorted(one.title for one in Ledger(home).records().records) == ["a", "b", "c"]
    assert [one for _, one, _ in outcomes[:3]] == [one for _, one, _ in outcomes[3:]]


def test_several_incidents_and_foreign_files_in_one_bundle(tmp_path: Path, home: Path, bring: Import) -> None:
    ci(tmp_path / "ci")
    ci(tmp_path / "ci", "PM-2025-09-27-02", key="b" * 64)
    for name in ("junk.txt", "run/_/postmortems/notes.txt", "evidence/other/x.png", "run/_/postmortems/deep/x.json"):
        path = tmp_path / "ci" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    assert [what for *_, what in bring(tmp_path / "ci")] == ["new", "new"]
    assert not (home / "junk.txt").exists()
    assert not (home / "evidence/other").exists()


def test_where_one_cannot_be_imported_none_is(tmp_path: Path, refused: Callable[[Path], str]) -> None:
    ci(tmp_path / "ci")
    ci(tmp_path / "ci", "PM-2025-09-27-02", key="b" * 64)
    (tmp_path / "ci/evidence/pm-2025-09-27-02/worst.png").write_bytes(b"changed")
    assert "QG-1709" in refused(tmp_path / "ci")


def test_a_file_in_the_way_of_evidence_is_kept(tmp_path: Path, home: Path, refused: Callable[[Path], str]) -> None:
    ci(tmp_path / "ci")
    path = home / "evidence" / FIRST.lower() / "worst.png"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"mine")
    assert "QG-1709" in refused(tmp_path / "ci")


def broken(log: Path, how: str) -> None:
    content = log.read_bytes()
    lines = content.splitlines(keepends=True)
    changed = {
        "empty": b"",
        "cut": content[:-30],
        "edited": content.replace(b"on-call", b"nobody!"),
        "moved": b"".join([lines[0], lines[2], lines[1]]),
        "missing": b"".join([lines[0], lines[2]]),
        "headless": b"".join(lines[1:]),
        "binary": bytes(range(256)) * 50,
        "deep": b"[" * 500_000,
        "merge": b"<<<<<<< ours\n" + content,
    }
    log.write_bytes(changed[how])


@pytest.mark.parametrize("how", ["empty", "cut", "edited", "moved", "missing", "headless", "binary", "deep", "merge"])
def test_a_broken_log_is_refused(tmp_path: Path, refused: Callable[[Path], str], how: str) -> None:
    there = ci(tmp_path / "ci")
    for minute in (1, 2):
        there.append(FIRST, Noted(text=str(minute)), actor="on-call", at=later(minute), recorded=later(minute))
    broken(there.paths(FIRST).events, how)
    assert "QG-1702" in refused(tmp_path / "ci")


def test_a_log_under_another_name_is_refused(tmp_path: Path, refused: Callable[[Path], str]) -> None:
    there = ci(tmp_path / "ci")
    there.paths(FIRST).events.rename(there.paths("PM-2025-09-27-02").events)
    assert "QG-1702" in refused(tmp_path / "ci")


def test_a_record_whose_log_was_left_behind_is_refused(tmp_path: Path, refused: Callable[[Path], str]) -> None:
    ci(tmp_path / "ci").paths(FIRST).events.unlink()
    assert "lacks their log" in refused(tmp_path / "ci")


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[" * 500_000, b'{"id": "PM-2025-09-27-02"}'])
def test_a_stub_that_is_none_is_refused(tmp_path: Path, refused: Callable[[Path], str], content: bytes) -> None:
    old(tmp_path / "ci")
    (tmp_path / f"ci/run/_/postmortems/{FIRST}.json").write_bytes(content)
    assert "QG-1702" in refused(tmp_path / "ci")


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


def test_an_edited_text_of_the_log_comes_with_it(tmp_path: Path, home: Path, bring: Import) -> None:
    from msgspec.structs import replace

    from qualitygate.incidents.document import document_of

    there = ci(tmp_path / "ci")
    document = replace(document_of(there.record(FIRST)), title="Another title 別")
    there.append(FIRST, Edited(document=document, source="markdown"), actor="a", at=MORNING, recorded=MORNING)
    bring(tmp_path / "ci")
    assert Ledger(home).record(FIRST).title == "Another title 別"
