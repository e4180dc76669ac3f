"""What is asked for of an approval, and what becomes of one picture."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from qualitygate.core.subject import Subject
from qualitygate.core.verdict import SubjectResult

Action = Literal["replaced", "added", "accepted", "recorded", "unchanged", "refused", "unmeasurable"]


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one picture.

    Attributes:
        subject: The picture.
        action: `replaced` another reference; `added` the first; `accepted` beside it; `recorded` in a sidecar alone;
            `unchanged` since it is so already; `refused`; `unmeasurable`.
        result: What the gate said of it before.
        why: Why it is refused, cannot be measured or stays, empty otherwise.
        candidate: The picture that is approved.
        target: File that becomes the reference.
        shown: That file as the user would name it.
        previous: File whose place it takes, as the user would name it; None for none.
        obsolete: Files that go: the reference of another extension, and its sidecar.
        sha256, previous_sha256: Contents after and before.
        stands: Whether a reference stays as it is, so that what made the candidate says nothing of it.
    """

    subject: Subject
    action: Action
    result: SubjectResult
    why: str = ""
    candidate: Path | None = None
    target: Path | None = None
    shown: str = ""
    previous: str | None = None
    obsolete: tuple[Path, ...] = ()
    sha256: str = ""
    previous_sha256: str | None = None
    stands: bool = False

    @property
    def writes(self) -> bool:
        """Whether files change."""
        return self.action in ("replaced", "added", "accepted", "recorded")

    @property
    def lossy(self) -> bool:
        """Whether a lossy file takes the place of the lossless one that it was compared with."""
        old, new = self.result.reference, self.result.candidate
        if old is None or new is None or not self.writes or old.sha256 != self.previous_sha256:
            return False
        return self.sha256 == new.sha256 and old.lossless is True and new.lossless is False


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for.

    Attributes:
        name: Name of an accepted alternative to add, None to replace the reference.
        incident: The incident it is approved in. What fails at S0 is approved in no other way.
        passing: Whether the reference of a picture that passes is replaced, too. Else it stays, and only gets a sidecar
            where it has none: replaced with every run, it would drift a little each time, with nobody to notice.
    """

    name: str | None = None
    incident: str | None = None
    passing: bool = False
