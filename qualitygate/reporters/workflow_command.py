"""GitHub's line protocols: workflow commands on standard output, and `name=value` files.

Source: GitHub Docs, "Workflow commands for GitHub Actions"; the escaping is that of `@actions/core`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from qualitygate.reporters.printable import one_line


def command(name: str, message: str, **properties: str | None) -> str:
    """One command such as `::error file=a.png,title=Too far::message`, without the line end.

    Line ends in the message are kept, encoded; other control characters are shown as escapes.
    """
    known = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{name}{' ' + known if known else ''}::{_data(message)}"


def silenced(text: str) -> str:
    """Text during which the runner takes no commands.

    A file name in a pull request could otherwise look like one (`##[…]` counts anywhere in a line). The token that
    ends the silence is a digest of the text, which therefore cannot hold it.
    """
    token = _delimiter("text", text)
    return f"::stop-commands::{token}\n{text}{'' if text.endswith(chr(10)) else chr(10)}::{token}::\n"


def outputs(values: Mapping[str, str]) -> str:
    """Lines for the file `$GITHUB_OUTPUT`, in order; values of several lines between delimiters."""
    lines = []
    for name, value in values.items():
        if "\n" in value or "\r" in value:
            delimiter = _delimiter(name, value)
            lines.append(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")
        else:
            lines.append(f"{name}={value}\n")
    return "".join(lines)


def _data(text: str) -> str:
    visible = text if text.isprintable() else "".join(char if char in "\r\n" else one_line(char) for char in text)
    return visible.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def _delimiter(name: str, content: str) -> str:
    """A line that the content cannot hold: its own SHA-256."""
    digest = hashlib.sha256(f"{name}\0{content}".encode("utf-8", "surrogatepass")).hexdigest()
    return f"qualitygate_{digest[:40]}"
