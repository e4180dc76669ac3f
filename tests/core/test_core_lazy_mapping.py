"""A mapping that is made at the first look, and is then that mapping."""

from __future__ import annotations

import copy
import pickle

from qualitygate.core.lazy_mapping import Later


def test_it_is_made_once_and_only_when_looked_at() -> None:
    calls: list[int] = []

    def make() -> dict[str, int]:
        calls.append(1)
        return {"b": 2, "a": 1}

    later = Later(make)
    assert calls == []
    assert (list(later), later["a"], len(later), "c" in later, later.get("c")) == (["b", "a"], 1, 2, False, None)
    assert calls == [1]


def test_it_is_as_good_as_what_it_becomes() -> None:
    later = Later(lambda: {"a": 1})
    assert later == {"a": 1}
    assert repr(later) == "{'a': 1}"
    assert later | {"b": 2} == {**later, "b": 2} == {"a": 1, "b": 2}
    for other in (pickle.loads(pickle.dumps(later)), copy.deepcopy(later)):
        assert type(other) is dict
        assert other == {"a": 1}
