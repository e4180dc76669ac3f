"""The dashboard shows Markdown, and nothing in it does anything."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.incidents.dashboard.prose import to_html

TAGS = set(
    re.findall(
        r"\w+",
        "p h2 h3 h4 h5 h6 ul ol li table thead tbody tr th td div span a img em strong s code pre blockquote hr br",
    )
)
ATTRIBUTES = {
    "a": {"href", "rel"},
    "img": {"src", "alt", "loading", "title"},
    "span": {"class", "role", "aria-label"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "td": {"class"},
    "th": {"class"},
    "ol": {"start"},
    "code": {"class"},
}


class Tags(HTMLParser):
    """Every tag with its attributes, as a browser reads them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))


def known(path: str) -> str | None:
    return {"evidence/pm-1/a.png": "../pictures/a.png", "run/_/postmortems/PM-2.md": "PM-2.html"}.get(path)


def inert(html: str) -> bool:
    for tag, attributes in Tags(html).found:
        if tag not in TAGS or not set(attributes) <= ATTRIBUTES.get(tag, set()):
            return False
        for name in ("href", "src"):
            address = attributes.get(name)
            if address is not None and not re.match(
                r"https?:|mailto:|\.\./pictures/a\.png$|PM-2\.html$", address, re.I
            ):
                return False
        if tag == "img" and attributes["src"] != "../pictures/a.png":
            return False
    return True


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "x <img src=x onerror=alert(1)> y",
        "<div style='position:fixed'>\n\ntext\n\n</div>",
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](java&#10;script:alert(1))",
        "[a](&#x6A;avascript:alert(1))",
        "<javascript:alert(1)>",
        "[a](data:text/html,<script>alert(1)</script>)",
        "![a](data:image/svg+xml;base64,PHN2Zz4=)",
        "[a](vbscript:x) [b](file:///etc/passwd) [c](//evil.example/x) [d](\\\\evil\\x)",
        "![t](https://evil.example/pixel.png)",
        "![t](../../../evidence/pm-1/../../../etc/passwd)",
        '[a](https://ok.example/"onmouseover="alert(1))',
        '[a](https://ok.example "t\\" onclick=\\"x")',
        "[a][r]\n\n[r]: javascript:alert(1)",
        "| a |\n|:-:|\n| <b>x</b> |",
        "```html\n<script>x</script>\n```",
        '```"><script>x</script>\ncode\n```',
        "<!-- <script>x</script>",
        "<!-- a --><script>x</script>",
        "[x](<javascript:alert(1)>)",
        "<svg onload=x>",
    ],
)
def test_hostile_text_is_inert(text: str) -> None:
    assert inert(to_html(text, known))


@given(st.text(st.sampled_from("<>\"'`[]()!*_~#|-\\&;:/.= \n\taàb画scriptjv0x\u202e"), max_size=120))
def test_any_text_is_inert(text: str) -> None:
    html = to_html(text, known)
    assert inert(html)
    assert "\u202e" not in html


@given(
    st.lists(
        st.sampled_from(
            [
                "[a](javascript:x)",
                "![a](x)",
                "<b>",
                "| a | b |\n|---|---|\n",
                "- [ ] ",
                "# ",
                "> ",
                "`",
                "\n\n",
                "<!--",
                "-->",
                "&#8238;",
                "[",
                "](",
                ")",
                "**",
                "evidence/pm-1/a.png",
                "https://a.example/",
            ]
        ),
        max_size=25,
    ).map("".join)
)
def test_any_markup_is_inert(text: str) -> None:
    html = to_html(text, known)
    assert inert(html)
    assert "\u202e" not in html


def test_what_is_allowed_is_shown() -> None:
    html = to_html(
        "# T\n\n[w](https://a.example/?q=1&r=2) [m](../../../evidence/pm-1/a.png) [p](PM-2.md) [x](../secret.txt)\n\n"
        "![alt](../../../evidence/pm-1/a.png)\n\n~~gone~~ *a* **b** `c`",
        known,
    )
    assert "<h2>T</h2>" in html
    assert '<a href="https://a.example/?q=1&amp;r=2" rel="noopener noreferrer">w</a>' in html
    assert '<a href="../pictures/a.png" rel="noopener noreferrer">m</a>' in html
    assert '<a href="PM-2.html" rel="noopener noreferrer">p</a>' in html
    assert '<span class="dead">x</span>' in html
    assert '<img src="../pictures/a.png" alt="alt" loading="lazy"' in html
    assert "<s>gone</s> <em>a</em> <strong>b</strong> <code>c</code>" in html


def test_overrides_of_the_direction_are_written_out_also_from_entities() -> None:
    html = to_html("a\u202eb &#8238; &#x2066; \u200f", known)
    assert "a\\u202eb \\u202e \\u2066 \\u200f" in html


def test_boxes_of_tasks_are_said() -> None:
    html = to_html("- [ ] one\n- [x] two\n- [y] three\n\ntext [ ] four", known)
    assert html.count('class="box todo" role="img" aria-label="To do:"') == 1
    assert html.count('class="box done" role="img" aria-label="Done:"') == 1
    assert "[y] three" in html
    assert "text [ ] four" in html


def test_comments_are_left_out_and_alignment_is_a_class() -> None:
    html = to_html(
        "<!-- made by\nthe gate -->\n\n| a | b |\n|--:|:-:|\n| 1 | 2 |\n<!-- x -->\n\n    <!-- code -->\n", known
    )
    assert "made by" not in html
    assert '<td class="right">1</td>\n<td class="center">2</td>' in html
    assert "style" not in html
    assert "&lt;!-- code --&gt;" in html


def test_a_comment_that_never_ends_is_text() -> None:
    assert "&lt;!-- x" in to_html("<!-- x\n\ny", known)


@pytest.mark.parametrize("text", ["[" * 20_000, "> " * 5_000 + "x", "*a" * 20_000, "- " * 3_000, "`" * 30_000])
def test_deep_or_repeated_markup_ends(text: str) -> None:
    assert inert(to_html(text, known))


def test_the_articles_templates(corpora: Path) -> None:
    for path in sorted((corpora / "postmortem").glob("*.md")):
        html = to_html(path.read_text(encoding="utf-8"), known)
        assert html.count("<h3>") == 5
        assert html.count("<table>") == 1
        assert html.count('class="box todo"') == 2
        assert inert(html)
