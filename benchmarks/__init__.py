"""Side by side with the peers, in one run: `python -m benchmarks`. Needs the extra `science`."""

import os

# One thread on each side, set before numpy loads its BLAS: the gate runs one process per core.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
