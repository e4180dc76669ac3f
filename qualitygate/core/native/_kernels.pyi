"""The extension that `hatch_build.py` compiles from the C files beside this one."""

from typing_extensions import Buffer

CONTRACT: int
"""Which Python files it was compiled for."""
LEVEL: int
"""1 for any machine, 3 and 4 for x86-64-v3 and -v4."""
SSIM_ROWS: int
SSIM_COLUMNS: int
"""The tile of the map of SSIM, which `first` and `end` of `ssim` count."""

TALLY_BLOCK: int
"""Values of a block, which `first` and `end` of `tally` and `tally_pick` count."""
TALLY_BINS: int
"""How many bins `tally` counts."""

def cell_sums(
    values: Buffer,
    row_cuts: Buffer,
    column_cuts: Buffer,
    mask: Buffer | None,
    level: int,
    first: int,
    end: int,
    out: Buffer,
    /,
) -> None: ...
def delta_e_2000(
    pixels1: Buffer,
    pixels2: Buffer,
    table1: Buffer,
    table2: Buffer,
    matrix1: Buffer,
    matrix2: Buffer,
    comparable: bool,
    level: int,
    first: int,
    end: int,
    out: Buffer,
    /,
) -> int: ...
def ssim(
    one: Buffer, two: Buffer, width: int, c1: float, c2: float, level: int, first: int, end: int, out: Buffer, /
) -> None: ...
def tally(values: Buffer, level: int, first: int, end: int, sums: Buffer, counts: Buffer, /) -> int: ...
def tally_pick(values: Buffer, bins: Buffer, level: int, first: int, end: int, out: Buffer, /) -> int: ...
def png_rows(block: Buffer, place: int, pixel: int, plain: bool, pending: Buffer, out: Buffer, /) -> int: ...
def png_part(pixels: Buffer, size: int, kept: int, first: Buffer, rest: Buffer, /) -> None: ...
