"""Data for the script of a page, as JSON that cannot end its element."""

from __future__ import annotations

import json
from typing import Any

from markupsafe import Markup

# The parser of HTML ends a script at `</script` and changes its mind at `<!--`, wherever they stand; U+2028 and U+2029
# end a line of JavaScript. Escaped, all of it is the same JSON.
_ESCAPES = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


def script_data(value: Any) -> Markup:
    """A value as JSON to stand inside `<script type="application/json">`."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.translate(_ESCAPES))
