"""The whole corpus, judged as its manifest says; every disagreement is printed, and is allowed only with its reason."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from qualitygate import luts

# The same reasons stand in docs/luts.md.
JUDGED_OTHERWISE = {
    "valid/ocio_lut3by1d_nan_infinity_example.clf": "its values are NaN and infinity; nothing not finite is accepted",
    "valid/ocioinline_csp_01_simple_1d.csp": "whole .csp files one after the other; readers see only the first",
}
TOOLS = {"ocio": "OpenColorIO", "colour": "colour-science", "ffmpeg": "ffmpeg"}
NEEDS_EXTRA = {"clf", "ctf", "itx", "vf", "pandora", "discreet-1dl", "houdini-hdl", "icc"}


def manifest(corpora: Path) -> list[dict[str, str]]:
    with (corpora / "lut" / "manifest.tsv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_every_file_is_judged_as_the_manifest_says(corpora: Path) -> None:
    try:
        import PyOpenColorIO  # noqa: F401
    except ImportError:
        pytest.skip("the extra `luts` is not installed")
    disagreements = {}
    rows = manifest(corpora)
    for row in rows:
        result = luts.read(corpora / "lut" / row["file"])
        assert result.accepted == (result.lut is not None)
        if result.accepted != (row["expect"] == "ok"):
            disagreements[row["file"]] = [str(finding.message) for finding in result.findings]
    unexplained = {name: said for name, said in disagreements.items() if name not in JUDGED_OTHERWISE}
    assert unexplained == {}
    assert set(disagreements) == set(JUDGED_OTHERWISE), "a reason without a disagreement"
    assert len(rows) > 200


def test_the_judgements_otherwise_are_documented() -> None:
    page = (Path(__file__).resolve().parents[2] / "docs" / "luts.md").read_text(encoding="utf-8")
    for name, reason in JUDGED_OTHERWISE.items():
        assert Path(name).name in page
        assert reason in " ".join(page.split())


def test_every_rejection_says_what_it_found(corpora: Path) -> None:
    for row in manifest(corpora):
        if row["expect"] == "reject" and row["format"] not in NEEDS_EXTRA:
            [finding] = luts.read(corpora / "lut" / row["file"], name=Path(row["file"]).name).findings
            assert finding.code.startswith("QG-16")
            assert finding.file == Path(row["file"]).name
            assert finding.line is not None, finding
            assert finding.found
            assert finding.expected


def test_a_tool_that_refuses_an_accepted_file_is_named(corpora: Path) -> None:
    for row in manifest(corpora):
        if row["expect"] != "ok" or row["format"] in NEEDS_EXTRA or row["file"] in JUDGED_OTHERWISE:
            continue
        said = " ".join(finding.message for finding in luts.read(corpora / "lut" / row["file"]).findings)
        for column, tool in TOOLS.items():
            if row[column] == "err":
                assert tool in said, f"{row['file']}: {tool} refuses it and nothing says so"
            if row[column] == "ok":
                assert f"{tool} refuses" not in said, f"{row['file']}: {tool} reads it, but {said}"
