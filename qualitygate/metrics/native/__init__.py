"""Metrics by the compiled kernels of `core.native`; without them the NumPy paths serve."""
