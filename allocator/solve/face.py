"""The optimal face of a linear program at its last basis: what may still move at no loss.

At an optimal basis, every column and row with a price other than zero is at a bound on every
optimal point. With those held, whatever is left is an optimal point too, so that a second
objective can be taken to its best without the first one losing anything, and all multipliers
stay as they are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import sparse

from allocator.formulate.curves import FloatArray, IntArray
from allocator.solve.cuts import CutRows, subtract_rows

# A price is one above this; the simplex ends with signs right to 1e-10.
_PRICE = 1e-9
# A saving below this is rounding.
_SAVING = 1e-9


@dataclass(frozen=True)
class Face:
    """What is held on the optimal face, and what is not.

    Attributes
    ----------
    columns : ndarray of int
        Columns with a price, and those that are pinned: each stays at its value.
    rows : ndarray of int
        Inequality rows (cuts follow the program's) with a price: each stays at the bound it is at.
    bound : ndarray, shape (len(rows),)
        That bound, which the simplex holds to the last digit; a row's activity has rounding.
    """

    columns: IntArray
    rows: IntArray
    bound: FloatArray
    _highs: Any
    _matrix: sparse.csc_matrix
    _cuts: CutRows
    _may_rise: tuple[IntArray, IntArray]
    _may_fall: tuple[IntArray, IntArray]

    def can_spare(self, outflow: FloatArray) -> bool:
        """Whether a pivot on the face may lower `outflow`, shape (n_cols,).

        False where the current vertex is already the cheapest one; True does not promise any.
        """
        basic = self._highs.getBasicVariables()[1]
        at = np.where(basic >= 0, outflow[np.maximum(basic, 0)], 0.0)
        multipliers = self._highs.getBasisTransposeSolve(at)[1]
        n_rows = self._matrix.shape[0]
        reduced = outflow - self._matrix.T @ multipliers[:n_rows]
        subtract_rows(reduced, self._cuts, multipliers[n_rows:])
        ways = ((1.0, self._may_rise), (-1.0, self._may_fall))
        return any(
            bool(np.any(sign * rate[some] < -_SAVING))
            for sign, may in ways
            for rate, some in zip((reduced, multipliers), may, strict=True)
        )


def find_face(
    highs: Any,
    matrix: sparse.csc_matrix,
    cuts: CutRows,
    *,
    point: tuple[FloatArray, FloatArray],
    prices: tuple[FloatArray, FloatArray],
    bounds: tuple[tuple[FloatArray, FloatArray], tuple[FloatArray, FloatArray]],
    pinned: IntArray,
) -> Face:
    """The optimal face at the last basis of `highs`.

    Parameters
    ----------
    highs : highspy.Highs
        After a run that ended optimal.
    matrix : csc_matrix, shape (n_rows, n_cols)
    cuts : CutRows
        The rows after those of `matrix`.
    point, prices, bounds : pairs
        For the columns, then for all rows: values, multipliers, and lower and upper bounds in force.
    pinned : ndarray of int
        Columns that must not move, priced or not.
    """
    basic = highs.getBasicVariables()[1]
    inside = (basic[basic >= 0], -basic[basic < 0] - 1)
    held, rise, fall = [], [], []
    for value, price, at, (lower, upper), still in zip(
        point, prices, inside, bounds, (pinned, pinned[:0]), strict=True
    ):
        fixed, priced = lower == upper, np.abs(price) > _PRICE
        priced[still] = True
        loose = ~fixed & ~priced
        loose[at] = False
        held.append(np.flatnonzero(priced & ~fixed))
        # A column without bounds may go either way.
        rise.append(np.flatnonzero(loose & (value < upper - _SAVING)))
        fall.append(np.flatnonzero(loose & (value > lower + _SAVING)))
    return Face(
        columns=held[0],
        rows=held[1],
        bound=_nearer(point[1], *bounds[1])[held[1]],
        _highs=highs,
        _matrix=matrix,
        _cuts=cuts,
        _may_rise=(rise[0], rise[1]),
        _may_fall=(fall[0], fall[1]),
    )


def _nearer(value: FloatArray, lower: FloatArray, upper: FloatArray) -> FloatArray:
    return np.where(value - lower < upper - value, lower, upper)
