"""Colour by code points: ITU-T H.273 primaries and transfer characteristics, as in AVIF `nclx` and PNG `cICP`."""

from __future__ import annotations

from dataclasses import dataclass

from qualitygate.core.colour.curve import LINEAR_CURVE, SRGB_CURVE, Curve, ParametricCurve
from qualitygate.core.colour.encoding import D65_XY, DISPLAY_P3, SRGB, SRGB_TO_XYZ, Encoding, from_primaries
from qualitygate.core.image import UNTAGGED
from qualitygate.core.measurement import Setting
from qualitygate.decode.refuse import refusal, unsupported

_XY = tuple[float, float]
_C = (0.310, 0.316)

# ITU-T H.273 (07/2024), table 2: red, green, blue, white. Code 2, unspecified, is taken as 1 by MIAF 7.3.6.4.
_PRIMARIES: dict[int, tuple[str, _XY, _XY, _XY, _XY]] = {
    1: ("BT.709", (0.640, 0.330), (0.300, 0.600), (0.150, 0.060), D65_XY),
    4: ("BT.470 M", (0.67, 0.33), (0.21, 0.71), (0.14, 0.08), _C),
    5: ("BT.470 BG", (0.64, 0.33), (0.29, 0.60), (0.15, 0.06), D65_XY),
    6: ("BT.601", (0.630, 0.340), (0.310, 0.595), (0.155, 0.070), D65_XY),
    7: ("SMPTE 240M", (0.630, 0.340), (0.310, 0.595), (0.155, 0.070), D65_XY),
    8: ("generic film", (0.681, 0.319), (0.243, 0.692), (0.145, 0.049), _C),
    9: ("BT.2020", (0.708, 0.292), (0.170, 0.797), (0.131, 0.046), D65_XY),
    11: ("DCI-P3", (0.680, 0.320), (0.265, 0.690), (0.150, 0.060), (0.314, 0.351)),
    12: ("Display P3", (0.680, 0.320), (0.265, 0.690), (0.150, 0.060), D65_XY),
    22: ("EBU 3213", (0.630, 0.340), (0.295, 0.605), (0.155, 0.077), D65_XY),
}

# Table 3. The camera curves of BT.709 and its kin (1, 6, 14, 15) describe capture, not display; still pictures that
# carry them are shown with the sRGB curve by browsers and by converters built on libavif, so that is what a
# difference must be measured in. 2, unspecified, is sRGB by MIAF 7.3.6.4.
_TRANSFER: dict[int, tuple[str, Curve]] = {
    1: ("BT.709, shown with the sRGB curve", SRGB_CURVE),
    2: ("unspecified, taken as sRGB", SRGB_CURVE),
    4: ("gamma 2.2", ParametricCurve(g=2.2)),
    5: ("gamma 2.8", ParametricCurve(g=2.8)),
    6: ("BT.601, shown with the sRGB curve", SRGB_CURVE),
    8: ("linear", LINEAR_CURVE),
    13: ("sRGB", SRGB_CURVE),
    14: ("BT.2020 10 bit, shown with the sRGB curve", SRGB_CURVE),
    15: ("BT.2020 12 bit, shown with the sRGB curve", SRGB_CURVE),
}
_HDR = {16: "PQ", 18: "HLG"}


@dataclass(frozen=True, slots=True)
class Cicp:
    """The four code points.

    Attributes:
        primaries, transfer, matrix: Code points of H.273 tables 2, 3 and 4.
        full_range: Whether samples use the whole range; the decoder has already seen to it.
    """

    primaries: int
    transfer: int
    matrix: int
    full_range: bool


def refuse_hdr(cicp: Cicp) -> None:
    """Refuse the transfer characteristics of high dynamic range.

    Raises:
        DecodeError: QG-1212.
    """
    if cicp.transfer in _HDR:
        raise refusal(
            "QG-1212",
            f"the picture is encoded for high dynamic range ({_HDR[cicp.transfer]})",
            "compare an SDR rendition",
        )


def cicp_encoding(cicp: Cicp) -> tuple[Encoding, dict[str, Setting]]:
    """The encoding of SDR code points, and what to record of it.

    Raises:
        DecodeError: QG-1212 for PQ and HLG, QG-1217 for code points without a defined display.
    """
    refuse_hdr(cicp)
    primaries = _PRIMARIES.get(1 if cicp.primaries == 2 else cicp.primaries)
    transfer = _TRANSFER.get(cicp.transfer)
    if primaries is None or transfer is None:
        points = f"primaries {cicp.primaries}, transfer {cicp.transfer}"
        raise unsupported(f"the colour code points ({points}) have no defined display", "export as sRGB or Display P3")
    name, red, green, blue, white = primaries
    label, curve = transfer
    settings: dict[str, Setting] = {
        # Code points that leave both open say no more than none.
        "colour": UNTAGGED if cicp.primaries == 2 == cicp.transfer else "cicp",
        "cicp": f"{cicp.primaries}/{cicp.transfer}/{cicp.matrix}/{'full' if cicp.full_range else 'limited'}",
        "cicp_transfer": label,
    }
    if curve is SRGB_CURVE and name in ("BT.709", "Display P3"):
        return (SRGB if name == "BT.709" else DISPLAY_P3), settings
    title = name if curve is SRGB_CURVE else f"{name}, {label}"
    if name == "BT.709":
        return Encoding(title, (curve, curve, curve), SRGB_TO_XYZ), settings
    return from_primaries(title, red, green, blue, curve, white), settings
