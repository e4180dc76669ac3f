"""What was measured before, by whatever run: looked up by contents, kept for the next one."""

from __future__ import annotations

from collections.abc import Sequence

from qualitygate.cache.base import Store
from qualitygate.corridor.accepted import against
from qualitygate.corridor.key import Identity, areas_digest, result_key
from qualitygate.corridor.measured import Measured
from qualitygate.corridor.record import read, written
from qualitygate.corridor.task import PairTask
from qualitygate.decode.digests import pair_digests
from qualitygate.metrics.base import Metric, identity


class Memory:
    """The numbers of pairs in a store. Lives in the process that judges; workers know nothing of it.

    Numbers alone are kept, never verdicts: limits change. A pair that could not be decoded, or of which a metric gave
    no number, is not kept either: it is looked at again each time, so that nothing unreadable ever passes.

    Args:
        store: Where they are.
        surroundings: Digest of the code and the libraries that measure.
        blank: Whether nothing was in the store when the run began, so that looking would be in vain.
    """

    def __init__(
        self,
        store: Store,
        surroundings: str,
        *,
        blank: bool = False,
    ) -> None:
        self._store, self._surroundings, self._blank = store, surroundings, blank
        self._areas: dict[tuple[str, str | None], str] = {}
        self._identities: dict[int, tuple[Metric, Identity]] = {}
        self.kept = 0

    def recall(self, task: PairTask) -> Measured | None:
        """The numbers of a pair of these contents; None where they are not known."""
        areas = areas_digest(task)
        if areas is None:
            return None
        self._areas[_who(task)] = areas
        contents = None if self._blank else pair_digests(task.reference, task.candidate, task.limits)
        document = None if contents is None else self._read(task, contents, areas)
        found = None if document is None else read(document, task)
        if found is not None:
            del self._areas[_who(task)]
        return found

    def keep(self, task: PairTask, numbers: Sequence[Measured | None]) -> None:
        """Keep what was measured of a pair, against its reference and then against each accepted one."""
        if task.profile is None:
            return
        tried = (task, *(against(task, alternative) for alternative in task.accepted))
        for one, measured in zip(tried, numbers, strict=False):
            if measured is not None and measured.complete:
                self._keep(one, measured)

    def _keep(self, task: PairTask, measured: Measured) -> None:
        # A mask that was replaced while the pair was measured: nobody knows which one counted.
        areas = areas_digest(task)
        if areas is None or areas != self._areas.pop(_who(task), areas):
            return
        key = self._key(task, (measured.reference.sha256, measured.candidate.sha256), areas)
        if key is None:
            return
        try:
            document = written(measured)
        except ValueError:
            return
        self.kept += self._store.write(key, document)

    def _read(self, task: PairTask, contents: tuple[str, str], areas: str) -> bytes | None:
        key = self._key(task, contents, areas)
        return None if key is None else self._store.read(key)

    def _key(self, task: PairTask, contents: tuple[str, str], areas: str) -> str | None:
        identities = [self._identity(metric) for metric in task.metrics]
        return result_key(task, contents, areas, self._surroundings, identities)

    def _identity(self, metric: Metric) -> Identity:
        """What a metric says of itself, asked once for each instance, which is held so that its `id` stays its own."""
        if id(metric) not in self._identities:
            try:
                said = identity(metric)
            except Exception:  # it will refuse to measure, too; a plugin's mistake costs time, not the run
                said = None
            self._identities[id(metric)] = metric, said
        return self._identities[id(metric)][1]


def _who(task: PairTask) -> tuple[str, str | None]:
    return task.subject.id, task.subject.reference
