"""Where each key of a TOML file stands. `tomllib` does not say, and an error without a line is half an error.

The scanner runs only on text that `tomllib` has accepted, so it follows the grammar of TOML 1.0 without checking it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

KeyPath = tuple[str | int, ...]
_Item = Callable[[KeyPath, int], None]

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_SCALAR = re.compile(r"[^,\]}#\n]*")
# Quotes may stand directly inside the closing delimiter of a multi-line string: up to five in a row.
_STRINGS = (
    re.compile(r'"""(?:[^\\]|\\.)*?"""+', re.DOTALL),
    re.compile(r"'''.*?'''+", re.DOTALL),
    re.compile(r'"(?:[^"\\\n]|\\.)*"'),
    re.compile(r"'[^'\n]*'"),
)


def key_lines(text: str) -> dict[KeyPath, int]:
    """Line, counted from 1, of every table, key and array element of a valid TOML text.

    Args:
        text: A text that `tomllib.loads` accepts.

    Returns:
        Key path to line. Elements of arrays, tables or not, are addressed by their index: `("sets", 0, "name")`.
    """
    scanner = _Scanner(text)
    scanner.document()
    return scanner.lines


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.lines: dict[KeyPath, int] = {}
        self.counts: dict[KeyPath, int] = {}  # arrays of tables: how many elements so far
        self._counted_to = 0
        self._line = 1

    def document(self) -> None:
        table: KeyPath = ()
        self.blank()
        while self.position < len(self.text):
            if self.text.startswith("[[", self.position):
                table = self.header(2)
            elif self.text[self.position] == "[":
                table = self.header(1)
            else:
                self.statement(table)
            self.blank()

    def header(self, brackets: int) -> KeyPath:
        line = self.line()
        self.position += brackets
        keys = self.dotted_key()
        self.position += brackets
        path: KeyPath = ()
        for index, key in enumerate(keys):
            path = (*path, key)
            self.lines.setdefault(path, line)
            if brackets == 2 and index == len(keys) - 1:
                self.counts[path] = self.counts.get(path, 0) + 1
            if path in self.counts:  # a further name refers to the array's last element
                path = (*path, self.counts[path] - 1)
        self.lines.setdefault(path, line)
        return path

    def statement(self, table: KeyPath) -> None:
        line = self.line()
        path = table
        for key in self.dotted_key():
            path = (*path, key)
            self.lines.setdefault(path, line)
        self.position += 1  # the equals sign
        self.blank()
        self.value(path)

    def dotted_key(self) -> list[str]:
        keys: list[str] = []
        while True:
            self.blank()
            if self.text[self.position] in "\"'":
                # Escapes in a quoted key are left as written: such keys are unknown keys here anyway.
                keys.append(self.string()[1:-1])
            else:
                bare = _BARE_KEY.match(self.text, self.position)
                assert bare is not None  # tomllib accepted this text
                keys.append(bare.group())
                self.position = bare.end()
            self.blank()
            if self.text[self.position] != ".":
                return keys
            self.position += 1

    def value(self, path: KeyPath) -> None:
        opening = self.text[self.position]
        if opening in "\"'":
            self.string()
        elif opening == "[":
            self.enclosed("]", path, self.element)
        elif opening == "{":
            self.enclosed("}", path, self.member)
        else:
            scalar = _SCALAR.match(self.text, self.position)
            assert scalar is not None  # the pattern matches the empty string
            self.position = scalar.end()

    def enclosed(self, closing: str, path: KeyPath, item: _Item) -> None:
        self.position += 1
        index = 0
        self.blank()
        while self.text[self.position] != closing:
            item(path, index)
            index += 1
            self.blank()
            if self.text[self.position] == ",":
                self.position += 1
                self.blank()
        self.position += 1

    def element(self, path: KeyPath, index: int) -> None:
        self.lines[(*path, index)] = self.line()
        self.value((*path, index))

    def member(self, path: KeyPath, _index: int) -> None:
        self.statement(path)

    def string(self) -> str:
        for pattern in _STRINGS:
            found = pattern.match(self.text, self.position)
            if found is not None:
                self.position = found.end()
                return found.group()
        raise AssertionError("tomllib accepted this text")

    def blank(self) -> None:
        blank = _BLANK.match(self.text, self.position)
        assert blank is not None  # the pattern matches the empty string
        self.position = blank.end()

    def line(self) -> int:
        self._line += self.text.count("\n", self._counted_to, self.position)
        self._counted_to = self.position
        return self._line
