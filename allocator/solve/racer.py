"""A solver that branches while others do: begun, looked at, stopped.

A racer is a linear solver whose branch and bound is begun without waiting for its end.
What it says on the way is a claim like any other: points are checked on the arrays, and a
bound below a plan that holds is refused.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from allocator.errors import SolverError
from allocator.formulate.curves import FloatArray
from allocator.solve.adapter import Answer, LinearSolver
from allocator.solve.cuts import CutRows
from allocator.solve.scaling import ScaledProgram


@dataclass(frozen=True)
class Progress:
    """What a racer has claimed so far.

    Attributes
    ----------
    bound : float or None
        Upper bound on every plan.
    value : float or None
        Worth of its best point.
    x : ndarray, shape (n_cols,), or None
        That point, scaled, from a racer that can show it before its end.
    """

    bound: float | None = None
    value: float | None = None
    x: FloatArray | None = None


@runtime_checkable
class Racer(LinearSolver, Protocol):
    """A linear solver that can be watched and stopped.

    After `begin`, `solve` waits for the end of that search and gives its answer.
    """

    def begin(self, *, gap: float, time_limit: float | None, start: FloatArray | None) -> None:
        """Start to branch, to an absolute `gap`, from a known point; return at once."""
        ...

    def progress(self) -> Progress:
        """What has been claimed so far; returns at once."""
        ...

    @property
    def ended(self) -> bool:
        """Whether `solve` would return at once."""
        ...

    def stop(self) -> None:
        """Ask it to end with the best point it has; returns at once."""
        ...

    def abandon(self) -> None:
        """End it without an answer; returns at once, perhaps before the end."""
        ...

    def settle(self) -> None:
        """Wait until nothing is left running of what was abandoned."""
        ...


class Blocking:
    """A linear solver that cannot be watched, as a racer that has ended once it has begun."""

    def __init__(self, solver: LinearSolver) -> None:
        self._solver = solver
        self._ended: Answer | SolverError | None = None

    @property
    def name(self) -> str:
        return self._solver.name

    @property
    def version(self) -> str:
        return self._solver.version

    @property
    def point_tolerance(self) -> float:
        return self._solver.point_tolerance

    def load(self, scaled: ScaledProgram, rows: CutRows) -> None:
        """Take the program and its first cuts."""
        self._solver.load(scaled, rows)

    def add(self, rows: CutRows) -> None:
        """Add cuts."""
        self._solver.add(rows)

    def set_bounds(self, lower: FloatArray, upper: FloatArray) -> None:
        """Replace all column bounds."""
        self._solver.set_bounds(lower, upper)

    def begin(self, *, gap: float, time_limit: float | None, start: FloatArray | None) -> None:
        """Solve."""
        try:
            self._ended = self._solver.solve(whole=True, gap=gap, time_limit=time_limit, start=start)
        except SolverError as error:
            self._ended = error

    def progress(self) -> Progress:
        """Nothing: its answer says it all."""
        return Progress()

    @property
    def ended(self) -> bool:
        return True

    def stop(self) -> None:
        """Nothing to do."""

    def abandon(self) -> None:
        """Nothing to do."""

    def settle(self) -> None:
        """Nothing to do."""

    def solve(self, *, whole: bool, gap: float, time_limit: float | None, start: FloatArray | None) -> Answer:
        """The answer of what has begun, or a solve like any other."""
        ended, self._ended = self._ended, None
        if isinstance(ended, SolverError):
            raise ended
        return ended or self._solver.solve(whole=whole, gap=gap, time_limit=time_limit, start=start)


def cores() -> int:
    """Cores this process may use.

    OMP_NUM_THREADS lowers it: whoever runs many processes side by side (joblib does) tells
    each of them in this way to keep to its share.
    """
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    told = os.environ.get("OMP_NUM_THREADS", "")
    return min(usable, int(told)) if told.isdecimal() and int(told) > 0 else usable
