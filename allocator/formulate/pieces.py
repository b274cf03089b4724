"""What one part of a plan adds to a program, kept so that it can be added again to the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from allocator.formulate.blocks import Block, BoundGroup
from allocator.formulate.curves import Curves, FloatArray, IntArray

COLUMN_ARRAYS = ("col_lower", "col_upper", "col_scale", "integer")
ROW_ARRAYS = ("row_lower", "row_upper", "row_scale")

Entries = tuple[IntArray, IntArray, FloatArray]
Terms = list[tuple[IntArray, FloatArray]]


@dataclass(eq=False)
class Piece:
    """Columns, rows, coefficients and curves that were added one after the other.

    Attributes
    ----------
    first_column, first_row : int
        Where the piece begins in the program; its indices hold only there.
    columns, rows : list of Block
    col_lower, col_upper, col_scale, integer : list of ndarray
        One array a column family.
    row_lower, row_upper, row_scale : list of ndarray
        One array a row family.
    puts : list of (rows, columns, values)
        Coefficients in the order they were added.
    objective, outflow : list of (columns, values)
    curves : list of Curves
    groups : list of BoundGroup
    states : list of (columns, rows)
    repairs, adjustments : list of callables
        They hold arrays, never the program they were made for: a piece outlives it.
    """

    first_column: int
    first_row: int
    columns: list[Block] = field(default_factory=list)
    col_lower: list[FloatArray] = field(default_factory=list)
    col_upper: list[FloatArray] = field(default_factory=list)
    col_scale: list[FloatArray] = field(default_factory=list)
    integer: list[Any] = field(default_factory=list)
    rows: list[Block] = field(default_factory=list)
    row_lower: list[FloatArray] = field(default_factory=list)
    row_upper: list[FloatArray] = field(default_factory=list)
    row_scale: list[FloatArray] = field(default_factory=list)
    puts: list[Entries] = field(default_factory=list)
    objective: Terms = field(default_factory=list)
    outflow: Terms = field(default_factory=list)
    curves: list[Curves] = field(default_factory=list)
    groups: list[BoundGroup] = field(default_factory=list)
    states: list[tuple[IntArray, IntArray]] = field(default_factory=list)
    repairs: list[Callable[[FloatArray], bool | None]] = field(default_factory=list)
    adjustments: list[Callable[[FloatArray], bool]] = field(default_factory=list)
    n_columns: int = 0
    n_rows: int = 0

    @cached_property
    def entries(self) -> Entries:
        """All coefficients: rows, columns and values, shape (k,) each; of a finished piece."""
        if not self.puts:
            return np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0)
        if len(self.puts) == 1:
            return self.puts[0]
        rows, columns, values = zip(*self.puts, strict=True)
        return np.concatenate(rows), np.concatenate(columns), np.concatenate(values)

    def stacked(self, name: str) -> Any:
        """One of the arrays of all families, in order; of a finished piece."""
        arrays = getattr(self, name)
        return arrays[0] if len(arrays) == 1 else np.concatenate(arrays)

    def stands_like(self, other: Piece) -> bool:
        """Whether both pieces begin at the same place and are equally large."""
        return (self.first_column, self.first_row, self.n_columns, self.n_rows) == (
            other.first_column,
            other.first_row,
            other.n_columns,
            other.n_rows,
        )


def pick(families: Sequence[tuple[int, FloatArray]], columns: IntArray) -> FloatArray:
    """The entries of `columns` in arrays that begin at given columns."""
    if len(families) == 1:
        start, values = families[0]
        return values[columns - start]
    found = np.empty(len(columns))
    for start, values in families:
        inside = (columns >= start) & (columns < start + len(values))
        found[inside] = values[columns[inside] - start]
    return found


def filled(values: Any, size: int, dtype: Any = float) -> Any:
    """An array of its own, shape (size,)."""
    if isinstance(values, float | bool):
        # By far the most frequent case, and several times quicker than `np.full`.
        constant = np.empty(size, dtype)
        constant.fill(values)
        return constant
    array = np.asarray(values, dtype=dtype)
    if array.shape == (size,):
        return array.copy()
    constant = np.empty(size, dtype)
    constant[:] = array
    return constant


def paired(columns: ArrayLike, values: ArrayLike) -> tuple[IntArray, FloatArray]:
    """Columns and values broadcast together, shape (k,) each."""
    index, entries = np.asarray(columns, dtype=np.int64), np.asarray(values, dtype=float)
    if index.ndim == 1 and index.shape == entries.shape:
        return index, entries
    index, entries = np.broadcast_arrays(index, entries)
    return index.ravel(), entries.ravel()
