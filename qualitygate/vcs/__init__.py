"""Git, asked politely: the top level, the commit and the change being judged. Never an exception, never a shell."""

from qualitygate.vcs.change import current_change, target_branch
from qualitygate.vcs.repository import head_branch, head_commit, top_level

__all__ = ["current_change", "head_branch", "head_commit", "target_branch", "top_level"]
