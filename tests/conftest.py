"""What every room's tests share."""

from __future__ import annotations

import signal
from collections.abc import Callable
from dataclasses import replace

import pytest

# A run that is started in the background (`nohup … &`) ignores Ctrl-C, and so would all that tests start
# and interrupt: they would wait for ever.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def each_solve_takes(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Make each solve take so many seconds, and nothing else any: a limit then stops a study after so many solves.

    The solve in which the limit passes ends with the plan that it has, as a solver would that is stopped. Seconds are
    thousands, so that no solver's own watch comes to its limit.
    """
    from allocator.solve import engine, live
    from allocator.solve.clock import Clock
    from allocator.solve.solution import Solution, Status

    passed, each = 0.0, 0.0
    finish = engine.finish

    def finished(task: engine.Task, first: engine.FirstPass) -> Solution:
        nonlocal passed
        solution = finish(task, first)
        passed += each
        stopped = task.clock.over and solution.x is not None
        return replace(solution, status=Status.TIME_LIMIT) if stopped else solution

    def take(seconds: float) -> None:
        nonlocal each
        each = seconds

    monkeypatch.setattr(Clock, "now", staticmethod(lambda: passed))
    for room in (engine, live):
        monkeypatch.setattr(room, "finish", finished)
    return take
