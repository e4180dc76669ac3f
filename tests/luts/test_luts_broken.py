"""A valid sample of each format, broken one line at a time: refused, or read as exactly the same LUT."""

from __future__ import annotations

import numpy as np
import pytest
from lut_samples import SAMPLES

from qualitygate import luts
from qualitygate.core.lut import Lut
from qualitygate.luts.apply import apply

PROBES = np.random.default_rng(16).uniform(-0.5, 2.5, (200, 3))
# Lines that may be left out, with a change of meaning that the format defines.
OPTIONAL = ("DOMAIN_MIN", "DOMAIN_MAX", "LUT_1D_INPUT_RANGE", "LUT_3D_INPUT_RANGE", "0 200 512 800 1023")


def same(one: Lut, other: Lut) -> bool:
    return np.array_equal(apply(one, PROBES), apply(other, PROBES))


def replaced(line: str, token: str) -> str:
    head, blank, _ = line.rpartition(" ")
    return f"{head}{blank}{token}"


BREAKS = {
    "deleted": lambda lines, i: lines[:i] + lines[i + 1 :],
    "twice": lambda lines, i: [*lines[: i + 1], lines[i], *lines[i + 1 :]],
    "one value more": lambda lines, i: [*lines[:i], f"{lines[i]} 0.5", *lines[i + 1 :]],
    "one value less": lambda lines, i: [*lines[:i], lines[i].rpartition(" ")[0], *lines[i + 1 :]],
    "a word": lambda lines, i: [*lines[:i], f"{lines[i]} x", *lines[i + 1 :]],
    "end": lambda lines, i: lines[:i],
    **{
        token: lambda lines, i, token=token: [*lines[:i], replaced(lines[i], token), *lines[i + 1 :]]
        for token in ("nan", "-inf", "0,5", "0x1p3", "1_0.5", "0.5abc", "1e", "1.2.3", "--1", "+", ".", "1e999", "٣",
                      "0.5\x00", "0.5\x0c", "0.5\xa0", "0.5#")
    },
}  # fmt: skip


@pytest.mark.parametrize("name", SAMPLES)
def test_the_sample_is_accepted(name: str) -> None:
    result = luts.parse(SAMPLES[name].encode(), name)
    assert result.accepted, result.findings
    assert result.kind in ("1d", "3d", "1d+3d", "matrix")


@pytest.mark.parametrize("broken", BREAKS)
@pytest.mark.parametrize("name", SAMPLES)
def test_no_broken_line_passes(name: str, broken: str) -> None:
    whole = luts.parse(SAMPLES[name].encode(), name).lut
    lines = SAMPLES[name].splitlines()
    for index, line in enumerate(lines):
        text = "\n".join(BREAKS[broken](lines, index)) + "\n"
        result = luts.parse(text.encode(), name)
        if not result.accepted:
            assert result.lut is None
            assert result.findings[0].code.startswith("QG-16")
        elif not (broken == "deleted" and line.startswith(OPTIONAL)):
            assert result.lut is not None
            assert whole is not None
            assert same(result.lut, whole), f"line {index + 1} {line!r}, {broken}: accepted as another LUT"


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("ending", ["\r\n", "\n\n", " \n", "\t\n"])
def test_equivalent_files_mean_the_same(name: str, ending: str) -> None:
    whole = luts.parse(SAMPLES[name].encode(), name).lut
    result = luts.parse(SAMPLES[name].replace("\n", ending).encode(), name)
    assert result.lut is not None, result.findings
    assert whole is not None
    assert same(result.lut, whole)


@pytest.mark.parametrize("name", SAMPLES)
def test_classic_mac_line_ends_are_refused(name: str) -> None:
    [finding] = luts.parse(SAMPLES[name].replace("\n", "\r").encode(), name).findings
    assert finding.code == "QG-1611"


@pytest.mark.parametrize("name", [name for name in SAMPLES if not name.endswith(".spimtx")])
def test_every_table_line_is_named_when_it_is_wrong(name: str) -> None:
    lines = SAMPLES[name].splitlines()
    rows = [i for i, line in enumerate(lines) if line and all(c in "0123456789.-e " for c in line)]
    for index in rows:
        text = "\n".join([*lines[:index], lines[index][:-1] + "?", *lines[index + 1 :]])
        [finding] = luts.parse(text.encode(), name).findings
        assert finding.line == index + 1, (lines[index], finding)
