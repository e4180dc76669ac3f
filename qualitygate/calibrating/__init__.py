"""Calibrating for real: find the runs, measure them, seed defects on top, judge what is proposed by the gate itself."""
