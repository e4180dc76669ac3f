"""`qualitygate evidence collect` in a real repository: what is kept of the change, the reports and the machine."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from evidence_cases import A1111, SECRETS, Collector, collector, git, png, write_log, write_report
from ledger_cases import FIRST

from qualitygate.incidents.collecting.kinds import KINDS


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


def test_outside_of_git_the_rest_is_collected(tmp_path: Path, call: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    monkeypatch.chdir(tmp_path)
    made = collector(tmp_path, call)
    write_log(tmp_path)
    found = made.collect("--ci-log", "ci.log", "--incident-dir", ".")
    assert [item["kind"] for item in found["added"]] == ["ci_log"]
    assert found["notes"] == ["the change was not collected: name it by --base and --head"]


def test_the_report_brings_its_heat_maps(at_work: Collector) -> None:
    write_report(at_work.root)
    found = at_work.collect("--report", "report.json")
    items = {item["kind"]: item for item in found["added"]}
    assert items["heat_map"]["subject"] == "a.webp"
    assert (at_work.root / items["heat_map"]["path"]).read_bytes() == (at_work.root / "maps" / "a.png").read_bytes()
    assert json.loads((at_work.directory / "report.json").read_text())["mail"] == "[masked:email]"
    assert any("maps/none.png" in note for note in found["notes"])


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
