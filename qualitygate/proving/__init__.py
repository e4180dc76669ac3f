"""The porch that proves: cases read, commits checked out, the gate asked, the result made evidence.

proven = proving.prove("PM-2025-09-27-01", root, now=now, environ=os.environ)
standing = proving.prove_all(root, today=today, environ=os.environ, base="origin/main")
"""

from qualitygate.proving.proof import Proven, prove
from qualitygate.proving.standing import Standing, prove_all

__all__ = ["Proven", "Standing", "prove", "prove_all"]
