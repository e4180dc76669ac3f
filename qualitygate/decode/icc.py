"""ICC profiles (ICC.1:2022 and v2): header, tag table, matrix and curves. Bounded; nothing is trusted."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qualitygate.core.colour.curve import LINEAR_CURVE, Curve, ParametricCurve, SampledCurve
from qualitygate.core.errors import DecodeError
from qualitygate.decode.refuse import refusal

_HEADER = 128
_MAX_TAGS = 200
_CLASSES = {b"mntr", b"scnr", b"prtr", b"spac"}
_MAX_NAME = 80
_MOST_SAMPLES = 65_536


@dataclass(frozen=True, slots=True)
class Profile:
    """A profile whose structure holds together.

    Attributes:
        data: The bytes.
        version: Major version.
        device_class: Such as `mntr`.
        space: Colour space of the data: `RGB`, `GRAY`, `CMYK`, `Lab`, …
        pcs: Profile connection space, `XYZ` or `Lab`.
        description: Human-readable name, shortened.
        tags: Signature to element, type signature included.
    """

    data: bytes
    version: int
    device_class: str
    space: str
    pcs: str
    description: str
    tags: dict[bytes, bytes]

    @property
    def has_table(self) -> bool:
        """Whether a look-up table from device to PCS takes precedence over matrix and curves (ICC.1:2022, 8.4.4)."""
        return any(tag in self.tags for tag in (b"A2B0", b"A2B1", b"A2B2", b"D2B0", b"D2B1"))


def parse(data: bytes) -> Profile:
    """Check the structure of a profile.

    Raises:
        DecodeError: QG-1214 saying what is wrong.
    """
    if len(data) < _HEADER + 4 or data[36:40] != b"acsp":
        raise _invalid("it has no ICC header")
    (size,) = struct.unpack_from(">I", data)
    if size > len(data) or size < _HEADER + 4:
        raise _invalid(f"its header promises {size:,} bytes, there are {len(data):,}")
    # L*a*b* has no device, hence no device profile: what programs embed in its stead is an abstract identity.
    if data[12:16] not in _CLASSES and (data[12:16], data[16:20]) != (b"abst", b"Lab "):
        raise _invalid(f"its class {_ascii(data[12:16])!r} is not that of a picture")
    pcs = _ascii(data[20:24])
    if pcs not in ("XYZ", "Lab"):
        raise _invalid(f"its connection space is {pcs!r}")
    tags = _tags(data[:size])
    return Profile(
        data, data[8], _ascii(data[12:16]), _ascii(data[16:20]), pcs, _description(tags.get(b"desc", b"")), tags
    )


def rgb_matrix(profile: Profile) -> NDArray[np.float64]:
    """Linear RGB to PCS XYZ under D50, float64 `(3, 3)`, from rXYZ, gXYZ and bXYZ as columns.

    Raises:
        DecodeError: QG-1214.
    """
    columns = [_xyz(profile.tags.get(tag, b""), tag) for tag in (b"rXYZ", b"gXYZ", b"bXYZ")]
    matrix = np.array(columns, dtype=np.float64).T
    if abs(float(np.linalg.det(matrix))) < 1e-6:
        raise _invalid("its colorants span no colour space")
    return matrix


def curve(profile: Profile, tag: bytes) -> Curve:
    """A tone reproduction curve, `curv` or `para` (ICC.1:2022, 10.6 and 10.18).

    Raises:
        DecodeError: QG-1214.
    """
    element = profile.tags.get(tag, b"")
    try:
        if element[:4] == b"curv":
            return _curv(element)
        if element[:4] == b"para":
            return _para(element)
    except struct.error:
        pass
    raise _invalid(f"its curve {_ascii(tag)!r} is missing or malformed")


def _curv(element: bytes) -> Curve:
    (count,) = struct.unpack_from(">I", element, 8)
    if count == 0:
        return LINEAR_CURVE
    if count > _MOST_SAMPLES:
        raise struct.error("too many samples")
    values = struct.unpack_from(f">{count}H", element, 12)
    if count == 1:
        return _sane(ParametricCurve(g=values[0] / 256.0))
    return SampledCurve(tuple(v / 65535.0 for v in values))


def _para(element: bytes) -> Curve:
    (kind,) = struct.unpack_from(">H", element, 8)
    count = {0: 1, 1: 3, 2: 4, 3: 5, 4: 7}.get(kind)
    if count is None:
        raise struct.error("unknown function type")
    g, *rest = (v / 65536.0 for v in struct.unpack_from(f">{count}i", element, 12))
    if kind == 0:
        return _sane(ParametricCurve(g=g))
    if kind in (1, 2):
        a, b, offset = rest[0], rest[1], (rest[2] if kind == 2 else 0.0)
        if a == 0:
            raise struct.error("division by zero")
        return _sane(ParametricCurve(g=g, a=a, b=b, c=0.0, d=-b / a, e=offset, f=offset))
    a, b, c, d, e, f = (*rest, 0.0, 0.0)[:6]
    return _sane(ParametricCurve(g=g, a=a, b=b, c=c, d=d, e=e, f=f))


def _sane(found: ParametricCurve) -> ParametricCurve:
    """Refuse parameters that give no finite, rising curve."""
    with np.errstate(all="ignore"):
        ramp = found.linear(np.linspace(0.0, 1.0, 65))
    if not 0.05 <= found.g <= 20 or not np.isfinite(ramp).all() or ramp[-1] <= ramp[0] or np.abs(ramp).max() > 4:
        raise struct.error("the parameters give no curve")
    return found


def _tags(data: bytes) -> dict[bytes, bytes]:
    (count,) = struct.unpack_from(">I", data, _HEADER)
    if not 0 < count <= _MAX_TAGS or _HEADER + 4 + 12 * count > len(data):
        raise _invalid(f"it claims {count:,} tags")
    tags = {}
    for index in range(count):
        name, offset, size = struct.unpack_from(">4sII", data, _HEADER + 4 + 12 * index)
        if offset < _HEADER or offset + size > len(data):
            raise _invalid(f"its tag {_ascii(name)!r} lies outside the profile")
        tags[name] = data[offset : offset + size]
    return tags


def _xyz(element: bytes, tag: bytes) -> tuple[float, ...]:
    if element[:4] != b"XYZ " or len(element) < 20:
        raise _invalid(f"its colorant {_ascii(tag)!r} is missing or malformed")
    return tuple(v / 65536.0 for v in struct.unpack_from(">3i", element, 8))


def _description(element: bytes) -> str:
    """Text of `desc` (v2) or the first record of `mluc` (v4); empty when it cannot be read."""
    try:
        if element[:4] == b"desc":
            (length,) = struct.unpack_from(">I", element, 8)
            text = element[12 : 12 + min(length, _MAX_NAME * 4)].split(b"\x00")[0].decode("latin-1")
        elif element[:4] == b"mluc":
            length, offset = struct.unpack_from(">II", element, 20)
            text = element[offset : offset + min(length, _MAX_NAME * 4)].decode("utf-16-be", "replace")
        else:
            text = element[8:].split(b"\x00")[0].decode("latin-1") if element[:4] == b"text" else ""
    except struct.error:
        return ""
    return "".join(c for c in text if c.isprintable()).strip()[:_MAX_NAME]


def _ascii(signature: bytes) -> str:
    return "".join(c for c in signature.decode("latin-1") if c.isprintable()).strip()


def _invalid(why: str) -> DecodeError:
    return refusal(
        "QG-1214",
        f"the embedded ICC profile is invalid: {why}",
        "embed a valid profile, or remove it if the picture is sRGB",
    )


def wrong_space(profile: Profile, model: str) -> DecodeError:
    """QG-1214 for a profile made for another kind of picture."""
    return _invalid(f"it is made for {profile.space} data and the picture is {model}")
