"""Which change `evidence collect` takes, what it says of that, and that the gate's own files do not bury it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from evidence_cases import Collector, changed_repository, collector, git
from ledger_cases import FIRST

from qualitygate.cli.site_directory import MARKER


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    made = changed_repository(tmp_path / "repository")
    monkeypatch.chdir(made)
    return made


@pytest.fixture
def at_work(top: Path, call: Callable) -> Collector:
    return collector(top, call, commit=git(top, "rev-parse", "HEAD"))


GUESS = "; give --base and --head if that is not the change"


def why(found: dict) -> str:
    return found["change"]["why"]


def test_what_was_taken_is_said_with_the_reason(at_work: Collector, monkeypatch: pytest.MonkeyPatch) -> None:
    base, head = (git(at_work.root, "rev-parse", name) for name in ("HEAD~1", "HEAD"))
    first = at_work.collect()
    assert first["change"]["commits"] == f"{base[:10]}..{head[:10]}"
    assert why(first) == f"the incident's commit against its parent{GUESS}"
    assert why(at_work.collect()) == "as collected before"
    assert why(at_work.collect("--base", "HEAD~1")) == "from --base to the incident's commit"
    assert why(at_work.collect("--base", "HEAD~1", "--head", "HEAD")) == "from --base to --head"
    assert why(at_work.collect("--head", "HEAD")) == "--head against its parent"
    git(at_work.root, "branch", "origin/main", "HEAD~1")
    monkeypatch.setenv("GITHUB_BASE_REF", "main")
    assert why(at_work.collect("--head", "HEAD")) == "--head against CI's target branch origin/main"
    told = at_work.call("evidence", "collect", FIRST, "--head", "HEAD")
    assert told.out.startswith(f"change    {base[:10]}..{head[:10]}  --head against CI's target branch origin/main\n")


def test_changes_that_no_commit_holds_are_said(at_work: Collector) -> None:
    (at_work.root / "a.txt").write_text("edited\n")
    told = why(at_work.collect())
    assert told == f"the incident's commit against its parent; the working tree has changes that no commit holds{GUESS}"


def test_records_of_the_incident_are_no_changes_of_the_working_tree(at_work: Collector) -> None:
    git(at_work.root, "add", "run")
    git(at_work.root, "commit", "-qm", "records")
    at_work.ledger.paths(FIRST).markdown.write_text("edited\n")
    (at_work.root / "a.txt").write_text("edited\n")
    git(at_work.root, "commit", "-qam", "and more")
    # The incident's commit is not HEAD any more: what the tree holds says nothing of it.
    (at_work.root / "a.txt").write_text("edited again\n")
    assert why(at_work.collect()) == f"the incident's commit against its parent{GUESS}"


def test_another_call_neither_complains_nor_replaces_the_change(
    top: Path, call: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of an incident without a commit, the change was named once."""
    made = collector(top, call)
    assert made.collect()["notes"] == ["the change was not collected: name it by --base and --head"]
    chosen = made.collect("--base", "HEAD~1", "--head", "HEAD")
    assert chosen["notes"] == []
    (top / "ci.log").write_text("x\n")
    again = made.collect("--ci-log", "ci.log")
    assert (again["notes"], [item["kind"] for item in again["added"]]) == ([], ["ci_log"])
    assert why(again) == "as collected before"


def test_a_change_that_was_named_is_not_replaced_by_a_guess(at_work: Collector) -> None:
    (at_work.root / "b.txt").write_text("later\n")
    git(at_work.root, "add", "b.txt")
    git(at_work.root, "commit", "-qm", "later")
    at_work.collect("--base", "HEAD~1", "--head", "HEAD")
    before = (at_work.directory / "changes.diff").read_bytes()
    assert at_work.collect()["added"] == []
    assert (at_work.directory / "changes.diff").read_bytes() == before
    (at_work.directory / "changes.diff").unlink()
    assert at_work.collect()["restored"] == [f"evidence/{FIRST.lower()}/changes.diff"]


def test_what_was_collected_and_is_not_here_any_more(top: Path, call: Callable, tmp_path: Path) -> None:
    made = collector(top, call)
    made.collect("--base", "HEAD~1", "--head", "HEAD")
    git(top, "checkout", "-q", "--orphan", "other")
    git(top, "commit", "-qm", "rewritten")
    git(top, "branch", "-D", "main")
    git(top, "reflog", "expire", "--expire=now", "--all")
    git(top, "gc", "-q", "--prune=now")
    found = made.collect()
    assert (found["change"], found["notes"], found["added"]) == (None, [], [])


def own_files(top: Path, below: str = "") -> dict[str, str]:
    """What the gate writes, and files that only look like it."""
    return {
        f"{below}run/_/postmortems/PM-2025-01-01-01.json": '{"a": 1}\n' * 100,
        f"{below}run/_/postmortems/reports.csv": "id\n",
        f"{below}evidence/pm-2025-01-01-01/ci.log": "log\n" * 100,
        f"{below}evidence/.gitattributes": "* -text\n",
        f"site/dash/{MARKER}": "built\n",
        "site/dash/index.html": "<p>incidents</p>\n" * 100,
        "run/train.py": "print('a real change')\n",
        "evidence/model.py": "print('another one')\n",
        "site/index.html": "<p>the shop</p>\n",
    }


@pytest.mark.parametrize("below", ["", "shop/"])
def test_files_of_the_gate_itself_do_not_bury_the_change(
    top: Path, call: Callable, below: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = top / below
    root.mkdir(exist_ok=True)
    made = collector(root, call)
    for name, text in own_files(top, below).items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    git(top, "add", *own_files(top, below))
    git(top, "commit", "-qm", "Everything")
    found = made.collect("--base", "HEAD~1", "--head", "HEAD", "--incident-dir", str(root))
    (item,) = (item for item in found["added"] if item["kind"] == "git_diff")
    assert item["reason"] == "6 files of the gate itself left out"
    text = (made.directory / "changes.diff").read_text()
    assert text.splitlines()[0] == (
        f"# left out, written by the gate itself: {below}evidence/ (2), {below}run/_/ (2), site/dash/ (2)"
    )
    assert len(text) < 1500
    for name in ("run/train.py", "evidence/model.py", "site/index.html"):
        assert f"+++ b/{name}\n" in text
    assert "postmortems" not in text.partition("\n")[2]


def test_a_marker_at_the_top_hides_nothing(at_work: Collector) -> None:
    (at_work.root / MARKER).write_text("x\n")
    (at_work.root / "a.txt").write_text("changed\n")
    git(at_work.root, "add", MARKER, "a.txt")
    git(at_work.root, "commit", "-qm", "marker")
    at_work.collect("--base", "HEAD~1", "--head", "HEAD")
    text = (at_work.directory / "changes.diff").read_text()
    assert "+++ b/a.txt" in text
    assert "left out" not in text


def test_a_file_that_moves_out_of_the_records_is_shown(at_work: Collector) -> None:
    (at_work.root / "run/_").mkdir(parents=True, exist_ok=True)
    (at_work.root / "run/_/old.py").write_text("x = 1\n" * 20)
    git(at_work.root, "add", "run/_/old.py")
    git(at_work.root, "commit", "-qm", "in")
    git(at_work.root, "mv", "run/_/old.py", "new.py")
    git(at_work.root, "commit", "-qm", "out")
    at_work.collect("--base", "HEAD~1", "--head", "HEAD")
    assert "rename to new.py" in (at_work.directory / "changes.diff").read_text()
