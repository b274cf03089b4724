"""The program in units of its own scales: what solvers see."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from allocator.formulate.curves import Curves, FloatArray, with_data
from allocator.formulate.program import Program

Factors = tuple[FloatArray, FloatArray]

_ENTRIES_AT_ONCE = 1 << 17


@dataclass(frozen=True)
class ScaledProgram:
    """A program with columns divided by `col_scale` and rows by `row_scale`.

    Attributes
    ----------
    program : Program
        The program in natural units.
    cost : ndarray, shape (n_cols,)
        Objective per scaled column, maximised; its value is the program's own objective.
    outflow : ndarray, shape (n_cols,)
        The second pass's cost per scaled column, minimised, normalised to a largest entry of 1.
    matrix : scipy.sparse.csc_matrix, shape (n_rows, n_cols)
        Index arrays are int32.
    col_lower, col_upper, row_lower, row_upper : ndarray
        Scaled bounds.
    integer : ndarray of bool, shape (n_cols,)
        Scaled columns that are integers.
    curves : Curves
        The program's curves, which already act on scaled columns.
    factors : pair of ndarray, shape (nnz,), or None
        What each coefficient is multiplied with and divided by: the scales of its column and row;
        not kept of large programs.
    """

    program: Program
    cost: FloatArray
    outflow: FloatArray
    matrix: sparse.csc_matrix
    col_lower: FloatArray
    col_upper: FloatArray
    row_lower: FloatArray
    row_upper: FloatArray
    integer: np.ndarray[Any, np.dtype[np.bool_]]
    curves: Curves
    factors: Factors | None = field(default=None, repr=False)

    @property
    def n_cols(self) -> int:
        return len(self.cost)

    @property
    def n_rows(self) -> int:
        return len(self.row_lower)

    @property
    def whole(self) -> bool:
        """Whether any column comes in whole units."""
        return bool(self.integer.any())

    @cached_property
    def magnitudes(self) -> sparse.csc_matrix:
        """Absolute values of the matrix: with those of a point, the size of the terms of each row."""
        return abs(self.matrix)

    def natural(self, x: FloatArray) -> FloatArray:
        """Scaled point in natural units."""
        return np.asarray(x * self.program.col_scale)

    def scaled(self, x: FloatArray) -> FloatArray:
        """Natural point in scaled units."""
        return np.asarray(x / self.program.col_scale)

    def duals_natural(self, duals: FloatArray) -> FloatArray:
        """Row duals per natural unit of each row."""
        return np.asarray(duals / self.program.row_scale)

    def reduced_costs_natural(self, reduced_costs: FloatArray) -> FloatArray:
        """Reduced costs per natural unit of each column."""
        return np.asarray(reduced_costs / self.program.col_scale)


def scale(program: Program, like: ScaledProgram | None = None) -> ScaledProgram:
    """`program` in units of its scales.

    Parameters
    ----------
    program : Program
    like : ScaledProgram, optional
        Of another program. Arrays that the two programs share are neither scaled nor checked again.

    Raises
    ------
    ValueError
        When a scale is not a positive number, or a coefficient or bound is not a number.
    """
    old = None if like is None else like.program
    _check_numbers(program, old)
    columns, rows = program.col_scale, program.row_scale
    same_columns = old is not None and old.col_scale is columns
    same_rows = old is not None and old.row_scale is rows
    matrix, factors = _scaled_matrix(program, like if same_columns and same_rows else None)

    def scaled(name: str, same_scale: bool, make: Callable[[FloatArray], FloatArray]) -> FloatArray:
        array: FloatArray = getattr(program, name)
        if same_scale and getattr(old, name) is array:
            shared: FloatArray = getattr(like, _NAMES.get(name, name))
            return shared
        return make(array)

    return ScaledProgram(
        program=program,
        cost=scaled("objective", same_columns, lambda cost: cost * columns),
        outflow=scaled("outflow", same_columns, lambda outflow: _normalised(outflow * columns)),
        matrix=matrix,
        col_lower=scaled("col_lower", same_columns, lambda lower: lower / columns),
        col_upper=scaled("col_upper", same_columns, lambda upper: upper / columns),
        row_lower=scaled("row_lower", same_rows, lambda lower: lower / rows),
        row_upper=scaled("row_upper", same_rows, lambda upper: upper / rows),
        integer=program.integer,
        curves=program.curves,
        factors=factors,
    )


# Arrays that have another name once they are scaled.
_NAMES = {"objective": "cost"}


def _normalised(outflow: FloatArray) -> FloatArray:
    largest = float(np.max(np.abs(outflow), initial=0.0))
    return outflow / largest if largest > 0.0 else outflow


def _scaled_matrix(program: Program, like: ScaledProgram | None) -> tuple[sparse.csc_matrix, Factors | None]:
    """The matrix in units of its scales, and the factors of its entries; `like` has the same scales."""
    matrix = program.matrix
    if like is not None and like.program.matrix is matrix:
        return like.matrix, like.factors
    if (
        like is not None
        and like.factors is not None
        and like.program.matrix.indices is matrix.indices
        and like.program.matrix.indptr is matrix.indptr
    ):
        by_column, by_row = like.factors
        return with_data(like.matrix, matrix.data * by_column / by_row), like.factors
    matrix = matrix.tocsc()
    data, counts = np.empty(matrix.nnz), np.diff(matrix.indptr)
    # Some columns at a time: whatever is only needed on the way stays small. Factors are kept where that is one time.
    columns_at_once = max(1, _ENTRIES_AT_ONCE * matrix.shape[1] // max(matrix.nnz, 1))
    factors: Factors | None = None
    for first in range(0, matrix.shape[1], columns_at_once):
        columns = slice(first, first + columns_at_once)
        begin, end = matrix.indptr[first], matrix.indptr[min(first + columns_at_once, matrix.shape[1])]
        by_column, by_row = (
            np.repeat(program.col_scale[columns], counts[columns]),
            program.row_scale[matrix.indices[begin:end]],
        )
        data[begin:end] = matrix.data[begin:end] * by_column / by_row
        if columns_at_once >= matrix.shape[1]:
            factors = (by_column, by_row)
    index = (matrix.indices.astype(np.int32, copy=False), matrix.indptr.astype(np.int32, copy=False))
    return sparse.csc_matrix((data, *index), shape=matrix.shape, copy=False), factors


def _check_numbers(program: Program, checked: Program | None) -> None:
    """Refuse what is not a number; arrays of a program that was `checked` need no second look."""

    def new(*names: str) -> bool:
        return checked is None or any(getattr(program, name) is not getattr(checked, name) for name in names)

    for word, name, say in (("row", "row_scale", program.say_row), ("column", "col_scale", program.say_column)):
        scales = getattr(program, name)
        if new(name) and not (np.isfinite(scales) & (scales > 0.0)).all():
            wrong = int(np.flatnonzero(~(np.isfinite(scales) & (scales > 0.0)))[0])
            raise ValueError(f"the scale of {word} '{say(wrong)}' is {scales[wrong]}; it must be positive")
    if new("matrix") and not np.isfinite(program.matrix.data).all():
        wrong = int(np.flatnonzero(~np.isfinite(program.matrix.data))[0])
        row = program.say_row(int(program.matrix.indices[wrong]))
        column = program.say_column(int(np.searchsorted(program.matrix.indptr, wrong, side="right")) - 1)
        raise ValueError(f"the coefficient of '{column}' in '{row}' is {program.matrix.data[wrong]}")
    for names, say in (
        (("row_lower", "row_upper"), program.say_row),
        (("col_lower", "col_upper"), program.say_column),
    ):
        if new(*names):
            missing = np.isnan(getattr(program, names[0])) | np.isnan(getattr(program, names[1]))
            if missing.any():
                raise ValueError(f"a bound of '{say(int(np.flatnonzero(missing)[0]))}' is not a number")
