"""Working out which pictures a run takes for which batch, and what they are held against. Decodes no picture."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from qualitygate.core.errors import ConfigError
from qualitygate.core.subject import Subject
from qualitygate.corridor.batch import PictureTask, PlannedBatch, gathered
from qualitygate.palette import baseline as stored
from qualitygate.palette.batch import Batch
from qualitygate.planning.picture_files import empty, gone, picture_files, shown

if TYPE_CHECKING:
    from qualitygate.executors.base import Executor
    from qualitygate.policy.model import Config
    from qualitygate.policy.palette_model import BatchSet

_MOST_BYTES = 4_000_000


def planned_batches(config: Config) -> tuple[PlannedBatch, ...]:
    """The configured batches with their pictures. The id of a batch is the name of its set.

    Raises:
        ConfigError: A stored baseline cannot be used (QG-1514), or a directory cannot be read (QG-1401).
    """
    return tuple(_planned(one, config) for one in config.batches)


def _planned(one: BatchSet, config: Config) -> PlannedBatch:
    where = one.place.line or one.name
    candidate = _tasks(one, config, one.candidate)
    findings = gone(config.root, one.candidate, one.name, where)
    baseline: tuple[PictureTask, ...] | Batch
    if isinstance(one.baseline, Path):
        baseline, label = _stored(one, one.baseline), shown(one.baseline)
    else:
        baseline, label = _tasks(one, config, one.baseline), ", ".join(one.baseline)
        findings += gone(config.root, one.baseline, one.name, where)
        if not baseline:
            findings += (empty(one.name, one.baseline),)
    if not candidate:
        findings += (empty(one.name, one.candidate),)
    return PlannedBatch(one, Subject("set", one.name, one.name), candidate, baseline, findings, label)


def store(one: BatchSet, config: Config, globs: tuple[str, ...], executor: Executor) -> tuple[str, Batch]:
    """A baseline to be stored, as JSON.

    Args:
        one: The batch it is for.
        config: The configuration.
        globs: Of the approved pictures.
        executor: Decodes them.

    Raises:
        ConfigError: QG-1514, there is no picture, or one cannot be read: a baseline is of all that was approved.
    """
    tasks = _tasks(one, config, globs)
    if not tasks:
        raise ConfigError(f"no picture matches {', '.join(globs)}", code="QG-1514", where=one.name)
    batch, reasons = gathered(tasks, executor, lambda: None)
    if reasons or batch is None:
        raise ConfigError(f"no baseline is stored: {reasons[0].message}", code="QG-1514", where=one.name)
    made = stored.document(batch, one.name, _digest(task.path for task in tasks))
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n", batch


def _tasks(one: BatchSet, config: Config, globs: tuple[str, ...]) -> tuple[PictureTask, ...]:
    found = picture_files(config.root, globs, one.exclude)
    return tuple(PictureTask(shown(path), path, one.background, config.limits) for path in found.values())


def _stored(one: BatchSet, path: Path) -> Batch:
    hint = f"store it again with `qualitygate thresholds baseline {one.name}`"
    try:
        if not path.is_file():
            raise ValueError("there is no such file")
        if path.stat().st_size > _MOST_BYTES:
            raise ValueError(f"it is larger than {_MOST_BYTES:,} bytes, as no baseline is")
        return stored.read(json.loads(path.read_bytes()))
    except (ValueError, RecursionError) as error:
        # JSONDecodeError and UnicodeDecodeError are ValueErrors, too.
        raise one.place.wrong("baseline", f"{path.name}: {error}", code="QG-1514", hint=hint) from None
    except OSError as error:
        raise one.place.wrong("baseline", f"{path.name}: {error.strerror}", code="QG-1514", hint=hint) from None


def _digest(paths: Iterable[Path]) -> str:
    return hashlib.sha256("".join(sorted(_sha256(path) for path in paths)).encode()).hexdigest()


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
