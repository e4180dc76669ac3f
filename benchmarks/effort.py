"""How large and how often: a whole run, one for CI, and one that only shows that everything runs."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """Sizes and repetitions.

    Attributes:
        sides: Sides of the square pictures that metrics measure, in pixels.
        times: Timed runs of each side of a case; of pictures beyond a megapixel, and of whole processes, fewer.
        lpips_side, lpips_large: Sides of the pictures of LPIPS; None for no large one.
        pairs, identical, near: Pairs of the folders: such that all differ; byte-identical ones and such that differ.
        folder_side: Sides of their pictures.
        growth_sides, growth_pairs, growth_side: What cost is followed over; none to leave that out.
        promises: Whether pictures are large enough for what was promised.
        memory: Whether memory over many large pictures is measured, which takes minutes.
    """

    sides: tuple[int, ...]
    times: int
    lpips_side: int
    lpips_large: tuple[int, int] | None
    pairs: int
    identical: int
    near: int
    folder_side: int
    growth_sides: tuple[int, ...]
    growth_pairs: tuple[int, ...]
    growth_side: int
    promises: bool = True
    memory: bool = False

    @property
    def large_times(self) -> int:
        """Timed runs where each takes seconds."""
        return max(1, self.times // 2)


WHOLE = Effort(
    sides=(1000, 3464),
    times=9,
    lpips_side=1000,
    lpips_large=(4000, 3000),
    pairs=100,
    identical=80,
    near=20,
    folder_side=1000,
    growth_sides=(500, 1000, 2000, 4000),
    growth_pairs=(25, 50, 100, 200),
    growth_side=500,
    memory=True,
)
# The same cases at a megapixel, so that rows can be compared with those of a whole run.
QUICK = Effort((1000,), 3, 1000, None, 100, 80, 20, 1000, (), (), 0)
TINY = Effort((128,), 1, 96, (500, 420), 4, 4, 1, 128, (128, 256), (6, 12), 64, promises=False)
