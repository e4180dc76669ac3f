"""The file that a proof leaves: what was judged by what, how often, what was measured, and what came of it."""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import Struct

Mode = Literal["commits", "replay", "control"]
Files = dict[str, str]
"""Path to sha256."""


class Commit(Struct, frozen=True, kw_only=True):
    """A revision as it was named, and what it was."""

    revision: str
    commit: str
    tree: str


class Thresholds(Struct, frozen=True, kw_only=True):
    """Whose thresholds: a commit, or the working tree where `commit` is None; every file that could hold one."""

    revision: str
    commit: str | None = None
    tree: str | None = None
    files: Files = {}


class Run(Struct, frozen=True, kw_only=True):
    """What the gate said once.

    Attributes:
        values: Values of the check's statistic, by subject; at most a hundred.
        inputs: Files to sha256, at most a hundred of `inputs_count`; `inputs_sha256` is over them all.
    """

    verdict: Literal["passed", "failed", "unmeasurable", "not_judged"]
    checks: tuple[str, ...] = ()
    values: dict[str, float] = {}
    limit: float | None = None
    inputs: Files = {}
    inputs_count: int = 0
    inputs_sha256: str = ""
    messages: tuple[str, ...] = ()
    note: str = ""
    seconds: float = 0.0


class CellRecord(Struct, frozen=True, kw_only=True):
    """One cell with its runs."""

    name: str
    files: str
    thresholds: Literal["old", "new"]
    expected: str
    holds: bool
    flaky: bool
    why: str
    runs: tuple[Run, ...]


class ProofRecord(Struct, frozen=True, kw_only=True):
    """A proof.

    Attributes:
        mode: Over `commits`; a `replay` of the stored files only; or of a `control`, run or only attested.
        unlocks: Whether it may close the incident.
        reproduced: Whether the bad files failed as they did.
        reason: Why it failed, or why it does not unlock; None for a proof that does.
        case: Files of the case.
        gate: Version of the gate, of what it measured with, its device, and a digest over the shipped thresholds.
    """

    schema_version: Literal[1] = 1
    incident: str
    title: str
    kind: str
    mode: Mode
    result: Literal["passed", "failed"]
    unlocks: bool
    reproduced: bool
    reason: str | None = None
    check: str
    runs: int
    started: str
    case: Files
    gate: dict[str, str | int | float | bool | None]
    commits: dict[str, Commit] = {}
    thresholds: dict[str, Thresholds] = {}
    cells: tuple[CellRecord, ...] = ()


def to_json(record: ProofRecord) -> bytes:
    """UTF-8 JSON, two spaces of indentation, a line end at the end."""
    return msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"


def from_json(content: bytes) -> ProofRecord:
    """The proof in a file.

    Raises:
        msgspec.DecodeError: It is none.
    """
    return msgspec.json.decode(content, type=ProofRecord)
