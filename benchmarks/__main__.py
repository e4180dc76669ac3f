"""`python -m benchmarks [--quick] [--npm DIR]`: one table of our times beside those of others, taken in one run."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path

from benchmarks import page
from benchmarks.effort import QUICK, TINY, WHOLE
from benchmarks.needed import NotMeasuredError, lacking, lacking_neighbours
from benchmarks.neighbours import neighbours
from benchmarks.row import HEADER, Row
from benchmarks.scaling_plot import plot
from benchmarks.scaling_plot import table as growth_table
from benchmarks.sections import SECTIONS, Run
from benchmarks.shares import table as shares_table
from benchmarks.surroundings import machine, versions


def main(arguments: list[str] | None = None) -> int:
    """Print the table, and what of it is not measured.

    Returns:
        1 when the two sides of a case do not measure the same, 3 when a ratio misses its target, 2 when a section or a
        program that was asked for cannot be measured here.
    """
    parser = _parser()
    options = parser.parse_args(arguments)
    whole = not (options.quick or options.tiny or options.only)
    if options.markdown is not None and (not whole or options.npm is None):
        parser.error("a page shows a whole run: --markdown goes with --npm, and without --quick, --tiny and --only")
    if options.plot is not None and (options.quick or (options.only and "growth" not in options.only)):
        parser.error("nothing to draw: --plot needs the section growth, which --quick leaves out")
    before = None
    try:
        if options.markdown is not None:  # before the half hour, not after it
            page.with_parts(options.markdown.read_text(encoding="utf-8"), dict.fromkeys(page.PARTS, ""))
        if options.against is not None:
            before = page.read(options.against.read_text(encoding="utf-8"))
    except (OSError, page.PageError) as error:
        parser.error(str(error))

    if why := lacking("skimage"):  # the photographs of every section come with it
        parser.exit(2, f"{why}\n")
    run = Run(QUICK if options.quick else TINY if options.tiny else WHOLE, options.npm)
    if options.npm is not None:
        there = [neighbour.name for neighbour in neighbours(options.npm)]
        if not there:
            prefix = "npm install --ignore-scripts --prefix benchmarks/npm"
            parser.exit(2, f"--npm {options.npm}: nothing is installed there: {prefix}, then --npm benchmarks/npm\n")
        run.unmeasured |= lacking_neighbours(options.npm, there)
    rows: list[Row] = []
    for name in options.only or SECTIONS:
        try:
            for row in SECTIONS[name](run):
                if not rows:
                    print(f"Measured on: {machine()}.\n\nWith {versions()}.\n\n{HEADER}", flush=True)
                rows.append(row)
                print(row.text, flush=True)
        except NotMeasuredError as why_not:
            run.unmeasured[name] = str(why_not)
    parts = {
        "table": page.table(rows, machine(), versions()),
        "growth": growth_table(run.growths),
        "shares": shares_table(run.shares),
        "missed": page.missed(rows),
    }
    for name, found in (("growth", run.growths), ("shares", run.shares)):
        if found:
            print(f"\n{parts[name]}", flush=True)
    if options.plot is not None:
        options.plot.write_bytes(plot(run.growths))
    if options.markdown is not None:
        shown = page.with_parts(options.markdown.read_text(encoding="utf-8"), parts)
        options.markdown.write_text(shown, encoding="utf-8")
    if before is not None:
        if why := page.elsewhere(before, machine()):
            print(f"::notice title=Benchmark::{why}" if options.warn else why, file=sys.stderr)
        else:
            _say(page.worse(rows, before), warn=options.warn)
    for number, (name, why) in enumerate(run.unmeasured.items(), start=1):
        print(f"not measured ({number} of {len(run.unmeasured)}): {name}: {why}", file=sys.stderr)
    asked = set(options.only or ()) & set(run.unmeasured)
    return _verdict(rows, warn=options.warn) or (2 if asked else 0)


def _verdict(rows: Sequence[Row], *, warn: bool) -> int:
    """Say what is wrong; the exit code."""
    unlike = [row for row in rows if not row.agrees]
    missed = [row for row in rows if row.missed]
    for row in unlike:
        print(f"the two sides do not measure the same: {row.what} beside {row.peer}", file=sys.stderr)
    _say(
        [f"missed: {row.what} beside {row.peer}: {row.ratio:.2f}, promised {row.promise}" for row in missed], warn=warn
    )
    return 1 if unlike else 3 if missed and not warn else 0


def _say(lines: Sequence[str], *, warn: bool) -> None:
    for line in lines:
        # GitHub reads commands from either stream.
        print(f"::warning title=Benchmark::{line}" if warn else line, file=sys.stderr)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    size = parser.add_mutually_exclusive_group()
    size.add_argument(
        "--quick", action="store_true", help="a few minutes: the rows of a megapixel alone, few repetitions"
    )
    size.add_argument("--tiny", action="store_true", help="tiny pictures, one repetition: does it run at all")
    parser.add_argument("--npm", type=Path, metavar="DIR", help="directory whose node_modules has odiff-bin and others")
    parser.add_argument("--only", choices=list(SECTIONS), action="append", help="this section only; repeatable")
    parser.add_argument("--plot", type=Path, metavar="FILE.png", help="draw how cost grows")
    parser.add_argument("--markdown", type=Path, metavar="PAGE.md", help="write all of it between the page's markers")
    parser.add_argument("--against", type=Path, metavar="PAGE.md", help="say what is 30 %% worse than the page's table")
    parser.add_argument(
        "--warn", action="store_true", help="as in CI: what is missed or worse is a warning, not a failure"
    )
    return parser


if __name__ == "__main__":
    # colour-science warns at import of every optional package that it misses.
    warnings.simplefilter("ignore")
    sys.exit(main())
