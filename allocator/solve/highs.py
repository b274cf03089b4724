"""HiGHS as a solver: warm from its last basis, and asked again where it ends without a word.

A change of bounds, costs or rows keeps the basis (`highs_model.py`), so each solve after the first starts warm.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.solve.adapter import Answer, AnswerStatus
from allocator.solve.cuts import subtract_rows
from allocator.solve.face import find_face
from allocator.solve.highs_model import HighsModel

# Cutting planes stall near 1e-7 with anything looser.
_LP_TOLERANCE = 1e-10
_MIP_TOLERANCE = 1e-8
# A simplex that ends at 1e-10 and is off by more has lost its digits on the way.
_STALE = 1e-8
# By how much a pinned column may move: first so much, then so much.
_PINNED = (1e-9, 3e-8)
_DUAL, _PRIMAL = 1, 4


class HighsSolver(HighsModel):
    """One live HiGHS model.

    Parameters
    ----------
    threads : int
        Threads HiGHS may use.
    """

    name = "highs"
    point_tolerance = 1e-6

    def solve(
        self, *, whole: bool = False, gap: float = 0.0, time_limit: float | None = None, start: FloatArray | None = None
    ) -> Answer:
        """Solve what is loaded; with `whole`, the integers hold to an absolute `gap`."""
        began = time.perf_counter()
        self._prepare(whole=whole, gap=gap, time_limit=time_limit, start=start)
        self._run(whole)
        status = self._status()
        if status is AnswerStatus.OPTIMAL and not whole:
            answer = self._answer(status, whole, time.perf_counter() - began)
            if not self._stale(answer):
                return answer
            self._refactor()
            status = self._status()
        if status is AnswerStatus.FAILED and not whole and self._small:
            # An old basis that ended without a word: ours from scratch takes a quarter of HiGHS' own choices.
            self.restart()
            self._run(whole)
            status = self._status()
        if status in (AnswerStatus.INFEASIBLE, AnswerStatus.FAILED) and not whole:
            # A refusal at 1e-10 is asked again from scratch, as HiGHS would go about it itself, before
            # it is believed. Where that ends without a word ("Unknown"), interior points have the last one.
            self.restart()
            self._choose_simplex(ours=False)
            self._option("presolve", "off")
            self._run(whole)
            status = self._status()
            if status is AnswerStatus.FAILED:
                self.restart()
                self._option("solver", "ipm")
                self._run(whole)
                self._option("solver", "choose")
                status = self._status()
            if status is AnswerStatus.FAILED:
                # Near the edge of what can be kept none of them may see that there is no point; presolve does.
                self.restart()
                self._option("presolve", "on")
                self._run(whole)
                self._option("presolve", "off")
                status = self._status()
        return self._answer(status, whole, time.perf_counter() - began)

    def least_on_face(
        self, answer: Answer, outflow: FloatArray, pinned: IntArray, *, time_limit: float | None = None
    ) -> Answer:
        """The point of least `outflow`, shape (n_cols,), among those as good as `answer`, the last solve's.

        Columns `pinned`, and whatever has a price there, are held where they are; the rest may move.
        `answer` itself comes back where it already is the cheapest. The basis of the last solve
        stays for the next one.
        """
        assert answer.x is not None  # it is optimal
        assert answer.row_dual is not None
        reduced = self._cost - self._matrix.T @ answer.row_dual[: len(self._row_lower)]
        subtract_rows(reduced, self._cuts, answer.row_dual[len(self._row_lower) :])
        face = find_face(
            self._highs,
            self._matrix,
            self._cuts,
            point=(answer.x, self._activity(answer.x)),
            prices=(reduced, answer.row_dual),
            bounds=((self._lower, self._upper), self._all_row_bounds()),
            pinned=pinned,
        )
        if not face.can_spare(outflow):
            return answer
        # The point stays feasible, so the primal simplex goes on from it. With no slack: the little that it
        # would bring takes many pivots; where rounding then leaves no point, `least_at` has some.
        at, bound = answer.x[face.columns], face.bound
        return self._least(outflow, (face.columns, at, at), (face.rows, bound, bound), _PRIMAL, time_limit)

    def least_at(
        self, outflow: FloatArray, pinned: IntArray, at: FloatArray, *, time_limit: float | None = None
    ) -> Answer:
        """The point of least `outflow`, shape (n_cols,), with columns `pinned` near values `at`.

        To 1e-9, or to 3e-8 where rounding leaves no point so near. The basis of the last solve
        stays for the next one.
        """
        for nearness in _PINNED:
            slack = nearness * (1.0 + np.abs(at))
            lower, upper = np.maximum(self._lower[pinned], at - slack), np.minimum(self._upper[pinned], at + slack)
            answer = self._least(outflow, (pinned, lower, upper), (pinned[:0], at[:0], at[:0]), _DUAL, time_limit)
            if answer.status is not AnswerStatus.INFEASIBLE:
                break
        return answer

    def _least(
        self,
        outflow: FloatArray,
        columns: tuple[IntArray, FloatArray, FloatArray],
        rows: tuple[IntArray, FloatArray, FloatArray],
        strategy: int,
        time_limit: float | None,
    ) -> Answer:
        """Minimise `outflow` with `columns` and `rows` within other bounds, for this once."""
        began = time.perf_counter()
        basis = self._highs.getBasis()
        priced = np.flatnonzero(self._cost != -outflow)
        self._change_bounds(*columns)
        self._change_rows(*rows)
        self._change_cost(priced, -outflow)
        self._option("simplex_strategy", strategy)
        self._limit(time_limit, False)
        try:
            self._run(False)
            answer = self._answer(self._status(), False, time.perf_counter() - began)
        finally:
            self._option("simplex_strategy", _DUAL)
            self._change_bounds(columns[0], self._lower[columns[0]], self._upper[columns[0]])
            lower, upper = self._all_row_bounds()
            self._change_rows(rows[0], lower[rows[0]], upper[rows[0]])
            self._change_cost(priced, self._cost)
            if basis.valid:
                self._done(self._highs.setBasis(basis), "take a basis")
        return replace(answer, row_dual=None, objective=None, bound=None)

    def _stale(self, answer: Answer) -> bool:
        """Whether the point is off its rows by more than the simplex promised: its basis has worn out."""
        assert answer.x is not None  # it is optimal
        activity = self._activity(answer.x)
        lower, upper = self._all_row_bounds()
        off = float(np.max(np.maximum(lower - activity, activity - upper), initial=0.0))
        return not off <= _STALE

    def _activity(self, x: FloatArray) -> FloatArray:
        """Value of every row at `x`: the program's, then the cuts'."""
        return np.concatenate([self._matrix @ x, self._cuts.activity(x)])

    def _refactor(self) -> None:
        """Run once more from the same basis, factored anew: updates of the old factors have lost digits."""
        basis = self._highs.getBasis()
        self.restart()
        if basis.valid:
            self._done(self._highs.setBasis(basis), "take a basis")
        self._run(False)

    def _prepare(self, *, whole: bool, gap: float, time_limit: float | None, start: FloatArray | None) -> None:
        """Set what the next run is asked for."""
        self._set_whole(whole)
        self._choose_simplex(ours=self._small and not whole)
        self._listen(whole or not self._small)
        self._limit(time_limit, whole)
        tolerance = _MIP_TOLERANCE if whole else _LP_TOLERANCE
        self._option("primal_feasibility_tolerance", tolerance)
        self._option("dual_feasibility_tolerance", tolerance)
        if whole:
            self._option("mip_feasibility_tolerance", _MIP_TOLERANCE)
            self._option("mip_rel_gap", 0.0)
            self._option("mip_abs_gap", gap)
            if start is not None:
                # A plan may be outside a bound by its tolerance, and HiGHS takes none that is.
                inside = np.minimum(np.maximum(start, self._lower), self._upper)
                self._done(self._highs.setSolution(self._n_cols, self._columns(), inside), "take a starting point")
