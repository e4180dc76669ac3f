"""Text that cannot harm whoever shows it."""

from __future__ import annotations


def one_line(text: str) -> str:
    """Text whose control characters are escaped, so that a file name can neither break a line nor drive a terminal."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape", "surrogatepass").decode("ascii") for c in text)
