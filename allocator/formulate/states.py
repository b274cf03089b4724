"""What equality rows define, computed from the rest: balances and totals by forward substitution."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import sparse

from allocator.formulate.curves import FloatArray, IntArray, equal, with_data


class StateSystem:
    """Rows that define states, and their square part factored; shared by programs that resemble each other.

    Programs whose coefficients stand at the same places take the same places out of their
    matrices; where the square part has the same numbers too, they share its factors.
    """

    def __init__(self) -> None:
        self._of: tuple[Any, ...] = ()
        self._rows: sparse.csr_matrix | None = None
        self._square: sparse.csc_matrix | None = None
        self._factor: Any = None
        self._factored: FloatArray | None = None

    def of(self, matrix: sparse.csc_matrix, states: IntArray, state_rows: IntArray) -> tuple[sparse.csr_matrix, Any]:
        """The rows of the states of one program, and the factors of their square part.

        Raises
        ------
        ValueError
            When the row of a state uses a later state, or does not use its own.
        """
        # Arrays that are the same objects hold the same places: programs share them, and nobody changes them.
        of = (matrix.indices, matrix.indptr, states, state_rows)
        if len(self._of) != len(of) or any(old is not new for old, new in zip(self._of, of, strict=True)):
            self._look_up(matrix, states, state_rows)
            self._of = of
        assert self._rows is not None
        assert self._square is not None
        rows = with_data(self._rows, matrix.data[self._rows.data])
        square = matrix.data[self._square.data]
        if self._factored is None or not equal(self._factored, square):
            self._factor = _factor(with_data(self._square, square))
            self._factored = square
        return rows, self._factor

    def _look_up(self, matrix: sparse.csc_matrix, states: IntArray, state_rows: IntArray) -> None:
        """Find the rows' coefficients in the matrix: the data of `_rows` and `_square` are positions."""
        positions = with_data(matrix, np.arange(matrix.nnz))
        self._rows = positions.tocsr()[state_rows]
        self._square = self._rows[:, states].tocsc()
        self._square.sort_indices()
        self._factored = None


def _factor(square: sparse.csc_matrix) -> Any:
    """Each state's row uses earlier states only, so the square part is lower triangular.

    In natural order without pivoting its factorisation is plain forward substitution.
    """
    from scipy.sparse.linalg import splu

    if sparse.triu(square, k=1).nnz or not square.diagonal().all():
        raise ValueError("a state column is used by the row of an earlier state; add the definitions in order")
    options = {"SymmetricMode": True}
    return splu(square, permc_spec="NATURAL", diag_pivot_thresh=0.0, options=options)
