"""Plans nearly as good as the best one, under other objectives: one live program whose quality is held by a row."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy import sparse

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.program import Block, Program
from allocator.solve.diff import Difference
from allocator.solve.engine import solve
from allocator.solve.live import LiveProgram
from allocator.solve.options import Options
from allocator.solve.scaling import ScaledProgram, scale
from allocator.solve.solution import Solution

_NONE = np.empty(0, dtype=np.int64)


def held_program(program: Program, floor: float) -> Program:
    """`program` with its objective held at `floor` by a last row, and no objective."""
    row = sparse.csr_matrix(program.objective[np.newaxis, :])
    held = Block("Nearly as good", ("",), "gain", "nearly as good as the best plan", program.n_rows, "within")
    return replace(
        program,
        matrix=sparse.vstack([program.matrix, row], format="csc"),
        row_lower=np.append(program.row_lower, floor),
        row_upper=np.append(program.row_upper, np.inf),
        row_scale=np.append(program.row_scale, 1.0),
        rows=(*program.rows, held),
        objective=np.zeros(program.n_cols),
        outflow=np.zeros(program.n_cols),
    )


class Nearly:
    """All plans of a program that reach `floor`.

    A continuous program stays live: only its costs change from one question to the next.

    Parameters
    ----------
    program : Program
    floor : float
        In units of the program's objective.
    options : Options
        Solver, gap (of each question's own objective) and time limit.
    """

    def __init__(self, program: Program, floor: float, options: Options) -> None:
        self._options = replace(options, second_pass=False)
        self._program = held_program(program, floor)
        self._scaled: ScaledProgram = scale(self._program)
        rides = LiveProgram.rides(self._scaled, self._options)
        self._live = LiveProgram(self._scaled, self._options) if rides else None

    def most(self, columns: IntArray, values: FloatArray) -> Solution:
        """The plan with the most of ``values @ x[columns]``.

        Parameters
        ----------
        columns : ndarray of int, shape (k,)
        values : ndarray, shape (k,)
            Such that the sum is about one: the gap is in its units.
        """
        objective = np.zeros(self._program.n_cols)
        np.add.at(objective, columns, values)
        program = replace(self._program, objective=objective)
        if self._live is None:
            return solve(program, self._options)
        scaled = scale(program, self._scaled)
        self._live.change(scaled, _costs(self._scaled, scaled))
        self._scaled = scaled
        return self._live.solve()


def _costs(old: ScaledProgram, new: ScaledProgram) -> Difference:
    """What differs between two programs of which only the objective does.

    No second pass follows, so that nobody holds the objective as a row and its pattern may change.
    """
    moved = np.flatnonzero(old.cost != new.cost)
    return Difference(
        cost=moved,
        outflow=_NONE,
        columns=_NONE,
        rows=_NONE,
        coefficient_rows=_NONE,
        coefficient_columns=_NONE,
        coefficients=np.empty(0),
    )
