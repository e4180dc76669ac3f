"""What the terminal is like: colours, width, progress."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.console import Console


# Seconds between two pictures of a progress bar.
_BETWEEN = 0.1


def colours() -> bool:
    """Whether standard output should have colours: NO_COLOR beats FORCE_COLOR beats being a terminal."""
    if os.environ.get("NO_COLOR"):
        return False
    return os.environ.get("FORCE_COLOR", "0") not in ("", "0") or _terminal(sys.stdout)


def width() -> int:
    """Columns to lay text out in; wide where output is not a terminal, since logs wrap by themselves."""
    if not _terminal(sys.stdout) and not os.environ.get("COLUMNS"):
        return 120
    import shutil

    return max(40, shutil.get_terminal_size((100, 24)).columns)


def room() -> int:
    """Columns that a line may have which is cut rather than wrapped: any number where output is no terminal."""
    return width() if _terminal(sys.stdout) or os.environ.get("COLUMNS") else 100_000


def _terminal(stream: TextIO | None) -> bool:
    """Whether a stream is a terminal; a closed one (`>&-`) is None."""
    return stream is not None and stream.isatty()


def console() -> Console:
    """A rich console on standard output."""
    from rich.console import Console

    return Console(width=width(), no_color=not colours(), force_terminal=colours(), highlight=False)


def screen() -> Console | None:
    """A rich console that may draw over what it drew, in colours or without; None where output is no terminal."""
    from rich.console import Console

    if not _terminal(sys.stdout):
        return None
    return Console(no_color=not colours(), force_terminal=True, highlight=False)


@contextmanager
def progress(total: int, label: str) -> Iterator[Callable[[int, int], None] | None]:
    """A progress bar on stderr, only where stderr is a terminal and `CI` is not set."""
    if total < 2 or os.environ.get("CI") or not _terminal(sys.stderr):
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    # Drawn by this thread and no other: a process that has one thread can be copied, which starts workers at once.
    with Progress(*columns, console=Console(stderr=True), transient=True, auto_refresh=False) as bar:
        task = bar.add_task(label, total=total)
        yield _drawn(lambda done, total: bar.update(task, completed=done, total=total, refresh=True))


def _drawn(update: Callable[[int, int], None]) -> Callable[[int, int], None]:
    """At most so often as an eye can follow; the last of all in any case."""
    last = -_BETWEEN

    def drawn(done: int, total: int) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last >= _BETWEEN or done == total:
            last = now
            update(done, total)

    return drawn
