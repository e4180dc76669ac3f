"""What the statistics mean, for `qualitygate explain`."""

from __future__ import annotations

from collections.abc import Mapping

STATISTICS: Mapping[str, str] = {
    "mean": "mean over every pixel that counts; small damage disappears in it",
    "p50": "median: half of the pixels stay within it; moves when all colours drift, hardly with a codec's noise",
    "p95": "95 % of the pixels stay within it; shows what a codec does to edges and texture",
    "p99": "99 % of the pixels stay within it",
    "max": "the worst pixel; an edge in lossy pictures, hence without a default limit, for lossless files and regions",
    "worst_tile": "the worst mean over windows of 64x64 pixels, one every 32 pixels; finds the local damage that a "
    "mean of the whole picture dilutes",
    "value": "the published number of the metric, over the whole picture",
}

DETAILS: Mapping[str, str] = {
    "worst_tile": "The largest of these means where lower is better, the smallest where higher is. The last window is "
    "moved to end at\nthe border, a shorter side is one window, and a window less than half of which counts is left "
    "out.",
    "p50": "Percentiles interpolate linearly between order statistics, as numpy.percentile does by default.",
    "p95": "Percentiles interpolate linearly between order statistics, as numpy.percentile does by default.",
    "p99": "Percentiles interpolate linearly between order statistics, as numpy.percentile does by default.",
}
