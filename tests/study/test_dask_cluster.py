"""A sweep on a real Dask cluster of two worker processes, one of which is killed half-way."""

from __future__ import annotations

import os
import re
import signal
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from allocator import Options, __version__, load_plan, sweep
from allocator.errors import UsageError
from allocator.resources import examples_dir
from allocator.study.engine import Lost, walk_path
from allocator.study.walk import Question, Stretch

distributed = pytest.importorskip("distributed", reason='needs `pip install "allocator[dask]"`')

from allocator.study import dask_cluster  # noqa: E402  (only where distributed is)
from allocator.study.dask_cluster import DaskEngine  # noqa: E402  (the same)

PLAN = load_plan(examples_dir() / "image-startup.toml")
VARY: dict[str, list[Any]] = {"plan.cash": [4e6 + 2e4 * step for step in range(120)]}
MODEL = f"models.{next(iter(PLAN.models))}"
EXAMPLE = "dask://host:8786"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """A scheduler and two workers, each a process of its own with a nanny."""
    made = distributed.LocalCluster(
        n_workers=2, threads_per_worker=2, processes=True, dashboard_address=":0", silence_logs=50
    )
    with made:
        yield made


def address(cluster: Any) -> str:
    return f"dask://{cluster.scheduler_address.removeprefix('tcp://')}"


@pytest.mark.slow
def test_a_dask_cluster_gives_the_table_of_one_process(cluster: Any) -> None:
    vary = {"plan.cash": VARY["plan.cash"][:30], "plan.min_cash": [*[0] * 28, 50e6, -1]}
    alone, shared = (sweep(PLAN, vary, mode="zip", cluster=url) for url in (None, address(cluster)))
    assert shared.table.column("status") == alone.table.column("status")
    assert set(alone.table.column("status")) == {"optimal", "infeasible", "refused"}
    for name in ("plan.cash", "objective", MODEL):
        for mine, other in zip(shared.table.column(name), alone.table.column(name), strict=True):
            assert mine == other if other is None else mine == pytest.approx(other, abs=1e-6)


@pytest.mark.slow
def test_each_worker_holds_one_live_session(cluster: Any) -> None:
    in_place = sweep(PLAN, VARY, cluster=address(cluster)).table.column("in_place")
    assert sum(in_place) == len(in_place) - 2


@pytest.mark.slow
def test_a_worker_that_is_killed_half_way_costs_no_point_and_doubles_none(cluster: Any) -> None:
    question = Question(PLAN, Options())
    points = [{"plan.cash": value} for value in VARY["plan.cash"]]
    engine = DaskEngine(question, address(cluster), address(cluster)[7:], EXAMPLE, len(points))
    seen, statuses, killed = Counter[int](), set(), 0
    try:
        for position, row in walk_path(engine, question, points, list(range(len(points)))):
            seen[position] += 1
            statuses.add(row["status"])
            if not killed and len(seen) >= len(points) // 3:
                killed = next(iter(cluster.workers.values())).pid
                os.kill(killed, signal.SIGKILL)
    finally:
        engine.close()
    assert killed
    assert set(seen) == set(range(len(points)))
    assert set(seen.values()) == {1}
    assert statuses == {"optimal"}


@pytest.mark.slow
def test_workers_of_another_version_are_refused(cluster: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_cluster, "__version__", "99.0")
    with pytest.raises(UsageError, match=f"has allocator {re.escape(__version__)}; install allocator 99.0 where"):
        sweep(PLAN, VARY, cluster=address(cluster))


@pytest.mark.slow
def test_ctrl_c_keeps_what_the_cluster_has_finished(cluster: Any) -> None:
    def press(done: int, _points: int) -> None:
        if done == 20:
            os.kill(os.getpid(), signal.SIGINT)

    found = sweep(PLAN, VARY, cluster=address(cluster), progress=press)
    statuses = Counter(found.table.column("status"))
    assert found.interrupted
    assert statuses["optimal"] >= 20
    assert statuses["optimal"] + statuses["stopped"] == len(found)


@pytest.mark.slow
def test_a_scheduler_without_workers_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_cluster, "_REACHED_WITHIN", 1.0)
    with (
        distributed.LocalCluster(n_workers=0, dashboard_address=":0", silence_logs=50) as empty,
        pytest.raises(UsageError, match="has no workers; start some"),
    ):
        sweep(PLAN, VARY, cluster=address(empty))


def test_a_scheduler_that_does_not_answer_is_said_with_its_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dask_cluster, "_REACHED_WITHIN", 0.5)
    with pytest.raises(UsageError, match=r"no Dask scheduler answers at 'dask://127\.0\.0\.1:9'; start one"):
        sweep(PLAN, VARY, cluster="dask://127.0.0.1:9")


@pytest.mark.parametrize("cluster_name", ["dask://", "dask://host", "dask://:8786"])
def test_an_address_without_host_and_port_is_refused(cluster_name: str) -> None:
    with pytest.raises(UsageError, match="names no host and port; write dask://host:8786"):
        sweep(PLAN, VARY, cluster=cluster_name)


class _Future:
    """What became of a task."""

    def __init__(self, answer: Callable[[], Any]) -> None:
        self.result = answer


def test_a_stretch_that_dask_gives_up_is_tried_point_by_point() -> None:
    def killed() -> Any:
        raise distributed.KilledWorker("task", None, 4)

    engine = DaskEngine.__new__(DaskEngine)
    engine._cluster = EXAMPLE
    stretch = Stretch(7, ((3, {}), (4, {})))
    reason = "workers of dask://host:8786 were lost while they solved it"
    assert list(engine._ended(_Future(killed), stretch)) == [Lost(7, reason, (3, 4), final=True)]
