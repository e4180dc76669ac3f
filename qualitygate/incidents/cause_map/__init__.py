"""The causal map: how causes led to each other and to the incident, as Mermaid, SVG or Excalidraw.

Pure functions of a record. A map is drawn also of an analysis that the lint refuses: cycles are drawn and marked,
arrows that name no cause are counted.
"""

from collections.abc import Callable

from qualitygate.incidents.cause_map.excalidraw import excalidraw
from qualitygate.incidents.cause_map.mermaid import mermaid
from qualitygate.incidents.cause_map.svg import svg
from qualitygate.incidents.postmortem import Postmortem

FORMATS: dict[str, tuple[Callable[[Postmortem], str], str]] = {
    "mermaid": (mermaid, "cause-map.mmd"),
    "svg": (svg, "cause-map.svg"),
    "excalidraw": (excalidraw, "cause-map.excalidraw"),
}
"""Name of a format to what draws it and to the name its file has among the evidence."""

__all__ = ["FORMATS", "excalidraw", "mermaid", "svg"]
