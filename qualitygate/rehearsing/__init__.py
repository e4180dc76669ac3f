"""Thresholds tested with synthetic cases: damage a picture, send it through the gate, see whether the right one fires.

`cases` reads the files, `references` and `encoding` make the pictures, `playing` judges, `expecting` compares with what
was expected, `coverage` says which limits no case exercises.
"""
