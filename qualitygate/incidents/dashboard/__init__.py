"""A static site of all incidents: what runs, what it took, what is owed. It needs no server and loads nothing."""

from qualitygate.incidents.dashboard.site import site
from qualitygate.incidents.dashboard.sources import File, Sources

__all__ = ["File", "Sources", "site"]
