"""A mapping that is made when somebody looks into it: what only some readers of a report ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

Value = TypeVar("Value")


class Later(Mapping[str, Value]):
    """A mapping behind a function, which is called once, at the first look.

    It equals the mapping that it becomes, and is that mapping when it is pickled or copied.

    Args:
        make: Makes it. What it gives must not depend on when it is called.
    """

    def __init__(self, make: Callable[[], Mapping[str, Value]]) -> None:
        self._make = make
        self._made: dict[str, Value] | None = None

    @property
    def _content(self) -> dict[str, Value]:
        if self._made is None:
            self._made = dict(self._make())
        return self._made

    def __getitem__(self, key: str) -> Value:
        return self._content[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._content)

    def __len__(self) -> int:
        return len(self._content)

    def __repr__(self) -> str:
        return repr(self._content)

    def __or__(self, other: Mapping[str, Value]) -> dict[str, Value]:
        return {**self._content, **other}

    def __reduce__(self) -> tuple[Any, ...]:
        return dict, (self._content,)
