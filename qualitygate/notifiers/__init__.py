"""Bringing something to another system, and asking it back. One folder per system."""
