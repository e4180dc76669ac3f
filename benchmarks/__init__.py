"""Side by side with the peers, in one run: `python -m benchmarks`. Needs the extra `test`."""

import os

# BLAS keeps to one thread on both sides, set before numpy loads it: what is compared spends next to no time in it, and
# its threads wait by spinning. The kernels and torch count their threads by themselves.
_LIMITS = tuple(
    name for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS") if name not in os.environ
)
for _name in _LIMITS:
    os.environ[_name] = "1"


def ordinary_environment() -> dict[str, str]:
    """The environment as it was, for whole processes: those are run as a user runs them."""
    return {name: value for name, value in os.environ.items() if name not in _LIMITS}
