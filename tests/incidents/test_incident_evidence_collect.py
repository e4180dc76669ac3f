"""`qualitygate evidence collect` in a real repository: what is kept, what is not, and that nothing is kept twice."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from evidence_cases import A1111, SECRETS, Collector, changed_repository, collector, git, png
from ledger_cases import FIRST, MORNING

from qualitygate.core.threshold import Severity
from qualitygate.incidents.collecting import logs, storing
from qualitygate.incidents.collecting.kinds import KINDS
from qualitygate.incidents.collecting.logs import gather_log
from qualitygate.incidents.events import Escalated
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.postmortem import Impact


@pytest.fixture
def call(command_line: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    for name in list(os.environ):
        if name.startswith(("GITHUB_", "CI_", "GIT_", "RUNNER_")) or name in {"CI", "NO_COLOR"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("QUALITYGATE_NOW", "2025-09-27T05:00:00Z")
    return command_line


@pytest.fixture
def at_work(tmp_path: Path, call: Callable, monkeypatch: pytest.MonkeyPatch) -> Collector:
    """In a repository of two commits, with an incident."""
    top = changed_repository(tmp_path / "repository")
    monkeypatch.chdir(top)
    return collector(top, call, commit=git(top, "rev-parse", "HEAD"), ci_run="https://ci.example.org/runs/7")


def write_log(root: Path, text: str | None = None) -> Path:
    path = root / "ci.log"
    path.write_text(text or f"step 1\nexport TOKEN={SECRETS['github']}\nmail dev@example.org\n")
    return path


def test_everything_is_gathered_once(at_work: Collector) -> None:
    write_log(at_work.root)
    png(at_work.root / "p.png", parameters=A1111)
    (at_work.root / "p.json").write_text('{"model": "sdxl", "token": "abc123"}')
    arguments = ("--ci-log", "ci.log", "--picture", "p.png")
    first = at_work.collect(*arguments)
    assert [item["kind"] for item in first["added"]] == ["ci_log", "git_log", "git_diff", "prompt", "model_version"]
    assert {item["kind"] for item in first["added"]} <= set(KINDS)
    events = at_work.events()
    for item in first["added"]:
        content = (at_work.root / item["path"]).read_bytes()
        assert (item["bytes"], item["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        for secret in (SECRETS["github"], "hunter2hunter", "abc123", "@example.org"):
            assert secret.encode() not in content
    again = at_work.collect(*arguments)
    assert (again["added"], again["unchanged"]) == ([], 5)
    assert at_work.events() == events
    verified = at_work.call("evidence", "verify", FIRST)
    assert verified.code == 0, verified.out


def test_the_change_is_a_patch_without_binary_content(at_work: Collector) -> None:
    at_work.collect()
    patch = (at_work.directory / "changes.diff").read_text(encoding="utf-8")
    old, new = (git(at_work.root, "rev-parse", f"{revision}:pixels.bin") for revision in ("HEAD~1", "HEAD"))
    assert f"# binary M pixels.bin: {old} (3,000 bytes) -> {new} (4,000 bytes)\n" in patch
    assert "# binary D gone.bin: " in patch
    assert "rename from old name.txt\nrename to new name.txt" in patch
    assert "+++ b/déjà vu/ü.txt" in patch
    assert "GIT binary patch" not in patch
    commits = (at_work.directory / "commits.txt").read_text(encoding="utf-8")
    assert commits == (
        f"commit {git(at_work.root, 'rev-parse', 'HEAD')}\nauthor Dev\ndate   2025-09-27T03:00:00+00:00\n\n"
        "    Change the look\n\n    Co-authored-by: Other <[masked:email]>\n"
    )


def test_no_program_of_the_repository_is_run(at_work: Collector, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    script = tmp_path / "evil"
    script.write_text(f"#!/bin/sh\ntouch {ran}\n")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    for key in (
        "diff.external",
        "diff.evil.command",
        "diff.evil.textconv",
        "core.fsmonitor",
        "core.pager",
        "gpg.program",
    ):
        git(at_work.root, "config", key, str(script))
    git(at_work.root, "config", "log.showSignature", "true")
    git(at_work.root, "config", "diff.noprefix", "true")
    (at_work.root / ".git" / "info" / "attributes").write_text("* diff=evil\n")
    at_work.collect()
    assert not ran.exists()
    assert "--- a/a.txt" in (at_work.directory / "changes.diff").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["nonsense", "--output=/tmp/x", "-h", "HEAD:a.txt"])
def test_an_unknown_revision_is_one_error(at_work: Collector, name: str) -> None:
    told = at_work.call("evidence", "collect", FIRST, f"--base={name}", "--no-environment")
    assert told.code == 2
    assert "QG-1792" in told.err
    assert len(told.err.splitlines()) == 1


def test_outside_of_git_the_rest_is_collected(tmp_path: Path, call: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    made = collector(tmp_path, call)
    write_log(tmp_path)
    found = made.collect("--ci-log", "ci.log", "--incident-dir", ".")
    assert [item["kind"] for item in found["added"]] == ["ci_log"]
    assert found["notes"] == ["the change was not collected: name it by --base and --head"]


def test_another_piece_gets_a_name_of_its_own_and_the_first_stays(at_work: Collector) -> None:
    (at_work.root / "a.log").write_text("one\n")
    (at_work.root / "b.log").write_text("two\n")
    at_work.collect("--ci-log", "a.log")
    (new,) = at_work.collect("--ci-log", "b.log")["added"]
    digest = hashlib.sha256(b"two\n").hexdigest()
    assert (new["path"], new["sha256"]) == (f"evidence/{FIRST.lower()}/ci-{digest[:8]}.log", digest)
    assert (at_work.directory / "ci.log").read_text() == "one\n"
    assert (at_work.root / new["path"]).read_text() == "two\n"
    listed = [item.subject for item in at_work.ledger.record(FIRST).evidence if item.kind == "ci_log"]
    assert listed == ["a.log", "b.log"]
    events = at_work.events()
    # Also under another name, both in one call, and in any order, an identical piece adds nothing.
    (at_work.root / "copy.log").write_text("two\n")
    again = at_work.collect("--ci-log", "copy.log", "--ci-log", "b.log", "--ci-log", "a.log")
    assert (again["added"], at_work.events()) == ([], events)
    assert at_work.call("evidence", "verify", FIRST).code == 0


def test_nothing_that_was_collected_is_ever_replaced(at_work: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = report(at_work.root), at_work.root / "second.json"
    second.write_text(first.read_text().replace('"c"', '"d"'))
    png(at_work.root / "p.png", parameters=A1111)
    collected = ("evidence", "collect", FIRST, "--picture", "p.png", "--report", "report.json")
    assert at_work.call(*collected).code == 0
    before = {path: path.read_bytes() for path in at_work.directory.iterdir()}
    monkeypatch.setenv("GITHUB_RUN_ID", "2")
    (at_work.root / "a.txt").write_text("more\n")
    git(at_work.root, "commit", "-qam", "more")
    png(at_work.root / "p.png", parameters=A1111.replace("red", "blue"))
    png(at_work.root / "maps" / "a.png", parameters="another map")
    changed = (*collected, "--report", "second.json", "--base", "HEAD~1", "--head", "HEAD", "--format", "json")
    told = at_work.call(*changed)
    kinds = [item["kind"] for item in json.loads(told.out)["added"]]
    assert kinds == ["git_log", "git_diff", "prompt", "model_version", "heat_map", "metric_report", "environment"]
    assert before.items() <= {path: path.read_bytes() for path in at_work.directory.iterdir()}.items()
    assert len(list(at_work.directory.iterdir())) == len(before) + 7
    assert json.loads(at_work.call(*changed).out)["added"] == []
    assert at_work.call("evidence", "verify", FIRST).code == 0


def test_a_file_that_no_event_names_is_not_written_over(at_work: Collector) -> None:
    at_work.directory.mkdir(parents=True)
    (at_work.directory / "ci.log").write_text("somebody's\n")
    write_log(at_work.root, "one\n")
    (item,) = [one for one in at_work.collect("--ci-log", "ci.log")["added"] if one["kind"] == "ci_log"]
    assert item["path"] != f"evidence/{FIRST.lower()}/ci.log"
    assert (at_work.directory / "ci.log").read_text() == "somebody's\n"


def test_digests_of_the_same_kind_stay_apart(tmp_path: Path, call: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    made = collector(tmp_path, call, severity=Severity.S0)
    for text in ("one\n", "two\n"):
        write_log(tmp_path, text)
        made.collect("--ci-log", "ci.log", "--incident-dir", ".")
    digests = [item.sha256 for item in made.ledger.record(FIRST).evidence]
    assert digests == [hashlib.sha256(text).hexdigest() for text in (b"one\n", b"two\n")]
    assert made.collect("--ci-log", "ci.log", "--incident-dir", ".")["added"] == []


def test_a_file_that_was_tampered_with_is_restored(at_work: Collector) -> None:
    write_log(at_work.root, "one\n")
    at_work.collect("--ci-log", "ci.log")
    events = at_work.events()
    (at_work.directory / "ci.log").write_text("altered\n")
    found = at_work.collect("--ci-log", "ci.log")
    assert found["restored"] == [f"evidence/{FIRST.lower()}/ci.log"]
    assert (at_work.directory / "ci.log").read_text() == "one\n"
    assert at_work.events() == events


@pytest.mark.parametrize("why", ["S0", "personal data"])
def test_nothing_but_digests_where_nothing_may_leak(
    tmp_path: Path, call: Callable, why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    top = changed_repository(tmp_path / "repository")
    monkeypatch.chdir(top)
    commit = git(top, "rev-parse", "HEAD")
    sensitive = (
        {"impact": Impact(summary="x", count=1, personal_data=True)} if why != "S0" else {"severity": Severity.S0}
    )
    made = collector(top, call, commit=commit, ci_run="https://ci.example.org/runs/7", **sensitive)
    write_log(top)
    png(top / "p.png", parameters=A1111)
    report(top)
    told = call(
        "evidence", "collect", FIRST, "--ci-log", "ci.log", "--picture", "p.png", "--report", "report.json",
        "--format", "json",
    )  # fmt: skip
    assert told.code == 0, told.err
    found = json.loads(told.out)
    assert found["withheld"] == why
    kinds = {item["kind"]: item for item in found["added"]}
    assert set(kinds) == set(KINDS) - {"cause_map", "event_log", "proof"}
    for kind, item in kinds.items():
        if kind == "environment":
            continue
        assert item["path"] is None
        assert item["redacted"]
        assert item["reason"].startswith(f"{why}: not stored, see ")
        assert "https://ci.example.org/runs/7" in item["reason"]
        assert commit in item["reason"]
    assert kinds["ci_log"]["sha256"] == hashlib.sha256((top / "ci.log").read_bytes()).hexdigest()
    assert sorted(path.name for path in made.directory.iterdir()) == ["environment.json"]
    everything = "".join(path.read_text() for path in (top / "run").rglob("*") if path.is_file())
    assert "red shoe" not in everything


def test_escalation_to_s0_after_evidence_was_stored(at_work: Collector) -> None:
    write_log(at_work.root)
    at_work.collect("--ci-log", "ci.log")
    at_work.ledger.append(
        FIRST, Escalated(reason="a leak", severity=Severity.S0), actor="x", at=MORNING, recorded=MORNING
    )
    paths = {f"evidence/{FIRST.lower()}/{name}" for name in ("ci.log", "commits.txt", "changes.diff")}
    told = at_work.call("evidence", "collect", FIRST, "--ci-log", "ci.log")
    assert told.code == 1
    assert "QG-1797" in told.err
    assert "git filter-repo --invert-paths" in told.err
    assert all(f"--path {path}" in told.err for path in paths)
    verified = at_work.call("evidence", "verify", FIRST, "--format", "json")
    assert verified.code == 1
    assert set(json.loads(verified.out)["remove"]) == paths
    for path in paths:
        (at_work.root / path).unlink()
    removed = at_work.call("evidence", "verify", FIRST)
    assert removed.code == 0
    assert "as it should be" in removed.out
    assert at_work.collect()["remove"] == []
    assert [item.path for item in at_work.ledger.record(FIRST).evidence if item.kind != "environment"] == [None] * 3
    assert at_work.collect()["added"] == []
    assert at_work.call("evidence", "verify", FIRST).code == 0


def report(top: Path) -> Path:
    path = top / "report.json"
    folder = top / "maps"
    folder.mkdir(exist_ok=True)
    png(folder / "a.png")
    pairs = [{"id": "a.webp", "heat_map": "maps/a.png"}, {"id": "b.webp", "heat_map": "maps/none.png"}, {"id": "c"}]
    path.write_text(json.dumps({"schema": "qualitygate.check/1", "pairs": pairs, "mail": "dev@example.org"}))
    return path


def test_the_report_brings_its_heat_maps(at_work: Collector) -> None:
    report(at_work.root)
    found = at_work.collect("--report", "report.json")
    items = {item["kind"]: item for item in found["added"]}
    assert items["heat_map"]["subject"] == "a.webp"
    assert (at_work.root / items["heat_map"]["path"]).read_bytes() == (at_work.root / "maps" / "a.png").read_bytes()
    assert json.loads((at_work.directory / "report.json").read_text())["mail"] == "[masked:email]"
    assert any("maps/none.png" in note for note in found["notes"])


@pytest.mark.parametrize("content", [b"{", b"[]", b'{"schema": "other/1"}', b"\xff\xfe", b"[" * 100_000, b"null"])
def test_what_is_no_report_is_refused(at_work: Collector, content: bytes) -> None:
    (at_work.root / "report.json").write_bytes(content)
    told = at_work.call("evidence", "collect", FIRST, "--report", "report.json")
    assert told.code == 2
    assert "QG-1793" in told.err
    assert len(told.err.splitlines()) == 1


def test_only_listed_variables_are_kept(at_work: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", SECRETS["github"])
    monkeypatch.setenv("MY_SETTING", "private")
    monkeypatch.setenv("GITHUB_RUN_ID", "12345")
    monkeypatch.setenv("CI_SERVER_URL", "https://user:word@ci.example.org")
    assert at_work.call("evidence", "collect", FIRST).code == 0
    stored = json.loads((at_work.directory / "environment.json").read_text())
    assert stored["variables"]["GITHUB_RUN_ID"] == "12345"
    assert stored["variables"]["CI_SERVER_URL"] == "https://[masked:url_credentials]@ci.example.org"
    assert stored["packages"]["pillow"]
    assert stored["platform"]["python"]
    assert not {"GITHUB_TOKEN", "MY_SETTING", "HOME"} & set(stored["variables"])
    assert at_work.call("evidence", "collect", FIRST).out.splitlines()[-1].startswith(f"{FIRST}: 0 added")


@pytest.mark.parametrize("option", ["--ci-log", "--picture", "--report"])
@pytest.mark.parametrize("how", ["outside", "dots", "link", "folder link", "missing", "pipe", "directory"])
def test_files_from_elsewhere_are_refused(at_work: Collector, tmp_path: Path, option: str, how: str) -> None:
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (outside / "file").write_text("{}")
    named: Path = {
        "outside": outside / "file",
        "dots": Path("..") / "elsewhere" / "file",
        "link": at_work.root / "link",
        "folder link": at_work.root / "folder" / "file",
        "missing": at_work.root / "missing",
        "pipe": at_work.root / "pipe",
        "directory": at_work.root / "directory",
    }[how]
    (at_work.root / "link").symlink_to(outside / "file")
    (at_work.root / "folder").symlink_to(outside)
    (at_work.root / "directory").mkdir()
    os.mkfifo(at_work.root / "pipe")
    told = at_work.call("evidence", "collect", FIRST, option, named)
    assert told.code == 2
    assert how == "directory" or ("QG-1791" if how in ("missing", "pipe") else "QG-1790") in told.err
    assert not at_work.directory.exists()


def test_evidence_is_never_written_through_a_link(at_work: Collector, tmp_path: Path) -> None:
    write_log(at_work.root)
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    (at_work.root / "evidence").mkdir()
    at_work.directory.symlink_to(outside)
    told = at_work.call("evidence", "collect", FIRST, "--ci-log", "ci.log")
    assert told.code == 2
    assert "QG-1790" in told.err
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_long_log_keeps_its_head_and_tail(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "ci.log"
    lines = [f"line {number} {SECRETS['github']} ü" for number in range(60_000)]
    path.write_text("\n".join(["first", *lines, "last"]), encoding=encoding)
    gathered = gather_log(path, "ci.log")
    assert gathered.content is not None
    text = gathered.content.decode()
    assert text.startswith("first\nline 0 ")
    assert text.endswith("\nlast")
    assert len(gathered.content) < logs.HEAD_BYTES + logs.TAIL_BYTES
    assert SECRETS["github"][:12] not in text
    assert f"of {path.stat().st_size:,} bytes left out here]" in text
    assert gathered.left_out is not None
    assert gathered.left_out.endswith(hashlib.sha256(path.read_bytes()).hexdigest())


def test_a_long_line_is_not_cut_in_two(tmp_path: Path) -> None:
    path = tmp_path / "ci.log"
    path.write_text("a\n" + SECRETS["github"] * 100_000 + "\nz\n")
    gathered = gather_log(path, "ci.log")
    assert gathered.content is not None
    assert b"abcdefghijkl" not in gathered.content
    assert gathered.content.startswith(b"a\n[qualitygate: ")
    assert gathered.content.endswith(b"\nz\n")


def test_a_binary_log_is_digested_only(at_work: Collector) -> None:
    (at_work.root / "ci.log").write_bytes(b"PK\x03\x04\0\0" * 100)
    item = at_work.collect("--ci-log", "ci.log")["added"][0]
    assert item["path"] is None
    assert item["reason"].startswith("binary")


def test_the_total_is_limited(at_work: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "MAX_TOTAL_BYTES", 1_000)
    write_log(at_work.root, "x\n" * 450)
    found = at_work.collect("--ci-log", "ci.log")
    assert [item["path"] is None for item in found["added"]] == [False, True, True]
    assert "in total" in found["added"][1]["reason"]


def test_a_huge_change_is_named_and_not_shown(at_work: Collector) -> None:
    (at_work.root / "huge.txt").write_text("x\n" * 600_000)
    for number in range(5):
        (at_work.root / f"large{number}.txt").write_text(f"{number}\n" * 200_000)
    git(at_work.root, "add", ".")
    git(at_work.root, "commit", "-qm", "large")
    item = at_work.collect("--base", "HEAD~1", "--head", "HEAD")["added"][1]
    content = (at_work.root / item["path"]).read_text()
    assert len(content) < 1_100_000
    assert "# large A huge.txt: none -> " in content
    assert "# left out, " in content
    assert "1 binary or large files only named" in item["reason"]


def test_list_shows_what_is_recorded(at_work: Collector) -> None:
    write_log(at_work.root)
    at_work.collect("--ci-log", "ci.log")
    listed = at_work.call("evidence", "list", FIRST)
    assert listed.code == 0
    assert "ci_log" in listed.out
    assert "masked: 1 email, 1 github" in listed.out
    shown = json.loads(at_work.call("evidence", "list", FIRST, "--format", "json").out)
    assert [item["kind"] for item in shown["evidence"]] == ["ci_log", "git_log", "git_diff"]


def test_an_unknown_incident_is_one_error(at_work: Collector) -> None:
    for verb in ("collect", "list", "verify"):
        told = at_work.call("evidence", verb, "PM-2020-01-01-01")
        assert told.code == 2
        assert "QG-1701" in told.err


def test_the_causal_map_becomes_evidence(at_work: Collector) -> None:
    from click.testing import CliRunner

    from qualitygate.cli.postmortem_map import command

    run_map = lambda *arguments: CliRunner().invoke(command, [FIRST, *arguments])  # noqa: E731
    assert "flowchart LR" in run_map().output
    assert run_map("--format", "svg", "-o", "map.svg").exit_code == 0
    assert (at_work.root / "map.svg").read_text().startswith("<svg ")
    assert run_map("--write").output.count("cause_map") == 3
    assert run_map("--write").output == ""
    names = sorted(path.name for path in at_work.directory.iterdir())
    assert names == ["cause-map.excalidraw", "cause-map.mmd", "cause-map.svg"]
    assert at_work.call("evidence", "verify", FIRST).code == 0


def test_two_collectors_at_once_lose_nothing(at_work: Collector) -> None:
    from concurrent.futures import ThreadPoolExecutor

    from qualitygate.cli.evidence_collect import _record
    from qualitygate.incidents.collecting.gathered import of_text

    def one(number: int) -> None:
        _record(Ledger(at_work.root), FIRST, [of_text("environment", f"{number}.json", str(number), {})], "x", MORNING)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(12)))
    assert len(at_work.ledger.record(FIRST).evidence) == 12
    assert at_work.call("evidence", "verify", FIRST).code == 0
