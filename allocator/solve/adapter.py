"""What every solver of linear programs looks like from here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from allocator.formulate.curves import FloatArray
from allocator.solve.cuts import CutRows
from allocator.solve.scaling import ScaledProgram


class AnswerStatus(StrEnum):
    """What a solver says of one program; `FEASIBLE` is a point found before it was stopped."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    STOPPED = "stopped without a point"
    INFEASIBLE = "infeasible"
    UNBOUNDED = "unbounded"
    FAILED = "failed"


@dataclass(frozen=True)
class Answer:
    """A solver's answer, not yet believed.

    Attributes
    ----------
    status : AnswerStatus
    x : ndarray, shape (n_cols,), or None
        Scaled point.
    row_dual : ndarray, shape (n_rows + rows added,), or None
        d objective / d right-hand side, in the order rows were loaded and added.
    objective, bound : float or None
        Value at `x` and the upper bound claimed.
    iterations, nodes : int
    seconds : float
    message : str
        The solver's own words.
    """

    status: AnswerStatus
    x: FloatArray | None = None
    row_dual: FloatArray | None = None
    objective: float | None = None
    bound: float | None = None
    iterations: int = 0
    nodes: int = 0
    seconds: float = 0.0
    message: str = ""


class LinearSolver(Protocol):
    """A solver of ``maximise cost @ x`` over rows, bounds, integers and added rows."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def point_tolerance(self) -> float:
        """Largest violation (scaled) with which its points are accepted for a look."""
        ...

    def load(self, scaled: ScaledProgram, rows: CutRows) -> None:
        """Take the program and its first cuts."""
        ...

    def add(self, rows: CutRows) -> None:
        """Add cuts."""
        ...

    def set_bounds(self, lower: FloatArray, upper: FloatArray) -> None:
        """Replace all column bounds, each shape (n_cols,)."""
        ...

    def solve(self, *, whole: bool, gap: float, time_limit: float | None, start: FloatArray | None) -> Answer:
        """Solve; `whole` keeps the integers, `gap` is absolute, `start` a known point."""
        ...


# Makes a solver that may use this many threads.
SolverFactory = Callable[[int], LinearSolver]
