"""Records to draw: the founding incident in two languages, hostile words, cycles, many causes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger_cases import record

from qualitygate.incidents.narrative import Cause, Edge, RootCause
from qualitygate.incidents.postmortem import Postmortem

HOSTILE = (
    'say "hi" [x](y) {z} `code` # end', "end", "1. first", "- item", "* a * b",
    "#35; #quot; &lt;b&gt; <script>alert(1)</script>", 'click href "x" %% %%{init}%%', "style a:#fff; classDef x:#f;",
    "fa:fa-car $$x^2$$ ~~~ === ---", "ﬂ°°60¶ß ﬂ°lt¶ß", "emoji 👩‍🔬 combining e\u0301 \u202eRTL עברית", "a" * 300,
    "日本語" * 60, "| pipe | a --> b ; c", "\\n new\\nline \n real", "", "> quote", "10) ten",
    "http://example.org/x?y=1&z=2", "subgraph graph", "]]>&amp;</text></svg>", "\ud800 lone", "\x00\x1b[31m",
)  # fmt: skip


def analysed(causes: Iterable[tuple[Any, ...]], edges: Iterable[tuple[int, int]] = (), **changes: Any) -> Postmortem:
    """A record with causes (class, text, domain, open) and edges."""
    rca = RootCause(
        causes=tuple(Cause(class_=c, text=text, domain=domain, open=is_open) for c, text, domain, is_open in causes),
        edges=tuple(Edge(from_=a, to=b) for a, b in edges),
        whys=changes.pop("whys", ()),
    )
    return record(rca=rca, **changes)


ENGLISH = analysed(
    [
        ("direct", "LUT v3 was exported for D50 in place of D65, so every hero picture turned warm", "model", False),
        ("direct", "The CDN kept serving the warm pictures: its cache key has no LUT version", "operations", False),
        ("contributing", "The references of the new camera were never approved", "data", False),
        ("contributing", "The limit for p95 was raised to 6.0 in March and never lowered", "operations", False),
        ("systemic", "Nobody owns thresholds: CODEOWNERS does not name thresholds/", None, False),
        ("systemic", "Does the training explain what a white point is?", None, True),
    ],
    [(2, 0), (3, 0), (4, 3), (5, 0), (4, 2), (4, 1)],
    whys=(
        "Why were the pictures warm? The LUT moved the white point.",
        "Why was it exported so? The tool's preset is D50.",
        "Why did nobody see it? The limit was 6.0.",
        "Why was it 6.0? A noisy camera made the gate flaky.",
        "Why was it never lowered? Nobody owns thresholds.",
    ),
)
JAPANESE = analysed(
    [
        (
            "direct",
            "LUT v3 の白色点が D65 ではなく D50 で書き出され、すべてのヒーロー画像が暖色に偏った。",
            "model",
            False,
        ),
        ("contributing", "新しいカメラの基準画像が承認されていなかった。", "data", False),
        ("systemic", "しきい値の所有者が決まっていない（CODEOWNERS に thresholds/ が無い）。", "operations", False),
    ],
    [(1, 0), (2, 1)],
    whys=("なぜ暖色になったか。白色点がずれたため。", "なぜ気づかなかったか。上限が 6.0 だったため。"),
    lang="ja",
    title="ヒーロー画像の色差の急増",
)
_CLASSES, _DOMAINS = ("direct", "contributing", "systemic"), ("model", "data", "operations", None)
HARD = analysed(
    [(_CLASSES[i % 3], text, _DOMAINS[i % 4], i % 5 == 0) for i, text in enumerate(HOSTILE)],
    [(0, 1), (1, 2), (2, 0), (3, 3), (4, 5), (5, 4), (99, 1), (1, 99)],
    title='"quoted" <title> #1',
)
MANY = analysed(
    [
        (_CLASSES[i % 3], f"cause {i} " + "colour, profile #12 (draft): stage " * 8, _DOMAINS[i % 4], False)
        for i in range(100)
    ],
    [
        (a, b)
        for a in range(100)
        for b in (a * 7 % 100, (a * 13 + 5) % 100, (a + 1) % 100, (a + 31) % 100, (a + 57) % 100)
    ],
)
NONE = analysed([])
ONE = analysed([("direct", "only", None, False)])
LOOPS = analysed([("direct", "a", None, False), ("systemic", "b", None, False)], [(0, 1), (1, 0), (1, 1)])
ALL = {"en": ENGLISH, "ja": JAPANESE, "hard": HARD, "many": MANY, "none": NONE, "one": ONE, "loops": LOOPS}
