"""Work that is spread over threads: all of it, once, and nothing left behind by an error."""

from __future__ import annotations

import threading
from time import sleep

import pytest

from qualitygate.core import threads
from qualitygate.core.threads import spread


@pytest.mark.parametrize("count", [1, 2, 5])
@pytest.mark.parametrize("length", [0, 1, 2, 7, 1000])
def test_every_piece_is_done_once(count: int, length: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_allowed", count)
    done: list[int] = []
    spread(lambda first, end: done.extend(range(first, end)), length, 1)
    assert sorted(done) == list(range(length))


def test_too_little_for_a_second_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_allowed", 4)
    found: list[tuple[int, int, threading.Thread]] = []
    spread(lambda first, end: found.append((first, end, threading.current_thread())), 199, 100)
    assert found == [(0, 199, threading.current_thread())]


def test_who_is_held_up_leaves_the_rest_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_allowed", 2)
    others_are_done, done = threading.Event(), []

    def work(first: int, end: int) -> None:
        if first == 0:
            assert others_are_done.wait(30)
        done.append(first)
        if len(done) == 15:
            others_are_done.set()

    spread(work, 16, 1)
    assert done[-1] == 0
    assert sorted(done) == list(range(16))


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("where", [0, 125])
def test_an_error_is_raised_when_all_have_ended(
    error: type[BaseException], where: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "_allowed", 3)
    before, begun = threading.active_count(), []

    def work(first: int, end: int) -> None:
        begun.append(first)
        if first == where:
            raise error("no")
        sleep(0.02)

    with pytest.raises(error, match="no"):
        spread(work, 1000, 1)
    assert threading.active_count() == before
    assert len(begun) < 24


@pytest.mark.parametrize("most", [0, 1])
def test_where_there_are_no_more_threads_the_others_do_it(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "_allowed", 4)
    start, started, done = threading.Thread.start, list[threading.Thread](), list[int]()

    def refused(thread: threading.Thread) -> None:
        if len(started) == most:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refused)
    spread(lambda first, end: done.extend(range(first, end)), 1000, 1)
    assert sorted(done) == list(range(1000))
