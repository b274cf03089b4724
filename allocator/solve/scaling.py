"""The program in units of its own scales: what solvers see."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse

from allocator.formulate.curves import Curves, FloatArray
from allocator.formulate.program import Program

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


def scale(program: Program) -> ScaledProgram:
    """`program` in units of its scales.

    Raises
    ------
    ValueError
        When a scale is not a positive number, or a coefficient or bound is not a number.
    """
    _check_numbers(program)
    matrix = _scaled_matrix(program)
    outflow = program.outflow * program.col_scale
    largest = float(np.max(np.abs(outflow), initial=0.0))
    return ScaledProgram(
        program=program,
        cost=program.objective * program.col_scale,
        outflow=outflow / largest if largest > 0.0 else outflow,
        matrix=matrix,
        col_lower=program.col_lower / program.col_scale,
        col_upper=program.col_upper / program.col_scale,
        row_lower=program.row_lower / program.row_scale,
        row_upper=program.row_upper / program.row_scale,
        integer=program.integer,
        curves=program.curves,
    )


def _scaled_matrix(program: Program) -> sparse.csc_matrix:
    """The matrix in scaled units; it shares its index arrays with the program's wherever those are int32.

    Some columns at a time: whatever is only needed on the way stays small.
    """
    matrix = program.matrix.tocsc()
    data, counts = np.empty(matrix.nnz), np.diff(matrix.indptr)
    columns_at_once = max(1, _ENTRIES_AT_ONCE * matrix.shape[1] // max(matrix.nnz, 1))
    for first in range(0, matrix.shape[1], columns_at_once):
        columns = slice(first, first + columns_at_once)
        begin, end = matrix.indptr[first], matrix.indptr[min(first + columns_at_once, matrix.shape[1])]
        part = np.multiply(matrix.data[begin:end], np.repeat(program.col_scale[columns], counts[columns]))
        np.divide(part, program.row_scale[matrix.indices[begin:end]], out=data[begin:end])
    index = (matrix.indices.astype(np.int32, copy=False), matrix.indptr.astype(np.int32, copy=False))
    return sparse.csc_matrix((data, *index), shape=matrix.shape, copy=False)


def _check_numbers(program: Program) -> None:
    for name, scales, say in (
        ("row", program.row_scale, program.say_row),
        ("column", program.col_scale, program.say_column),
    ):
        wrong = np.flatnonzero(~(np.isfinite(scales) & (scales > 0.0)))
        if len(wrong):
            raise ValueError(f"the scale of {name} '{say(int(wrong[0]))}' is {scales[wrong[0]]}; it must be positive")
    entries = program.matrix.data
    if not np.isfinite(entries).all():
        wrong = np.flatnonzero(~np.isfinite(entries))
        row = int(program.matrix.indices[wrong[0]])
        column = int(np.searchsorted(program.matrix.indptr, wrong[0], side="right")) - 1
        raise ValueError(
            f"the coefficient of '{program.say_column(column)}' in '{program.say_row(row)}' is {entries[wrong[0]]}"
        )
    for lower, upper, say in (
        (program.row_lower, program.row_upper, program.say_row),
        (program.col_lower, program.col_upper, program.say_column),
    ):
        wrong = np.flatnonzero(np.isnan(lower) | np.isnan(upper))
        if len(wrong):
            raise ValueError(f"a bound of '{say(int(wrong[0]))}' is not a number")
