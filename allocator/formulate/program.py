"""The array program: columns, rows, curves and objectives, in the plan's own units.

    maximise    objective @ x
    subject to  row_lower <= matrix @ x <= row_upper
                col_lower <= x <= col_upper,   x[j] / scale[j] whole where integer[j]
                y <= f(x) or y >= f(x) for every curve, on scaled columns

Blocks carry labels, units and a sentence, so that any row or column can be said in words.
`col_scale` and `row_scale` are typical magnitudes; solvers see ``x / col_scale`` and rows
divided by `row_scale`. Nothing here knows which solver runs, or what a GPU is.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from allocator.formulate.curves import CurveKind, Curves, FloatArray, IntArray, join

# Choices below this share of their scale are what a solver's tolerance leaves, not decisions.
DUST = 1e-9


@dataclass(frozen=True)
class Block:
    """A named family of columns or rows.

    Attributes
    ----------
    name : str
        ``compute.h100-cloud.gpus`` for columns, ``Cash balance`` for rows.
    labels : sequence of str
        One label an entry, usually its month, ``2026-09``; written when read where there are many.
    unit : str
        Unit of an entry: ``USD``, ``GPU``, ``person``, ``1``.
    sentence : str
        What the family says, in one plain sentence.
    start : int
        Index of its first entry in the program.
    group : str
        Name of the user's rule the rows come from; empty for definitions and balances,
        which can never be given up.
    """

    name: str
    labels: Sequence[str]
    unit: str
    sentence: str
    start: int
    group: str = ""

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def index(self) -> IntArray:
        """Program indices of the entries, shape (len(self),)."""
        return np.arange(self.start, self.start + len(self), dtype=np.int64)

    def say(self, entry: int) -> str:
        """Entry `entry` in words: ``Cash balance, 2026-07, USD``."""
        label = self.labels[entry]
        return ", ".join(part for part in (self.name, label, self.unit if self.unit != "1" else "") if part)


@dataclass(frozen=True)
class BoundGroup:
    """Bounds that come from one of the user's rules and what they become without it."""

    name: str
    sentence: str
    columns: IntArray
    lower: FloatArray
    upper: FloatArray


@dataclass(frozen=True)
class Program:
    """One immutable program; build it with `ProgramBuilder`.

    Attributes
    ----------
    matrix : scipy.sparse.csc_matrix, shape (n_rows, n_cols)
        Coefficients, in units of rows per unit of columns.
    col_lower, col_upper, col_scale, objective, outflow : ndarray, shape (n_cols,)
        Bounds, typical magnitude, first objective (maximised) and the second pass's cost
        (minimised).
    row_lower, row_upper, row_scale : ndarray, shape (n_rows,)
        Bounds and typical magnitude of the rows.
    integer : ndarray of bool, shape (n_cols,)
        Columns that come in whole multiples of their scale.
    curves : Curves
        Univariate curves on scaled columns.
    columns, rows : tuple of Block
        The named families, in order.
    bound_groups : tuple of BoundGroup
        Column bounds that are a user's rule.
    states, state_rows : ndarray of int
        Columns that equality rows define, and those rows: balances and totals. Given the
        other columns, these are computed, not chosen.
    repairs : tuple of callables
        Each takes a point (natural units) whose states are complete and sets, in place, the
        columns it owns so that curves hold exactly: model size from the true law, burn
        from the flows.
    adjustments : tuple of callables
        Each takes a complete point and takes choices back, in place, that only a tolerance
        allows; true where it changed any.
    reference : dict
        What the scaling was built on, for the record.
    """

    matrix: sparse.csc_matrix
    col_lower: FloatArray
    col_upper: FloatArray
    col_scale: FloatArray
    row_lower: FloatArray
    row_upper: FloatArray
    row_scale: FloatArray
    objective: FloatArray
    outflow: FloatArray
    integer: np.ndarray[Any, np.dtype[np.bool_]]
    curves: Curves
    columns: tuple[Block, ...]
    rows: tuple[Block, ...]
    bound_groups: tuple[BoundGroup, ...] = ()
    states: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    state_rows: IntArray = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    repairs: tuple[Callable[[FloatArray], None], ...] = ()
    adjustments: tuple[Callable[[FloatArray], bool], ...] = ()
    reference: dict[str, float] = field(default_factory=dict)

    @property
    def n_cols(self) -> int:
        return len(self.col_lower)

    @property
    def n_rows(self) -> int:
        return len(self.row_lower)

    def column(self, name: str) -> Block:
        """The column family called `name`; raises KeyError when there is none."""
        return _find(self.columns, name)

    def row(self, name: str) -> Block:
        """The row family called `name`; raises KeyError when there is none."""
        return _find(self.rows, name)

    def has_column(self, name: str) -> bool:
        return any(block.name == name for block in self.columns)

    def say_row(self, row: int) -> str:
        """Row `row` in words."""
        return _say(self.rows, row)

    def say_column(self, column: int) -> str:
        """Column `column` in words."""
        return _say(self.columns, column)

    def complete(self, x: FloatArray) -> FloatArray:
        """The point with every state column recomputed from the other columns.

        Balances come from their own rows, so that what is published adds up to the last
        bit rather than to a solver's tolerance.
        """
        result = np.array(x, dtype=float)
        if len(self.states) == 0:
            return result
        others, factor = self._state_system
        result[self.states] = 0.0
        result[self.states] = factor.solve(self.row_lower[self.state_rows] - others @ result)
        return result

    @cached_property
    def _state_system(self) -> tuple[sparse.csr_matrix, Any]:
        """Rows of the states, and their square part factored.

        Each state's row uses earlier states only, so the square part is lower triangular: in
        natural order without pivoting its factorisation is plain forward substitution.
        """
        from scipy.sparse.linalg import splu

        rows = self.matrix.tocsr()[self.state_rows]
        square = rows[:, self.states].tocsc()
        if sparse.triu(square, k=1).nnz or not square.diagonal().all():
            raise ValueError("a state column is used by the row of an earlier state; add the definitions in order")
        options = {"SymmetricMode": True}
        return rows, splu(square, permc_spec="NATURAL", diag_pivot_thresh=0.0, options=options)

    def restore(self, x: FloatArray) -> FloatArray:
        """The plan at `x` with states complete and every curve exact.

        The choices (what is bought, rented, hired, who trains when) are kept, less a
        solver's dust; what follows from them is recomputed. The result is an incumbent only
        if a check of all rows, bounds and curves says so.
        """
        chosen = np.clip(x, self.col_lower, self.col_upper)
        chosen[np.abs(chosen) < DUST * self.col_scale] = 0.0
        result = self.complete(np.clip(chosen, self.col_lower, self.col_upper))
        for adjust in self.adjustments:
            if adjust(result):
                result = self.complete(result)
        for repair in self.repairs:
            repair(result)
        return result


class ProgramBuilder:
    """Collects blocks, coefficients and curves as arrays, then makes a `Program`."""

    def __init__(self) -> None:
        self._columns: list[Block] = []
        self._rows: list[Block] = []
        self._col_arrays: list[tuple[FloatArray, FloatArray, FloatArray, Any]] = []
        self._row_arrays: list[tuple[FloatArray, FloatArray, FloatArray]] = []
        self._entries: list[tuple[IntArray, IntArray, FloatArray]] = []
        self._objective: list[tuple[IntArray, FloatArray]] = []
        self._outflow: list[tuple[IntArray, FloatArray]] = []
        self._curves: list[Curves] = []
        self._groups: list[BoundGroup] = []
        self._states: list[tuple[IntArray, IntArray]] = []
        self._repairs: list[Callable[[FloatArray], None]] = []
        self._adjustments: list[Callable[[FloatArray], bool]] = []
        self._n_cols = 0
        self._n_rows = 0

    def add_columns(
        self,
        name: str,
        labels: Sequence[str],
        *,
        unit: str,
        sentence: str,
        lower: ArrayLike = 0.0,
        upper: ArrayLike = np.inf,
        scale: ArrayLike = 1.0,
        integer: ArrayLike = False,
    ) -> IntArray:
        """Add a family of columns; returns their indices, shape (len(labels),)."""
        size = len(labels)
        block = Block(name, tuple(labels), unit, sentence, self._n_cols)
        self._columns.append(block)
        self._col_arrays.append(
            (
                _full(lower, size),
                _full(upper, size),
                _full(scale, size),
                np.broadcast_to(np.asarray(integer, bool), (size,)),
            )
        )
        self._n_cols += size
        return block.index

    def add_rows(
        self,
        name: str,
        labels: Sequence[str],
        *,
        unit: str,
        sentence: str,
        lower: ArrayLike = -np.inf,
        upper: ArrayLike = np.inf,
        scale: ArrayLike = 1.0,
        group: str = "",
        defines: IntArray | None = None,
    ) -> IntArray:
        """Add a family of rows; `defines` names the state column each equality defines."""
        size = len(labels)
        block = Block(name, tuple(labels), unit, sentence, self._n_rows, group)
        self._rows.append(block)
        self._row_arrays.append((_full(lower, size), _full(upper, size), _full(scale, size)))
        self._n_rows += size
        if defines is not None:
            self._states.append((np.asarray(defines, dtype=np.int64), block.index))
        return block.index

    def put(self, rows: ArrayLike, columns: ArrayLike, values: ArrayLike) -> None:
        """Add coefficients; the three broadcast together, equal positions add up."""
        row_index = np.asarray(rows, dtype=np.int64)
        col_index = np.asarray(columns, dtype=np.int64)
        entries = np.asarray(values, dtype=float)
        if row_index.ndim == 1 and row_index.shape == col_index.shape:
            # By far the most frequent case, and several times quicker than broadcasting.
            self._entries.append((row_index, col_index, _full(entries, len(row_index))))
            return
        row_index, col_index, entries = np.broadcast_arrays(row_index, col_index, entries)
        self._entries.append((row_index.ravel(), col_index.ravel(), entries.ravel()))

    def maximise(self, columns: ArrayLike, values: ArrayLike) -> None:
        """Add to the first objective."""
        self._objective.append(_pair(columns, values))

    def spend(self, columns: ArrayLike, values: ArrayLike) -> None:
        """Add to the second pass's cost."""
        self._outflow.append(_pair(columns, values))

    def add_curves(
        self,
        kind: CurveKind,
        x: ArrayLike,
        y: ArrayLike,
        *,
        names: Sequence[str],
        shift: ArrayLike = 0.0,
        exponent: ArrayLike = 1.0,
    ) -> None:
        """Add curves between scaled columns `x` and `y` (each shape (len(names),))."""
        size = len(names)
        self._curves.append(
            Curves(
                x=np.broadcast_to(np.asarray(x, dtype=np.int64), (size,)).copy(),
                y=np.broadcast_to(np.asarray(y, dtype=np.int64), (size,)).copy(),
                kind=np.full(size, int(kind), dtype=np.int64),
                shift=_full(shift, size),
                exponent=_full(exponent, size),
                names=tuple(names),
            )
        )

    def group_bounds(
        self, name: str, sentence: str, columns: IntArray, *, lower: ArrayLike = 0.0, upper: ArrayLike = np.inf
    ) -> None:
        """Say that the bounds of `columns` are the rule `name`, and what they are without it."""
        size = len(columns)
        self._groups.append(BoundGroup(name, sentence, np.asarray(columns), _full(lower, size), _full(upper, size)))

    def scale_of(self, columns: IntArray) -> FloatArray:
        """Typical magnitudes of `columns`, as given when they were added."""
        scales = np.concatenate([arrays[2] for arrays in self._col_arrays])
        return np.asarray(scales[columns], dtype=float)

    def repair(self, function: Callable[[FloatArray], None]) -> None:
        """Register a function that makes the columns it owns exact, in place."""
        self._repairs.append(function)

    def adjust(self, function: Callable[[FloatArray], bool]) -> None:
        """Register a function that takes choices back, in place, which only a tolerance allows."""
        self._adjustments.append(function)

    def build(self, reference: dict[str, float] | None = None) -> Program:
        """The finished program."""
        rows, cols, values = (
            tuple(np.concatenate(arrays) for arrays in zip(*self._entries, strict=True))
            if self._entries
            else (np.empty(0, np.int64), np.empty(0, np.int64), np.empty(0))
        )
        matrix = sparse.csc_matrix((values, (rows, cols)), shape=(self._n_rows, self._n_cols))
        matrix.sum_duplicates()
        matrix.eliminate_zeros()
        lower, upper, scale, integer = _stack(self._col_arrays, 4)
        row_lower, row_upper, row_scale = _stack(self._row_arrays, 3)
        states = [pair[0] for pair in self._states]
        state_rows = [pair[1] for pair in self._states]
        none = np.empty(0, dtype=np.int64)
        return Program(
            matrix=matrix,
            col_lower=lower,
            col_upper=upper,
            col_scale=scale,
            row_lower=row_lower,
            row_upper=row_upper,
            row_scale=row_scale,
            objective=_accumulate(self._objective, self._n_cols),
            outflow=_accumulate(self._outflow, self._n_cols),
            integer=integer.astype(bool),
            curves=join(self._curves),
            columns=tuple(self._columns),
            rows=tuple(self._rows),
            bound_groups=tuple(self._groups),
            states=np.concatenate(states) if states else none,
            state_rows=np.concatenate(state_rows) if state_rows else none,
            repairs=tuple(self._repairs),
            adjustments=tuple(self._adjustments),
            reference=dict(reference or {}),
        )


def _full(values: ArrayLike, size: int) -> FloatArray:
    array = np.asarray(values, dtype=float)
    return np.full(size, array) if array.ndim == 0 else np.broadcast_to(array, (size,)).copy()


def _pair(columns: ArrayLike, values: ArrayLike) -> tuple[IntArray, FloatArray]:
    index, entries = np.broadcast_arrays(np.asarray(columns, dtype=np.int64), np.asarray(values, dtype=float))
    return index.ravel(), entries.ravel()


def _stack(parts: list[Any], width: int) -> tuple[Any, ...]:
    if not parts:
        return tuple(np.empty(0) for _ in range(width))
    return tuple(np.concatenate(arrays) for arrays in zip(*parts, strict=True))


def _accumulate(parts: list[tuple[IntArray, FloatArray]], size: int) -> FloatArray:
    total = np.zeros(size)
    for index, values in parts:
        np.add.at(total, index, values)
    return total


def _find(blocks: tuple[Block, ...], name: str) -> Block:
    for block in blocks:
        if block.name == name:
            return block
    raise KeyError(name)


def _say(blocks: tuple[Block, ...], position: int) -> str:
    for block in blocks:
        if block.start <= position < block.start + len(block):
            return block.say(position - block.start)
    raise IndexError(position)
