"""HiGHS held between solves: a program whose numbers change under its basis and its cuts."""

from __future__ import annotations

import time
from dataclasses import replace

import highspy
import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.solve.adapter import Answer, AnswerStatus
from allocator.solve.cuts import CutRows
from allocator.solve.diff import Difference
from allocator.solve.highs import HighsSolver
from allocator.solve.scaling import ScaledProgram

# From an old basis a perturbation costs more than it saves: over a 10 x 10 grid of prices and cash
# it took half as much time again. Without it a simplex may cycle, hence the limit of iterations
# (as many as rows, at least this) and the usual settings after it.
_PERTURBATION = "dual_simplex_cost_perturbation_multiplier"
_LIMIT = "simplex_iteration_limit"
_LEAST_ITERATIONS = 500


class LiveHighs(HighsSolver):
    """One HiGHS model that follows a program from plan to plan.

    Parameters
    ----------
    threads : int
        Threads HiGHS may use.
    """

    def __init__(self, threads: int = 1) -> None:
        super().__init__(threads)
        self._warm = False
        self._usual = {name: self._highs.getOptionValue(name)[1] for name in (_PERTURBATION, _LIMIT)}

    def change(self, scaled: ScaledProgram, difference: Difference) -> None:
        """Make the program loaded into `scaled`; the basis and the cuts stay.

        Parameters
        ----------
        scaled : ScaledProgram
            The new program, of the old one's structure.
        difference : Difference
            Where its arrays differ.
        """
        places = zip(
            difference.coefficient_rows.tolist(),
            difference.coefficient_columns.tolist(),
            difference.coefficients.tolist(),
            strict=True,
        )
        for row, column, value in places:
            self._done(self._highs.changeCoeff(row, column, value), "change a coefficient")
        columns, rows = difference.columns, difference.rows
        self._change_bounds(columns, scaled.col_lower[columns], scaled.col_upper[columns])
        self._change_rows(rows, scaled.row_lower[rows], scaled.row_upper[rows])
        self._take(scaled)
        self.set_cost(scaled.cost)

    def keep_cuts(self, keep: IntArray) -> None:
        """Delete all cuts but those at the sorted positions `keep`; the basis of the rest stays.

        Cuts that are in the way of the current point are kept by whoever asks; where one goes
        nevertheless, the next solve starts without a basis.
        """
        basis = self._highs.getBasis()
        cuts, start = self._cuts, len(self._row_lower)
        statuses = list(basis.row_status)
        gone = np.setdiff1d(np.arange(len(cuts)), keep)
        fits = basis.valid and all(statuses[start + place] == highspy.HighsBasisStatus.kBasic for place in gone)
        self._done(self._highs.deleteRows(len(gone), (start + gone).astype(np.int32)), "delete rows")
        self._cuts = CutRows(cuts.columns[keep], cuts.values[keep], cuts.lower[keep], cuts.upper[keep])
        if fits:
            basis.row_status = statuses[:start] + [statuses[start + place] for place in keep]
            self._done(self._highs.setBasis(basis), "take a basis")

    def solve(
        self, *, whole: bool = False, gap: float = 0.0, time_limit: float | None = None, start: FloatArray | None = None
    ) -> Answer:
        """Solve from the last basis, quickly; or as usual where that does not end at an optimum."""
        began = time.perf_counter()
        spent = 0
        if self._warm and not whole:
            answer = self._quickly(time_limit)
            if answer.status is AnswerStatus.OPTIMAL:
                return answer
            spent = answer.iterations
            self.restart()
            if time_limit is not None:
                time_limit = max(time_limit - (time.perf_counter() - began), 0.0)
        answer = super().solve(whole=whole, gap=gap, time_limit=time_limit, start=start)
        self._warm = answer.status is AnswerStatus.OPTIMAL
        return replace(answer, iterations=answer.iterations + spent)

    def _quickly(self, time_limit: float | None) -> Answer:
        """Simplex from the last basis as it stands; any ending but an optimum is for the usual way to judge."""
        began = time.perf_counter()
        self._option(_PERTURBATION, 0.0)
        self._option(_LIMIT, max(self._highs.getNumRow(), _LEAST_ITERATIONS))
        self._limit(time_limit, False)
        try:
            self._run(False)
            answer = self._answer(self._status(), False, time.perf_counter() - began)
            if answer.status is AnswerStatus.OPTIMAL and self._stale(answer):
                self._refactor()
                answer = self._answer(self._status(), False, time.perf_counter() - began)
                if answer.status is AnswerStatus.OPTIMAL and self._stale(answer):
                    return replace(answer, status=AnswerStatus.FAILED)
        finally:
            for name, value in self._usual.items():
                self._option(name, value)
        return answer
