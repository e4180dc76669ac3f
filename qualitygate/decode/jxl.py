"""JPEG XL (ISO/IEC 18181): the image header, read bit by bit, since decoders tell little of it."""

from __future__ import annotations

from dataclasses import dataclass

from qualitygate.core.limits import DecodeLimits
from qualitygate.core.measurement import Setting
from qualitygate.decode.cicp import Cicp, refuse_hdr
from qualitygate.decode.header import Header
from qualitygate.decode.isobmff import boxes
from qualitygate.decode.refuse import animation, corrupt, refuse_size, truncated, unsupported

_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_BLACK, _ALPHA = 4, 0


class _Bits:
    """Little-endian bit reader with the variable-length types of 18181-1, annex B."""

    def __init__(self, data: bytes) -> None:
        self._value = int.from_bytes(data[:4096], "little")
        self._left = min(len(data), 4096) * 8

    def u(self, count: int) -> int:
        if count > self._left:
            raise truncated("the image header is incomplete")
        value = self._value & ((1 << count) - 1)
        self._value >>= count
        self._left -= count
        return value

    def u32(self, *choices: tuple[int, int]) -> int:
        """One of four (offset, bits), chosen by two bits."""
        offset, bits = choices[self.u(2)]
        return offset + self.u(bits)

    def enum(self) -> int:
        return self.u32((0, 0), (1, 0), (2, 4), (18, 6))

    def f16(self) -> None:
        self.u(16)


@dataclass(slots=True)
class _Facts:
    width: int
    height: int
    depth: int = 8
    floating: bool = False
    black: bool = False
    premultiplied: bool = False
    animated: bool = False
    transfer: int = 13


def read(data: bytes, limits: DecodeLimits) -> Header:
    """Header facts of a JPEG XL codestream or container. The decoder turns the picture itself.

    Raises:
        DecodeError: QG-1203, QG-1204, QG-1205, QG-1207, QG-1212 (PQ, HLG), QG-1217 (float, CMYK).
    """
    facts = _facts(_codestream(data), limits)
    if facts.animated:
        raise animation("an animation")
    if facts.floating:
        raise unsupported("the samples are floating point")
    if facts.black:
        raise unsupported("the picture is CMYK in JPEG XL", "convert it to RGB")
    if facts.depth > 16:
        raise unsupported(f"the samples have {facts.depth} bits")
    refuse_hdr(Cicp(2, facts.transfer, 0, True))
    settings: dict[str, Setting] = {}
    return Header(
        format="jxl", width=facts.width, height=facts.height, bit_depth=facts.depth, stream=data, settings=settings,
        details={"premultiplied": facts.premultiplied},
    )  # fmt: skip


def _codestream(data: bytes) -> bytes:
    if data.startswith(b"\xff\x0a"):
        return data
    parts = []
    for kind, body in boxes(data, whole_file=True):
        if kind == b"jxlc":
            return body
        if kind == b"jxlp":
            parts.append(body[4:])
    if not parts:
        raise truncated("there is no codestream")
    return b"".join(parts)


def _facts(stream: bytes, limits: DecodeLimits) -> _Facts:
    if stream[:2] != b"\xff\x0a":
        raise corrupt("the codestream has no signature")
    bits = _Bits(stream[2:])
    facts = _Facts(*_size(bits))
    refuse_size(facts.width, facts.height, limits.max_pixels)
    if bits.u(1):  # all defaults: 8-bit sRGB
        return facts
    if bits.u(1):
        bits.u(3)  # orientation, which the decoder applies
        if bits.u(1):
            _size(bits)
        if bits.u(1):
            _preview_size(bits)
        facts.animated = bool(bits.u(1))
        if facts.animated:
            return facts
    facts.floating, facts.depth = _bit_depth(bits)
    bits.u(1)
    for _ in range(bits.u32((0, 0), (1, 0), (2, 4), (1, 12))):
        kind, premultiplied = _extra_channel(bits)
        facts.black |= kind == _BLACK
        facts.premultiplied |= kind == _ALPHA and premultiplied
    bits.u(1)  # XYB encoded
    facts.transfer = _transfer(bits)
    return facts


def _size(bits: _Bits) -> tuple[int, int]:
    small = bits.u(1)
    lengths = ((1, 9), (1, 13), (1, 18), (1, 30))
    height = 8 * (1 + bits.u(5)) if small else bits.u32(*lengths)
    ratio = bits.u(3)
    if ratio:
        across, down = _RATIOS[ratio - 1]
        return height * across // down, height
    return (8 * (1 + bits.u(5)) if small else bits.u32(*lengths)), height


def _preview_size(bits: _Bits) -> None:
    divided = bits.u(1)
    lengths = ((16, 0), (32, 0), (1, 5), (33, 9)) if divided else ((1, 6), (65, 8), (321, 10), (1345, 12))
    bits.u32(*lengths)
    if not bits.u(3):
        bits.u32(*lengths)


def _bit_depth(bits: _Bits) -> tuple[bool, int]:
    floating = bool(bits.u(1))
    if floating:
        depth = bits.u32((32, 0), (16, 0), (24, 0), (1, 6))
        bits.u(4)
    else:
        depth = bits.u32((8, 0), (10, 0), (12, 0), (1, 6))
    return floating, depth


def _extra_channel(bits: _Bits) -> tuple[int, bool]:
    if bits.u(1):  # all defaults: 8-bit straight alpha
        return _ALPHA, False
    kind = bits.enum()
    _bit_depth(bits)
    bits.u32((0, 0), (3, 0), (4, 0), (1, 3))
    for _ in range(bits.u32((0, 0), (0, 4), (16, 5), (48, 10))):
        bits.u(8)
    premultiplied = kind == _ALPHA and bool(bits.u(1))
    if kind == 2:  # spot colour
        for _ in range(4):
            bits.f16()
    if kind == 5:  # colour filter array
        bits.u32((1, 0), (0, 2), (3, 4), (19, 8))
    return kind, premultiplied


def _transfer(bits: _Bits) -> int:
    """The transfer function in the code points of H.273; 2 when an ICC profile or a gamma says it."""
    if bits.u(1):
        return 13
    if bits.u(1):  # an ICC profile follows
        return 2
    space = bits.enum()
    if space == 2:
        raise unsupported("the samples are in XYB")
    if bits.enum() == 2:  # custom white point
        _xy(bits)
    if space != 1 and bits.enum() == 2:  # custom primaries
        for _ in range(3):
            _xy(bits)
    if bits.u(1):
        return 2
    return bits.enum()


def _xy(bits: _Bits) -> None:
    for _ in range(2):
        bits.u32((0, 19), (524288, 19), (1048576, 20), (2097152, 21))
