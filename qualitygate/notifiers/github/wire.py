"""One request and its answer, in a limited time and size. The only file that knows `httpx`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

from qualitygate import __version__
from qualitygate.core.errors import MissingExtraError
from qualitygate.notifiers.github.errors import UnansweredError
from qualitygate.notifiers.github.reply import Reply
from qualitygate.notifiers.github.target import Endpoint

if TYPE_CHECKING:
    import httpx

_VERSION = "2022-11-28"
_MAX_BYTES = 32_000_000


class Wire:
    """A connection to one platform, kept open between requests.

    Args:
        where: The platform and the token.
        timeout: Seconds without a byte after which an answer is given up; six times as long for all of it.
        clock: Seconds since 1970.
    """

    def __init__(self, where: Endpoint, timeout: float, clock: Callable[[], float]) -> None:
        self._where, self._timeout, self._clock = where, timeout, clock
        self._http: httpx.Client | None = None

    def open(self) -> None:
        """Make ready; nothing is sent.

        Raises:
            MissingExtraError: QG-1413, `httpx` is not installed.
        """
        try:
            import httpx
        except ImportError as error:
            raise MissingExtraError(
                "GitHub is reached by httpx, which is not installed",
                code="QG-1413",
                hint="pip install 'image-qualitygate[github]'",
            ) from error
        headers = {
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": _VERSION,
            "User-Agent": f"qualitygate/{__version__}",
        }
        if self._where.token is not None:
            headers["Authorization"] = f"Bearer {self._where.token}"
        # A proxy of the environment is for the world outside, and redirects are followed by `Client`, with more care.
        local = self._where.is_local
        self._http = httpx.Client(headers=headers, timeout=self._timeout, follow_redirects=False, trust_env=not local)

    def close(self) -> None:
        """Close the connection."""
        if self._http is not None:
            self._http.close()

    def send(self, method: str, url: str, what: str, body: Any) -> Reply:
        """One request, no more, with the token and whatever status it is answered with below 500.

        Args:
            what: What it is for, for messages.
            body: What to send, as plain data.

        Raises:
            UnansweredError: QG-1775, no answer, a fault of the server, or content that is no JSON.
        """
        import httpx

        if self._http is None:
            raise RuntimeError("the client is used before it is open")
        begun, content = self._clock(), bytearray()
        try:
            with self._http.stream(method, url, json=body) as response:
                for chunk in response.iter_bytes():
                    content += chunk
                    if len(content) > _MAX_BYTES or self._clock() - begun > 6 * self._timeout:
                        raise self._unanswered(what, "sends without end")
                headers = {name.lower(): value for name, value in response.headers.items()}
                # A server that repeats the token must not bring it into a message.
                # One of a few letters is no token, and would be found in any answer.
                token = (self._where.token or "").encode()
                shown = bytes(content).replace(token, b"***") if len(token) >= 8 else bytes(content)
                reply = Reply(response.status_code, headers, shown)
        except httpx.TimeoutException:
            raise self._unanswered(what, f"does not answer within {self._timeout:g} s") from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            reason = str(error).partition("\n")[0][:200] or type(error).__name__
            raise self._unanswered(what, f"cannot be reached: {reason}") from None
        if reply.status >= 500:
            raise self._unanswered(what, f"answers with the fault {reply.status}")
        try:
            reply.json()
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            if reply.status < 300:
                raise self._unanswered(what, "answers with something that is no JSON") from None
        return reply

    def _unanswered(self, what: str, how: str) -> UnansweredError:
        return UnansweredError(f"cannot {what}: {self._where.host} {how}", code="QG-1775", hint="try it later")
