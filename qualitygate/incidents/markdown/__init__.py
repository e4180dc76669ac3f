"""Postmortems as Markdown, in English, German, French and Japanese: written, read, and brought up to date in place.

`render` makes a file of a record, `parse` reads the document a file says, `update` rewrites only what differs, and
`translate` changes headings and labels only. A file that says what the record says is left as it is, byte for byte.
"""

from qualitygate.incidents.markdown.normal import normalised
from qualitygate.incidents.markdown.parsing import Parsed, parse
from qualitygate.incidents.markdown.rendering import render
from qualitygate.incidents.markdown.template import fresh
from qualitygate.incidents.markdown.translating import translate
from qualitygate.incidents.markdown.updating import update, updated

__all__ = ["Parsed", "fresh", "normalised", "parse", "render", "translate", "update", "updated"]
