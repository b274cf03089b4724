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

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from allocator.formulate.assemble import Arrays, assemble
from allocator.formulate.blocks import Block, BoundGroup, find, say
from allocator.formulate.curves import CurveKind, Curves, FloatArray, IntArray, equal
from allocator.formulate.pieces import Piece, filled, paired, pick
from allocator.formulate.states import StateSystem

__all__ = ["Block", "BoundGroup", "Program", "ProgramBuilder"]

# Choices below this share of their scale are what a solver's tolerance leaves, not decisions.
DUST = 1e-9
TOLERANCE = 1e-7


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
        from the flows. One that answers true has moved what states follow from.
    adjustments : tuple of callables
        Each takes a complete point and takes choices back, in place, that only a tolerance
        allows; true where it changed any.
    reference : dict
        What the scaling was built on, for the record.
    tolerance : float
        By how much of its scale a plan may miss a row, bound or curve.
    system : StateSystem
        Where the states' rows are found; shared by programs made like each other.
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
    repairs: tuple[Callable[[FloatArray], bool | None], ...] = ()
    adjustments: tuple[Callable[[FloatArray], bool], ...] = ()
    reference: dict[str, float] = field(default_factory=dict)
    tolerance: float = TOLERANCE
    system: StateSystem = field(default_factory=StateSystem, repr=False, compare=False)

    @property
    def n_cols(self) -> int:
        return len(self.col_lower)

    @property
    def n_rows(self) -> int:
        return len(self.row_lower)

    def column(self, name: str) -> Block:
        """The column family called `name`; raises KeyError when there is none."""
        return find(self.columns, name)

    def row(self, name: str) -> Block:
        """The row family called `name`; raises KeyError when there is none."""
        return find(self.rows, name)

    def has_column(self, name: str) -> bool:
        return any(block.name == name for block in self.columns)

    def say_row(self, row: int) -> str:
        """Row `row` in words."""
        return say(self.rows, row)

    def say_column(self, column: int) -> str:
        """Column `column` in words."""
        return say(self.columns, column)

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
        """Rows of the states, and their square part factored."""
        return self.system.of(self.matrix, self.states, self.state_rows)

    def restore(self, x: FloatArray) -> FloatArray:
        """The plan at `x` with states complete and every curve exact.

        The choices (what is bought, rented, hired, who trains when) are kept, less a
        solver's dust; what follows from them is recomputed. The result is an incumbent only
        if a check of all rows, bounds and curves says so.
        """
        # Two plain functions are quicker than `np.clip`.
        chosen = np.minimum(np.maximum(x, self.col_lower), self.col_upper)
        chosen[np.abs(chosen) < DUST * self.col_scale] = 0.0
        result = self.complete(np.minimum(np.maximum(chosen, self.col_lower), self.col_upper))
        for adjust in self.adjustments:
            if adjust(result):
                result = self.complete(result)
        return self.repaired(result)

    def repaired(self, x: FloatArray) -> FloatArray:
        """The complete point `x` with what repairs own set from the rest.

        Curves may feed balances (what marketing adds is paid in), so states are completed
        again before the next repair reads them.
        """
        result = np.array(x, dtype=float)
        for repair in self.repairs:
            if repair(result):
                result = self.complete(result)
        return result


class ProgramBuilder:
    """Collects blocks, coefficients and curves as arrays, then makes a `Program`.

    What is added lies in pieces, one for each part of the plan, so that a part can be added to
    another program without being worked out again.
    """

    def __init__(self) -> None:
        self._pieces: list[Piece] = []
        self._open: Piece | None = None
        self._like: Piece | None = None
        self._starts: list[int] = []
        self._scales: list[FloatArray] = []
        self._n_cols = 0
        self._n_rows = 0

    @property
    def n_cols(self) -> int:
        """How many columns there are so far."""
        return self._n_cols

    def begin(self, like: Piece | None = None) -> Piece:
        """Begin a piece, which may resemble the piece of another program: equal families are shared."""
        self._open = Piece(self._n_cols, self._n_rows)
        self._like = like
        self._pieces.append(self._open)
        return self._open

    def end(self) -> None:
        """Finish the piece that was begun."""
        self._open = self._like = None

    def fits(self, piece: Piece) -> bool:
        """Whether a piece of another program would stand here where it stood there."""
        return piece.first_column == self._n_cols and piece.first_row == self._n_rows

    def replay(self, piece: Piece) -> None:
        """Add a finished piece that fits."""
        self._pieces.append(piece)
        self._starts += [block.start for block in piece.columns]
        self._scales += piece.col_scale
        self._n_cols += piece.n_columns
        self._n_rows += piece.n_rows

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
        size, piece = len(labels), self._piece
        number = len(piece.columns)
        block, scales = Block(name, tuple(labels), unit, sentence, self._n_cols), filled(scale, size)
        if self._like is not None and number < len(self._like.columns):
            if block == self._like.columns[number]:
                block = self._like.columns[number]
            if equal(scales, self._like.col_scale[number]):
                scales = self._like.col_scale[number]
        piece.columns.append(block)
        piece.col_lower.append(filled(lower, size))
        piece.col_upper.append(filled(upper, size))
        piece.col_scale.append(scales)
        piece.integer.append(filled(integer, size, bool))
        piece.n_columns += size
        self._starts.append(self._n_cols)
        self._scales.append(scales)
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
        size, piece = len(labels), self._piece
        number = len(piece.rows)
        block = Block(name, tuple(labels), unit, sentence, self._n_rows, group)
        if self._like is not None and number < len(self._like.rows) and block == self._like.rows[number]:
            block = self._like.rows[number]
        piece.rows.append(block)
        piece.row_lower.append(filled(lower, size))
        piece.row_upper.append(filled(upper, size))
        piece.row_scale.append(filled(scale, size))
        piece.n_rows += size
        self._n_rows += size
        if defines is not None:
            piece.states.append((np.asarray(defines, dtype=np.int64), block.index))
        return block.index

    def put(self, rows: ArrayLike, columns: ArrayLike, values: ArrayLike) -> None:
        """Add coefficients; the three broadcast together, equal positions add up."""
        row_index = np.asarray(rows, dtype=np.int64)
        col_index = np.asarray(columns, dtype=np.int64)
        if row_index.ndim == 1 and row_index.shape == col_index.shape:
            # By far the most frequent case, and several times quicker than broadcasting.
            self._piece.puts.append((row_index, col_index, filled(values, len(row_index))))
            return
        entries = np.asarray(values, dtype=float)
        arrays = (row_index, col_index, entries)
        if max(row_index.ndim, col_index.ndim, entries.ndim) <= 1:
            lengths = {array.size for array in arrays if array.size != 1} or {1}
            if len(lengths) == 1:
                (size,) = lengths
                self._piece.puts.append(
                    (filled(row_index, size, np.int64), filled(col_index, size, np.int64), filled(entries, size))
                )
                return
        row_index, col_index, entries = np.broadcast_arrays(*arrays)
        self._piece.puts.append((row_index.ravel(), col_index.ravel(), entries.ravel()))

    def maximise(self, columns: ArrayLike, values: ArrayLike) -> None:
        """Add to the first objective."""
        self._piece.objective.append(paired(columns, values))

    def spend(self, columns: ArrayLike, values: ArrayLike) -> None:
        """Add to the second pass's cost."""
        self._piece.outflow.append(paired(columns, values))

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
        self._piece.curves.append(
            Curves(
                x=filled(x, size, np.int64),
                y=filled(y, size, np.int64),
                kind=np.full(size, int(kind), dtype=np.int64),
                shift=filled(shift, size),
                exponent=filled(exponent, size),
                names=tuple(names),
            )
        )

    def group_bounds(
        self, name: str, sentence: str, columns: IntArray, *, lower: ArrayLike = 0.0, upper: ArrayLike = np.inf
    ) -> None:
        """Say that the bounds of `columns` are the rule `name`, and what they are without it."""
        size = len(columns)
        group = BoundGroup(name, sentence, np.asarray(columns), filled(lower, size), filled(upper, size))
        self._piece.groups.append(group)

    def scales_of(self, columns: IntArray) -> tuple[tuple[int, FloatArray], ...]:
        """The families that hold `columns`: the first column of each and its typical magnitudes."""
        if len(columns) == 1:
            places = [bisect_right(self._starts, columns[0]) - 1]
        else:
            places = sorted(set((np.searchsorted(self._starts, columns, side="right") - 1).tolist()))
        return tuple((self._starts[place], self._scales[place]) for place in places)

    def holds(self, start: int, scales: FloatArray) -> bool:
        """Whether the family that begins at column `start` has these very magnitudes."""
        place = bisect_left(self._starts, start)
        return place < len(self._starts) and self._starts[place] == start and self._scales[place] is scales

    def scale_of(self, columns: IntArray) -> FloatArray:
        """Typical magnitudes of `columns`, as given when they were added."""
        return pick(self.scales_of(columns), columns)

    def repair(self, function: Callable[[FloatArray], bool | None]) -> None:
        """Register a function that makes the columns it owns exact, in place; true where states follow from them."""
        self._piece.repairs.append(function)

    def adjust(self, function: Callable[[FloatArray], bool]) -> None:
        """Register a function that takes choices back, in place, which only a tolerance allows."""
        self._piece.adjustments.append(function)

    def assemble(self, like: Arrays | None = None) -> Arrays:
        """The arrays of the program, shared with those of another where they are the same."""
        return assemble(self._pieces, (self._n_rows, self._n_cols), like)

    def build(self, reference: Mapping[str, float] | None = None) -> Program:
        """The finished program."""
        return program_of(self.assemble(), dict(reference or {}), StateSystem())

    @property
    def _piece(self) -> Piece:
        """The piece that is added to; what is added outside of any begins one."""
        return self._open or self.begin()


def program_of(
    arrays: Arrays, reference: dict[str, float], system: StateSystem, tolerance: float = TOLERANCE
) -> Program:
    """The program that `arrays` hold."""
    return Program(
        matrix=arrays.matrix,
        **arrays.stacked,
        objective=arrays.objective,
        outflow=arrays.outflow,
        curves=arrays.curves,
        columns=arrays.columns,
        rows=arrays.rows,
        bound_groups=arrays.groups,
        states=arrays.states,
        state_rows=arrays.state_rows,
        repairs=arrays.repairs,
        adjustments=arrays.adjustments,
        reference=reference,
        tolerance=tolerance,
        system=system,
    )
