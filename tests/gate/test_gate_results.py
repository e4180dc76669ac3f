"""Nothing is measured twice, and only the time it takes tells: verdicts with and without earlier results."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow

from qualitygate import gate
from qualitygate.cache.directory import Directory
from qualitygate.core.verdict import Report, status_of
from qualitygate.corridor import judging
from qualitygate.metrics.ssim import Ssim
from qualitygate.reporters.document import check_document
from qualitygate.running.resources import Results

FAST = ("delta_e_2000", "ssim")
CONFIG = """
[[sets]]
name = "shop"
reference = "ref"
candidate = "cand"
profile = "product"
metrics = ["delta_e_2000", "ssim"]
{more}
"""
REGION = """
[[sets.regions]]
name = "logo"
rectangles = [[10, 10, 40, 40]]
[sets.regions.limits.delta_e_2000]
mean = {limit}
"""


@pytest.fixture
def pairs(tmp_path: Path, photos: list[Path], monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pairs of every fate: equal, near, damaged, shifted, of another size, broken, identical and broken, with alpha."""
    monkeypatch.chdir(tmp_path)
    for side in ("ref", "cand"):
        (tmp_path / side).mkdir()
    picture = Pillow.open(photos[0]).convert("RGB").crop((100, 0, 340, 200))

    def write(name: str, candidate: Pillow.Image | bytes, reference: Pillow.Image | bytes = picture) -> None:
        for side, content in (("ref", reference), ("cand", candidate)):
            path = tmp_path / side / name
            path.write_bytes(content) if isinstance(content, bytes) else content.save(path)

    write("equal.png", picture)
    write("near.png", Pillow.fromarray(np.asarray(picture) ^ 1))
    damaged = np.array(picture)
    damaged[40:90, 40:90] = (255, 0, 0)
    write("damaged.png", Pillow.fromarray(damaged))
    write("shifted.png", Pillow.fromarray(np.roll(np.asarray(picture), (4, 3), axis=(0, 1))))
    write("smaller.png", picture.resize((120, 100)))
    write("broken.png", b"\x89PNG\r\n\x1a\nnonsense")
    write("both.png", b"\x89PNG\r\n\x1a\nnonsense", b"\x89PNG\r\n\x1a\nnonsense")
    veiled = picture.copy()
    veiled.putalpha(Pillow.linear_gradient("L").resize(picture.size))
    write("veiled.png", veiled)
    (tmp_path / "qualitygate.toml").write_text(CONFIG.format(more=""))
    return tmp_path


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return Results(tmp_path / "results")


@pytest.fixture
def decoded(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Pairs that were decoded in this process since the list was last cleared."""
    seen: list[str] = []
    real = judging.decode_pair

    def watching(task: Any) -> Any:
        seen.append(task.subject.id)
        return real(task)

    monkeypatch.setattr(judging, "decode_pair", watching)
    return seen


def check(results: Results | None, workers: int = 1) -> Report:
    return gate.run(gate.plan(), results=results, workers=workers)


def told(report: Report) -> Any:
    """Everything a report says but when, and how much of it was known."""
    settings = {key: value for key, value in report.settings.items() if key != "from_cache"}
    document = check_document(replace(report, started="", settings=settings))
    return json.loads(json.dumps(document))


def test_a_rule_on_transparency_holds_against_numbers_that_were_measured_before_it(
    pairs: Path, results: Results, decoded: list[str]
) -> None:
    """`product` has the rule; numbers measured under a profile without it are judged by it nevertheless."""
    mine = pairs / "thresholds" / "product.toml"
    mine.parent.mkdir()
    mine.write_text('extends = "product"\n[rules]\nalpha = false\n')

    def veiled(report: Report) -> tuple[str, bool, dict[str, str]]:
        (one,) = (one for one in report.results if one.subject.id == "flattened.png")
        codes = {finding.code: finding.level.value for finding in one.findings}
        return status_of(one.verdict), one.cached, codes

    white = Pillow.new("RGBA", (64, 64), (255, 255, 255, 0))
    white.save("ref/flattened.png")
    white.convert("RGB").save("cand/flattened.png")
    assert veiled(check(results)) == ("passed", False, {"QG-1004": "warning"})
    mine.unlink()
    decoded.clear()
    assert veiled(check(results)) == ("failed", True, {"QG-1016": "error"})
    mine.write_text('extends = "product"\n[rules]\nalpha = "any"\n')
    assert veiled(check(results)) == ("passed", True, {"QG-1004": "note"})
    assert "flattened.png" not in decoded


def test_a_second_run_decodes_only_what_cannot_be_known_and_says_the_same(
    pairs: Path, results: Results, decoded: list[str]
) -> None:
    without, first = check(None), check(results)
    assert told(without) == told(first)
    assert first.settings["from_cache"] == "0 of 8"
    decoded.clear()
    second = check(results)
    assert sorted(decoded) == ["both.png", "broken.png", "smaller.png"]
    assert second.settings["from_cache"] == "5 of 8"
    assert told(second) == told(without)
    assert "from_cache" not in without.settings


def test_limits_are_held_against_known_numbers_anew(pairs: Path, results: Results, decoded: list[str]) -> None:
    (pairs / "thresholds").mkdir()
    mine = pairs / "thresholds" / "mine.toml"
    (pairs / "qualitygate.toml").write_text(CONFIG.format(more="").replace('"product"', '"mine"'))
    for limit, verdict in ((60.0, "Passed"), (0.0, "Failed"), (60.0, "Passed")):
        mine.write_text(f"schema = 1\n[limits.delta_e_2000]\nmax = {limit}\n")
        fresh, known = check(None), check(results)
        assert told(fresh) == told(known)
        by_id = {result.subject.id: type(result.verdict).__name__ for result in known.results}
        assert by_id["near.png"] == verdict
    # Near failed once, when nobody had looked yet whether it was moved; now that is known, too.
    mine.write_text("schema = 1\n[limits.delta_e_2000]\nmax = 0.0\n")
    decoded.clear()
    check(results)
    assert "near.png" not in decoded


def test_a_region_is_judged_by_known_numbers_and_a_moved_one_measured(
    pairs: Path, results: Results, decoded: list[str]
) -> None:
    config = pairs / "qualitygate.toml"
    for limit, again in ((50.0, True), (0.001, False)):
        config.write_text(CONFIG.format(more=REGION.format(limit=limit)))
        decoded.clear()
        known = check(results)
        assert ("equal.png" in decoded) is again
        assert told(known) == told(check(None))
    assert any(finding.region == "logo" for finding in known.all_findings)
    config.write_text(CONFIG.format(more=REGION.format(limit=1).replace("10, 10", "11, 10")))
    decoded.clear()
    check(results)
    assert "equal.png" in decoded


def test_a_mask_that_changed_is_another_question(pairs: Path, results: Results, decoded: list[str]) -> None:
    white, black = (np.full((200, 240), value, np.uint8) for value in (255, 0))
    (pairs / "qualitygate.toml").write_text(
        CONFIG.format(more='include = ["damaged.png"]\nignore = [{mask = "m.png"}]')
    )
    half = black.copy()
    half[:, :150] = 255
    for mask, verdict in ((half, "passed"), (black, "failed"), (half, "passed"), (white, "unmeasurable")):
        Pillow.fromarray(mask).save(pairs / "m.png")
        assert check(results).verdict == verdict
        decoded.clear()
        assert check(results).verdict == verdict
        assert (decoded == []) is (verdict != "unmeasurable")


def test_other_contents_under_the_same_name_are_measured(pairs: Path, results: Results, decoded: list[str]) -> None:
    check(results)
    (pairs / "cand" / "near.png").write_bytes((pairs / "cand" / "damaged.png").read_bytes())
    decoded.clear()
    report = check(results)
    # These very contents were measured before, as another pair of the same reference.
    assert "near.png" not in decoded
    assert told(report) == told(check(None))
    picture = np.array(Pillow.open(pairs / "cand" / "near.png"))
    picture[0, 0] ^= 255
    Pillow.fromarray(picture).save(pairs / "cand" / "near.png")
    decoded.clear()
    check(results)
    assert "near.png" in decoded


def test_an_identical_pair_is_decoded_until_its_contents_are_known_as_readable(
    pairs: Path, results: Results, decoded: list[str]
) -> None:
    check(results)
    for side in ("ref", "cand"):
        (pairs / side / "twin.png").write_bytes((pairs / "ref" / "equal.png").read_bytes())
        (pairs / side / "ruin.png").write_bytes((pairs / "ref" / "equal.png").read_bytes()[:-40])
    decoded.clear()
    report = check(results)
    by_id = {result.subject.id: type(result.verdict).__name__ for result in report.results}
    assert (by_id["twin.png"], by_id["ruin.png"], by_id["both.png"]) == ("Passed", "Unmeasurable", "Unmeasurable")
    assert "twin.png" not in decoded
    assert "ruin.png" in decoded


def test_stricter_limits_of_decoding_refuse_what_is_known(pairs: Path, results: Results) -> None:
    check(results)
    with (pairs / "qualitygate.toml").open("a") as config:
        config.write("[limits]\nmax_pixels = 1000\n")
    report = check(results)
    assert report.settings["from_cache"] == "0 of 8"
    assert told(report) == told(check(None))


@pytest.mark.parametrize("harm", ["truncate", "garbage", "empty", "swap", "directory"])
def test_a_harmed_cache_is_measured_again(pairs: Path, results: Results, decoded: list[str], harm: str) -> None:
    right = told(check(results))
    entries = sorted(path for path in results.directory.rglob("*") if path.is_file())
    contents = [path.read_bytes() for path in entries]
    for path, content, other in zip(entries, contents, contents[1:] + contents[:1], strict=True):
        if harm == "directory":
            path.unlink()
            path.mkdir()
            continue
        harmed = {
            "truncate": content[:-1],
            "garbage": content.replace(b'"mean":', b'"mean": '),
            "empty": b"",
            "swap": other,
        }
        path.write_bytes(harmed[harm])
    decoded.clear()
    report = check(results)
    assert len(decoded) == 8
    assert told(report)["pairs"] == right["pairs"]
    if harm != "directory":
        assert check(results).settings["from_cache"] == "5 of 8"


def test_several_processes_fill_and_use_one_cache(pairs: Path, results: Results, decoded: list[str]) -> None:
    right = told(check(None))
    assert told(check(results, workers=2)) == right
    again = check(results, workers=2)
    assert told(again) == right
    assert again.settings["from_cache"] == "5 of 8"
    assert len(decoded) == 8  # those of the first run of all, in this process


def test_accepted_references_are_pairs_of_their_own(pairs: Path, results: Results, decoded: list[str]) -> None:
    beside = pairs / "ref" / "damaged.png.accepted"
    beside.mkdir()
    (beside / "night.png").write_bytes((pairs / "cand" / "damaged.png").read_bytes())
    right = check(results)
    assert {result.subject.id: result.accepted for result in right.results}["damaged.png"] == "night"
    decoded.clear()
    assert told(check(results)) == told(right)
    assert "damaged.png" not in decoded


def test_a_cache_that_cannot_be_written_is_told_where_somebody_asked_for_it(pairs: Path) -> None:
    (pairs / "file").write_text("")
    asked = check(Results(pairs / "file" / "below"))
    assert [finding.code for finding in asked.findings if finding.code == "QG-1447"] == ["QG-1447"]
    (told_so,) = (finding.message for finding in asked.findings if finding.code == "QG-1447")
    assert "neither read nor kept" in told_so
    silent = check(Results(pairs / "file" / "below", asked=False))
    assert not [finding for finding in silent.findings if finding.code == "QG-1447"]
    assert told(silent) == told(check(None))


def test_a_cache_that_can_only_be_read_is_read(
    pairs: Path, results: Results, decoded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As the one of another user, which may be entered and not listed."""
    right = check(results)
    (pairs / "cand" / "late.png").write_bytes((pairs / "cand" / "shifted.png").read_bytes())
    (pairs / "ref" / "late.png").write_bytes((pairs / "cand" / "near.png").read_bytes())

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    decoded.clear()
    with monkeypatch.context() as context:
        context.setattr(Directory, "write", _unwritable)
        context.setattr(os, "scandir", _but(results.directory, os.scandir, forbidden))
        context.setattr(os, "utime", forbidden)
        read = check(results)
    assert read.settings["from_cache"] == "5 of 9"
    assert "equal.png" not in decoded
    (told_so,) = (finding.message for finding in read.findings if finding.code == "QG-1447")
    assert "read, but nothing kept" in told_so
    assert "Permission denied" in told_so
    before = {result.subject.id: result.verdict for result in right.results}
    assert {one.subject.id: one.verdict for one in read.results if one.subject.id in before} == before


def _unwritable(store: Directory, key: str, document: bytes) -> bool:
    store.trouble = "Permission denied"
    return False


def _but(root: Path, real: Callable[[Any], Any], forbidden: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda path: forbidden(path) if str(path).startswith(str(root)) else real(path)


def test_the_command_line_keeps_results_unless_told_not_to(
    pairs: Path, command_line: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QUALITYGATE_CHECK_CACHE")
    monkeypatch.setenv("QUALITYGATE_CACHE", str(pairs / "mine"))

    def known(*options: object) -> str | None:
        found = command_line("check", "--format", "json", "--no-incident", *options)
        settings = json.loads(found.out)["settings"]
        return settings.get("from_cache")

    assert known("--no-cache") is None
    assert not (pairs / "mine").exists()
    assert [known(), known()] == ["0 of 8", "5 of 8"]
    assert (pairs / "mine" / "results").is_dir()
    assert known("--no-cache") is None
    assert [known("--cache", "here"), known("--cache", pairs / "here")] == ["0 of 8", "5 of 8"]
    with (pairs / "qualitygate.toml").open("a") as config:
        config.write('[run]\ncache = "there"\n')
    assert [known(), known()] == ["0 of 8", "5 of 8"]
    assert (pairs / "there").is_dir()
    (pairs / "qualitygate.toml").write_text(CONFIG.format(more="") + "[run]\ncache = false\n")
    assert known() is None
    assert known("--cache", "there") == "5 of 8"
    wrong = command_line("check", "--cache", "qualitygate.toml")
    assert (wrong.code, "QG-1445" in wrong.err) == (2, True)


def test_the_verbose_text_report_tells_it_where_there_were_any(pairs: Path, command_line: Callable[..., Any]) -> None:
    assert "earlier runs" not in command_line("check", "--no-incident", "-v").out
    assert "5 of 8 pairs by earlier runs" in command_line("check", "--no-incident", "-v").out
    assert "earlier runs" not in command_line("check", "--no-incident").out
    assert "earlier runs" not in command_line("check", "--no-incident", "--no-cache", "-v").out


def test_a_metric_that_cannot_say_what_makes_its_numbers_is_measured_anew(
    pairs: Path, results: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plugin's mistake there costs time, and no run."""

    def broken(self: Ssim) -> dict[str, str]:
        raise KeyError("kernel")

    without = check(None)
    monkeypatch.setattr(Ssim, "identity", broken)
    for _ in range(2):
        report = check(results)
        assert told(report) == told(without)
        assert report.settings["from_cache"] == "0 of 8"
