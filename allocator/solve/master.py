"""The program with the tangents found so far, in a solver whose points are not believed.

A `Master` keeps arrays and solver side by side: each point is checked on the arrays before
it is used, each bound is recomputed from the multipliers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.formulate.curves import FloatArray
from allocator.solve.adapter import Answer, AnswerStatus, LinearSolver
from allocator.solve.certificate import BOUND_TOLERANCE, cut_findings, lagrangian_bound, point_findings, refused
from allocator.solve.cuts import Cuts, as_rows, join_cuts, join_rows
from allocator.solve.highs import HighsSolver
from allocator.solve.incumbent import Incumbent
from allocator.solve.scaling import ScaledProgram

# A curve whose tangents have no more than this price is one the objective does not need.
IDLE = 1e-9


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
        # The column bounds it had before its rules were tightened (`allocator.solve.strict`), as long as they are.
        self.sides: tuple[FloatArray, FloatArray] | None = None
        # The last continuous answer, as long as the solver still stands at it.
        self.answer: Answer | None = None
        self._rows = as_rows(scaled.curves, cuts)
        solver.load(scaled, self._rows)

    def add(self, cuts: Cuts) -> None:
        """Add tangents; one that is none is refused with CertificateError."""
        if len(cuts) == 0:
            return
        _refuse(cut_findings(self.scaled.curves, cuts))
        rows = as_rows(self.scaled.curves, cuts)
        self.answer = None
        self.cuts = join_cuts(self.cuts, cuts)
        self._rows = join_rows(self._rows, rows)
        self.solver.add(rows)

    def set_bounds(self, lower: FloatArray, upper: FloatArray) -> None:
        """Replace the scaled column bounds; of a tightened master the rules get their own sides back too.

        What was tightened is nothing to another question, and the bounds before it would come back in place of these.
        """
        if self.sides is not None and isinstance(self.solver, HighsSolver):
            self.solver.set_row_bounds(self.scaled.row_lower, self.scaled.row_upper)
        self.sides = None
        self.answer = None
        self.lower, self.upper = lower, upper
        self.solver.set_bounds(lower, upper)

    def refuse_other_bounds(self) -> None:
        """Hold what was proven to the program's own column bounds: others make it another question.

        Raises
        ------
        CertificateError
            When the bounds of this master, before any tightening, are not those of its program.
        """
        lower, upper = self.sides or (self.lower, self.upper)
        for own, given in ((self.scaled.col_lower, lower), (self.scaled.col_upper, upper)):
            if own is not given and not np.array_equal(own, given):
                _refuse([f"{int(np.sum(own != given))} bounds of the program solved are not those of the plan's"])

    def solve(
        self, *, whole: bool = False, gap: float = 0.0, time_limit: float | None = None, start: FloatArray | None = None
    ) -> Answer:
        """Solve; the answer's point has been checked on the arrays.

        Raises
        ------
        CertificateError
            When the point breaks a row, bound or cut that the solver was given.
        """
        self.answer = None
        answer = self._checked(self.solver.solve(whole=whole, gap=gap, time_limit=time_limit, start=start), whole)
        if not whole and answer.status is AnswerStatus.OPTIMAL:
            self.answer = answer
        return answer

    def least(self, plan: Incumbent, outflow: FloatArray, *, time_limit: float | None = None) -> Answer:
        """The point of least `outflow`, shape (n_cols,), whose curves stand where those of `plan` do.

        Where `plan` is the one at the last solve's point it is looked for on the optimal face, and
        is that point itself, `answer`, where there is none cheaper.
        """
        assert isinstance(self.solver, HighsSolver)  # no other keeps its basis
        curves = self.scaled.curves
        pinned = np.unique(np.concatenate([curves.x, curves.y]))
        if self.answer is not None and self.answer.x is plan.point:
            found = self.solver.least_on_face(self.answer, outflow, pinned, time_limit=time_limit)
            if found is self.answer:
                return found
            if found.status is AnswerStatus.OPTIMAL:
                return self._checked(found, False)
            self.effort.count(found)
        at = self.scaled.scaled(plan.x)[pinned]
        return self._checked(self.solver.least_at(outflow, pinned, at, time_limit=time_limit), False)

    def restart(self) -> None:
        """Let the next solve start without a basis, where the solver keeps one."""
        self.answer = None
        if isinstance(self.solver, HighsSolver):
            self.solver.restart()

    def overstated(self, answer: Answer) -> float:
        """What the curves' tangents promise at a point beyond the curves, at its prices.

        To first order the distance between the bound and the plan restored at that point.
        """
        curves = self.scaled.curves
        if answer.x is None or answer.row_dual is None or len(curves) == 0:
            return 0.0
        return float(self._prices(answer.row_dual) @ curves.violation(answer.x[curves.x], answer.x[curves.y]))

    def idle_curves(self) -> bool:
        """Whether some curve has no price at the last answer, so that the objective does not say where it stands."""
        if self.answer is None or self.answer.row_dual is None:
            return False
        return bool((self._prices(self.answer.row_dual) <= IDLE).any())

    def _prices(self, row_dual: FloatArray) -> FloatArray:
        """What each curve is worth at the margin, shape (n_curves,)."""
        prices = np.abs(row_dual[self.scaled.n_rows :] * self._rows.values[:, 0])
        by_curve = np.bincount(self.cuts.curve, weights=prices, minlength=len(self.scaled.curves))
        return np.asarray(by_curve, dtype=float)

    def _checked(self, answer: Answer, whole: bool) -> Answer:
        self.effort.count(answer)
        if answer.x is None:
            return answer
        findings = point_findings(
            self.scaled,
            self._rows,
            answer.x,
            lower=self.lower,
            upper=self.upper,
            whole=whole,
            tolerance=self.solver.point_tolerance,
        )
        if findings:
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
