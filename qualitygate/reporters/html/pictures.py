"""Where the pictures of a page go: into it for the worst pairs, beside it for the others."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from qualitygate.core.exhibit import Exhibit, Panel, Picture

# Bytes of the page, as base64. With the pictures of a handful of pairs it opens at once and can be sent by itself.
INLINE = 6_000_000
INLINE_THUMBNAILS = 1_000_000
DIRECTORY = "pictures"
# What `Gallery` calls its files, and nobody else.
LEFTOVERS = {DIRECTORY: r"\d{4,}-(?:(?:reference|candidate|heat)(?:-tile)?|panel|thumbnail)\.(?:png|webp)"}


class Gallery:
    """Addresses of pictures by subject id, and the files that stand beside the page.

    A pair's pictures are all in the page or all beside it, and no pair's are in it once those of a worse one are not.

    Args:
        subjects: Ids in the order of the page.
        exhibits: The pictures of pairs.
        panels: The pictures of other subjects.
    """

    def __init__(
        self, subjects: Iterable[str], exhibits: Mapping[str, Exhibit], panels: Mapping[str, Panel] | None = None
    ) -> None:
        self.files: dict[str, bytes] = {}
        self.shown: dict[str, dict[str, Any]] = {}
        self.thumbnails: dict[str, dict[str, Any]] = {}
        self.inlined = 0
        self._left, self._left_small = INLINE, INLINE_THUMBNAILS
        for place, subject in enumerate(subjects, start=1):
            stem = f"{DIRECTORY}/{place:04}"
            if subject in exhibits:
                self._add(subject, stem, _named(exhibits[subject]), exhibits[subject].thumbnail)
            elif panels and subject in panels:
                self._add(subject, stem, {"panel": panels[subject].picture}, panels[subject].thumbnail)

    def _add(self, subject: str, stem: str, named: Mapping[str, Picture], thumbnail: Picture | None) -> None:
        size = sum(map(_encoded_size, named.values()))
        self._left = self._left - size if size <= self._left else 0
        inline = self._left > 0
        self.inlined += inline
        self.shown[subject] = {name: self._told(f"{stem}-{name}", one, inline) for name, one in named.items()}
        if thumbnail is not None:
            size = _encoded_size(thumbnail)
            self._left_small = self._left_small - size if size <= self._left_small else 0
            self.thumbnails[subject] = self._told(f"{stem}-thumbnail", thumbnail, self._left_small > 0)

    def _told(self, stem: str, picture: Picture, inline: bool) -> dict[str, Any]:
        address = f"{stem}{picture.suffix}"
        if inline:
            address = f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode('ascii')}"
        else:
            self.files[address] = picture.data
        return {"src": address, "width": picture.width, "height": picture.height}


def _named(exhibit: Exhibit) -> dict[str, Picture]:
    named = {"reference": exhibit.reference, "candidate": exhibit.candidate, "heat": exhibit.heat_map}
    if exhibit.tile is not None:
        named |= dict(zip(("reference-tile", "candidate-tile", "heat-tile"), exhibit.tile, strict=True))
    return named


def _encoded_size(picture: Picture) -> int:
    return -(-len(picture.data) // 3) * 4
