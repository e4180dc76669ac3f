"""Errors: one base, one subclass per way of going wrong.

Every error carries a stable code (see `qualitygate.core.codes`), says where it happened and what would be right,
and renders as a single line. Porches choose the exit code from the class; nothing below a porch does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qualitygate.core.verdict import Report


class QualityGateError(Exception):
    """Base of every error this package raises on purpose.

    Args:
        message: What was found, in one sentence without a final stop.
        code: Stable code, `QG-dddd`.
        where: File, `file:line`, or configuration path the message is about.
        hint: What would be right, or the command that fixes it.
    """

    def __init__(self, message: str, *, code: str, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(message, code, where, hint)
        self.message = message
        self.code = code
        self.where = where
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        # Keyword-only arguments do not survive the default pickling, and errors cross process boundaries.
        return (_rebuild, (type(self), self.message, self.code, self.where, self.hint))

    def __str__(self) -> str:
        where = f"{self.where}: " if self.where else ""
        hint = f"; {self.hint}" if self.hint else ""
        return f"{where}{self.message}{hint} [{self.code}]"


def _rebuild(
    kind: type[QualityGateError], message: str, code: str, where: str | None, hint: str | None
) -> QualityGateError:
    return kind(message, code=code, where=where, hint=hint)


class ConfigError(QualityGateError):
    """Wrong usage or configuration: a path, a profile, a key, a mask. Exit code 2."""


class RefusedError(QualityGateError):
    """A step is refused for what an incident is, not for how it was asked for. Exit code 1."""


class MissingExtraError(ConfigError):
    """Something asked for needs an optional dependency that is not installed. Exit code 2."""


class WeightsError(ConfigError):
    """Network weights are absent, altered or of another network. Exit code 2."""


class DecodeError(QualityGateError):
    """A picture could not be turned into an `Image`; the pair is unmeasurable, the run goes on."""


class LutError(QualityGateError):
    """A look-up table file is malformed."""


class ThresholdExceeded(QualityGateError):
    """The gate failed; raised by `Report.raise_for_verdict()` only.

    Attributes:
        report: The whole report, or None after unpickling.
    """

    report: Report | None = None

    def __str__(self) -> str:
        return self.message


class UnmeasurableError(QualityGateError):
    """Nothing failed, but something could not be measured; raised by `Report.raise_for_verdict()` only."""

    def __str__(self) -> str:
        return self.message
