"""What one does without a live session: the plan changed and checked, a PuLP model built anew, CBC run on it.

PuLP knows no curves, so a law is tangents, and these come from one of two places. A grid, fine enough for 1e-6 over all
points of the sweep, is what a user of PuLP can write down. Or each point's own tangents, found beforehand and given
to it for nothing: no user has them, so that this is quicker than PuLP can be used. Neither certifies anything.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pulp
from scipy import sparse

from allocator.formulate.build import formulate
from allocator.plan import Plan
from allocator.session import Session
from allocator.solve.cuts import Cuts, as_rows, initial_cuts, join_cuts, tangents
from allocator.solve.outer import refined_cuts
from allocator.solve.pulp_model import build_pulp
from allocator.solve.scaling import ScaledProgram, scale

Point = dict[str, Any]
# What the second pass may give away of the quality: CBC keeps a row to about 1e-7.
FLOOR_GIVE = 1e-6
# Of the grid, in logs: its step, and how far it goes beyond what the points looked at ask for.
STEP, MARGIN = 1.5e-3, 0.02


@dataclass(frozen=True)
class Answer:
    """Objective of the program and, after both passes, the least outflow (scaled)."""

    objective: float
    outflow: float | None = None


class Rebuilt:
    """PuLP models of one plan at any point, in units of the program's scales.

    Parameters
    ----------
    plan : Plan
        Every point is scaled like it.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.reference = formulate(plan).program.reference

    def tangents(self, point: Point) -> Cuts:
        """Tangents over which a linear solver finds the optimum of the point."""
        return refined_cuts(self._program(point).program)

    def grid(self, points: Sequence[Point]) -> Cuts:
        """Tangents that hold the optimum of every point among `points` to about 5e-7 above the laws.

        Between tangents a step apart in the log of the operand (of an exponential: in the
        operand), a curve is overstated by at most step^2 / 8 of its value.
        """
        session = Session(self.plan.changed(points[0]), live=True)
        curves = session.formulation.program.curves
        least, most = np.full(len(curves), np.inf), np.full(len(curves), -np.inf)
        for point in points:
            session.update(point)
            program = session.formulation.program
            operand = (session.reached().solution.x / program.col_scale)[curves.x] + curves.shift
            place = np.where(curves.convex, operand, np.log(np.where(curves.convex, 1.0, operand)))
            least, most = np.minimum(least, place), np.maximum(most, place)
        parts = []
        for curve in range(len(curves)):
            places = np.arange(least[curve] - MARGIN, most[curve] + MARGIN + STEP, STEP)
            operand = places if curves.convex[curve] else np.exp(places)
            which = np.full(len(places), curve)
            parts.append(tangents(curves, which, operand - curves.shift[curve]))
        return join_cuts(initial_cuts(curves), *parts)

    def one_pass(self, point: Point, cuts: Cuts) -> Answer:
        """Change the plan, build, and maximise quality."""
        scaled = self._program(point)
        return Answer(_maximised(_model(scaled, cuts)))

    def both_passes(self, point: Point, cuts: Cuts) -> Answer:
        """The same, then the least outflow with the quality held by a row."""
        scaled = self._program(point)
        problem = _model(scaled, cuts)
        best = _maximised(problem)
        problem.addConstraint(problem.objective <= -(best - FLOOR_GIVE), "quality")
        columns = {int(variable.name[1:]): variable for variable in problem.variables()}
        spent = np.flatnonzero(scaled.outflow)
        terms = [(columns[at], float(scaled.outflow[at])) for at in spent.tolist() if at in columns]
        problem.setObjective(pulp.LpAffineExpression(terms))
        return Answer(best, -_maximised(problem))

    def _program(self, point: Point) -> ScaledProgram:
        return scale(formulate(self.plan.changed(point), reference=self.reference).program)


def _model(scaled: ScaledProgram, cuts: Cuts) -> pulp.LpProblem:
    rows = as_rows(scaled.curves, cuts)
    starts = np.arange(0, 2 * len(rows) + 1, 2)
    below = sparse.csr_matrix((rows.values.ravel(), rows.columns.ravel(), starts), shape=(len(rows), scaled.n_cols))
    matrix = sparse.vstack([scaled.matrix, below], format="csr")
    return build_pulp(
        "point",
        -scaled.cost,
        matrix,
        np.concatenate([scaled.row_lower, rows.lower]),
        np.concatenate([scaled.row_upper, rows.upper]),
        scaled.col_lower,
        scaled.col_upper,
        scaled.integer,
        column_names=[f"c{column}" for column in range(scaled.n_cols)],
        row_names=[f"r{row}" for row in range(matrix.shape[0])],
    )


def _maximised(problem: pulp.LpProblem) -> float:
    with warnings.catch_warnings():
        # PuLP announces its version 4 whenever its own CBC is used.
        warnings.simplefilter("ignore", DeprecationWarning)
        problem.solve(pulp.PULP_CBC_CMD(msg=False))
    if problem.status != pulp.LpStatusOptimal:
        raise RuntimeError(f"CBC ended {pulp.LpStatus[problem.status]}")
    return -float(pulp.value(problem.objective))
