"""Plain text made safe inside GitHub-flavoured Markdown and its tables."""

from __future__ import annotations

import re

from qualitygate.reporters.printable import one_line

# Everything that starts markup, HTML, a mention, an emoji or a new table cell. Character references are decoded after
# the markup was found, so they are safe in cells, links and <code> alike (CommonMark 0.31, 2.5).
_MARKUP = re.compile(r"[&<>|`*_~\[\]\\#@!$^\"'{}]")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:/?#=&%+~-]+")


def escaped(text: str) -> str:
    """Text on one line that means nothing but itself."""
    return _MARKUP.sub(lambda found: f"&#{ord(found[0])};", one_line(text))


def code(text: str) -> str:
    """Text set as code, for file names."""
    return f"<code>{escaped(text)}</code>"


def link(label: str, address: str) -> str:
    """A link, or the address as text where it is no plain web address."""
    if _ADDRESS.fullmatch(address):
        return f"[{escaped(label)}]({address.replace('&', '&amp;')})"
    return f"{escaped(label)}: {code(address)}"


def table_row(*cells: str) -> str:
    """A row of cells that were made safe."""
    return "| " + " | ".join(cells) + " |\n"
