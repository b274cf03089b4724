"""A sweep on a local Ray cluster of two workers, one of which is killed half-way."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from allocator import Options, load_plan, sweep
from allocator.errors import UsageError
from allocator.resources import examples_dir
from allocator.study.engine import walk_path
from allocator.study.walk import Question

ray: Any = pytest.importorskip("ray", reason='needs `pip install "allocator[ray]"`')

from allocator.study.ray_cluster import RayEngine  # noqa: E402  (only where ray is)

PLAN = load_plan(examples_dir() / "image-startup.toml")
VARY: dict[str, list[Any]] = {"plan.cash": [4e6 + 2e4 * step for step in range(90)]}
EXAMPLE = "ray://host:10001"

pytestmark = [
    pytest.mark.slow,
    # Ray leaves its sockets and the streams of its processes to the garbage collector.
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning"),
    # Ray announces what its next versions will do about accelerators.
    pytest.mark.filterwarnings("ignore:Tip:FutureWarning"),
]


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """Two CPUs of this machine, as a cluster that this process is connected to."""
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, configure_logging=False)
    yield "ray://"
    ray.shutdown()


def test_a_ray_cluster_gives_the_table_of_one_process(cluster: str) -> None:
    vary = {"plan.cash": VARY["plan.cash"][:20], "plan.min_cash": [*[0] * 18, 50e6, -1]}
    alone, shared = (sweep(PLAN, vary, mode="zip", cluster=url) for url in (None, cluster))
    assert shared.table.column("status") == alone.table.column("status")
    for mine, other in zip(shared.table.column("objective"), alone.table.column("objective"), strict=True):
        assert mine == other if other is None else mine == pytest.approx(other, abs=1e-6)


def test_a_worker_that_is_killed_half_way_costs_no_point_and_doubles_none(cluster: str) -> None:
    question = Question(PLAN, Options())
    points = [{"plan.cash": value} for value in VARY["plan.cash"]]
    engine = RayEngine(question, cluster, "", EXAMPLE, len(points))
    seen, statuses, killed = Counter[int](), set(), False
    try:
        victim = ray.get(engine._actors["actor 1"].pid.remote())
        for position, row in walk_path(engine, question, points, list(range(len(points)))):
            seen[position] += 1
            statuses.add(row["status"])
            if not killed and len(seen) >= len(points) // 3:
                os.kill(victim, signal.SIGKILL)
                killed = True
    finally:
        engine.close()
    assert killed
    assert engine._deaths == 1
    assert set(seen) == set(range(len(points)))
    assert set(seen.values()) == {1}
    assert statuses == {"optimal"}


def test_a_second_connection_is_refused_with_what_to_do(cluster: str) -> None:
    assert cluster
    with pytest.raises(UsageError, match=r'write cluster="ray://" for that cluster, or call ray\.shutdown\(\)'):
        sweep(PLAN, VARY, cluster="ray://127.0.0.1:9")


def test_a_process_that_is_connected_to_no_cluster_must_name_one() -> None:
    ray.shutdown()
    with pytest.raises(UsageError, match="connected to no Ray cluster, so name one; write ray://host:10001"):
        sweep(PLAN, VARY, cluster="ray://")


@pytest.mark.filterwarnings("ignore:Ray Client connection timed out:UserWarning")
def test_a_server_that_does_not_answer_is_said_with_its_address() -> None:
    with pytest.raises(UsageError, match=r"no Ray server answers at 'ray://127\.0\.0\.1:9'; start one"):
        sweep(PLAN, VARY, cluster="ray://127.0.0.1:9")
