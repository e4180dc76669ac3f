"""Digests of two files read side by side are those of `hashlib`, wherever they part; what cannot be read has none."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from qualitygate.core.limits import DecodeLimits
from qualitygate.decode import digests
from qualitygate.decode.digests import file_digest, holds, pair_digests

P = 1 << 16


@pytest.mark.parametrize("size", [1, P - 1, P, P + 1, 3 * P, 3 * P + 7])
@pytest.mark.parametrize("differs", [None, 0, P - 1, P, 2 * P + 5, -1])
@pytest.mark.parametrize("longer", [0, 1, P])
def test_digests_are_those_of_the_bytes(tmp_path: Path, size: int, differs: int | None, longer: int) -> None:
    assert digests._PIECE == P
    ours = os.urandom(size)
    theirs = bytearray(ours + os.urandom(longer))
    if differs is not None and differs < size:
        theirs[differs] ^= 1
    (tmp_path / "a").write_bytes(ours)
    (tmp_path / "b").write_bytes(theirs)
    expected = tuple(hashlib.sha256(data).hexdigest() for data in (ours, theirs))
    assert pair_digests(tmp_path / "a", tmp_path / "b", DecodeLimits()) == expected
    assert pair_digests(tmp_path / "b", tmp_path / "a", DecodeLimits()) == expected[::-1]
    assert file_digest(tmp_path / "a") == expected[0]
    assert holds(tmp_path / "b", ours) == (ours == theirs)
    assert holds(tmp_path / "a", ours)


def test_what_read_file_refuses_has_none(tmp_path: Path) -> None:
    whole, empty, pipe = tmp_path / "whole", tmp_path / "empty", tmp_path / "pipe"
    whole.write_bytes(b"x" * 100)
    empty.write_bytes(b"")
    os.mkfifo(pipe)
    for other in (empty, pipe, tmp_path, tmp_path / "none"):
        assert pair_digests(whole, other, DecodeLimits()) is None
        assert pair_digests(other, whole, DecodeLimits()) is None
        assert file_digest(other) is None
    assert pair_digests(whole, whole, DecodeLimits(max_bytes=99)) is None
    assert pair_digests(whole, whole, DecodeLimits(max_bytes=100)) is not None


def test_what_cannot_be_read_holds_nothing(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    assert not holds(tmp_path / "empty", b"")
    assert not holds(tmp_path / "missing", b"x")
    assert not holds(tmp_path, b"x")
