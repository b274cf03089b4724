"""Processes of this machine answer as one does, come and go, and take no point with them."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from allocator import Options, load_plan, sweep
from allocator.resources import examples_dir
from allocator.solve.highs import HighsSolver
from allocator.solve.processes import settle, try_out
from allocator.study import processes
from allocator.study.engine import EngineGoneError, walk_path
from allocator.study.processes import CALLER, LocalEngine, Start, start_method
from allocator.study.walk import Question, Row, Walker

PLAN = load_plan(examples_dir() / "image-startup.toml")
OFFER = next(iter(PLAN.compute))
VARY: dict[str, list[Any]] = {
    "plan.cash": [4e6 + 5e4 * step for step in range(30)],
    f"compute.{OFFER}.utilisation": [0.3, 0.4, 0.35] * 10,
    "plan.min_cash": [*[0] * 28, 50e6, -1],
}
POINTS = [{"plan.cash": 4e6 + 2e4 * step} for step in range(120)]
MODEL = f"models.{next(iter(PLAN.models))}"

needs_fork = pytest.mark.skipif(
    sys.platform != "linux", reason="processes are forked on Linux only; elsewhere loky starts them"
)
starts = pytest.mark.parametrize("start", [pytest.param("fork", marks=needs_fork), "loky"])


@pytest.fixture
def engine(request: pytest.FixtureRequest) -> Iterator[LocalEngine]:
    """Two processes besides the calling one, both ready."""
    made = LocalEngine(Question(PLAN, Options()), 3, start=request.param)
    try:
        while made.ready < 2:
            made.events()
        yield made
    finally:
        made.close()


both_engines = pytest.mark.parametrize("engine", [pytest.param("fork", marks=needs_fork), "loky"], indirect=True)


def walk(engine: LocalEngine) -> Iterator[tuple[int, Row]]:
    return walk_path(engine, Question(PLAN, Options()), POINTS, list(range(len(POINTS))))


@starts
def test_several_processes_give_the_table_of_one(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "start_method", lambda _options: start)
    alone, shared = (sweep(PLAN, VARY, mode="zip", parallel=parallel) for parallel in (1, 3))
    assert shared.table.columns == alone.table.columns
    assert shared.table.column("status") == alone.table.column("status")
    assert {"optimal", "infeasible", "refused"} == set(alone.table.column("status"))
    for name in (*VARY, "objective", MODEL):
        for mine, other in zip(shared.table.column(name), alone.table.column(name), strict=True):
            assert mine == other if other is None else mine == pytest.approx(other, abs=1e-6)


@both_engines
def test_a_process_that_is_killed_half_way_costs_no_point_and_doubles_none(engine: LocalEngine) -> None:
    before, seen = engine.pids(), Counter[int]()
    statuses = []
    for position, row in walk(engine):
        seen[position] += 1
        statuses.append(row["status"])
        if len(seen) == len(POINTS) // 3:
            os.kill(before[0], signal.SIGKILL)
    assert set(seen) == set(range(len(POINTS)))
    assert set(seen.values()) == {1}
    assert set(statuses) == {"optimal"}
    assert before[0] not in engine.pids()
    assert len(engine.pids()) == 2


@needs_fork
def test_a_point_that_ends_every_process_is_a_failed_row_with_the_signal(monkeypatch: pytest.MonkeyPatch) -> None:
    answer, here = Walker.answer, os.getpid()

    def deadly(self: Walker, point: dict[str, Any]) -> Row:
        if point == POINTS[100] and os.getpid() != here:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer(self, point)

    class Patient(LocalEngine):
        """Leaves the work to the others: the calling process must not be the first to meet the point."""

        def hungry(self) -> Iterator[str]:
            return (name for name in super().hungry() if name != CALLER)

    monkeypatch.setattr(Walker, "answer", deadly)
    made = Patient(Question(PLAN, Options()), 2, start="fork")
    try:
        rows = dict(walk(made))
    finally:
        made.close()
    assert [position for position, row in rows.items() if row["status"] == "failed"] == [100]
    assert rows[100]["reason"] == "given up after several tries: the process that solved it was ended by SIGKILL"
    assert len(rows) == len(POINTS)


@needs_fork
def test_processes_that_end_before_they_can_solve_leave_the_work_to_the_calling_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(processes, "try_out", lambda _threads: os._exit(3))
    found = sweep(PLAN, {"plan.cash": [4e6 + 1e5 * step for step in range(8)]}, parallel=3)
    assert set(found.table.column("status")) == {"optimal"}


def test_points_that_end_processes_are_not_tried_by_the_calling_one_where_no_other_is_left() -> None:
    made = LocalEngine(Question(PLAN, Options()), 1)
    with pytest.raises(EngineGoneError, match="no process is left for points that ended others"):
        made.events()


@starts
def test_no_process_stays_behind(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "start_method", lambda _options: start)
    sweep(PLAN, {"plan.cash": [4e6, 5e6, 6e6]}, parallel=3)
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("parallel", [1, 2])
def test_ctrl_c_keeps_what_is_finished_and_says_what_had_no_turn(parallel: int) -> None:
    def press(done: int, _points: int) -> None:
        if done == 5:
            os.kill(os.getpid(), signal.SIGINT)

    found = sweep(PLAN, {"plan.cash": [4e6 + 1e4 * step for step in range(60)]}, parallel=parallel, progress=press)
    assert found.interrupted
    statuses = Counter(found.table.column("status"))
    assert statuses.keys() == {"optimal", "stopped"}
    assert statuses["optimal"] >= 5
    assert statuses.total() == 60
    stopped = next(row for row in found.table if row["status"] == "stopped")
    assert stopped["reason"] == "interrupted by the user before it had an answer"
    assert stopped["objective"] is None
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert multiprocessing.active_children() == []


def test_ctrl_c_during_a_point_is_noticed_although_its_solver_returns(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = Walker.answer

    def swallowed(self: Walker, point: dict[str, Any]) -> Row:
        if point["plan.cash"] == 4.3e6:
            try:
                os.kill(os.getpid(), signal.SIGINT)
            except KeyboardInterrupt:
                return {"status": "gap"}
        return answer(self, point)

    monkeypatch.setattr(Walker, "answer", swallowed)
    found = sweep(PLAN, {"plan.cash": [4e6 + 1e5 * step for step in range(10)]})
    assert found.table.column("status") == ["optimal"] * 3 + ["stopped"] * 7


@pytest.mark.skipif(sys.platform == "win32", reason="has no groups of processes that a terminal interrupts")
@starts
def test_ctrl_c_on_a_terminal_reaches_all_processes_and_shows_no_traceback(start: Start) -> None:
    script = (
        "from allocator import load_plan, sweep\n"
        "from allocator.study import processes\n"
        f"processes.start_method = lambda options: {start!r}\n"
        f"plan = load_plan({str(examples_dir() / 'image-startup.toml')!r})\n"
        "vary = {'plan.cash': [4e6 + 1e3 * step for step in range(3000)]}\n"
        "say = lambda done, points: print('begun', flush=True) if done == 1 else None\n"
        "print(sweep(plan, vary, parallel=2, progress=say).interrupted)\n"
    )
    command = [sys.executable, "-c", script]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=120)
    assert (out, err) == ("True\n", "")


def test_a_daemon_which_may_start_no_process_works_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "current_process", lambda: type("Daemon", (), {"daemon": True}))
    assert LocalEngine(Question(PLAN, Options()), 3).size == 1


@needs_fork
def test_processes_are_forked_only_where_nothing_else_runs_and_highs_solves() -> None:
    if threading.active_count() == 1:
        assert start_method(Options()) == "fork"
    assert start_method(Options(solver="clarabel")) == "loky"
    end = threading.Event()
    other = threading.Thread(target=end.wait)
    other.start()
    try:
        assert start_method(Options()) == "loky"
    finally:
        end.set()
        other.join()


@needs_fork
def test_a_process_can_solve_although_its_parent_had_threads_of_highs_when_it_was_forked() -> None:
    HighsSolver(threads=2)
    try_out(threads=2)
    settle()
    child = multiprocessing.get_context("fork").Process(target=try_out, args=(2,))
    child.start()
    child.join(30)
    code = child.exitcode
    child.kill()
    assert code == 0


def test_a_script_without_a_guard_is_not_run_again_by_its_processes() -> None:
    script = (
        "from allocator import load_plan, sweep\n"
        "from allocator.study import processes\n"
        "processes.start_method = lambda options: 'loky'\n"
        "print('once')\n"
        f"plan = load_plan({str(examples_dir() / 'image-startup.toml')!r})\n"
        "print(len(sweep(plan, {'plan.cash': [4e6 + 1e4 * step for step in range(100)]}, parallel=2)))\n"
    )
    done = subprocess.run([sys.executable, "-"], input=script, capture_output=True, text=True, timeout=120)
    assert (done.stdout, done.stderr) == ("once\n100\n", "")
