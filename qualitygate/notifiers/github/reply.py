"""What an answer of GitHub's means: done, try again after so many seconds, or never. Pure.

Sources: GitHub Docs, "Rate limits for the REST API", "Best practices for using the REST API", "Troubleshooting".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from qualitygate.notifiers.github.errors import DeniedError

# "Wait for at least one minute before retrying", and longer each time, where a secondary limit names no time.
_SECONDARY_SECONDS = 60.0
_NEXT = re.compile(r'<([^>]*)>\s*;[^,<]*\brel="?next"?')
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer as it came.

    Attributes:
        headers: Names in lower case.
    """

    status: int
    headers: Mapping[str, str]
    content: bytes

    def json(self) -> Any:
        """Its content.

        Raises:
            msgspec.DecodeError, RecursionError, UnicodeDecodeError: It is no JSON.
        """
        return msgspec.json.decode(self.content) if self.content else None

    @property
    def following(self) -> str | None:
        """Address of the next page, None on the last."""
        found = _NEXT.search(self.headers.get("link", ""))
        return found[1] if found else None

    @property
    def told(self) -> str:
        """The platform's own words in one line, at most 200 characters; empty where it says nothing."""
        try:
            data = self.json()
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            return ""
        message = data.get("message") if isinstance(data, dict) else None
        return _CONTROL.sub(" ", message)[:200].strip().rstrip(".") if isinstance(message, str) else ""


def limit_wait(reply: Reply, attempt: int, now: float) -> float | None:
    """Seconds that a rate limit asks to wait; None where the answer is not about one.

    Args:
        attempt: How often it was tried before, from 0.
        now: Seconds since 1970.
    """
    if reply.status not in (403, 429):
        return None
    if (seconds := _number(reply.headers.get("retry-after"))) is not None:
        return seconds
    if reply.headers.get("x-ratelimit-remaining", "").strip() == "0":
        reset = _number(reply.headers.get("x-ratelimit-reset"))
        # One second more: the two clocks do not tick together.
        return max(0.0, reset - now) + 1.0 if reset is not None else _SECONDARY_SECONDS
    if reply.status == 429 or "rate limit" in reply.told.lower() or "abuse" in reply.told.lower():
        return float(_SECONDARY_SECONDS * 2**attempt)
    return None


def refusal(reply: Reply, what: str, repository: str) -> DeniedError:
    """The error for an answer that will not change by trying again.

    Args:
        what: What was asked for, such as `create an issue`.
    """
    told = f" ({reply.told})" if reply.told else ""
    subject = f"{repository}: cannot {what}" if repository else f"cannot {what}"
    if reply.status == 401:
        error = DeniedError(
            f"{subject}: the token is not known, or has expired{told}", code="QG-1772", hint="set GITHUB_TOKEN"
        )
    elif reply.status in (403, 451):
        error = DeniedError(
            f"{subject}: the token may not do this{told}", code="QG-1772", hint="give it the permission"
        )
    elif reply.status == 404:
        message = f"{subject}: it does not exist, or the token may not see it{told}"
        error = DeniedError(message, code="QG-1773", hint="check the name and the token")
    elif reply.status == 410:
        error = DeniedError(
            f"{subject}: it is gone, or issues are disabled{told}", code="QG-1773", hint="enable issues in the settings"
        )
    elif reply.status == 422:
        fields, details = _invalid(reply)
        error = DeniedError(f"{subject}: invalid{f', {details}' if details else told}", code="QG-1774")
        error.fields = fields
    elif 300 <= reply.status < 400:
        message = f"{subject}: it has moved to another address"
        error = DeniedError(message, code="QG-1773", hint="name the repository as it is called now")
    else:
        error = DeniedError(f"{subject}: HTTP status {reply.status}{told}", code="QG-1774")
    error.status, error.told = reply.status, reply.told
    return error


def _invalid(reply: Reply) -> tuple[tuple[str, ...], str]:
    """Names of the fields that a 422 complains about, and the complaints."""
    try:
        errors = reply.json()["errors"]
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError, KeyError, TypeError):
        return (), ""
    fields: list[str] = []
    details: list[str] = []
    for error in errors if isinstance(errors, list) else []:
        if isinstance(error, dict):
            field = error.get("field")
            if isinstance(field, str):
                fields.append(field)
            words = [str(error[key]) for key in ("field", "code", "message") if isinstance(error.get(key), str)]
            details.append(_CONTROL.sub(" ", " ".join(words))[:200])
        elif isinstance(error, str):
            details.append(_CONTROL.sub(" ", error)[:200])
    return tuple(fields), "; ".join(details[:5])


def _number(text: str | None) -> float | None:
    """Seconds out of a header; None for what is no number, or none that makes sense."""
    if text is None or not re.fullmatch(r"[0-9]{1,12}", text.strip()):
        return None
    return float(text)
