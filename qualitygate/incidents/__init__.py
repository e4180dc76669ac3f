"""Incidents: what a failed gate opens, and what is learned from it, as files in git."""

from qualitygate.incidents.opening import Circumstances
from qualitygate.incidents.seeding import Draft, identify, seed
from qualitygate.incidents.store import Store

__all__ = ["Circumstances", "Draft", "Store", "identify", "seed"]
