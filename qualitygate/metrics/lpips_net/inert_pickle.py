"""Reading arrays out of a pickle without running anything it asks for.

A pickle is a program. This reader lets it name four things, all of numpy, and stands in for each of them with a record
that only keeps what it was given; the arrays are built afterwards, from the records, by code of this package.
"""

from __future__ import annotations

import io
import math
import pickle
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.errors import WeightsError


@dataclass(slots=True, init=False)
class _Record:
    """Stands in for a numpy object: keeps its constructor's arguments and its state, and does nothing."""

    arguments: tuple[object, ...]
    state: object

    def __init__(self, *arguments: object) -> None:
        self.arguments = arguments
        self.state = None

    def __setstate__(self, state: object) -> None:
        self.state = state


class _Array(_Record):
    """An ndarray in the making; its state is (version, shape, dtype, Fortran order, bytes)."""


class _Dtype(_Record):
    """A dtype in the making; its state begins with (version, byte order)."""


_ALLOWED: dict[tuple[str, str], type[_Record]] = {
    ("numpy.core.multiarray", "_reconstruct"): _Array,
    ("numpy._core.multiarray", "_reconstruct"): _Array,
    ("numpy", "ndarray"): _Record,
    ("numpy", "dtype"): _Dtype,
}


class _InertUnpickler(pickle.Unpickler):
    """Knows four names; any other is refused before it is looked up."""

    def find_class(self, module: str, name: str) -> type[_Record]:
        try:
            return _ALLOWED[module, name]
        except KeyError:
            raise pickle.UnpicklingError(f"it asks for {module}.{name}, and only numpy arrays are allowed") from None


def read_arrays(data: bytes, where: str) -> dict[str, NDArray[np.float32]]:
    """The float32 arrays of a pickled tree of dictionaries, named by their path, such as `AlexNet_0/Conv_0/kernel`.

    Raises:
        WeightsError: QG-1418, the pickle is malformed, or asks for anything but float32 arrays in dictionaries.
    """
    try:
        tree = _InertUnpickler(io.BytesIO(data)).load()
        return dict(_leaves(tree, ""))
    except Exception as error:  # a hostile pickle chooses which exception the interpreter meets; all mean the same
        raise WeightsError(f"refused to read the pickle: {error}", code="QG-1418", where=where) from error


def _leaves(node: object, path: str) -> list[tuple[str, NDArray[np.float32]]]:
    if isinstance(node, dict):
        return [leaf for key, child in node.items() for leaf in _leaves(child, f"{path}/{key}" if path else str(key))]
    return [(path, _array(node, path))]


def _array(node: object, path: str) -> NDArray[np.float32]:
    match node:
        case _Array(state=(1, tuple(shape), _Dtype(arguments=("f4", *_), state=(3, "<", *_)), False, bytes(data))):
            if all(isinstance(n, int) and n > 0 for n in shape) and 4 * math.prod(shape) == len(data):
                return np.frombuffer(data, dtype="<f4").reshape(shape)
    raise pickle.UnpicklingError(f"{path!r} is not a little-endian float32 array in C order")
