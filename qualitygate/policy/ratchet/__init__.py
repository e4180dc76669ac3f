"""The ratchet: what a change loosens. Pure functions of two states of the configuration and its threshold files.

Effective limits are compared, not files: what an `extends`, another profile of a set or a narrower `metrics` takes away
is as loose as a raised number. Nothing here reads a file; `qualitygate.auditing` brings both states.
"""
