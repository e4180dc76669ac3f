"""Proofs that an incident cannot come back: cases, the cells of a proof, its record, waivers, who may run commands.

Only data and judgement; `qualitygate.proving` reads files, asks git and runs the gate.
"""
