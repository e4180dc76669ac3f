"""Whether the scans of a JPEG send everything: a file cut between scans decodes without a word."""

from __future__ import annotations

from dataclasses import dataclass

from qualitygate.decode.refuse import corrupt, truncated


@dataclass(frozen=True, slots=True)
class Scan:
    """One scan header (ITU-T T.81, B.2.3).

    Attributes:
        components: Identifiers of the components it carries.
        first, last: Spectral selection, coefficients in zig-zag order.
        low: Successive approximation, the bit it refines down to; 0 is full precision.
    """

    components: tuple[int, ...]
    first: int
    last: int
    low: int

    @classmethod
    def parse(cls, body: bytes) -> Scan:
        """Parse a scan header's body.

        Raises:
            DecodeError: QG-1204.
        """
        if not body or len(body) != 4 + 2 * body[0] or not 1 <= body[0] <= 4:
            raise corrupt("a scan header has a wrong length")
        identifiers = tuple(body[1 + 2 * i] for i in range(body[0]))
        return cls(identifiers, body[-3], body[-2], body[-1] & 15)


def check_scans(components: list[int], scans: list[Scan], *, progressive: bool) -> None:
    """Check that every component has its scans.

    A sequential picture needs one scan of each component. A progressive one must bring the DC coefficient of each to
    full precision, and whatever AC coefficients it began.

    Raises:
        DecodeError: QG-1203 naming what is missing, QG-1204 for a scan of a component that does not exist.
    """
    if any(c not in components for scan in scans for c in scan.components):
        raise corrupt("a scan names a component that the frame does not have")
    for component in components:
        mine = [scan for scan in scans if component in scan.components]
        if not mine:
            raise truncated(f"component {component} has no scan")
        if not progressive:
            continue
        reached: dict[int, int] = {}
        for scan in mine:
            for coefficient in range(scan.first, min(scan.last, 63) + 1):
                reached[coefficient] = scan.low
        if reached.get(0, 1) != 0:
            raise truncated(f"the progressive scans of component {component} are incomplete")
        # Chroma of a flat picture may be sent as DC alone; the first component never is, unless the rest was cut off.
        begun = len(mine) > 1 or component == components[0]
        if begun and (len(reached) < 64 or any(reached.values())):
            raise truncated(f"the progressive scans of component {component} are incomplete")
