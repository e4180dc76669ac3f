"""Memory that a process keeps for its next item rather than giving it back to the system."""

from __future__ import annotations

import os
import sys

# The most that the GNU C library lets a caller choose; larger blocks, pictures from 10 megapixels on, always go back.
_BLOCK = 32 * 1024**2
_KEPT = 32 * 1024**2
_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD = -1, -3


def keep_memory() -> None:
    """Keep up to 32 MiB of what is freed, in blocks of up to 32 MiB. Linux with glibc; elsewhere nothing is changed.

    A worker measures one picture like the other. Memory that came from the system for each of them would be cleared
    page by page, which takes as long as measuring SSIM.
    """
    if not sys.platform.startswith("linux") or any(name.startswith("MALLOC_") for name in os.environ):
        return
    import ctypes  # NumPy has loaded it

    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library
        return
    mallopt(_M_TRIM_THRESHOLD, _KEPT)
    mallopt(_M_MMAP_THRESHOLD, _BLOCK)
