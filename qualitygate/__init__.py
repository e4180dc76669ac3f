"""qualitygate: the merge gate for image pipelines."""

__version__ = "0.1.0"
