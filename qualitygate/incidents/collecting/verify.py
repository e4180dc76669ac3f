"""Whether evidence is still what it was: every digest computed again, and what else lies in its directory."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

from qualitygate.core.errors import ConfigError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.incidents.collecting.case_pictures import case_pictures
from qualitygate.incidents.collecting.opening import digest_of, open_regular
from qualitygate.incidents.collecting.withholding import to_remove, why_withheld
from qualitygate.incidents.paths import paths_of
from qualitygate.incidents.postmortem import Postmortem
from qualitygate.incidents.text import one_line

_MAX_FILES = 10_000


def check_evidence(root: Path, record: Postmortem) -> dict[str, str | None]:
    """The sha256 of each file that the record names, its proof included; None where there is no regular file.

    Links are not followed, and paths that lead out of the incident directory are not opened: both count as no file.

    Args:
        root: The incident directory.
        record: The incident.
    """
    paths = [item.path for item in record.evidence if item.path is not None]
    paths += [record.proof.path] if record.proof is not None else []
    return {path: _sha256(root, path) for path in dict.fromkeys(paths)}


def still_stored(root: Path, record: Postmortem) -> tuple[str, ...]:
    """Paths of what must not be in git and is there: evidence, then pictures beside the regression case."""
    if why_withheld(record) is None:
        return ()
    actual = check_evidence(root, record)
    evidence = tuple(item.path for item in to_remove(record) if item.path is not None and actual[item.path] is not None)
    return tuple(dict.fromkeys((*evidence, *case_pictures(root, record.id))))


def evidence_findings(root: Path, record: Postmortem) -> tuple[Finding, ...]:
    """What is wrong with the evidence of an incident, in the order of the record, then by path.

    QG-1794 changed, QG-1795 missing, QG-1797 stored although it must not be (the incident was escalated later); all
    errors. Of the last kind a missing file is a note: it was removed, as it should be. Pictures beside the regression
    case are as much in git.
    """
    found: list[Finding] = []
    actual = check_evidence(root, record)
    recorded = {item.path: item.sha256 for item in record.evidence if item.path is not None}
    if record.proof is not None:
        recorded[record.proof.path] = record.proof.sha256
    unwanted = {item.path for item in to_remove(record)}
    for path, sha256 in recorded.items():
        name, now = one_line(path), actual[path]
        if now is None and path in unwanted:
            message = f"{name} was removed, as it should be: `evidence collect {record.id}` records its digest alone"
            found.append(_finding(record.id, "QG-1797", message, path, Level.NOTE))
        elif now is None:
            found.append(_finding(record.id, "QG-1795", f"{name} is missing, or is no regular file", path))
        elif now != sha256:
            found.append(_finding(record.id, "QG-1794", f"{name} has changed: sha256 {now}, recorded {sha256}", path))
        if now is not None and path in unwanted:
            message = f"{name} must not be in git ({why_withheld(record)}): remove it from the history"
            found.append(_finding(record.id, "QG-1797", message, path))
    for path in case_pictures(root, record.id) if why_withheld(record) is not None else ():
        message = f"{one_line(path)} must not be in git ({why_withheld(record)}): a case can do without pictures"
        found.append(_finding(record.id, "QG-1797", message, path))
    return tuple(found)


def unknown_files(root: Path, record: Postmortem) -> tuple[Finding, ...]:
    """Files in the evidence directory that no event names, QG-1796; links and other odd things among them."""
    directory = paths_of(root, record.id).evidence
    recorded = {item.path for item in record.evidence} | ({record.proof.path} if record.proof else set())
    found: list[Finding] = []
    for path in _below(directory):
        relative = path.relative_to(root).as_posix()
        if relative not in recorded and not _passing(path.name):
            found.append(_finding(record.id, "QG-1796", f"{one_line(relative)} is named by no event", relative))
    return tuple(found)


def _finding(subject: str, code: str, message: str, path: str, level: Level = Level.ERROR) -> Finding:
    return Finding(code, level, message, subject=subject, path=one_line(path))


def _below(directory: Path) -> list[Path]:
    if directory.is_symlink():
        return [directory]
    found: list[Path] = []
    for folder, folders, files in os.walk(directory, followlinks=False):
        links = [name for name in folders if (Path(folder) / name).is_symlink()]
        found += [Path(folder) / name for name in (*files, *links)]
        if len(found) > _MAX_FILES:
            break
    return sorted(found)


def _passing(name: str) -> bool:
    """Whether a file is one that a writer will rename, or that only git reads."""
    return name == ".gitattributes" or (name.startswith(".") and name.endswith(".tmp"))


def _sha256(root: Path, path: str) -> str | None:
    parts = PurePosixPath(path).parts
    if not parts or path.startswith("/") or ".." in parts or "\\" in path or ":" in parts[0] or "\0" in path:
        return None
    step = root
    try:
        for part in parts:
            step /= part
            if step.is_symlink():
                return None
        with open_regular(step) as stream:
            return digest_of(stream).sha256
    except (OSError, ValueError, ConfigError):
        return None
