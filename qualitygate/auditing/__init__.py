"""The Python porch of the audit: both states of a repository brought together, compared, and held against waivers.

    found = audit(Path.cwd(), base="origin/main", today=date.today(), environ=os.environ)
    assert found.passed, found.findings

The earlier state is read from git's objects, file by file; nothing of it is checked out or run.
"""

from __future__ import annotations

from qualitygate.auditing.account import Audit as Audit
from qualitygate.auditing.account import audit as audit
