"""One item after another, in this process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from qualitygate.executors.base import Item, Result


class Serial:
    """Runs everything here. What a script without a `__main__` guard can always use."""

    def map(
        self,
        function: Callable[[Item], Result],
        items: Sequence[Item],
        lost: Callable[[Item], Result],  # noqa: ARG002 - nothing can be lost here
        *,
        known: Callable[[Item], Result | None] | None = None,
        cost: Callable[[Item], int] | None = None,  # noqa: ARG002 - one item at a time is as little as there can be
    ) -> Iterator[Result]:
        """Yield `function(item)` for each item in order, or what is known of it."""
        for item in items:
            found = known(item) if known is not None else None
            yield function(item) if found is None else found
