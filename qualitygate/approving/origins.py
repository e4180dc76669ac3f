"""Where a candidate comes from: what its metadata and the sidecars beside it say, and what the user says."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from qualitygate.core.errors import ConfigError
from qualitygate.incidents.collecting.generation import SIDECAR_BYTES, sidecar_names
from qualitygate.incidents.collecting.opening import Digest, read_at_most
from qualitygate.incidents.collecting.origin import Origin, origin_of

_MAX_PICTURE = 200_000_000


def origin(picture: Path, stack: Mapping[str, str], seed: str | None) -> Origin:
    """How a picture was made. What the user says goes before what the picture says.

    Links and what cannot be read are passed over: the picture was decoded, and its metadata are no reason to fail.

    Args:
        picture: The candidate.
        stack: Names and values that the user gave.
        seed: The seed that the user gave.
    """
    sidecars: dict[str, bytes | Digest] = {}
    for name in sidecar_names(picture.name):
        beside = picture.with_name(name)
        if beside != picture and beside.is_file() and not beside.is_symlink():
            _take(sidecars, name, beside)
    try:
        found = origin_of(read_at_most(picture.resolve(), _MAX_PICTURE), sidecars)
    except ConfigError:
        found = origin_of(b"", sidecars)
    own = {name: value for name, value in found.stack.items() if name not in stack}
    return Origin({**stack, **own}, seed if seed is not None else found.seed)


def _take(sidecars: dict[str, bytes | Digest], name: str, path: Path) -> None:
    try:
        sidecars[name] = read_at_most(path, SIDECAR_BYTES)
    except ConfigError:
        return
