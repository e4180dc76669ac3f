"""Text as a string of a TOML file."""

from __future__ import annotations

import json


def basic_string(text: str) -> str:
    """A TOML basic string, quotes and all. JSON's escapes are TOML's, but for DEL, which TOML wants escaped as well."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
