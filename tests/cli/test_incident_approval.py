"""Who may approve: no author, however the text came here, and the board wherever the command runs from."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from incident_text import write

if TYPE_CHECKING:
    from conftest import Desk

FIRST = "PM-2025-09-27-01"
MARKDOWN = f"run/_/postmortems/{FIRST}.md"
BOARD = '[incident]\ncontrol_board = ["brand-lead", "legal"]\n'


def in_review(desk: Desk, severity: str = "S2") -> None:
    desk.open(severity=severity)
    for words in (("ack",), ("mitigate", "--start"), ("mitigate", "--kind", "rollback"), ("draft",)):
        desk.json(words[0], FIRST, *words[1:], by="lead")
    desk.json("impact", FIRST, "--count", "4200", "--source", "CDN log", "--no-personal-data")
    write(desk.root, FIRST, at="2025-09-27T04:13:00Z")
    desk.json("review", FIRST, by="lead")


def test_who_brought_the_text_as_a_markdown_cannot_approve_it(desk: Desk, qg: Callable[..., Any]) -> None:
    in_review(desk)
    text = (desk.root / MARKDOWN).read_bytes()
    for path in (desk.root / "run/_/postmortems").iterdir():
        path.unlink()
    (desk.root / MARKDOWN).write_bytes(text)
    assert qg("postmortem", "sync", "--check", FIRST).code == 1
    assert qg("postmortem", "sync", FIRST, "--actor", "mallory").code == 0
    assert (desk.root / MARKDOWN).read_bytes() == text
    assert qg("postmortem", "sync", "--check", FIRST).code == 0
    desk.json("mitigate", FIRST, "--kind", "rollback", by="on-call")
    desk.json("review", FIRST, by="on-call")
    code, message = desk.refused("approve", FIRST, by="Mallory")
    assert (code, "QG-1714" in message, "wrote the text" in message) == (1, True, True)
    assert desk.json("approve", FIRST, by="board")["state"] == "approved"
    assert "0 errors, 0 to look at" in desk("verify").out


def test_other_labels_make_no_author(desk: Desk, qg: Callable[..., Any]) -> None:
    in_review(desk)
    assert qg("postmortem", "translate", FIRST, "--to", "de", "--actor", "board").code == 0
    assert desk.json("approve", FIRST, by="board")["state"] == "approved"


@pytest.mark.parametrize("place", ["", "run", "elsewhere"])
def test_the_board_is_that_of_the_incident_directory(desk: Desk, place: str, tmp_path_factory: Any) -> None:
    in_review(desk)
    (desk.root / "qualitygate.toml").write_text(BOARD, encoding="utf-8")
    desk.patch.chdir(tmp_path_factory.mktemp("far") if place == "elsewhere" else desk.root / place)
    words = ("approve", FIRST, "--incident-dir", desk.root)
    code, message = desk.refused(*words, by="mallory")
    assert (code, "is not on the control board" in message) == (1, True)
    assert desk.json(*words, by="@Brand-Lead")["state"] == "approved"


def test_stakeholders_are_those_of_the_incident_directory(desk: Desk, tmp_path_factory: Any) -> None:
    (desk.root / "qualitygate.toml").write_text('[incident]\nstakeholders = ["SRE"]\n', encoding="utf-8")
    desk.patch.chdir(tmp_path_factory.mktemp("far"))
    where = ("--incident-dir", desk.root)
    desk.json("open", "--severity", "S2", "--title", "x", "--id", FIRST, *where)
    assert desk.json("show", FIRST, *where)["stakeholders"] == ["SRE"]


def test_where_the_incident_directory_has_no_configuration_that_of_the_place_holds(
    desk: Desk, tmp_path_factory: Any
) -> None:
    in_review(desk)
    here = tmp_path_factory.mktemp("here")
    (here / "qualitygate.toml").write_text(BOARD, encoding="utf-8")
    desk.patch.chdir(here)
    assert "is not on the control board" in desk.refused("approve", FIRST, "--incident-dir", desk.root, by="mallory")[1]


def test_what_was_approved_by_none_of_the_board_is_not_published(desk: Desk, qg: Callable[..., Any]) -> None:
    in_review(desk)
    desk.json("approve", FIRST, by="mallory")
    (desk.root / "qualitygate.toml").write_text(BOARD, encoding="utf-8")
    code, message = desk.refused("publish", FIRST)
    assert (code, "QG-1716" in message, "QG-708" in message) == (1, True, True)
    linted = qg("postmortem", "lint", FIRST)
    assert (linted.code, "QG-708" in linted.out) == (1, True)
    desk.json("approve", FIRST, by="legal")
    desk.json("publish", FIRST)
    # The board of today need not be that of the publication.
    (desk.root / "qualitygate.toml").write_text(BOARD.replace("legal", "counsel"), encoding="utf-8")
    linted = qg("postmortem", "lint", FIRST)
    assert (linted.code, "QG-706" in linted.out, "QG-708" in linted.out) == (0, True, False)


@pytest.mark.parametrize(("severity", "said"), [("S0", True), ("S1", True), ("S2", False)])
def test_lint_says_of_serious_incidents_that_no_board_is_named(
    desk: Desk, qg: Callable[..., Any], severity: str, said: bool
) -> None:
    desk.open(severity=severity)
    assert ("QG-709" in qg("postmortem", "lint", FIRST).out) is said
    (desk.root / "qualitygate.toml").write_text(BOARD, encoding="utf-8")
    assert "QG-709" not in qg("postmortem", "lint", FIRST).out


def test_a_board_that_cannot_be_read_is_not_the_same_as_none(desk: Desk) -> None:
    in_review(desk)
    desk.json("approve", FIRST, by="mallory")
    (desk.root / "qualitygate.toml").write_text("[incident]\ncontrol_board = 1\n", encoding="utf-8")
    assert desk.refused("publish", FIRST)[0] == 2


@pytest.mark.parametrize(
    "words",
    [("note", FIRST, "seen again"), ("escalate", FIRST, "--severity", "S1", "--reason", "x")],
    ids=["note", "escalate"],
)
def test_what_voids_an_approval_says_so(desk: Desk, words: tuple[str, ...]) -> None:
    in_review(desk)
    assert desk("note", FIRST, "nothing is approved yet").err == ""
    desk.json("approve", FIRST, by="board")
    told = desk(*words)
    assert (told.code, told.err.count("\n")) == (0, 1)
    assert "the approval by board covers the text as it was" in told.err
    assert f"incident approve {FIRST}" in told.err
    assert desk("note", FIRST, "once is enough").err == ""


def test_after_publication_a_note_voids_nothing(desk: Desk) -> None:
    in_review(desk)
    desk.json("approve", FIRST, by="board")
    desk.json("publish", FIRST)
    desk.now("04:30")
    assert desk("note", FIRST, "customers were told").err == ""


@pytest.mark.parametrize(("severity", "more"), [("S1", " --review-pr NUMBER"), ("S2", "")])
def test_next_says_that_serious_incidents_need_a_review(desk: Desk, severity: str, more: str) -> None:
    in_review(desk, severity)
    assert desk.json("next", FIRST)["next"]["command"] == f"incident approve {FIRST}{more}"
    assert f"incident approve {FIRST}{more}" in desk.refused("publish", FIRST)[1]
