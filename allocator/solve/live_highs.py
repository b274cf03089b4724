"""HiGHS held between solves: a program whose numbers change under its basis and its cuts."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import highspy
import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.solve.adapter import Answer, AnswerStatus
from allocator.solve.cuts import CutRows, join_rows
from allocator.solve.diff import Difference
from allocator.solve.highs import HighsSolver
from allocator.solve.scaling import ScaledProgram

# From an old basis, exact edge weights and a perturbation cost more than they save: over a 10 x 10
# grid of prices and cash they took half as much time again. Without them a simplex may cycle,
# hence the limit of iterations (as many as rows, at least this) and the usual settings after it.
_WARM = {
    "dual_simplex_cost_perturbation_multiplier": 0.0,
    "simplex_dual_edge_weight_strategy": 1,
    "simplex_scale_strategy": 0,
}
_LEAST_ITERATIONS = 500


class LiveHighs(HighsSolver):
    """One HiGHS model that follows a program from plan to plan.

    Rows are held in this order: the program's, then at most one row of its own (the second
    pass's floor), then the cuts.

    Parameters
    ----------
    threads : int
        Threads HiGHS may use.
    """

    def __init__(self, threads: int = 1) -> None:
        super().__init__(threads)
        self._matrix: Any = None
        self._cuts: CutRows | None = None
        self._cuts_start = 0
        self._own_row: FloatArray | None = None
        self._warm = False
        self._usual = {name: self._highs.getOptionValue(name)[1] for name in (*_WARM, "simplex_iteration_limit")}

    def load(self, scaled: ScaledProgram, rows: CutRows) -> None:
        """Take the program and its first cuts."""
        self._matrix, self._cuts, self._own_row = scaled.matrix, None, None
        self._cuts_start = scaled.n_rows
        super().load(scaled, rows)

    def add(self, rows: CutRows) -> None:
        """Add cuts."""
        super().add(rows)
        self._cuts = rows if self._cuts is None else join_rows(self._cuts, rows)

    def add_row(self, coefficients: FloatArray, lower: float, upper: float) -> None:
        """Add the row of its own, before any cut; coefficients shape (n_cols,)."""
        if self._cuts is not None and len(self._cuts):
            raise ValueError("the row of its own comes before the cuts")
        super().add_row(coefficients, lower, upper)
        self._own_row = coefficients
        self._cuts_start += 1

    def change(self, scaled: ScaledProgram, difference: Difference, cost: FloatArray) -> None:
        """Make the program loaded into `scaled`; the basis and the cuts stay.

        Parameters
        ----------
        scaled : ScaledProgram
            The new program, of the old one's structure.
        difference : Difference
            Where its arrays differ.
        cost : ndarray, shape (n_cols,)
            What this model maximises.
        """
        self._matrix = scaled.matrix
        places = zip(
            difference.coefficient_rows.tolist(),
            difference.coefficient_columns.tolist(),
            difference.coefficients.tolist(),
            strict=True,
        )
        for row, column, value in places:
            self._done(self._highs.changeCoeff(row, column, value), "change a coefficient")
        columns, rows = difference.columns.astype(np.int32), difference.rows.astype(np.int32)
        if len(columns):
            lower, upper = scaled.col_lower[columns], scaled.col_upper[columns]
            self._done(self._highs.changeColsBounds(len(columns), columns, lower, upper), "change bounds")
        if len(rows):
            lower, upper = scaled.row_lower[rows], scaled.row_upper[rows]
            self._done(self._highs.changeRowsBounds(len(rows), rows, lower, upper), "change rows")
        self.set_cost(cost)

    def change_own_row(self, coefficients: FloatArray, lower: float, upper: float) -> None:
        """Change the row of its own; no coefficient may become or cease to be zero."""
        assert self._own_row is not None  # added when the model was made
        row = self._cuts_start - 1
        for column in np.flatnonzero(self._own_row != coefficients).tolist():
            self._done(self._highs.changeCoeff(row, column, float(coefficients[column])), "change a coefficient")
        self._own_row = coefficients
        self._done(self._highs.changeRowBounds(row, lower, upper), "change a row")

    def keep_cuts(self, keep: IntArray) -> None:
        """Delete all cuts but those at the sorted positions `keep`; the basis of the rest stays.

        Cuts that are in the way of the current point are kept by whoever asks; where one goes
        nevertheless, the next solve starts without a basis.
        """
        assert self._cuts is not None  # asked for only when there are too many
        basis = self._highs.getBasis()
        statuses, start = list(basis.row_status), self._cuts_start
        gone = np.setdiff1d(np.arange(len(self._cuts)), keep)
        fits = basis.valid and all(statuses[start + place] == highspy.HighsBasisStatus.kBasic for place in gone)
        self._done(self._highs.deleteRows(len(gone), (start + gone).astype(np.int32)), "delete rows")
        cuts = self._cuts
        self._cuts = CutRows(cuts.columns[keep], cuts.values[keep], cuts.lower[keep], cuts.upper[keep])
        if fits:
            basis.row_status = statuses[:start] + [statuses[start + place] for place in keep]
            self._done(self._highs.setBasis(basis), "take a basis")

    def start_like(self, other: LiveHighs) -> None:
        """Start from the basis of `other`, which has the same program and cuts but no row of its own."""
        basis = other._highs.getBasis()
        if not basis.valid:
            return
        statuses, start = list(basis.row_status), self._cuts_start - 1
        basis.row_status = [*statuses[:start], highspy.HighsBasisStatus.kBasic, *statuses[start:]]
        self._done(self._highs.setBasis(basis), "take a basis")
        self._warm = True

    def solve(
        self, *, whole: bool = False, gap: float = 0.0, time_limit: float | None = None, start: FloatArray | None = None
    ) -> Answer:
        """Solve from the last basis, quickly; or as usual where that does not end at an optimum."""
        began = time.perf_counter()
        spent = 0
        if self._warm and not whole:
            for name, value in _WARM.items():
                self._option(name, value)
            rows = self._highs.getNumRow()
            self._option("simplex_iteration_limit", max(rows, _LEAST_ITERATIONS))
            answer = super().solve(time_limit=time_limit)
            for name, value in self._usual.items():
                self._option(name, value)
            if answer.status is AnswerStatus.OPTIMAL:
                return answer
            spent = answer.iterations
            self._highs.clearSolver()
            if time_limit is not None:
                time_limit = max(time_limit - (time.perf_counter() - began), 0.0)
        answer = super().solve(whole=whole, gap=gap, time_limit=time_limit, start=start)
        self._warm = answer.status is AnswerStatus.OPTIMAL
        return replace(answer, iterations=answer.iterations + spent)

    def _drift(self) -> float:
        solution = self._highs.getSolution()
        point = np.array(solution.col_value)
        parts = [self._matrix @ point]
        if self._own_row is not None:
            parts.append(np.array([self._own_row @ point]))
        if self._cuts is not None:
            parts.append(self._cuts.activity(point))
        return float(np.max(np.abs(np.concatenate(parts) - np.array(solution.row_value)), initial=0.0))
