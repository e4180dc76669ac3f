"""Small pairs measured together give the results of each for itself, in the same order, whatever becomes of one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bundle_metrics import Together
from PIL import Image as Pillow

from qualitygate.cache.directory import Directory
from qualitygate.core.errors import ConfigError
from qualitygate.core.measurement import Measurement, Unmeasurable
from qualitygate.core.subject import Subject
from qualitygate.core.threshold import Threshold
from qualitygate.core.verdict import Failed, SubjectResult, status_of
from qualitygate.corridor.bundle_measuring import AT_ONCE, outcomes_of
from qualitygate.corridor.bundles import bundles
from qualitygate.corridor.cost import bundle_memory, kept_memory, working_memory
from qualitygate.corridor.judging import judge_task, run
from qualitygate.corridor.remembering import Memory
from qualitygate.corridor.task import Alternative, PairTask
from qualitygate.executors.base import Executor
from qualitygate.executors.process_pool import ProcessPool
from qualitygate.executors.serial import Serial
from qualitygate.metrics.base import Metric, bundle_size
from qualitygate.metrics.delta_e_2000 import DeltaE2000
from qualitygate.policy.model import Area, Config, Profile, Region
from qualitygate.running.resources import device_of, executor_for

PROFILE = Profile(
    "small", "small.toml", thresholds=(Threshold("together", "mean", 4.0), Threshold("delta_e_2000", "p95", 3.0))
)


def write(folder: Path, name: str, side: int = 64, amount: int = 3, seed: int = 0) -> None:
    generator = np.random.default_rng([seed, len(name)])
    pixels = generator.integers(20, 230, (side, side, 3))
    for part, samples in (("ref", pixels), ("cand", pixels + generator.integers(-amount, amount + 1, pixels.shape))):
        (folder / part).mkdir(exist_ok=True)
        Pillow.fromarray(samples.astype(np.uint8)).save(folder / part / name)


def tasks_of(folder: Path, names: Sequence[str], metrics: tuple[Metric, ...], **more: object) -> list[PairTask]:
    return [
        PairTask(
            Subject("pair", name, "s", f"ref/{name}", f"cand/{name}"),
            name,
            folder / "ref" / name,
            folder / "cand" / name,
            metrics,
            PROFILE,
            **more,
        )
        for name in names
    ]


@pytest.fixture
def mixed(tmp_path: Path) -> list[PairTask]:
    """Pairs of every fate between small ones, large ones among them."""
    names = []
    for index in range(24):
        name = f"{index:02}.png"
        side = 200 if index % 7 == 3 else 48 if index % 5 == 2 else 64
        write(tmp_path, name, side, amount=index % 9, seed=index)
        names.append(name)
    (tmp_path / "cand" / "04.png").write_bytes(b"\x89PNG\r\n\x1a\nnonsense")
    Pillow.new("RGB", (32, 128)).save(tmp_path / "cand" / "05.png")
    (tmp_path / "cand" / "06.png").write_bytes((tmp_path / "ref" / "06.png").read_bytes())
    (tmp_path / "ref" / "08.png").unlink()
    for index, name in ((9, "tiny.png"), (11, "greedy.png")):
        write(tmp_path, name, 64, seed=index)
        names[index] = name
    metrics: tuple[Metric, ...] = (DeltaE2000(), Together())
    region = Region("logo", Area("**", ((8, 8, 20, 20),)), (Threshold("together", "mean", 2.5, region="logo"),))
    return tasks_of(tmp_path, names, metrics, regions=(region,), ignore=(Area("1?.png", ((0, 0, 9, 9),)),))


def comparable(result: SubjectResult) -> object:
    measured = {
        name: dict(one.values) if isinstance(one, Measurement) else one for name, one in result.measurements.items()
    }
    return replace(result, measurements={}), measured


def batches(results: Sequence[SubjectResult]) -> list[object]:
    return [
        one.settings["batch"]
        for result in results
        if isinstance(one := result.measurements.get("together"), Measurement)
    ]


@pytest.mark.parametrize("executor", [Serial(), ProcessPool(2)], ids=["here", "processes"])
def test_together_is_as_one_by_one_in_the_same_order(mixed: list[PairTask], executor: Executor) -> None:
    progress: list[tuple[int, int]] = []
    together = list(run(mixed, executor, lambda *done: progress.append(done)))
    alone = [judge_task(task) for task in mixed]
    assert [comparable(one) for one in together] == [comparable(one) for one in alone]
    assert progress == [(done, 24) for done in range(1, 25)]
    assert set(batches(alone)) == {1}
    assert max(batches(together)) > 3  # type: ignore[type-var, operator]
    assert {status_of(one.verdict) for one in together} == {"passed", "failed", "unmeasurable"}
    assert any(finding.region == "logo" for one in together for finding in one.findings)


def test_what_concerns_one_pair_of_a_bundle_concerns_no_other(mixed: list[PairTask]) -> None:
    found = {one.subject.id: one for one in run(mixed, Serial())}
    assert isinstance(found["04.png"].verdict, Unmeasurable)
    assert isinstance(found["08.png"].verdict, Unmeasurable)
    assert isinstance(found["05.png"].verdict, Failed)
    assert isinstance(found["tiny.png"].measurements["together"], Unmeasurable)
    assert isinstance(found["tiny.png"].measurements["delta_e_2000"], Measurement)
    assert isinstance(found["greedy.png"].measurements["together"], Measurement)


def test_bundles_hold_pairs_of_one_size_and_leave_the_others_alone(mixed: list[PairTask]) -> None:
    made = bundles(mixed, Serial())
    assert sorted(place for one in made for place in one.places) == list(range(24))
    assert [one.places[0] for one in made] == sorted(one.places[0] for one in made)
    for one in made:
        sizes = {(task.pair in ("03.png", "10.png", "17.png")) for task in one.tasks}
        assert len(one.tasks) <= 16
        assert len(sizes) == 1
        assert sizes == {False} or len(one.tasks) == 1
    assert max(len(one.tasks) for one in made) > 8
    # So many bundles that every process has several.
    assert max(len(one.tasks) for one in bundles(mixed, ProcessPool(4))) <= 3
    # Pictures are held until they are measured: within the budget.
    tight = bundles(mixed, ProcessPool(1, memory=4 * 3 * kept_memory(mixed[0])))
    assert max(len(one.tasks) for one in tight) <= 4


def test_a_pair_with_several_references_is_measured_for_itself(mixed: list[PairTask]) -> None:
    task = replace(mixed[0], accepted=(Alternative("h100", mixed[1].reference, "ref/01.png"),))
    assert [len(one.tasks) for one in bundles([task, *mixed[1:2]], Serial())] == [1, 1]


def test_metrics_that_gain_nothing_are_not_bundled(tmp_path: Path) -> None:
    write(tmp_path, "a.png")
    (task,) = tasks_of(tmp_path, ["a.png"], (DeltaE2000(),))
    assert bundle_size(DeltaE2000(), 4096) == 1
    assert [len(one.tasks) for one in bundles([task, task], Serial())] == [1, 1]


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_of_a_bundle_that_kills_its_process_only_the_guilty_pair_is_lost(tmp_path: Path) -> None:
    names = [f"{index}.png" for index in range(6)] + ["deadly.png"] + [f"{index}.png" for index in range(6, 9)]
    for index, name in enumerate(names):
        write(tmp_path, name, seed=index)
    tasks = tasks_of(tmp_path, names, (Together(),))
    results = list(run(tasks, ProcessPool(1)))
    assert [result.subject.id for result in results] == names
    lost = results.pop(6)
    assert isinstance(lost.verdict, Unmeasurable)
    assert lost.verdict.code == "QG-1305"
    assert all(isinstance(result.measurements["together"], Measurement) for result in results)


def test_what_is_known_is_taken_out_of_a_bundle(mixed: list[PairTask], tmp_path: Path) -> None:
    store = Directory(tmp_path / "results", 10**7)
    first = list(run(mixed, Serial(), memory=Memory(store, "here")))
    second = list(run(mixed, Serial(), memory=Memory(store, "here")))
    assert [comparable(one) for one in first] == [comparable(one) for one in second]
    measured = {one.subject.id for one in first if all(isinstance(m, Measurement) for m in one.measurements.values())}
    assert {one.subject.id for one in second if one.cached} == measured
    changed = mixed[12]
    Pillow.new("RGB", (64, 64), (200, 30, 30)).save(changed.candidate)
    third = list(run(mixed, ProcessPool(2), memory=Memory(store, "here")))
    assert {one.subject.id for one in third if one.cached} == measured - {changed.pair}
    assert [one.subject.id for one in third] == [task.pair for task in mixed]


def test_a_metric_that_loses_a_pair_is_given_them_one_by_one(mixed: list[PairTask]) -> None:
    class Forgetful(Together):
        def measure_many(self, pairs):
            return super().measure_many(pairs)[1:]

    class Late(Together):
        def measure_many(self, pairs):
            yield from super().measure_many(pairs)

    expected = [comparable(judge_task(task)) for task in mixed]
    for metric in (Forgetful(), Late()):
        metrics: tuple[Metric, ...] = (DeltaE2000(), metric)
        found = list(run([replace(task, metrics=metrics) for task in mixed], Serial()))
        assert [comparable(one) for one in found] == expected


def test_a_mask_that_is_not_there_ends_the_run_as_it_does_alone(mixed: list[PairTask], tmp_path: Path) -> None:
    missing = Area("**", (), tmp_path / "mask.png")
    with pytest.raises(ConfigError):
        list(run([replace(task, ignore=(missing,)) for task in mixed[:3]], Serial()))


def test_a_bundle_is_expected_to_take_more_than_a_pair_and_less_than_all_of_them(mixed: list[PairTask]) -> None:
    tasks = [mixed[index] for index in (0, 1, 6, 13)]
    assert bundle_memory(tasks[:1], AT_ONCE) == working_memory(tasks[0])
    assert working_memory(tasks[0]) < bundle_memory(tasks, AT_ONCE) < sum(map(working_memory, tasks))


def test_a_named_gpu_has_one_process_and_the_cpu_as_many_as_there_are_cores(mixed: list[PairTask]) -> None:
    def executor(device: str | None, workers: int | None = 4) -> Executor:
        return executor_for(Config(Path()), 24, workers=workers, memory=10**10, torch=True, device=device)

    on_gpu, on_cpu = executor("cuda"), executor(None)
    assert isinstance(on_gpu, ProcessPool)
    assert isinstance(on_cpu, ProcessPool)
    assert (on_gpu.workers, on_cpu.workers) == (1, 4)
    assert isinstance(executor("cuda", workers=1), Serial)
    assert device_of(mixed) is None


def test_decoding_goes_on_while_a_group_is_measured(mixed: list[PairTask], monkeypatch: pytest.MonkeyPatch) -> None:
    """With several threads: the same results, and never more pairs decoded ahead than a few."""
    from qualitygate.core import threads

    threads.allow(1)
    try:
        plain = [outcome.result for outcome in outcomes_of(mixed)]
        threads.allow(4)
        ahead = [outcome.result for outcome in outcomes_of(mixed)]
    finally:
        threads.allow(None)
    assert [comparable(one) for one in plain] == [comparable(one) for one in ahead]


@pytest.mark.slow
@pytest.mark.parametrize("executor", [Serial(), ProcessPool(1, threads=2)], ids=["here", "a process"])
def test_on_torch_s_cpu_the_metrics_of_a_device_and_lpips_agree_with_one_by_one(
    tmp_path: Path, executor: Executor
) -> None:
    pytest.importorskip("torch")
    pytest.importorskip("safetensors")
    from qualitygate.metrics.lpips import Lpips
    from qualitygate.metrics.on_device.measuring import DeltaE2000OnDevice, SsimOnDevice

    names = [f"{index:02}.png" for index in range(14)]
    for index, name in enumerate(names):
        write(tmp_path, name, 700 if index in (3, 9, 10, 11) else 20 if index == 5 else 64, seed=index)
    (tmp_path / "cand" / "07.png").write_bytes(b"no picture")
    metrics: tuple[Metric, ...] = (DeltaE2000OnDevice("cpu"), SsimOnDevice("cpu"), Lpips(device="cpu"))
    tasks = [replace(task, profile=None) for task in tasks_of(tmp_path, names, metrics)]
    assert max(len(one.tasks) for one in bundles(tasks, executor)) > 4
    together, alone = list(run(tasks, executor)), [judge_task(task) for task in tasks]
    assert [one.subject.id for one in together] == names
    for one, other in zip(together, alone, strict=True):
        assert one.verdict == other.verdict
        for name, result in one.measurements.items():
            expected = other.measurements[name]
            if isinstance(result, Unmeasurable):
                assert result == expected
            else:
                assert isinstance(expected, Measurement)
                assert dict(result.values) == pytest.approx(dict(expected.values), abs=1e-6)
    assert isinstance(together[5].measurements["lpips"], Unmeasurable)
    assert isinstance(together[7].verdict, Unmeasurable)
    assert any(one.measurements["lpips"].settings.get("batch", 1) > 4 for one in together[:2])  # type: ignore[union-attr, operator]
