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
    ) -> Iterator[Result]:
        """Yield `function(item)` for each item in order."""
        return map(function, items)
