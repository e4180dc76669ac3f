"""What the numbers of a pair depend on, as one digest. Nothing else may make a difference to them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import PurePath

from qualitygate.core.measurement import Setting
from qualitygate.corridor.measured import ignored, regions
from qualitygate.corridor.task import PairTask
from qualitygate.decode.digests import file_digest
from qualitygate.policy.model import Area

Identity = Mapping[str, Setting] | None
"""What a metric says of itself; None for one that says nothing."""

# Every field of a task, and what becomes of it here. Whoever adds one has to decide.
MAKES_THE_NUMBER = {
    "reference": "by its contents",
    "candidate": "by its contents",
    "metrics": "by what each says of itself, in their order",
    "background": "as it is",
    "resize": "as it is",
    "ignore": "rectangles, and contents of masks, of the areas that apply",
    "regions": "rectangles, and contents of masks, of those that apply",
    "limits": "a picture known to be readable within some limits may be refused within others",
    "subject": "the extensions of both names, which must agree with the bytes",
    "pair": "which areas and regions apply",
}
ONLY_JUDGES = {
    "profile": "limits are held against the numbers anew",
    "limited_to": "which limits are held against them",
    "accepted": "each is a pair of its own",
}


def areas_digest(task: PairTask) -> str | None:
    """Digest of which pixels count and which regions there are; None where a mask cannot be read."""
    described: list[list[object]] = []
    for areas in (ignored(task), tuple(region.area for region in regions(task))):
        parts: list[object] = []
        for area in areas:
            mask = _mask(area)
            if mask is None:
                return None
            parts.append([area.rectangles, mask])
        described.append(parts)
    return _digest(described)


def result_key(
    task: PairTask,
    contents: tuple[str, str],
    areas: str,
    surroundings: str,
    identities: Sequence[Identity],
) -> str | None:
    """The key of a pair's numbers, 64 hexadecimal digits; None where a metric does not say what it depends on.

    Args:
        task: The pair.
        contents: SHA-256 of the reference's and of the candidate's bytes.
        areas: As `areas_digest` gave it.
        surroundings: Digest of the code and the libraries that measure.
        identities: What each metric of the task says of itself, in their order.
    """
    metrics: list[object] = []
    for metric, identity in zip(task.metrics, identities, strict=True):
        if identity is None:
            return None
        metrics.append([metric.spec.name, metric.spec.statistics, sorted(identity.items())])
    return _digest(
        {
            "surroundings": surroundings,
            "contents": contents,
            "extensions": [PurePath(name).suffix.lower() for name in task.names],
            "metrics": metrics,
            "background": task.background,
            "resize": task.resize,
            "areas": areas,
            "limits": asdict(task.limits),
        }
    )


def _mask(area: Area) -> str | None:
    """Digest of an area's mask image, empty without one; None where it cannot be read."""
    return "" if area.mask is None else file_digest(area.mask)


def _digest(described: object) -> str:
    text = json.dumps(described, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
