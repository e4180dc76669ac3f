"""What a picture says of its own making, in short: models and versions by name, and the seed. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from qualitygate.incidents.collecting.generation import Told, in_picture, in_sidecars, leaves, models_in
from qualitygate.incidents.collecting.masking import mask
from qualitygate.incidents.collecting.opening import Digest
from qualitygate.incidents.text import one_line

_SEED_TEXT = re.compile(r"(?:^|,\s*|\n)[Ss]eed\s*:\s*\"?(-?\d{1,20})\b")
_SEED_KEY = re.compile(r"(?i)(?:^|[_.])(?:seed|noise_seed|rand_seed|random_seed)$")
_MAX_NAMES = 50
_MAX_VALUE = 200


@dataclass(frozen=True, slots=True)
class Origin:
    """How a picture was made, as far as it says.

    Attributes:
        stack: Such as `Model` or `4.inputs.ckpt_name` to its value; secrets masked, long values cut.
        seed: The seed, None where none or several are told.
    """

    stack: Mapping[str, str] = field(default_factory=dict)
    seed: str | None = None


def origin_of(content: bytes | Digest, sidecars: Mapping[str, bytes | Digest]) -> Origin:
    """What a picture and its sidecars say of its making.

    Args:
        content: The picture, or only its digest where it is too large to be searched.
        sidecars: Path to content of those that exist; see `generation.sidecar_names`.
    """
    told = [*in_picture(content), *in_sidecars(sidecars)]
    stack: dict[str, str] = {}
    for one in told:
        for source, key, value in models_in(one):
            text = one_line(mask(value).text)[:_MAX_VALUE]
            # Two sources that disagree both stay, each under a name of its own.
            name = key if stack.get(key, text) == text else f"{source} {key}"
            if text and len(stack) < _MAX_NAMES:
                stack.setdefault(one_line(name)[:_MAX_VALUE] or source, text)
    seeds = set(_seeds(told))
    return Origin(stack, seeds.pop() if len(seeds) == 1 else None)


def _seeds(told: Iterable[Told]) -> Iterable[str]:
    for one in told:
        try:
            value = json.loads(one.text)
        except (ValueError, RecursionError):
            yield from _SEED_TEXT.findall(one.text)
            continue
        if isinstance(value, dict | list):
            for key, scalar in leaves(value, "", 0):
                if _SEED_KEY.search(key) and re.fullmatch(r"-?\d{1,20}", str(scalar)):
                    yield str(scalar)
