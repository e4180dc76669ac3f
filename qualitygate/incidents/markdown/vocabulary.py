"""The words of the four languages: headings, labels and fixed values, read from the tables in `words/`.

A word is found whatever the language of the document it stands in, in any case and width (`Ｓｅｖｅｒｉｔｙ`), with or
without Latin accents; the words that are written are those of one language.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import get_args

from qualitygate.incidents.document import Lang

LANGUAGES: tuple[Lang, ...] = get_args(Lang)
_ACCENTS = re.compile("[\u0300-\u036f]")


class Words:
    """The words that one language writes.

    Attributes:
        lang: Which language.
    """

    def __init__(self, lang: Lang) -> None:
        self.lang = lang

    def __call__(self, group: str, name: str) -> str:
        """The word for a term, such as `Severity` for `severity` in the group `context`."""
        return _table(self.lang)[group][name][0]

    @property
    def colon(self) -> str:
        """What ends a label; French has a no-break space before it."""
        return self("form", "colon")

    def label(self, group: str, name: str) -> str:
        """A label with its colon and a space, `Severity: `."""
        return f"{self(group, name)}{self.colon} "

    @property
    def open(self) -> str:
        """The mark of a question that nobody has answered, with a space."""
        return f"**{self('marker', 'open')}{self.colon}** "

    def number(self, number: int) -> str:
        """A whole number with its thousands set apart."""
        return f"{number:,}".replace(",", self("form", "thousands"))


@cache
def words(lang: Lang) -> Words:
    """The words of a language."""
    return Words(lang)


def find(group: str, text: str) -> str | None:
    """The term that a text means within a group, None if it is none of ours."""
    return _index(group).get(key(text))


def languages(group: str, name: str, text: str) -> frozenset[Lang]:
    """The languages that write a term in this way."""
    wanted = key(text)
    return frozenset(lang for lang in LANGUAGES if wanted == key(_table(lang)[group][name][0]))


def spellings(group: str, name: str) -> tuple[str, ...]:
    """Every word for a term, in all languages."""
    return tuple(word for lang in LANGUAGES for word in _table(lang)[group][name])


def names(group: str) -> tuple[str, ...]:
    """The terms of a group, in their order."""
    return tuple(_table("en")[group])


def written(group: str, terms: Iterable[str], lang: Lang) -> str:
    """The words for some terms as a list a person reads: `model, data, operations`."""
    return ", ".join(words(lang)(group, term) for term in terms)


def key(text: str) -> str:
    """What spellings of one word have in common: no case, no width, no Latin accents, single spaces."""
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(unicodedata.normalize("NFKC", _ACCENTS.sub("", decomposed)).casefold().split())


@cache
def _index(group: str) -> Mapping[str, str]:
    return {key(word): name for name in names(group) for word in spellings(group, name)}


@cache
def _table(lang: Lang) -> Mapping[str, Mapping[str, list[str]]]:
    content = files("qualitygate.incidents.markdown").joinpath("words", f"{lang}.toml").read_text(encoding="utf-8")
    return tomllib.loads(content)
