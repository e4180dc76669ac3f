"""The LUT wing: strict readers, one file per format, and what a LUT does to colours.

`FORMATS` is the table of formats. A format is added by its file and its line here.
"""

from __future__ import annotations

from qualitygate.luts.formats import FORMATS, Format, format_of
from qualitygate.luts.reading import parse, read
from qualitygate.luts.result import ReadResult

__all__ = ["FORMATS", "Format", "ReadResult", "format_of", "parse", "read"]
