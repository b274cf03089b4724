"""Clarabel: the curves as exact exponential and power cones, directly from arrays.

Clarabel solves ``minimise q @ x, A x + s = b, s in K`` with multipliers ``A' z + q = 0``.
Each curve is one cone of three rows on its own two columns:

============  =======================  ==========================
curve         s                        cone
============  =======================  ==========================
log           (y, 1, z)                exponential: exp(y) <= z
exp           (z, 1, y)                exponential
saturation    (-z, 1, 1 - y)           exponential
power p       (z, 1, t), y <= t        power p: \\|t\\| <= z^p
hyperbola     (1 - y, 1 + z, 1)        power 1/2
============  =======================  ==========================

with z = x + shift.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from allocator.formulate.curves import CurveKind, Curves, FloatArray, IntArray
from allocator.solve.adapter import AnswerStatus
from allocator.solve.choose import installed_version
from allocator.solve.cones import ConeAnswer, refuse_beyond_cones
from allocator.solve.scaling import ScaledProgram

_TOLERANCE = 1e-10
# What large programs are asked first: the last digits cost as many iterations as all others, and a
# gap of 2e-8 leaves a proof of 1e-6 with room to spare.
LARGE_TOLERANCE = 2e-8
_FEASIBILITY = 1e-9
# Near the boundary of many exponential cones steps are short now and then. Clarabel's defaults give
# up there (`InsufficientProgress`); going on with short steps leads through.
_SHORTEST_STEP = 1e-8
_SHORTEST_MIXED_STEP = 1e-4
# A step serves all cones at once, so the more there are the shorter it is: 40 iterations for 15
# curves, 75 for 300, 115 for 750, 330 for 7,500. Clarabel's own limit of 200 would end that too early.
_MOST_ITERATIONS = 2_000
# An answer short of `Solved` is looked at all the same: what it proves is measured on the arrays.
_STATUS = {
    "Solved": AnswerStatus.OPTIMAL,
    "AlmostSolved": AnswerStatus.FEASIBLE,
    "InsufficientProgress": AnswerStatus.FEASIBLE,
    "MaxIterations": AnswerStatus.FEASIBLE,
    "PrimalInfeasible": AnswerStatus.INFEASIBLE,
    "DualInfeasible": AnswerStatus.UNBOUNDED,
    "MaxTime": AnswerStatus.STOPPED,
}

# Rows, columns and values.
_Entries = tuple[NDArray[Any], NDArray[Any], FloatArray]


@dataclass(frozen=True)
class _Entry:
    """One row of a cone: constant + y_value * y + x_value * x (x shifted by `shift`)."""

    constant: float
    y_value: float = 0.0
    x_value: float = 0.0


_CONES: dict[CurveKind, tuple[_Entry, _Entry, _Entry]] = {
    CurveKind.LOG: (_Entry(0.0, y_value=1.0), _Entry(1.0), _Entry(0.0, x_value=1.0)),
    CurveKind.EXP: (_Entry(0.0, x_value=1.0), _Entry(1.0), _Entry(0.0, y_value=1.0)),
    CurveKind.SATURATION: (_Entry(0.0, x_value=-1.0), _Entry(1.0), _Entry(1.0, y_value=-1.0)),
    CurveKind.POWER: (_Entry(0.0, x_value=1.0), _Entry(1.0), _Entry(0.0, y_value=1.0)),
    # (1 - y) (1 + z) >= 1 as a second-order cone, which is symmetric and a quarter of the time of a power cone.
    CurveKind.HYPERBOLA: (
        _Entry(2.0, y_value=-1.0, x_value=1.0),
        _Entry(0.0, y_value=-1.0, x_value=-1.0),
        _Entry(2.0),
    ),
}


class ClarabelSolver:
    """Clarabel on the scaled program.

    Parameters
    ----------
    threads : int
        Threads Clarabel may use.
    tolerance : float
        Gap at which it may stop.
    """

    name = "clarabel"

    def __init__(self, threads: int = 1, tolerance: float = _TOLERANCE) -> None:
        self._threads = threads
        self._tolerance = tolerance

    @property
    def version(self) -> str:
        return installed_version("clarabel")

    def solve(self, scaled: ScaledProgram, *, time_limit: float | None = None) -> ConeAnswer:
        """Solve the continuous program; integers are not looked at."""
        import clarabel

        began = time.perf_counter()
        linear, solver = self._load(scaled, time_limit, clarabel)
        extra = int((scaled.curves.kind == CurveKind.POWER).sum())
        return _read(scaled, linear, solver.solve(), extra, time.perf_counter() - began)

    def _load(self, scaled: ScaledProgram, time_limit: float | None, clarabel: Any) -> tuple[_Linear, Any]:
        """The program in Clarabel's own memory; what it was handed over in is free again."""
        linear, arrays = cone_program(scaled, clarabel)
        settings = clarabel.DefaultSettings()
        settings.verbose = False
        settings.max_threads = self._threads
        settings.tol_gap_abs = settings.tol_gap_rel = self._tolerance
        settings.tol_feas = min(self._tolerance, _FEASIBILITY)
        settings.max_iter = _MOST_ITERATIONS
        settings.min_terminate_step_length = _SHORTEST_STEP
        settings.min_switch_step_length = _SHORTEST_MIXED_STEP
        if time_limit is not None:
            settings.time_limit = max(time_limit, 1e-3)
        return linear, clarabel.DefaultSolver(*arrays, settings)


def cone_program(scaled: ScaledProgram, clarabel: Any) -> tuple[_Linear, tuple[Any, ...]]:
    """What Clarabel is given: quadratic and linear cost, matrix, right-hand side and cones."""
    refuse_beyond_cones("clarabel", scaled.curves)
    linear = _linear_rows(scaled)
    entries, cone_side, curve_cones = _cone_rows(scaled, clarabel)
    n_lines = len(linear.side)
    n_cols = scaled.n_cols + int((scaled.curves.kind == CurveKind.POWER).sum())
    rows, cols, values = (
        np.concatenate(parts)
        for parts in zip(*_line_entries(scaled, linear), *((r + n_lines, c, v) for r, c, v in entries), strict=True)
    )
    shape = (n_lines + len(cone_side), n_cols)
    matrix = sparse.coo_matrix((values, (rows, cols)), shape=shape).tocsc()
    cost = np.zeros(n_cols)
    cost[: scaled.n_cols] = -scaled.cost
    cones = [clarabel.ZeroConeT(linear.n_equal), clarabel.NonnegativeConeT(n_lines - linear.n_equal), *curve_cones]
    nothing = sparse.csc_matrix((n_cols, n_cols))
    return linear, (nothing, cost, matrix, np.concatenate([linear.side, cone_side]), cones)


@dataclass(frozen=True)
class _Linear:
    """Rows and bounds as ``sign * matrix[row] @ x + s = side``: first equalities, then inequalities.

    Attributes
    ----------
    rows : ndarray of int, shape (k,)
        Row of the program each comes from; n_rows + j for the bound of column j.
    signs, side : ndarray, shape (k,)
        +1 for the upper side, -1 for the lower.
    n_equal : int
    """

    rows: IntArray
    signs: FloatArray
    side: FloatArray
    n_equal: int


def _linear_rows(scaled: ScaledProgram) -> _Linear:
    lower = np.concatenate([scaled.row_lower, scaled.col_lower])
    upper = np.concatenate([scaled.row_upper, scaled.col_upper])
    equal = lower == upper
    above = np.isfinite(upper) & ~equal
    below = np.isfinite(lower) & ~equal
    parts = [np.flatnonzero(part) for part in (equal, above, below)]
    signs = np.concatenate([np.ones(len(parts[0]) + len(parts[1])), -np.ones(len(parts[2]))])
    order = np.concatenate(parts)
    return _Linear(order, signs, np.where(signs > 0.0, upper[order], -lower[order]), len(parts[0]))


def _line_entries(scaled: ScaledProgram, linear: _Linear) -> Iterator[_Entries]:
    """Coefficients of the linear rows: those of the program, on each side a row has, and of the bounds."""
    matrix = scaled.matrix
    columns = np.repeat(np.arange(scaled.n_cols, dtype=np.int32), np.diff(matrix.indptr))
    of_bounds = linear.rows >= scaled.n_rows
    for sign in (1.0, -1.0):
        place = np.full(scaled.n_rows, -1, dtype=np.int32)
        here = np.flatnonzero((linear.signs == sign) & ~of_bounds)
        place[linear.rows[here]] = here
        target = place[matrix.indices]
        kept = target >= 0
        yield target[kept], columns[kept], sign * matrix.data[kept]
    bounds = np.flatnonzero(of_bounds)
    yield bounds.astype(np.int32), (linear.rows[bounds] - scaled.n_rows).astype(np.int32), linear.signs[bounds]


def _cone_rows(scaled: ScaledProgram, clarabel: Any) -> tuple[list[_Entries], FloatArray, list[Any]]:
    """Three rows a curve, after one inequality ``y - t <= 0`` for each power; its t is a new column."""
    curves = scaled.curves
    powers = np.flatnonzero(curves.kind == CurveKind.POWER)
    stand_in = curves.y.copy()
    stand_in[powers] = scaled.n_cols + np.arange(len(powers))
    count = len(powers)
    found: list[_Entries] = []
    side: list[FloatArray] = [np.empty(0)]
    cones: list[Any] = []
    if count:
        at = np.arange(count)
        found += [(at, curves.y[powers], np.ones(count)), (at, stand_in[powers], -np.ones(count))]
        side.append(np.zeros(count))
        cones.append(clarabel.NonnegativeConeT(count))
    for kind, entries in _CONES.items():
        which = np.flatnonzero(curves.kind == kind)
        begin = count + 3 * np.arange(len(which))
        block = np.empty((len(which), 3))
        for place, entry in enumerate(entries):
            block[:, place] = entry.constant + entry.x_value * curves.shift[which]
            for value, columns in ((entry.y_value, stand_in[which]), (entry.x_value, curves.x[which])):
                if value:
                    found.append((begin + place, columns, np.full(len(which), -value)))
        side.append(block.ravel())
        cones += _cones(clarabel, kind, curves.exponent[which])
        count += 3 * len(which)
    return found, np.concatenate(side), cones


def _cones(clarabel: Any, kind: CurveKind, exponents: FloatArray) -> list[Any]:
    """One cone for each curve of a kind; those without an exponent of their own are one and the same."""
    if kind is CurveKind.POWER:
        return [clarabel.PowerConeT(exponent) for exponent in exponents.tolist()]
    cone = clarabel.SecondOrderConeT(3) if kind is CurveKind.HYPERBOLA else clarabel.ExponentialConeT()
    return [cone] * len(exponents)


def _read(scaled: ScaledProgram, linear: _Linear, answer: Any, extra: int, seconds: float) -> ConeAnswer:
    message = str(answer.status)
    status = _STATUS.get(message, AnswerStatus.FAILED)
    empty = ConeAnswer(status, iterations=int(answer.iterations), seconds=seconds, message=message)
    if status not in (AnswerStatus.OPTIMAL, AnswerStatus.FEASIBLE):
        return empty
    multipliers = np.asarray(answer.z)
    row_dual = np.zeros(scaled.n_rows)
    of_rows = linear.rows < scaled.n_rows
    size = len(linear.side)
    np.add.at(row_dual, linear.rows[of_rows], (linear.signs * multipliers[:size])[of_rows])
    weight, slope = _tangent_multipliers(scaled.curves, multipliers[size + extra :])
    x = np.asarray(answer.x)[: scaled.n_cols]
    return replace(empty, x=x, row_dual=row_dual, weight=weight, slope=slope)


def _tangent_multipliers(curves: Curves, multipliers: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Weight and slope of the tangent that each cone's multiplier stands for."""
    weight, slope = np.zeros(len(curves)), np.zeros(len(curves))
    begin = 0
    for kind, entries in _CONES.items():
        which = np.flatnonzero(curves.kind == kind)
        block = multipliers[begin : begin + 3 * len(which)].reshape(-1, 3)
        on_y = sum(-entry.y_value * block[:, place] for place, entry in enumerate(entries))
        on_x = sum(-entry.x_value * block[:, place] for place, entry in enumerate(entries))
        weight[which] = on_y
        with np.errstate(divide="ignore", invalid="ignore"):
            slope[which] = np.nan_to_num(-on_x / on_y, nan=0.0, posinf=0.0, neginf=0.0)
        begin += 3 * len(which)
    return weight, slope
