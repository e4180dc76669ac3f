"""Carrying out a run: the machine it uses, what it judges without references, what its report says of it."""
