"""Where the pictures of a page go: into it for the worst pairs, beside it for the others."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any

from qualitygate.core.exhibit import Exhibit, Picture

# Bytes of the page, as base64. With the pictures of a handful of pairs it opens at once and can be sent by itself.
INLINE = 6_000_000
INLINE_THUMBNAILS = 1_000_000
DIRECTORY = "pictures"


class Gallery:
    """Addresses of pictures by subject id, and the files that stand beside the page.

    A pair's pictures are all in the page or all beside it, and no pair's are in it once those of a worse one are not.

    Args:
        subjects: Ids in the order of the page.
        exhibits: Their pictures.
    """

    def __init__(self, subjects: Iterable[str], exhibits: Mapping[str, Exhibit]) -> None:
        self.files: dict[str, bytes] = {}
        self.shown: dict[str, dict[str, Any]] = {}
        self.thumbnails: dict[str, dict[str, Any]] = {}
        self.inlined = 0
        self._left, self._left_small = INLINE, INLINE_THUMBNAILS
        for place, subject in enumerate(subjects, start=1):
            if subject in exhibits:
                self._add(subject, f"{DIRECTORY}/{place:04}", exhibits[subject])

    def _add(self, subject: str, stem: str, exhibit: Exhibit) -> None:
        named = {"reference": exhibit.reference, "candidate": exhibit.candidate, "heat": exhibit.heat_map}
        if exhibit.tile is not None:
            named |= dict(zip(("reference-tile", "candidate-tile", "heat-tile"), exhibit.tile, strict=True))
        size = sum(map(_encoded_size, named.values()))
        self._left = self._left - size if size <= self._left else 0
        inline = self._left > 0
        self.inlined += inline
        self.shown[subject] = {name: self._told(f"{stem}-{name}", one, inline) for name, one in named.items()}
        if exhibit.thumbnail is not None:
            size = _encoded_size(exhibit.thumbnail)
            self._left_small = self._left_small - size if size <= self._left_small else 0
            self.thumbnails[subject] = self._told(f"{stem}-thumbnail", exhibit.thumbnail, self._left_small > 0)

    def _told(self, stem: str, picture: Picture, inline: bool) -> dict[str, Any]:
        address = f"{stem}{picture.suffix}"
        if inline:
            address = f"data:{picture.media_type};base64,{base64.b64encode(picture.data).decode('ascii')}"
        else:
            self.files[address] = picture.data
        return {"src": address, "width": picture.width, "height": picture.height}


def _encoded_size(picture: Picture) -> int:
    return -(-len(picture.data) // 3) * 4
