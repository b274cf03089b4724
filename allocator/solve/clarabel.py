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
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import Any

import numpy as np
from scipy import sparse

from allocator.formulate.curves import CurveKind, Curves, FloatArray, IntArray
from allocator.solve.adapter import AnswerStatus
from allocator.solve.cones import ConeAnswer
from allocator.solve.scaling import ScaledProgram

_TOLERANCE = 1e-10
# An answer short of `Solved` is looked at all the same: what it proves is measured on the arrays.
_STATUS = {
    "Solved": AnswerStatus.OPTIMAL,
    "AlmostSolved": AnswerStatus.FEASIBLE,
    "InsufficientProgress": AnswerStatus.FEASIBLE,
    "PrimalInfeasible": AnswerStatus.INFEASIBLE,
    "DualInfeasible": AnswerStatus.UNBOUNDED,
    "MaxTime": AnswerStatus.STOPPED,
}


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
    CurveKind.HYPERBOLA: (_Entry(1.0, y_value=-1.0), _Entry(1.0, x_value=1.0), _Entry(1.0)),
}


class ClarabelSolver:
    """Clarabel on the scaled program.

    Parameters
    ----------
    threads : int
        Threads Clarabel may use.
    """

    name = "clarabel"

    def __init__(self, threads: int = 1) -> None:
        self._threads = threads

    @property
    def version(self) -> str:
        return version("clarabel")

    def solve(self, scaled: ScaledProgram, *, time_limit: float | None = None) -> ConeAnswer:
        """Solve the continuous program; integers are not looked at."""
        import clarabel

        began = time.perf_counter()
        linear = _linear_rows(scaled)
        cone_matrix, cone_side, curve_cones = _cone_rows(scaled, clarabel)
        extra = cone_matrix.shape[1] - scaled.n_cols
        matrix = sparse.vstack(
            [sparse.hstack([linear.matrix, sparse.csc_matrix((len(linear.side), extra))]), cone_matrix], format="csc"
        )
        n_equal, n_rest = linear.n_equal, len(linear.side) - linear.n_equal
        cones = [clarabel.ZeroConeT(n_equal), clarabel.NonnegativeConeT(n_rest), *curve_cones]
        settings = clarabel.DefaultSettings()
        settings.verbose = False
        settings.max_threads = self._threads
        settings.tol_gap_abs = settings.tol_gap_rel = settings.tol_feas = _TOLERANCE
        if time_limit is not None:
            settings.time_limit = max(time_limit, 1e-3)
        size = matrix.shape[1]
        cost = np.concatenate([-scaled.cost, np.zeros(extra)])
        answer = clarabel.DefaultSolver(
            sparse.csc_matrix((size, size)), cost, matrix, np.concatenate([linear.side, cone_side]), cones, settings
        ).solve()
        return _read(scaled, linear, answer, extra, time.perf_counter() - began)


@dataclass(frozen=True)
class _Linear:
    """Rows and bounds as ``matrix @ x + s = side``: first equalities, then inequalities.

    `rows` and `signs` say which row of the program each belongs to (-1: a bound), and
    whether it is the upper (+1) or lower (-1) side.
    """

    matrix: sparse.csc_matrix
    side: FloatArray
    n_equal: int
    rows: IntArray
    signs: FloatArray


def _linear_rows(scaled: ScaledProgram) -> _Linear:
    both = sparse.vstack([scaled.matrix, sparse.identity(scaled.n_cols)], format="csr")
    lower = np.concatenate([scaled.row_lower, scaled.col_lower])
    upper = np.concatenate([scaled.row_upper, scaled.col_upper])
    names = np.concatenate([np.arange(scaled.n_rows), np.full(scaled.n_cols, -1)])
    equal = lower == upper
    above = np.isfinite(upper) & ~equal
    below = np.isfinite(lower) & ~equal
    parts = [np.flatnonzero(part) for part in (equal, above, below)]
    signs = np.concatenate([np.ones(len(parts[0]) + len(parts[1])), -np.ones(len(parts[2]))])
    order = np.concatenate(parts)
    sides = np.where(signs > 0.0, upper[order], -lower[order])
    return _Linear((sparse.diags(signs) @ both[order]).tocsc(), sides, len(parts[0]), names[order], signs)


def _cone_rows(scaled: ScaledProgram, clarabel: Any) -> tuple[sparse.csc_matrix, FloatArray, list[Any]]:
    """Three rows a curve, after one inequality ``y - t <= 0`` for each power; its t is a new column."""
    curves = scaled.curves
    powers = np.flatnonzero(curves.kind == CurveKind.POWER)
    stand_in = curves.y.copy()
    stand_in[powers] = scaled.n_cols + np.arange(len(powers))
    count = len(powers)
    rows, cols, values, side, cones = [], [], [], [], []
    if count:
        at = np.arange(count)
        rows += [at, at]
        cols += [curves.y[powers], stand_in[powers]]
        values += [np.ones(count), -np.ones(count)]
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
                    rows.append(begin + place)
                    cols.append(columns)
                    values.append(np.full(len(which), -value))
        side.append(block.ravel())
        cones += [_cone(clarabel, curves, int(curve)) for curve in which]
        count += 3 * len(which)
    shape = (count, scaled.n_cols + len(powers))
    if not rows:
        return sparse.csc_matrix(shape), np.empty(0), cones
    matrix = sparse.csc_matrix((np.concatenate(values), (np.concatenate(rows), np.concatenate(cols))), shape=shape)
    return matrix, np.concatenate(side), cones


def _cone(clarabel: Any, curves: Curves, curve: int) -> Any:
    if curves.kind[curve] == CurveKind.POWER:
        return clarabel.PowerConeT(float(curves.exponent[curve]))
    if curves.kind[curve] == CurveKind.HYPERBOLA:
        return clarabel.PowerConeT(0.5)
    return clarabel.ExponentialConeT()


def _read(scaled: ScaledProgram, linear: _Linear, answer: Any, extra: int, seconds: float) -> ConeAnswer:
    message = str(answer.status)
    status = _STATUS.get(message, AnswerStatus.FAILED)
    empty = ConeAnswer(status, iterations=int(answer.iterations), seconds=seconds, message=message)
    if status not in (AnswerStatus.OPTIMAL, AnswerStatus.FEASIBLE):
        return empty
    multipliers = np.asarray(answer.z)
    row_dual = np.zeros(scaled.n_rows)
    of_rows = linear.rows >= 0
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
