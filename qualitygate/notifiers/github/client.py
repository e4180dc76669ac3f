"""One door to the API: every request goes through it, with its pauses and second attempts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, TypeVar
from urllib.parse import urlencode, urljoin, urlsplit

import msgspec

from qualitygate.notifiers.github.errors import LimitedError, UnansweredError
from qualitygate.notifiers.github.reply import limit_wait, refusal
from qualitygate.notifiers.github.target import Endpoint
from qualitygate.notifiers.github.wire import Wire

T = TypeVar("T")
_ATTEMPTS = 5
_REDIRECTS = 3
_MAX_PAGES = 1000
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
        self._left, self._max_wait = max_wait, max_wait
        self._last_write: float | None = None
        self._wire = Wire(where, timeout, clock)

    def __enter__(self) -> Client:
        self._wire.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._wire.close()

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
            DeniedError: Any other status than 2xx.
        """
        url = f"{self.where.url}{path}" + (f"?{urlencode(query)}" if query else "")
        return self._settle(method, url, what, body)

    def graphql(self, query: str, what: str) -> Any:
        """A question that REST does not answer, as the JSON that came; see `request`. It must only read.

        `https://HOST/api/v3` belongs to `https://HOST/api/graphql`, as GitHub Enterprise Server has it.
        """
        return self._settle("POST", f"{self.where.url.removesuffix('/v3')}/graphql", what, {"query": query}).data

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

    def may_wait(self, seconds: float) -> bool:
        """Whether so much is left of `max_wait`."""
        return seconds <= self._left

    def pause(self, seconds: float, reason: str) -> None:
        """Wait, out of what is left of `max_wait`.

        Raises:
            LimitedError: It is longer than that.
        """
        if not self.may_wait(seconds):
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
                reply = self._wire.send(method, url, what, body)
            except UnansweredError:
                if method == "POST" or attempt == _ATTEMPTS - 1 or not self.may_wait(2.0**attempt):
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
