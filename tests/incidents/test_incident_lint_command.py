"""`qualitygate postmortem lint` over a real ledger: what is gathered from log, Markdown, disk and CODEOWNERS."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner
from lint_cases import ID, LOG, MODEL, NOW, PROOF, approved, put, puts

from qualitygate.cli import postmortem_lint, root, run
from qualitygate.cli.lint_facts import gather
from qualitygate.core.finding_level import Level
from qualitygate.incidents import events as of
from qualitygate.incidents.document import document_of
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.lint import lint
from qualitygate.incidents.postmortem import Postmortem

OTHER_ID = "PM-2025-09-27-02"
MARKDOWN = f"run/_/postmortems/{ID}.md"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QUALITYGATE_NOW", NOW.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return tmp_path


@pytest.fixture
def told(here: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str, str]]:
    """Run the command; exit code and both streams."""

    def call(*arguments: str) -> tuple[int, str, str]:
        capsys.readouterr()
        code = run(postmortem_lint.command, arguments, "qualitygate postmortem lint")
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return call


def store(root: Path, record: Postmortem = MODEL, *, approve: bool = True) -> Ledger:
    """The record in a ledger, with files for its evidence and its proof."""
    items = tuple(put("sha256", kept(root, item.path))(item) if item.path else item for item in record.evidence)
    record = msgspec.structs.replace(record, evidence=items)
    if record.proof is not None:
        record = put("proof.sha256", kept(root, record.proof.path))(record)
    ledger = Ledger(root)
    recorded = datetime(2025, 9, 27, 4, 12, 5, tzinfo=UTC)
    made = ledger.open(approved(record) if approve else record, actor="MonitorBot", recorded=recorded)
    assert made is not None
    return ledger


def kept(root: Path, path: str) -> str:
    content = path.encode()
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(content)
    return hashlib.sha256(content).hexdigest()


def edit(root: Path, old: str, new: str) -> None:
    path = root / MARKDOWN
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def found(out: str) -> set[str]:
    return {finding["code"] for one in json.loads(out)["incidents"] for finding in one["findings"]}


@pytest.mark.parametrize("lang", ["en", "de", "fr", "ja"])
def test_a_postmortem_that_lacks_nothing(here: Path, told: Callable, lang: str) -> None:
    store(here, put("lang", lang)(MODEL))
    assert told(ID) == (0, f"{ID}  nothing to say  (publication, closed)\n", "")


def test_an_error_names_file_and_line(here: Path, told: Callable) -> None:
    store(here, put("actions.1.owner", None)(MODEL))
    code, out, err = told(ID)
    line = 1 + next(
        number
        for number, text in enumerate((here / MARKDOWN).read_text(encoding="utf-8").splitlines())
        if "Require brand approval" in text
    )
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        f"{MARKDOWN}:{line}: error QG-402 action 2 has no owner: Require brand approval for LUT paths in CODEOWNERS",
        f"{ID}  1 error  (publication, closed)",
    ]


def test_a_draft_warns(here: Path, told: Callable) -> None:
    store(here, puts(state="draft", actions__1__owner=None)(MODEL))
    code, out, _ = told(ID)
    assert code == 0
    assert f"{ID}  1 warning  (draft, draft)" in out
    code, out, _ = told(ID, "--stage", "publication")
    assert code == 1
    assert f"{ID}  1 error  (publication, draft)" in out


def test_the_markdown_is_judged_as_it_stands(here: Path, told: Callable) -> None:
    store(here)
    edit(here, "Affected paths are known", "The analyst should have known the paths")
    code, out, _ = told(ID, "--format", "json")
    assert (code, found(out)) == (1, {"QG-109", "QG-311", "QG-703"})


def test_a_broken_markdown_is_one_clear_error(here: Path, told: Callable) -> None:
    store(here)
    edit(here, "## Timeline", "## Chronicle")
    code, out, err = told(ID)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert "QG-1753" in err
    # Where all are linted, the others are.
    store(here, puts(id=OTHER_ID, evidence=(), proof=None)(MODEL))
    code, out, err = told("--stage", "draft")
    assert code == 2
    assert OTHER_ID in out
    assert "not linted" in err
    assert "QG-1753" in err


def test_evidence_and_proof_are_compared_with_the_disk(here: Path, told: Callable) -> None:
    store(here)
    (here / LOG).write_bytes(b"something else")
    (here / PROOF).unlink()
    code, out, _ = told(ID, "--format", "json")
    assert (code, found(out)) == (1, {"QG-501", "QG-603"})


def test_evidence_is_read_through_no_link_out_of_the_directory(
    here: Path, told: Callable, tmp_path_factory: Any
) -> None:
    store(here)
    outside = tmp_path_factory.mktemp("outside") / "ci.log"
    outside.write_bytes((here / LOG).read_bytes())
    (here / LOG).unlink()
    (here / LOG).symlink_to(outside)
    _, out, _ = told(ID, "--format", "json")
    assert found(out) == {"QG-502"}


def test_a_directory_in_place_of_evidence_is_missing_evidence(here: Path, told: Callable) -> None:
    store(here)
    (here / LOG).unlink()
    (here / LOG).mkdir()
    _, out, _ = told(ID, "--format", "json")
    assert found(out) == {"QG-502"}


def test_authors_come_from_the_log(here: Path, told: Callable) -> None:
    ledger = store(here)
    document = document_of(put("timeline.2.owner", "analysts")(ledger.record(ID)))
    at = datetime(2025, 10, 10, 11, 0, tzinfo=UTC)
    ledger.append(ID, of.Edited(document=document, source="markdown"), actor="Brand-Lead", at=at, recorded=at)
    digest = approved(ledger.record(ID)).approvals[0].content_sha256
    approval = of.Approved(
        content_sha256=digest, source="platform_review", url="https://code.example/9", commit="d" * 40
    )
    ledger.append(ID, approval, actor="brand-lead", at=at, recorded=at)
    code, out, _ = told(ID, "--stage", "publication", "--format", "json")
    assert (code, found(out)) == (1, {"QG-702"})


def test_a_proof_is_older_than_causes_that_were_changed(here: Path) -> None:
    ledger = store(here)
    at = datetime(2025, 10, 10, 11, 0, tzinfo=UTC)
    text = put("rca.falsifications.0.result", "Ruled out twice")(ledger.record(ID))
    ledger.append(ID, of.Edited(document=document_of(text), source="markdown"), actor="lead", at=at, recorded=at)
    assert "QG-605" not in {f.code for f in lint(ledger.record(ID), gather(ledger, ID, NOW), "draft")}
    text = put("rca.causes.0.text", "The hook swallows errors")(ledger.record(ID))
    ledger.append(ID, of.Edited(document=document_of(text), source="markdown"), actor="lead", at=at, recorded=at)
    assert gather(ledger, ID, NOW).causes_edited == at
    assert "QG-605" in {f.code for f in lint(ledger.record(ID), gather(ledger, ID, NOW), "draft")}


def test_a_clock_that_ran_backwards_is_told(here: Path, told: Callable) -> None:
    ledger = store(here)
    at = datetime(2025, 9, 27, 4, 12, tzinfo=UTC)
    ledger.append(ID, of.Noted(text="Late night"), actor="on-call", at=at, recorded=at - timedelta(minutes=7))
    _, out, _ = told(ID)
    assert (
        "QG-211 event 2 of the log was recorded at 2025-09-27T04:05:00Z, 7 minutes before the event it follows" in out
    )


def test_without_a_markdown_the_record_is_judged(here: Path, told: Callable) -> None:
    store(here, put("title", "")(MODEL))
    (here / MARKDOWN).unlink()
    code, out, _ = told(ID)
    assert code == 1
    assert f"{ID}: error QG-101 there is no title" in out
    assert f"{ID}: error QG-109" in out


def test_all_are_linted_when_none_is_named(here: Path, told: Callable) -> None:
    store(here)
    store(here, puts(id=OTHER_ID, evidence=(), proof=None, title="")(MODEL))
    code, out, err = told()
    assert (code, err) == (1, "")
    assert [line.split("  ")[0] for line in out.splitlines() if line.startswith("PM-")] == [ID, OTHER_ID]


def test_nothing_to_lint(told: Callable) -> None:
    assert told() == (0, "", "")
    assert json.loads(told("--format", "json")[1]) == {"incidents": []}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("PM-2025-09-27-09",), "QG-1701"),
        (("nonsense",), "QG-1701"),
        (("../../etc/passwd",), "QG-1701"),
        (("--stage", "final"), "--stage"),
        (("--format", "xml"), "--format"),
    ],
)
def test_bad_usage_is_one_line(here: Path, told: Callable, arguments: tuple[str, ...], says: str) -> None:
    store(here)
    code, out, err = told(*arguments)
    assert (code, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert says in err


def test_a_broken_log_hides_no_other(here: Path, told: Callable) -> None:
    store(here)
    store(here, puts(id=OTHER_ID, evidence=(), proof=None)(MODEL))
    (here / f"run/_/postmortems/{OTHER_ID}.events.jsonl").write_text("{broken\n", encoding="utf-8")
    code, out, err = told()
    assert code == 2
    assert out.startswith(f"{ID}  nothing to say")
    assert len(err.splitlines()) == 1
    assert "QG-1702" in err


def test_a_postmortem_without_a_log_is_told(here: Path, told: Callable) -> None:
    store(here)
    (here / f"run/_/postmortems/{OTHER_ID}.md").write_text(f"# Incident {OTHER_ID}\n", encoding="utf-8")
    code, out, err = told()
    assert code == 2
    assert ID in out
    assert f"{OTHER_ID} has no event log yet" in err


def test_annotations(here: Path, told: Callable) -> None:
    store(here, put("actions.1.owner", None)(MODEL))
    code, out, _ = told(ID, "--format", "github")
    assert code == 1
    assert out.startswith(f"::error file={MARKDOWN},line=")
    assert "::stop-commands::" in out


def test_from_another_directory(here: Path, told: Callable, monkeypatch: pytest.MonkeyPatch) -> None:
    store(here, put("title", "")(MODEL))
    (here / "deep").mkdir()
    monkeypatch.chdir(here / "deep")
    code, out, _ = told(ID, "--incident-dir", "..")
    assert code == 1
    assert out.startswith(f"../{MARKDOWN}:")


def test_protected_paths_need_an_owner(here: Path, told: Callable) -> None:
    for command in (["init", "-q"], ["config", "user.name", "T"], ["config", "user.email", "t@shop.example"]):
        subprocess.run(["git", *command], cwd=here, check=True)
    (here / "luts").mkdir()
    (here / "luts" / "brand.cube").write_text("LUT_3D_SIZE 2\n", encoding="utf-8")
    subprocess.run(["git", "add", "luts"], cwd=here, check=True)
    store(here)
    _, out, _ = told(ID)
    assert "QG-705 luts/brand.cube can be changed without the review of a brand owner" in out
    (here / "CODEOWNERS").write_text("* @brand-lead\n", encoding="utf-8")
    assert told(ID)[0] == 0


def test_a_merge_gate_is_told_the_same_by_the_python_call(here: Path) -> None:
    ledger = store(here, put("title", "")(MODEL))
    findings = lint(ledger.record(ID), gather(ledger, ID, NOW), "publication")
    assert [(f.code, f.level, f.line) for f in findings] == [("QG-101", Level.ERROR, 2)]


def test_it_is_one_of_the_verbs(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store(here)
    assert run(root, ["postmortem", "lint", ID], "qualitygate") == 0
    assert capsys.readouterr().out == f"{ID}  nothing to say  (publication, closed)\n"


def test_help_names_the_exit_codes() -> None:
    shown = CliRunner().invoke(postmortem_lint.command, ["--help"])
    assert shown.exit_code == 0
    for word in ("--stage", "--format", "--incident-dir", "Exit 1"):
        assert word in shown.output
