"""Executors: one ordered map, run here or over processes; later over a cluster."""
