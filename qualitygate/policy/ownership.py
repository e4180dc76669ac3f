"""The table `[codeowners]` of the configuration."""

from __future__ import annotations

import re

from qualitygate.policy.settings import OwnershipSettings
from qualitygate.policy.table import Table

_OWNER = re.compile(r"@[A-Za-z0-9][A-Za-z0-9_-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)?|[^\s@]+@[^\s@]+\.[^\s@]+")


def read_ownership(table: Table) -> OwnershipSettings:
    """Read which paths are protected, and by whom.

    Raises:
        ConfigError: Unknown key (QG-1404); a glob that is no path relative to the configuration, or an owner that
            CODEOWNERS cannot name (QG-1405).
    """
    table.only("protected", "owners")
    protected, owners = table.texts("protected"), table.texts("owners") or ()
    globs = Table(table.document, (*table.path, "protected"), {})
    if protected is not None and not protected:
        raise table.wrong("protected", "names no path", "leave it out for the defaults")
    for index, glob in enumerate(protected or ()):
        if glob.startswith("/") or "\\" in glob or ".." in glob.split("/"):
            raise globs.wrong(index, f"{glob!r} is no path relative to the configuration", "write it with `/`")
    names = Table(table.document, (*table.path, "owners"), {})
    for index, owner in enumerate(owners):
        if not _OWNER.fullmatch(owner):
            raise names.wrong(index, f"{owner!r} is no owner", "write @login, @org/team or an e-mail address")
    return OwnershipSettings(protected, owners)
