"""Markdown as HTML that does nothing but show text: no markup of its own, no scripts, nothing loaded from elsewhere."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token
from markupsafe import Markup

MAX_CHARACTERS = 2_000_000
"""Of a Markdown file that is shown; a longer one was not written by people."""

_FOLDER = "run/_/postmortems"
_OUTSIDE = ("http", "https", "mailto")
_BOX = re.compile(r"\[([ xX])\][ \t]+")
_INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]"
)
_ALIGNED = re.compile(r"text-align:\s*(left|right|center)")


def to_html(text: str, resolve: Callable[[str], str | None]) -> Markup:
    """The Markdown as HTML, its headings one level lower, since the page has a title of its own.

    HTML in it is shown as text; comments are left out. Links go to `http`, `https`, `mailto` and to what `resolve`
    knows; others become text. Pictures are those that `resolve` knows; of others the description stays. Characters
    that turn the direction of writing are written out.

    Args:
        text: CommonMark with tables and strikethrough.
        resolve: Gives the address within the site for a path relative to the incident directory; None for none.
    """
    tokens = _PARSER.parse(text[:MAX_CHARACTERS])
    return Markup(
        _INVISIBLE.sub(_written_out, _PARSER.renderer.render(list(_tamed(tokens, resolve)), _PARSER.options, {}))
    )


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    # Every address is looked at below, where it can become text; the parser's own check would leave the brackets.
    setattr(parser, "validateLink", lambda _: True)  # noqa: B010 - a method, to the type checker
    parser.block.ruler.before(
        "paragraph", "comment", _comment, {"alt": ["paragraph", "reference", "blockquote", "list"]}
    )
    return parser


def _comment(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A comment that begins a line ends with the line that closes it, and shows nothing."""
    begin = state.bMarks[start] + state.tShift[start]
    if state.is_code_block(start) or not state.src.startswith("<!--", begin):
        return False
    for line in range(start, end):
        if "-->" in state.src[state.bMarks[line] : state.eMarks[line]]:
            if not silent:
                state.line = line + 1
            return True
    return False


def _tamed(tokens: Sequence[Token], resolve: Callable[[str], str | None]) -> Iterator[Token]:
    item_begins = False
    for token in tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(6, int(token.tag[1]) + 1)}"
        elif token.type in ("th_open", "td_open"):
            _align(token)
        elif token.type == "table_open":
            yield _raw('<div class="scroll" role="region" tabindex="0" aria-label="Table">')
        if token.children is not None:
            if item_begins and token.type == "inline":
                _tick(token.children)
            token.children = list(_inline(token.children, resolve))
        item_begins = token.type == "list_item_open" or (item_begins and token.type == "paragraph_open")
        yield token
        if token.type == "table_close":
            yield _raw("</div>")


def _inline(tokens: Sequence[Token], resolve: Callable[[str], str | None]) -> Iterator[Token]:
    dead: list[bool] = []
    for token in tokens:
        if token.type == "link_open":
            address = _address(str(token.attrGet("href") or ""), resolve)
            dead.append(address is None)
            if address is None:
                token.tag, token.attrs = "span", {"class": "dead"}
            else:
                token.attrs = {"href": address, "rel": "noopener noreferrer"}
        elif token.type == "link_close":
            if dead and dead.pop():
                token.tag = "span"
        elif token.type == "image":
            address = _address(str(token.attrGet("src") or ""), resolve)
            if address is None or _is_outside(address):
                yield _text(token.content or "picture")
                continue
            token.attrs = {"src": address, "alt": "", "loading": "lazy"}
        yield token


def _address(href: str, resolve: Callable[[str], str | None]) -> str | None:
    try:
        parts = urlsplit(href)
    except ValueError:
        return None
    if parts.scheme.lower() in _OUTSIDE:
        return href
    if parts.scheme or parts.netloc or not parts.path:
        return None
    return resolve(posixpath.normpath(posixpath.join(_FOLDER, unquote(parts.path))))


def _is_outside(address: str) -> bool:
    return urlsplit(address).scheme.lower() in _OUTSIDE


def _tick(children: list[Token]) -> None:
    """A task's box becomes a picture of one with words for those who hear it."""
    first = children[0] if children else None
    if first is None or first.type != "text" or not (found := _BOX.match(first.content)):
        return
    done = found[1] != " "
    first.content = first.content[found.end() :]
    name, said = ("done", "Done:") if done else ("todo", "To do:")
    children.insert(0, _raw(f'<span class="box {name}" role="img" aria-label="{said}"></span> '))


def _align(token: Token) -> None:
    """Alignment as a class: the policy of the pages allows no style in attributes."""
    found = _ALIGNED.search(str(token.attrGet("style") or ""))
    token.attrs = {"class": found[1]} if found else {}


def _raw(html: str) -> Token:
    """HTML written here, never what was read."""
    return Token("html_inline", "", 0, content=html)


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _written_out(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


_PARSER = _parser()
