"""Paths as a platform wants them: relative to the top level of the repository."""

from __future__ import annotations

import posixpath
import re

from qualitygate.core.finding import Finding
from qualitygate.core.subject import Subject

_ABSOLUTE = re.compile(r"/|\\\\|[A-Za-z]:[/\\]")


def placed(path: str, prefix: str) -> str:
    """A path of a subject or set, from the top level of the repository.

    Args:
        path: Relative to the configuration or the working directory, or absolute: then it stays as it is.
        prefix: `View.prefix`.
    """
    if not prefix or _ABSOLUTE.match(path):
        return path
    return posixpath.normpath(posixpath.join(prefix, path))


def place_of(finding: Finding, subject: Subject | None, prefix: str) -> str | None:
    """The file that a finding is shown at, None where it has none.

    Further checks name their files from the top level already; what concerns a subject or a set does not.
    """
    path = finding.path or (subject and (subject.candidate or subject.reference)) or None
    of_run = finding.subject is None and finding.set_name is None
    return path if path is None or of_run else placed(path, prefix)
