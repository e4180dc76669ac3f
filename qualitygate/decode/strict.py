"""Pillow made strict while it decodes: its warnings are errors, and its own limit of pixels gives way to ours."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Lock

from PIL import Image as PillowImage

from qualitygate.core.limits import DecodeLimits

# Modules that warnings are put down to: Pillow's own, and the one that Pillow means by its caller.
_WARNING = r"PIL\.|qualitygate\.decode\.pillow$"
# From Python 3.14 on every thread may have filters of its own, which another one must not leave.
_EACH_ITS_OWN = bool(getattr(sys.flags, "context_aware_warnings", False))

_lock = Lock()
_shared = ExitStack()
_inside = 0


@contextmanager
def strict(limits: DecodeLimits) -> Iterator[None]:
    """Make Pillow's warnings errors, and let its own bomb limit give way to ours, which has been checked already.

    Both are settings of the whole process. Threads may be strict at once: who begins while nobody is makes the
    settings, and the last to end puts back what was there. Only what Pillow warns of is an error, since another thread
    may be at work on something else.
    """
    _begin(limits)
    try:
        if _EACH_ITS_OWN:
            with _warnings():
                yield
        else:
            yield
    finally:
        _end()


def _begin(limits: DecodeLimits) -> None:
    global _inside
    with _lock:
        if not _inside:
            _shared.enter_context(_bomb_limit())
            if not _EACH_ITS_OWN:
                _shared.enter_context(_warnings())
        _inside += 1
        most = PillowImage.MAX_IMAGE_PIXELS
        if most is not None and limits.max_pixels > 2 * most:
            PillowImage.MAX_IMAGE_PIXELS = limits.max_pixels


def _end() -> None:
    global _inside
    with _lock:
        _inside -= 1
        if not _inside:
            _shared.close()


@contextmanager
def _warnings() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.filterwarnings("error", module=_WARNING)
        warnings.simplefilter("ignore", PillowImage.DecompressionBombWarning)
        yield


@contextmanager
def _bomb_limit() -> Iterator[None]:
    before = PillowImage.MAX_IMAGE_PIXELS
    try:
        yield
    finally:
        PillowImage.MAX_IMAGE_PIXELS = before
