"""A strict reader of one TOML table: every value is asked for by type, every key left over is an error."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from qualitygate.core.errors import ConfigError
from qualitygate.policy.document import Document, dotted, suggestion
from qualitygate.policy.place import Place
from qualitygate.policy.toml_lines import KeyPath

T = TypeVar("T")


@dataclass(frozen=True)
class Table:
    """A table and where it stands. All readers raise `ConfigError` QG-1405 for a value of the wrong type or range.

    Attributes:
        document: The file.
        path: Key path of the table in the file; empty for the file itself.
        data: Its keys and values.
    """

    document: Document
    path: KeyPath
    data: dict[str, Any]

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self.data

    def only(self, *known: str) -> None:
        """Refuse any other key.

        Raises:
            ConfigError: A key that is not `known` (QG-1404), with its line and a suggestion.
        """
        for key in self.data:
            if key not in known:
                raise ConfigError(
                    f"unknown key {dotted((*self.path, key))!r}",
                    code="QG-1404",
                    where=self.document.where((*self.path, key)),
                    hint=suggestion(key, known),
                )

    def wrong(self, key: str | int | None, message: str, hint: str | None = None, code: str = "QG-1405") -> ConfigError:
        """The error about a value of this table, or about the table where `key` is None."""
        path = self.path if key is None else (*self.path, key)
        return ConfigError(f"{dotted(path)}: {message}", code=code, where=self.document.where(path), hint=hint)

    @property
    def place(self) -> Place:
        """Where this table and its keys stand."""
        lines = {key: self.document.where((*self.path, key)) for key in self.data}
        return Place(dotted(self.path), self.document.where(self.path), lines)

    def table(self, key: str) -> Table:
        """A table below this one; empty where the key is absent."""
        value = self.data.get(key, {})
        if not isinstance(value, dict):
            raise self.wrong(key, f"a table is expected, not {_kind(value)}")
        return Table(self.document, (*self.path, key), value)

    def tables(self, key: str) -> list[Table]:
        """The tables of an array of tables; none where the key is absent."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.wrong(key, "an array of tables is expected", f"write [[{dotted((*self.path, key))}]]")
        return [Table(self.document, (*self.path, key, index), item) for index, item in enumerate(value)]

    def text(self, key: str) -> str | None:
        """A string on one line that is not empty; None where the key is absent."""
        return self._read(key, _text)

    def required_text(self, key: str) -> str:
        """A string on one line that is not empty and has to be there."""
        value = self.text(key)
        if value is None:
            raise self.wrong(None, f"`{key}` is missing", f'write {key} = "…"')
        return value

    def prose(self, key: str) -> str | None:
        """A string that may span lines, which are joined by spaces; None where the key is absent."""
        return self._read(key, _prose)

    def texts(self, key: str) -> tuple[str, ...] | None:
        """An array of strings; None where the key is absent."""
        return self._read(key, _texts)

    def choice(self, key: str, allowed: Iterable[str]) -> str | None:
        """One of the strings allowed; None where the key is absent."""
        value = self.text(key)
        names = tuple(allowed)
        if value is not None and value not in names:
            raise self.wrong(key, f"{value!r} is not one of {', '.join(names)}", _close(value, names))
        return value

    def choices(self, key: str, allowed: Iterable[str]) -> tuple[str, ...] | None:
        """An array of the strings allowed; None where the key is absent."""
        values, names = self.texts(key), tuple(allowed)
        for value in values or ():
            if value not in names:
                raise self.wrong(key, f"{value!r} is not one of {', '.join(names)}", _close(value, names))
        return values

    def number(self, key: str) -> float | None:
        """A finite number; None where the key is absent."""
        return self._read(key, _number)

    def positive_integer(self, key: str) -> int | None:
        """An integer above zero; None where the key is absent."""
        return self._read(key, _positive_integer)

    def _read(self, key: str, reader: Callable[[Any], T]) -> T | None:
        if key not in self.data:
            return None
        try:
            return reader(self.data[key])
        except ValueError as error:
            raise self.wrong(key, str(error)) from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"a string is expected, not {_kind(value)}")
    if not value.strip():
        raise ValueError("must not be empty")
    if any(unicodedata.category(character) == "Cc" for character in value):
        raise ValueError("control characters and line ends are not allowed here")
    return value


def _prose(value: Any) -> str:
    return _text(" ".join(value.split()) if isinstance(value, str) else value)


def _texts(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError(f"an array of strings is expected, not {_kind(value)}")
    return tuple(_text(item) for item in value)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"a number is expected, not {_kind(value)}")
    try:
        number = float(value)
    except OverflowError:
        raise ValueError("the number is too large") from None
    if not math.isfinite(number):
        raise ValueError(f"{value} is no limit: a finite number is expected")
    return number


def _positive_integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"an integer is expected, not {_kind(value)}")
    if value < 1:
        raise ValueError(f"{value} is too small: at least 1 is expected")
    return value


def _close(value: str, names: tuple[str, ...]) -> str | None:
    found = suggestion(value, names)
    return found if found.startswith("did you mean") else None


def _kind(value: Any) -> str:
    names = {bool: "a boolean", int: "an integer", float: "a float", str: "a string", list: "an array", dict: "a table"}
    return names.get(type(value), "a date or time")
