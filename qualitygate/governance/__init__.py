"""Who must review what: CODEOWNERS as GitHub reads it, and which paths lack an owner of the brand. Pure."""

from qualitygate.governance.codeowners import CodeOwners, parse
from qualitygate.governance.coverage import Gap, find_gaps, gaps
from qualitygate.governance.protected import DEFAULTS

__all__ = ["DEFAULTS", "CodeOwners", "Gap", "find_gaps", "gaps", "parse"]
