"""The founding incident, replayed through the real gate: a LUT update pushed photographs off the brand palette.

`looks` makes the two LUTs, `scene` writes the directory, `story` runs the gate over it.
"""
