"""Who may approve: no author, however the text came here, and the board wherever the command runs from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
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
