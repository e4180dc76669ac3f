"""One door to the API: every request goes through it, with its time limits, pauses and second attempts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

import msgspec

from qualitygate import __version__
from qualitygate.core.errors import MissingExtraError
from qualitygate.notifiers.github.errors import LimitedError, PlatformError, UnansweredError
from qualitygate.notifiers.github.reply import Reply, limit_wait, refusal
from qualitygate.notifiers.github.target import Endpoint

if TYPE_CHECKING:
    import httpx

T = TypeVar("T")
_VERSION = "2022-11-28"
_ATTEMPTS = 5
_REDIRECTS = 3
_MAX_PAGES = 1000
_MAX_BYTES = 32_000_000
# GitHub asks for a second between requests that write.
_PACE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What was asked for.

    Attributes:
        data: Its JSON, None where there is none.
        following: Address of the next page.
    """

    status: int
    data: Any
    following: str | None


class Client:
    """Requests to one platform. Use it in a `with` block.

    Args:
        where: The platform and the token.
        sleep: Waits for so many seconds.
        clock: Seconds since 1970.
        timeout: Seconds without a byte after which an answer is given up.
        max_wait: Seconds of waiting, all in all, for rate limits and second attempts.
    """

    def __init__(
        self,
        where: Endpoint,
        *,
        sleep: Callable[[float], None],
        clock: Callable[[], float],
        timeout: float = 20.0,
        max_wait: float = 120.0,
    ) -> None:
        self.where = where
        self._sleep, self._clock = sleep, clock
        self._timeout, self._left, self._max_wait = timeout, max_wait, max_wait
        self._last_write: float | None = None
        self._http: httpx.Client | None = None

    def __enter__(self) -> Client:
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
        if self.where.token is not None:
            headers["Authorization"] = f"Bearer {self.where.token}"
        # A proxy of the environment is for the world outside, and redirects are followed below, with more care.
        local = self.where.is_local
        self._http = httpx.Client(headers=headers, timeout=self._timeout, follow_redirects=False, trust_env=not local)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._http is not None:
            self._http.close()

    def get(self, path: str, what: str, query: Mapping[str, str] | None = None) -> Answer:
        """Ask for something. Faults and rate limits are waited for; see `request`."""
        return self.request("GET", path, what, query=query)

    def request(
        self, method: str, path: str, what: str, *, query: Mapping[str, str] | None = None, body: Any = None
    ) -> Answer:
        """One request, repeated where that is safe and may help.

        A POST that had no answer is not repeated here, since it may have been done.

        Args:
            path: From the API's address, such as `/repos/o/r/issues`.
            what: What it is for, for messages: `create an issue`.
            body: What to send, as plain data.

        Raises:
            UnansweredError: No answer after several attempts, or after one for POST.
            LimitedError: A rate limit lasts longer than `max_wait`. Nothing was done.
            RefusedError: Any other status than 2xx.
        """
        url = f"{self.where.url}{path}" + (f"?{urlencode(query)}" if query else "")
        return self._settle(method, url, what, body)

    def pages(self, path: str, what: str, kind: type[T], query: Mapping[str, str] | None = None) -> Iterator[T]:
        """Everything of a list, page after page, as one type.

        Raises:
            UnansweredError: Also where an item is not of that type, or pages go on for ever or elsewhere.
        """
        answer = self.get(path, what, {"per_page": "100", **(query or {})})
        seen: set[str] = set()
        while True:
            yield from as_type(answer.data, list[kind], what)  # type: ignore[valid-type]
            following = answer.following
            if following is None:
                return
            following = urljoin(self.where.url, following)
            if not self._same_place(following) or following in seen or len(seen) >= _MAX_PAGES:
                raise UnansweredError(f"cannot {what}: the next page is named by no sensible address", code="QG-1775")
            seen.add(following)
            answer = self._settle("GET", following, what, None)

    def pause(self, seconds: float, reason: str) -> None:
        """Wait, out of what is left of `max_wait`.

        Raises:
            LimitedError: It is longer than that.
        """
        if seconds > self._left:
            error = LimitedError(
                f"{reason}; it asks to wait {seconds:,.0f} s, and --max-wait allows {self._max_wait:,.0f} s in all",
                code="QG-1775",
                hint="run it again later",
            )
            error.after = seconds
            raise error
        self._left -= seconds
        self._sleep(seconds)

    def _settle(self, method: str, url: str, what: str, body: Any) -> Answer:
        repository = _repository_of(url, self.where.url)
        redirects = 0
        for attempt in range(_ATTEMPTS):
            self._keep_pace(method)
            try:
                reply = self._send(method, url, what, body)
            except UnansweredError:
                if method == "POST" or attempt == _ATTEMPTS - 1:
                    raise
                self.pause(2.0**attempt, f"cannot {what}: {self.where.host} does not answer")
                continue
            wait = limit_wait(reply, attempt, self._clock())
            if wait is not None:
                self.pause(wait, f"cannot {what}: the rate limit of {self.where.host} is reached")
            elif reply.status in (301, 302, 307, 308) and redirects < _REDIRECTS:
                redirects += 1
                target = urljoin(url, reply.headers.get("location", ""))
                if not self._same_place(target) or (method != "GET" and reply.status in (301, 302)):
                    raise refusal(reply, what, repository)
                url = target
            elif reply.status >= 300:
                raise refusal(reply, what, repository)
            else:
                return Answer(reply.status, reply.json(), reply.following)
        raise LimitedError(
            f"cannot {what}: {self.where.host} refuses again and again", code="QG-1775", hint="try it later"
        )

    def _send(self, method: str, url: str, what: str, body: Any) -> Reply:
        """One request, no more. Faults of the server and content that is no JSON count as no answer."""
        import httpx

        if self._http is None:
            raise RuntimeError("the client is used outside of its `with` block")
        begun, content = self._clock(), b""
        try:
            with self._http.stream(method, url, json=body) as response:
                for chunk in response.iter_bytes():
                    content += chunk
                    if len(content) > _MAX_BYTES or self._clock() - begun > 6 * self._timeout:
                        raise self._unanswered(what, "sends without end")
                headers = {name.lower(): value for name, value in response.headers.items()}
                # A server that repeats the token must not bring it into a message.
                token = (self.where.token or "").encode()
                reply = Reply(response.status_code, headers, content.replace(token, b"***") if token else content)
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

    def _unanswered(self, what: str, how: str) -> PlatformError:
        return UnansweredError(f"cannot {what}: {self.where.host} {how}", code="QG-1775", hint="try it later")

    def _keep_pace(self, method: str) -> None:
        if method == "GET":
            return
        now = self._clock()
        if self._last_write is not None and 0 <= now - self._last_write < _PACE_SECONDS:
            self._sleep(_PACE_SECONDS - (now - self._last_write))
        self._last_write = self._clock()

    def _same_place(self, url: str) -> bool:
        """Whether an address that the server named is its own: the token must not go elsewhere."""
        try:
            ours, theirs = urlsplit(self.where.url), urlsplit(url)
        except ValueError:
            return False
        return (ours.scheme, ours.netloc) == (theirs.scheme, theirs.netloc)


def as_type(data: Any, kind: type[T], what: str) -> T:
    """What the server sent, as a type.

    Raises:
        UnansweredError: It is something else.
    """
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        raise UnansweredError(
            f"cannot {what}: the answer is not what was asked for ({error})", code="QG-1775"
        ) from None


def _repository_of(url: str, base: str) -> str:
    parts = urlsplit(url.removeprefix(base)).path.split("/")
    return "/".join(parts[2:4]) if len(parts) >= 4 and parts[1] == "repos" else ""
