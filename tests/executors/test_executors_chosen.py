"""Which executor a run gets where processes cannot be had."""

from __future__ import annotations

from multiprocessing import current_process
from pathlib import Path

import pytest

from qualitygate.executors.base import Executor
from qualitygate.executors.process_pool import ProcessPool
from qualitygate.executors.serial import Serial
from qualitygate.policy.model import Config
from qualitygate.running.resources import executor_for


def test_a_process_that_may_have_no_children_measures_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def executor() -> Executor:
        return executor_for(Config(Path()), 24, workers=4, memory=10**10, torch=False)

    assert isinstance(executor(), ProcessPool)
    monkeypatch.setitem(vars(current_process())["_config"], "daemon", True)
    assert isinstance(executor(), Serial)
