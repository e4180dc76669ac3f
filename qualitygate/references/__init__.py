"""References and their provenance: checked after a run, written whole, finished after a killed approval."""
