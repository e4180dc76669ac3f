"""The executor interface: one ordered map."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Executor(Protocol):
    """Runs a function over items and yields results in the order of the items, whatever finishes first."""

    def map(
        self,
        function: Callable[[Item], Result],
        items: Sequence[Item],
        lost: Callable[[Item], Result],
        *,
        known: Callable[[Item], Result | None] | None = None,
        cost: Callable[[Item], int] | None = None,
    ) -> Iterator[Result]:
        """Yield `function(item)` for each item in order.

        Args:
            function: Importable at module level, so that other processes can run it.
            items: What to run over; each can be pickled.
            lost: Makes the result for an item whose process died.
            known: Looks in this process for a result that need not be made; None where it has to be.
            cost: Bytes of memory that an item takes while it is run, for executors that keep a budget.
        """
        ...
