"""The page of a run: its markers, its table read again, and what is worse than it was. On invented rows."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from benchmarks import __main__ as command
from benchmarks import page, sections
from benchmarks.corridor_cases import Spent
from benchmarks.neighbours import Neighbour
from benchmarks.row import Row
from benchmarks.scaling import growth
from benchmarks.scaling_plot import plot
from benchmarks.scaling_plot import table as growth_table
from benchmarks.shares import DECODING, ORDER, READING, REST, SSIM, STARTING, STATISTICS, inflating, place, split
from benchmarks.shares import table as shares_table

PAGE = Path(__file__).resolve().parents[2] / "docs" / "performance.md"
MACHINE = "Acme Z80 9000, 2 cores, kernels native, x86-64-v3"
ROWS = [
    Row.faster("DeltaE00, kernel, 1 MP", "colour-science 0.4.7", 0.01, 0.5, 50.0, 40.0, True),
    Row.faster("SSIM, kernel, 1 MP", "scikit-image 0.26.0, float32", 0.01, 0.06, 6.0, 15.0, True),
    Row.at_most("check", "odiff 4.5.0", [Spent(2.0, 1.0)] * 3, [Spent(1.0, 2.0)] * 3, 1.0, wall=True),
    Row.of("decoding png, 1 MP, zlib-ng 2.3.3", "Pillow, bare", 0.014, 0.0232, 0.6, None),
    Row.memory("large pairs", 2_000_000_000, 1_000_000_000),
]


def test_the_page_of_this_repository_has_every_part_and_says_on_what_it_was_measured() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page.with_parts(text, dict.fromkeys(page.PARTS, "new")).count("\nnew\n") == len(page.PARTS)
    found = page.read(text)
    assert "cores" in found.machine
    assert {"colour-science", "scikit-image", "Pillow decoding them", "odiff"} <= {peer for _, peer in found.ratios}
    assert "](images/scaling.png)" in text


def test_a_table_is_read_as_it_was_written() -> None:
    text = "<!-- benchmarks: table -->\nold\n<!-- end of table -->\nafter"
    shown = page.with_parts(text, {"table": page.table(ROWS, MACHINE, "Python 3.11")})
    assert "old" not in shown
    assert shown.endswith("<!-- end of table -->\nafter")
    found = page.read(shown)
    assert found.machine == MACHINE
    assert found.ratios["DeltaE00, kernel, 1 MP", "colour-science"] == 50.0
    assert found.ratios["SSIM, kernel, 1 MP", "scikit-image, float32"] == 6.0
    assert found.ratios["check, wall", "odiff"] == 0.5
    assert len(found.ratios) == len(ROWS)


@pytest.mark.parametrize(
    "text",
    [
        "no marker",
        "<!-- benchmarks: table -->",
        "<!-- end of table -->\n<!-- benchmarks: table -->",
        "<!-- benchmarks: table -->\n<!-- benchmarks: table -->\n<!-- end of table -->",
    ],
)
def test_a_page_without_its_markers_is_refused(text: str) -> None:
    with pytest.raises(page.PageError, match="table"):
        page.with_parts(text, {"table": "x"})


def test_misses_are_listed() -> None:
    told = page.missed(ROWS)
    assert told.startswith("2 of 4 promises")
    assert "- SSIM, kernel, 1 MP, beside scikit-image 0.26.0, float32: 6.00, promised ≥ 15" in told
    assert "- large pairs, beside its limit: 2.00, promised ≤ 1" in told
    assert "All 1 promises" in page.missed(ROWS[:1])


@pytest.mark.parametrize(
    ("ratio", "more_is_better", "told"),
    [(50.0, True, False), (39.0, True, False), (38.0, True, True), (64.0, False, False), (66.0, False, True)],
)
def test_what_is_worse_by_more_than_thirty_percent_is_told(ratio: float, more_is_better: bool, told: bool) -> None:
    row = Row("a", "colour-science 0.5.0", "", "", ratio, more_is_better=more_is_better)
    before = page.Table(MACHINE, {("a", "colour-science"): 50.0})
    assert bool(page.worse([row], before)) is told
    assert not page.worse([Row("b", "colour-science 0.5.0", "", "", ratio)], before)


def test_another_kind_of_machine_is_told_and_not_compared() -> None:
    before = page.Table(MACHINE, {})
    assert page.elsewhere(before, MACHINE.replace("2 cores", "4 cores")).startswith("not compared")
    assert page.elsewhere(before, MACHINE.replace("v3", "v4")).startswith("not compared")
    assert page.elsewhere(page.Table("", {}), MACHINE).startswith("not compared")
    assert page.elsewhere(before, MACHINE.replace("9000", "9001")) == ""


def test_slopes_are_those_of_powers_and_the_plot_is_a_picture() -> None:
    sizes = [1.0, 2.0, 4.0, 8.0]
    linear, square = (growth(str(power), "MP", sizes, [0.003 * size**power for size in sizes]) for power in (1, 2))
    assert (linear.slope, square.slope) == (pytest.approx(1), pytest.approx(2))
    assert not Row.slope("a", linear.sizes, linear.seconds, linear.slope).missed
    assert Row.slope("a", square.sizes, square.seconds, square.slope).missed
    assert "| 2, by MP | 1: 3.0 ms, 2: 12.0 ms, 4: 48.0 ms, 8: 192.0 ms | 2.00 |" in growth_table([linear, square])
    with Pillow.open(io.BytesIO(plot([linear, square, growth("c", "pairs", sizes, sizes)]))) as drawn:
        assert drawn.size == (1400, 660)
        assert len(drawn.convert("RGB").getcolors(1 << 20) or []) > 20


def test_shares_come_to_the_whole() -> None:
    found = split({DECODING: 3.0, "DeltaE00": 1.0}, 5.0, 100, 0.75)
    assert [one.name for one in found] == list(ORDER)
    assert sum(one.share for one in found) == pytest.approx(1)
    assert {one.name: one.milliseconds for one in found}[STARTING] == pytest.approx(10)
    assert "| inflating | 22.50 ms | 45% |" in shares_table(found)
    assert "| unfiltering and other decoding | 7.50 ms | 15% |" in shares_table(found)
    assert "| the whole command | 50.00 ms | 100% |" in shares_table(found)


def test_inflating_is_most_of_decoding_what_compresses_badly_and_nothing_of_what_is_stored(tmp_path: Path) -> None:
    pixels = np.random.default_rng(1).integers(0, 24, (256, 256, 3), dtype=np.uint8)
    for name, level in (("compressed.png", 9), ("stored.png", 0)):
        Pillow.fromarray(pixels).save(tmp_path / name, compress_level=level)
    assert inflating([tmp_path / "compressed.png"]) > inflating([tmp_path / "stored.png"])


@pytest.mark.parametrize(
    ("calls", "part"),
    [
        (["gate.py", "corridor/judging.py", "decode/__init__.py", "decode/png.py"], DECODING),
        (["gate.py", "corridor/judging.py", "decode/__init__.py", "core/errors.py"], READING),
        (["metrics/native/ssim.py", "core/threads.py"], SSIM),
        (["metrics/native/ssim.py", "core/statistics.py"], STATISTICS),
        (["gate.py", "reporters/text.py"], REST),
    ],
)
def test_time_belongs_to_the_innermost_function_that_has_a_place(calls: list[str], part: str) -> None:
    def called(names: list[str]) -> str:
        if not names:
            return place(sys._getframe())
        code = compile("def call(names, further): return further(names)", f"/a/qualitygate/{names[0]}", "exec")
        scope: dict[str, Callable[..., str]] = {}
        exec(code, scope)
        return scope["call"](names[1:], called)

    assert called(calls) == part


def played(monkeypatch: pytest.MonkeyPatch, rows: list[Row]) -> None:
    monkeypatch.setattr(sections, "SECTIONS", {"metrics": lambda _: iter(rows)})
    monkeypatch.setattr(command, "SECTIONS", sections.SECTIONS)
    monkeypatch.setattr(command, "machine", lambda: MACHINE)
    monkeypatch.setattr(command, "lacking", lambda *_: "")
    monkeypatch.setattr(command, "neighbours", lambda _: iter([Neighbour("odiff 1.2.3", lambda _: Spent(1.0, 1.0))]))


def test_a_missed_promise_fails_the_run_and_in_ci_warns(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    played(monkeypatch, ROWS)
    assert command.main([]) == 3
    assert "missed: SSIM, kernel, 1 MP beside scikit-image" in capsys.readouterr().err
    assert command.main(["--warn"]) == 0
    warned = [line for line in capsys.readouterr().err.splitlines() if line.startswith("::warning title=Benchmark::")]
    assert len(warned) == 2
    played(monkeypatch, ROWS[:1])
    assert command.main([]) == 0


def test_numbers_that_do_not_agree_fail_even_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    played(monkeypatch, [Row.faster("SSIM", "b", 1.0, 2.0, 2.0, None, False)])
    assert command.main(["--warn"]) == 1


def test_a_whole_run_writes_the_page_and_the_next_is_held_against_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    shown = tmp_path / "page.md"
    shown.write_text(PAGE.read_text(encoding="utf-8"), encoding="utf-8")
    played(monkeypatch, ROWS)
    assert command.main(["--markdown", str(shown), "--npm", str(tmp_path), "--warn"]) == 0
    assert page.read(shown.read_text(encoding="utf-8")).machine == MACHINE
    capsys.readouterr()
    slower = Row.faster("DeltaE00, kernel, 1 MP", "colour-science 0.4.8", 0.02, 0.5, 25.0, None, True)
    played(monkeypatch, [slower])
    assert command.main(["--against", str(shown), "--warn"]) == 0
    told = "DeltaE00, kernel, 1 MP beside colour-science 0.4.8: 25.00, in the table 50.00"
    assert f"::warning title=Benchmark::worse: {told}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--markdown", "page.md"],
        ["--markdown", "page.md", "--npm", ".", "--quick"],
        ["--markdown", "page.md", "--npm", ".", "--only", "metrics"],
        ["--markdown", "absent.md", "--npm", "."],
        ["--against", "README.md"],
        ["--quick", "--plot", "a.png"],
    ],
    ids=" ".join,
)
def test_what_cannot_be_written_is_said_before_the_run(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    played(monkeypatch, [])
    with pytest.raises(SystemExit) as ended:
        command.main(arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err.splitlines()[-1].startswith("python -m benchmarks: error: ")
