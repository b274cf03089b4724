"""The program with the tangents found so far, in a solver whose points are not believed.

A `Master` keeps arrays and solver side by side: each point is checked on the arrays before
it is used, each bound is recomputed from the multipliers.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np

from allocator.formulate.curves import FloatArray
from allocator.solve.adapter import Answer, AnswerStatus, LinearSolver
from allocator.solve.certificate import BOUND_TOLERANCE, cut_findings, lagrangian_bound, point_findings, refused
from allocator.solve.cuts import Cuts, as_rows, join_cuts, join_rows
from allocator.solve.scaling import ScaledProgram

# What finishes a plan at hand may take this long beyond a time limit.
FINISHING_SECONDS = 1.0


class Clock:
    """Time left of a limit in seconds; None is no limit."""

    def __init__(self, limit: float | None) -> None:
        self._began = time.perf_counter()
        self._limit = limit

    @property
    def elapsed(self) -> float:
        return time.perf_counter() - self._began

    @property
    def left(self) -> float | None:
        """Seconds left, never below zero; None without a limit."""
        return None if self._limit is None else max(self._limit - self.elapsed, 0.0)

    def grace(self, seconds: float = FINISHING_SECONDS) -> Clock:
        """A clock for what finishes a plan: what is left, but at least `seconds`."""
        left = self.left
        return Clock(None if left is None else max(left, seconds))

    @property
    def over(self) -> bool:
        return self.left == 0.0


@dataclass
class Effort:
    """What has been spent, over all passes."""

    rounds: int = 0
    iterations: int = 0
    nodes: int = 0

    def count(self, answer: Answer) -> None:
        self.rounds += 1
        self.iterations += answer.iterations
        self.nodes += answer.nodes


class Master:
    """A program, its cuts and the solver that holds both.

    Parameters
    ----------
    scaled : ScaledProgram
    solver : LinearSolver
    cuts : Cuts
        First cuts; each is checked to be a tangent.
    effort : Effort
        Where solves are counted.
    """

    def __init__(self, scaled: ScaledProgram, solver: LinearSolver, cuts: Cuts, effort: Effort) -> None:
        _refuse(cut_findings(scaled.curves, cuts))
        self.scaled = scaled
        self.solver = solver
        self.cuts = cuts
        self.lower = scaled.col_lower
        self.upper = scaled.col_upper
        self.effort = effort
        self._rows = as_rows(scaled.curves, cuts)
        solver.load(scaled, self._rows)

    def add(self, cuts: Cuts) -> None:
        """Add tangents; one that is none is refused with CertificateError."""
        if len(cuts) == 0:
            return
        _refuse(cut_findings(self.scaled.curves, cuts))
        rows = as_rows(self.scaled.curves, cuts)
        self.cuts = join_cuts(self.cuts, cuts)
        self._rows = join_rows(self._rows, rows)
        self.solver.add(rows)

    def set_bounds(self, lower: FloatArray, upper: FloatArray) -> None:
        """Replace the scaled column bounds."""
        self.lower, self.upper = lower, upper
        self.solver.set_bounds(lower, upper)

    def solve(
        self, *, whole: bool = False, gap: float = 0.0, time_limit: float | None = None, start: FloatArray | None = None
    ) -> Answer:
        """Solve; the answer's point has been checked on the arrays.

        Raises
        ------
        CertificateError
            When the point breaks a row, bound or cut that the solver was given.
        """
        answer = self.solver.solve(whole=whole, gap=gap, time_limit=time_limit, start=start)
        self.effort.count(answer)
        if answer.x is not None:
            findings = point_findings(
                self.scaled,
                self._rows,
                answer.x,
                lower=self.lower,
                upper=self.upper,
                whole=whole,
                tolerance=self.solver.point_tolerance,
            )
            said = f"{self.solver.name} says {answer.status}, but its own point does not hold: "
            _refuse([said + finding for finding in findings])
        return answer

    def proven_bound(self, answer: Answer) -> tuple[float, FloatArray]:
        """Bound that the multipliers of a continuous answer prove, and scaled reduced costs.

        An answer without multipliers has only the bound it claims.

        Raises
        ------
        CertificateError
            When the solver claims a bound lower than its multipliers support.
        """
        if answer.x is None or answer.bound is None:
            return float("inf"), np.zeros(self.scaled.n_cols)
        if answer.row_dual is None:
            return answer.bound, np.zeros(self.scaled.n_cols)
        proven, reduced = lagrangian_bound(
            self.scaled, self._rows, answer.row_dual, answer.x, lower=self.lower, upper=self.upper
        )
        if answer.status is AnswerStatus.OPTIMAL and proven > answer.bound + BOUND_TOLERANCE * (
            1.0 + abs(answer.bound)
        ):
            _refuse(
                [
                    f"{self.solver.name} claims that no plan is better than {answer.bound:.9g}, "
                    f"but its multipliers prove only {proven:.9g}"
                ]
            )
        return proven, reduced


def _refuse(findings: list[str]) -> None:
    if findings:
        raise refused(findings)
