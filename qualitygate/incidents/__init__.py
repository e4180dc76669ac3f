"""Incidents: what a failed gate opens, and what is learned from it, as files in git."""
