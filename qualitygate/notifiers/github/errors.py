"""What can go wrong between us and the platform. No message ever holds the token."""

from __future__ import annotations

from qualitygate.core.errors import QualityGateError


class PlatformError(QualityGateError):
    """The platform did not do what it was asked to.

    Attributes:
        status: HTTP status, None where there was no answer.
        after: Seconds to wait before the same may succeed; None where nobody said.
        fields: What was invalid, as the platform names it: `title`, `labels`, `assignees`.
        told: The platform's own words.
    """

    status: int | None = None
    after: float | None = None
    fields: tuple[str, ...] = ()
    told: str = ""


class UnansweredError(PlatformError):
    """QG-1775: no answer, or one that says nothing. It may have been done all the same."""


class LimitedError(PlatformError):
    """QG-1775: a rate limit that lasts longer than we may wait. It was not done."""


class DeniedError(PlatformError):
    """QG-1772, QG-1773 or QG-1774: it was refused, and would be again."""
