"""Judging pictures without a reference: brand colours, and the distribution of colours of a batch. Pure."""
