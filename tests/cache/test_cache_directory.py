"""The directory of results: what is read is what was written, or nothing; whoever else reads, writes, trims or dies."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qualitygate.cache.directory import Directory
from qualitygate.cache.entry import TITLE_BYTES, begun, opened, ours, sealed
from qualitygate.core.errors import ConfigError

KEY, OTHER = (hashlib.sha256(name).hexdigest() for name in (b"one", b"other"))


def entry(root: Path, key: str = KEY) -> Path:
    return root / key[:2] / key[2:]


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    store = Directory(tmp_path / "new")
    assert store.empty
    assert store.read(KEY) is None
    assert store.write(KEY, b"numbers")
    assert not store.empty
    assert store.read(KEY) == b"numbers"
    assert store.read(OTHER) is None
    assert store.write(KEY, b"")
    assert store.read(KEY) == b""


@given(document=st.binary(max_size=200), place=st.integers(0, 400), change=st.integers(1, 255))
def test_an_entry_with_any_byte_changed_is_none(document: bytes, place: int, change: int) -> None:
    data = bytearray(sealed(KEY, document))
    place %= len(data)
    data[place] ^= change
    assert opened(KEY, bytes(data)) is None


@given(document=st.binary(max_size=200), cut=st.integers(1, 400), more=st.binary(min_size=1, max_size=5))
def test_an_entry_cut_short_or_lengthened_is_none(document: bytes, cut: int, more: bytes) -> None:
    data = sealed(KEY, document)
    assert opened(KEY, data[: max(len(data) - cut, 0)]) is None
    assert opened(KEY, data + more) is None
    assert opened(KEY, more) is None


def test_an_entry_of_another_key_is_none(tmp_path: Path) -> None:
    store = Directory(tmp_path)
    store.write(OTHER, b"numbers of others")
    entry(tmp_path).parent.mkdir()
    entry(tmp_path, OTHER).rename(entry(tmp_path))
    assert store.read(KEY) is None
    assert store.write(KEY, b"ours")
    assert store.read(KEY) == b"ours"


def test_a_link_is_not_followed_and_a_pipe_not_waited_for(tmp_path: Path) -> None:
    store = Directory(tmp_path / "cache")
    store.write(KEY, b"numbers")
    entry(store.root).rename(tmp_path / "elsewhere")
    entry(store.root).symlink_to(tmp_path / "elsewhere")
    assert store.read(KEY) is None
    entry(store.root).unlink()
    os.mkfifo(entry(store.root))
    assert store.read(KEY) is None
    entry(store.root).unlink()
    entry(store.root).mkdir()
    assert store.read(KEY) is None
    assert not store.write(KEY, b"numbers")
    assert store.trouble
    assert [path.name for path in entry(store.root).parent.iterdir()] == [KEY[2:]]


def test_a_file_in_its_place_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError) as caught:
        Directory(tmp_path / "file")
    assert caught.value.code == "QG-1445"


def test_a_directory_that_cannot_be_made_keeps_nothing_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Directory(tmp_path / "file" / "below")
    assert not store.write(KEY, b"numbers")
    assert store.trouble
    assert store.read(KEY) is None
    store.trim(0.0)


def test_a_key_is_a_digest() -> None:
    with pytest.raises(ValueError, match="no SHA-256"):
        Directory(Path()).read("../../" + KEY[6:])


def filled(root: Path, count: int, size: int) -> tuple[Directory, list[str]]:
    """A store of `count` documents, the first used longest ago."""
    store = Directory(root, size)
    keys = [hashlib.sha256(b"%d" % number).hexdigest() for number in range(count)]
    for age, key in enumerate(reversed(keys)):
        store.write(key, b"x" * 100)
        os.utime(entry(root, key), (1_000_000 - age, 1_000_000 - age))
    return store, keys


def test_trimming_removes_what_was_not_used_for_longest(tmp_path: Path) -> None:
    store, keys = filled(tmp_path, 20, 10 * 4096)
    assert store.read(keys[0]) is not None  # used now, although it is the oldest
    store.trim(2_000_000.0)
    left = [key for key in keys if entry(tmp_path, key).exists()]
    assert left == [keys[0], *keys[-8:]]


def test_trimming_leaves_what_fits_alone(tmp_path: Path) -> None:
    store, keys = filled(tmp_path, 20, 20 * 4096)
    store.trim(2_000_000.0)
    assert all(store.read(key) for key in keys)


def test_trimming_removes_what_a_killed_writer_left_and_nothing_of_strangers(tmp_path: Path) -> None:
    store, keys = filled(tmp_path, 1, 1_000_000)
    shard = entry(tmp_path, keys[0]).parent
    old, fresh, foreign = shard / "0011223344556677.part", shard / "8899aabbccddeeff.part", shard / "notes.txt"
    for path in (old, fresh, foreign):
        path.write_bytes(b"")
    os.utime(old, (1_000_000, 1_000_000))
    now = 1_000_000.0 + 3601
    os.utime(fresh, (now - 10, now - 10))
    (tmp_path / "CACHEDIR.TAG").write_text("")
    store.trim(now)
    assert not old.exists()
    assert fresh.exists()
    assert foreign.exists()
    assert (tmp_path / "CACHEDIR.TAG").exists()


def test_trimming_neither_counts_nor_removes_what_is_only_called_like_an_entry(tmp_path: Path) -> None:
    """Such as objects of git by SHA-256, where somebody names a directory with `.git/objects` in mind."""
    store, keys = filled(tmp_path, 20, 10 * 4096)
    shard = entry(tmp_path, keys[0]).parent
    strangers = [shard / f"{number:062x}" for number in range(50)]
    for path in strangers:
        path.write_bytes(b"x\x01not ours" * 1000)
        os.utime(path, (1, 1))
    link = shard / f"{99:062x}"
    link.symlink_to(entry(tmp_path, keys[1]))
    unfinished = shard / f"{7:016x}.part"
    unfinished.write_bytes(b"half of somebody's download")
    named = shard / "film.part"
    named.write_bytes(b"")
    for path in (unfinished, named):
        os.utime(path, (1, 1))
    assert store.taken() == 20 * 4096
    store.trim(2_000_000.0)
    assert [path for path in (*strangers, link, unfinished, named) if not os.path.lexists(path)] == []
    assert [key for key in keys if entry(tmp_path, key).exists()] == keys[-9:]
    assert store.taken() == 9 * 4096


def test_strangers_alone_never_make_it_trim(tmp_path: Path) -> None:
    store, keys = filled(tmp_path, 3, 4 * 4096)
    shard = entry(tmp_path, keys[0]).parent
    for number in range(10):
        (shard / f"{number:062x}").write_bytes(b"not ours")
    store.trim(2_000_000.0)
    assert all(store.read(key) for key in keys)


@given(document=st.binary(max_size=50), cut=st.integers(0, 200), other=st.binary(max_size=40))
def test_a_beginning_tells_what_is_ours(document: bytes, cut: int, other: bytes) -> None:
    data = sealed(KEY, document)
    assert ours(data[:TITLE_BYTES])
    assert begun(data[:cut])
    if not data.startswith(other[:TITLE_BYTES]):
        assert not ours(other)
        assert not begun(other)


def test_a_directory_that_may_not_be_listed_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Directory(tmp_path)
    store.write(KEY, b"numbers")

    def forbidden(_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", forbidden)
    assert not store.empty
    assert store.read(KEY) == b"numbers"
    assert store.readable


def test_below_a_directory_that_may_not_be_entered_there_is_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "of another user" / "cache"

    def forbidden(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "stat", forbidden)
    store = Directory(root)
    assert store.read(KEY) is None
    assert not store.readable


def test_entries_of_another_user_alone_are_not_readable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Directory(tmp_path)
    assert store.read(KEY) is None
    assert store.readable
    assert not Directory(tmp_path / "none").readable

    def forbidden(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", forbidden)
    assert store.read(KEY) is None
    assert not store.readable


def test_writers_readers_and_trimmers_side_by_side_never_see_half_of_anything(tmp_path: Path) -> None:
    keys = [hashlib.sha256(b"%d" % number).hexdigest() for number in range(8)]
    wrong: list[object] = []
    stop = threading.Event()

    def write(letter: bytes) -> None:
        store = Directory(tmp_path, 4 * 8192)
        for turn in range(60):
            key = keys[turn % len(keys)]
            if not store.write(key, key.encode() + letter * 5000):
                wrong.append(store.trouble)
            if turn % 20 == 0:
                store.trim(0.0)

    def read() -> None:
        store = Directory(tmp_path)
        while not stop.is_set():
            for key in keys:
                found = store.read(key)
                if found is not None and (found[:64] != key.encode() or len(set(found[64:])) != 1):
                    wrong.append(found[:80])

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=(letter,)) for letter in (b"a", b"b", b"c")]
    reader.start()
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    stop.set()
    reader.join()
    assert wrong == []
    assert not list(tmp_path.rglob("*.part"))
