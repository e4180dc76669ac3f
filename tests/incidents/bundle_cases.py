"""What a CI run leaves, as it is brought home."""

from __future__ import annotations

import contextlib
import hashlib
import io
import shutil
from collections.abc import Callable
from pathlib import Path

from ledger_cases import FIRST, opened, record

from qualitygate.cli import root as command
from qualitygate.cli import run
from qualitygate.incidents.facts import Evidence
from qualitygate.incidents.ledger import Ledger
from qualitygate.incidents.postmortem import Postmortem, to_json

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


def call_import(home: Path, bundle: Path) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        assert run(command, ["incident", "import", str(bundle), "--format", "json"], "qualitygate") == 0
    return out.getvalue()
