"""What is installed, which device there is, and how torch has to be set there for numbers that repeat."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from qualitygate.core.errors import ConfigError, MissingExtraError
from qualitygate.core.threads import allowed
from qualitygate.metrics import OPTIONS_WITHOUT_EXTRA
from qualitygate.metrics.lpips_net.without_torch import surely_cpu

DEVICES = ("auto", "cpu", "cuda", "mps")
DTYPES = ("float32", "bfloat16")
# Of torch's allocator on the CPU, of MPS and of CUDA's libraries, which have no type of their own for it.
_NO_MEMORY = ("can't allocate memory", "out of memory", "ALLOC_FAILED")


def require_extra(what: str = "LPIPS", packages: tuple[str, ...] = ("torch", "safetensors")) -> None:
    """Say what to install where one of the packages is missing. Loads none.

    Raises:
        MissingExtraError: QG-1413.
    """
    missing = [name for name in packages if importlib.util.find_spec(name) is None]
    if missing:
        instead = f"measure without it: {OPTIONS_WITHOUT_EXTRA}" if what == "LPIPS" else "measure with --device cpu"
        raise MissingExtraError(
            f"{what} needs {' and '.join(missing)}, which {'is' if len(missing) == 1 else 'are'} not installed",
            code="QG-1413",
            hint=f"pip install 'image-qualitygate[lpips]', or {instead}",
        )


def resolve_device(device: str, what: str = "LPIPS") -> str:
    """`auto` to the best device there is (cuda, then mps, then cpu); another name to itself.

    Loads torch, unless the CPU is all there can be: a torch that does not load is then met when it is used.

    Raises:
        ConfigError: QG-1405, no such device; QG-1416, it is not there.
        MissingExtraError: QG-1413, torch is not installed, or does not load.
    """
    if device not in DEVICES:
        raise ConfigError(f"unknown device {device!r}", code="QG-1405", hint=f"one of {', '.join(DEVICES)}")
    require_extra(what, ("torch",))
    if device in ("auto", "cpu") and surely_cpu():
        return "cpu"
    torch = load_torch(what)
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if device == "auto":
        return next(name for name, present in there.items() if present)
    if not there[device]:
        present = ", ".join(name for name, is_there in there.items() if is_there)
        raise ConfigError(f"device {device!r} is not available", code="QG-1416", hint=f"available: {present}")
    return device


def load_torch(what: str = "LPIPS") -> Any:
    """torch, the module.

    Raises:
        MissingExtraError: QG-1413, torch is not installed, or does not load.
    """
    require_extra(what, ("torch",))
    try:
        import torch
    except (ImportError, OSError) as error:
        raise MissingExtraError(
            f"{what} needs torch, which is installed but does not load: {error}",
            code="QG-1413",
            hint="pip install --force-reinstall 'image-qualitygate[lpips]'",
        ) from error
    return torch


def check_dtype(device: str, dtype: str) -> None:
    """Whether a resolved device computes in a type. A CPU always does, slowly where it has no instructions for it.

    Raises:
        ConfigError: QG-1440, it does not.
    """
    if dtype == "float32" or device == "cpu":
        return
    import torch

    if not (torch.cuda.is_bf16_supported() if device == "cuda" else _computes(device, dtype)):
        raise ConfigError(
            f"the device {device!r} of this machine does not compute in {dtype}",
            code="QG-1440",
            where="lpips",
            hint='write dtype = "float32", or measure with --device cpu',
        )


def _computes(device: str, dtype: str) -> bool:
    import torch

    try:
        torch.ones(1, dtype=getattr(torch, dtype), device=device).add_(1)
    except (RuntimeError, TypeError):
        return False
    return True


def limit_threads() -> None:
    """Keep torch to the threads that this process may use; a worker among several is allowed few. Never raises them."""
    import torch

    if torch.get_num_threads() > allowed():
        torch.set_num_threads(allowed())


@contextmanager
def memory_errors() -> Iterator[None]:
    """What torch says when there is no memory left, here or on the device, as a `MemoryError`: one pair's trouble."""
    try:
        yield
    except RuntimeError as error:
        if type(error).__name__ == "OutOfMemoryError" or any(said in str(error) for said in _NO_MEMORY):
            raise MemoryError(str(error)) from error
        raise


def full_precision(device: str) -> AbstractContextManager[object]:
    """On CUDA, convolutions in float32 proper (not TF32, torch's default) by an algorithm that is always the same."""
    import torch

    if device != "cuda":
        return nullcontext()
    return torch.backends.cudnn.flags(enabled=True, benchmark=False, deterministic=True, allow_tf32=False)  # type: ignore[no-any-return]
