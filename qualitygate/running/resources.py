"""The Python porch for how a run uses the machine: processes, their memory, and what earlier runs measured."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from qualitygate.cache.directory import DEFAULT_SIZE, Directory
from qualitygate.core.errors import ConfigError
from qualitygate.core.finding import Finding
from qualitygate.core.finding_level import Level
from qualitygate.core.verdict import SubjectResult
from qualitygate.corridor.remembering import Memory
from qualitygate.corridor.task import PairTask
from qualitygate.executors.base import Executor
from qualitygate.executors.serial import Serial
from qualitygate.metrics import GPUS
from qualitygate.planning.plan import Plan
from qualitygate.policy.model import Config
from qualitygate.running import machine

# A process with NumPy and Pillow, and what torch, a network and the features that it remembers add to it.
_PROCESS = 60_000_000
_TORCH = 400_000_000
UNKEPT = "QG-1447"
"""Code of the warning that results could not be kept."""
# A handful of pairs is done before a process has started.
_FEW = 4


@dataclass(frozen=True, slots=True)
class Results:
    """Where results of earlier runs are looked for and those of this one kept.

    Attributes:
        directory: The directory.
        size: Bytes that it is trimmed to.
        asked: Whether somebody named it, who is told when nothing can be written there.
    """

    directory: Path
    size: int = DEFAULT_SIZE
    asked: bool = True


def results_of(config: Config, *, directory: Path | None = None, used: bool = True) -> Results | None:
    """Where the command line keeps results; None where it does not.

    Args:
        config: What the configuration says.
        directory: What the command line says instead.
        used: False to use none, whatever the configuration says.

    Raises:
        ConfigError: QG-1445, the home directory that `QUALITYGATE_CACHE` asks for is not known.
    """
    run = config.run
    size = run.cache_size or DEFAULT_SIZE
    if not used or (directory is None and not run.cached):
        return None
    if directory is not None or run.cache is not None:
        return Results(directory or run.cache or Path(), size)
    usual = machine.results_directory(os.environ)
    return None if usual is None else Results(usual, size, asked=False)


def refuse_pictures(plan: Plan, directory: Path) -> None:
    """Refuse to keep results among the pictures of a run.

    A directory within the one of a picture is refused, too, unless that is where the command runs, or above: a whole
    project has to be somewhere.

    Args:
        plan: The run.
        directory: Where results would be kept.

    Raises:
        ConfigError: QG-1445, pictures of the run lie there, or in a directory that it is in.
    """
    tasks = (task for planned in plan.sets for task in planned.tasks)
    refuse_beside((path for task in tasks for path in (task.reference, task.candidate)), directory)


def refuse_beside(pictures: Iterable[Path], directory: Path) -> None:
    """As `refuse_pictures`, for the paths of pictures.

    Raises:
        ConfigError: QG-1445, they lie there, or in a directory that it is in.
    """
    place, here = directory.resolve(), Path.cwd().resolve()
    for holder in sorted({path.parent for path in pictures}):
        real = holder.resolve()
        if place == real or (place.is_relative_to(real) and not here.is_relative_to(real)):
            raise ConfigError(
                f"pictures of this run lie in {holder}, and no results go there", code="QG-1445", where=str(directory)
            )


def executor_for(
    config: Config,
    items: int,
    *,
    workers: int | None,
    memory: int | None,
    torch: bool,
    device: str | None = None,
) -> Executor:
    """What runs over so many items.

    Args:
        config: What the configuration says.
        items: How many there are.
        workers, memory: As of `gate.run`.
        torch: Whether the processes load torch.
        device: Name of the GPU that is measured on: one process does, and decodes beside that, since each would hold a
            context and the weights there. None for the CPU.
    """
    cores = machine.cores()
    count = 1 if items < _FEW else min(workers or config.workers or cores, items)
    if count == 1:
        return Serial()
    from multiprocessing import current_process  # one process needs none of it

    from qualitygate.executors.process_pool import ProcessPool

    if current_process().daemon:  # one of somebody's `multiprocessing.Pool`, which may have no children
        return Serial()
    budget = memory or config.run.memory or machine.free_memory() // 2
    each = _PROCESS + torch * _TORCH
    # No more processes than fit in half of the budget: the other half is for pictures.
    count = 1 if device is not None else max(1, min(count, budget // 2 // each))
    return ProcessPool(count, memory=max(budget - count * each, 1), threads=max(1, cores // count))


def device_of(tasks: Iterable[PairTask]) -> str | None:
    """The GPU that the metrics of a run measure on; None for the CPU."""
    named = (getattr(metric, "device", None) for task in tasks for metric in task.metrics)
    return next((device for device in named if device in GPUS), None)


class Remembered:
    """The memory of one run, opened before it and closed after it.

    Args:
        where: Where results are; None for a run without.

    Raises:
        ConfigError: QG-1445, no directory stands there.
    """

    def __init__(self, where: Results | None) -> None:
        self._where = where
        self._store = None if where is None else Directory(where.directory, where.size)
        self.memory: Memory | None = None
        if self._store is not None:
            self.memory = Memory(self._store, machine.surroundings(), blank=self._store.empty)

    def close(self) -> tuple[Finding, ...]:
        """Keep within the size; what there is to say."""
        if self._store is None or self._where is None or self.memory is None:
            return ()
        if self.memory.kept:
            self._store.trim(time.time())
        if self._store.trouble is None or not self._where.asked:
            return ()
        kept = "not all" if self.memory.kept else "nothing"
        what = f"read, but {kept} kept" if self._store.readable else "neither read nor kept"
        message = f"results of earlier runs {what}: {self._where.directory}, {self._store.trouble}"
        return (Finding(UNKEPT, Level.WARNING, message),)


def from_cache(results: Iterable[SubjectResult]) -> str:
    """How many pairs were measured by earlier runs, such as `80 of 100`."""
    pairs = [result.cached for result in results if result.subject.kind == "pair"]
    return f"{sum(pairs)} of {len(pairs)}"
