"""HiGHS held between solves: a program whose numbers change under its basis and its cuts."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.solve.cuts import CutRows, join_rows
from allocator.solve.diff import Difference
from allocator.solve.highs import HighsSolver
from allocator.solve.scaling import ScaledProgram

_BASIC = int(highspy.HighsBasisStatus.kBasic)


class LiveHighs(HighsSolver):
    """One HiGHS model that follows a program from plan to plan.

    Rows are held in the order: the program's, then at most one row of its own (the second
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
        columns = difference.columns.astype(np.int32)
        if len(columns):
            self._done(
                self._highs.changeColsBounds(
                    len(columns), columns, scaled.col_lower[columns], scaled.col_upper[columns]
                ),
                "change bounds",
            )
        rows = difference.rows.astype(np.int32)
        if len(rows):
            self._done(
                self._highs.changeRowsBounds(len(rows), rows, scaled.row_lower[rows], scaled.row_upper[rows]),
                "change rows",
            )
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
        """Delete all cuts but those at the positions `keep`; the basis of the rest stays."""
        assert self._cuts is not None  # asked for only when there are too many
        gone = np.setdiff1d(np.arange(len(self._cuts)), keep)
        basis = self._highs.getBasis()
        statuses = list(basis.row_status)
        # A binding cut that goes leaves its place in the basis to a slack of a cut that stays;
        # only slack cuts are asked for, as a rule, and then nothing of that kind happens.
        lost = sum(int(statuses[self._cuts_start + position]) != _BASIC for position in gone.tolist())
        rows = (self._cuts_start + gone).astype(np.int32)
        self._done(self._highs.deleteRows(len(rows), rows), "delete rows")
        self._cuts = CutRows(
            self._cuts.columns[keep], self._cuts.values[keep], self._cuts.lower[keep], self._cuts.upper[keep]
        )
        if basis.valid and not lost:
            basis.row_status = statuses[: self._cuts_start] + [statuses[self._cuts_start + p] for p in keep.tolist()]
            self._done(self._highs.setBasis(basis), "take a basis")

    def basis(self) -> Any:
        """The basis, to be given back to `start_from`."""
        return self._highs.getBasis()


    def _drift(self) -> float:
        solution = self._highs.getSolution()
        point = np.array(solution.col_value)
        parts = [self._matrix @ point]
        if self._own_row is not None:
            parts.append(np.array([self._own_row @ point]))
        if self._cuts is not None:
            parts.append(self._cuts.activity(point))
        return float(np.max(np.abs(np.concatenate(parts) - np.array(solution.row_value)), initial=0.0))
