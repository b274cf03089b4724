"""Tangents of the program's curves: where to put them, and as rows of a linear program.

A tangent of a concave curve lies above it, so ``y <= slope * x + intercept`` cuts nothing
off; of a convex curve below it, ``y >= slope * x + intercept``. Everything is in scaled
columns.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.formulate.curves import CurveKind, Curves, FloatArray, IntArray

# Where tangents are put before anything is known, in the curve's operand.
_INITIAL: dict[CurveKind, FloatArray] = {
    CurveKind.LOG: np.geomspace(1e-4, 1e4, 9),
    CurveKind.POWER: np.geomspace(1e-4, 1e4, 9),
    CurveKind.EXP: np.linspace(-8.0, 8.0, 9),
    CurveKind.SATURATION: np.array([0.0, 0.5, 1.0, 2.0, 4.0, 8.0]),
    CurveKind.HYPERBOLA: np.array([0.0, 0.3, 1.0, 3.0, 10.0, 30.0]),
    CurveKind.REPEATS: np.array([0.0, 0.7, 1.4, 2.0, 2.5, 3.0, 3.5, 4.5, 6.0]),
}
# Tangents further out than this have slopes that no simplex code should see, or would drop.
_LARGEST_EXPONENT = 16.0
_LARGEST_OPERAND: dict[CurveKind, float] = {
    CurveKind.LOG: 1e10,
    CurveKind.POWER: 1e10,
    CurveKind.EXP: _LARGEST_EXPONENT,
    CurveKind.SATURATION: 24.0,
    CurveKind.HYPERBOLA: 1e5,
    # Of (r - 1) / R, as for a saturation: where that is, in the operand ln r, depends on R.
    CurveKind.REPEATS: 24.0,
}
_LIMITS = np.array([_LARGEST_OPERAND[kind] for kind in sorted(CurveKind)])
# Beyond this violation a point is far off, and a tangent at f^-1(y) is taken as well.
_FAR = 1e-3
# Violations below this are left alone: the solvers' feasibility tolerance is 1e-10.
SMALLEST_VIOLATION = 2e-10


@dataclass(frozen=True)
class Cuts:
    """Tangents, one entry each: curve, scaled argument of tangency, slope and intercept."""

    curve: IntArray
    point: FloatArray
    slope: FloatArray
    intercept: FloatArray

    def __len__(self) -> int:
        return len(self.curve)


@dataclass(frozen=True)
class CutRows:
    """Cuts as rows with two entries each: ``lower <= y_value * x[y] + x_value * x[x] <= upper``.

    Attributes
    ----------
    columns : ndarray of int, shape (n, 2)
        Columns y and x of each row.
    values : ndarray, shape (n, 2)
    lower, upper : ndarray, shape (n,)
    """

    columns: IntArray
    values: FloatArray
    lower: FloatArray
    upper: FloatArray

    def __len__(self) -> int:
        return len(self.lower)

    def activity(self, x: FloatArray) -> FloatArray:
        """Value of each row at scaled point `x`."""
        return np.asarray((self.values * x[self.columns]).sum(axis=1))


def subtract_rows(reduced: FloatArray, rows: CutRows, multipliers: FloatArray) -> None:
    """Take ``rows.T @ multipliers`` from `reduced`, shape (n_cols,), in place; few multipliers are not zero."""
    used = np.flatnonzero(multipliers)
    np.subtract.at(reduced, rows.columns[used], rows.values[used] * multipliers[used, None])


def no_cuts() -> Cuts:
    """An empty set."""
    empty = np.empty(0)
    return Cuts(np.empty(0, dtype=np.int64), empty, empty, empty)


def no_rows() -> CutRows:
    """No rows."""
    return CutRows(np.empty((0, 2), dtype=np.int64), np.empty((0, 2)), np.empty(0), np.empty(0))


def join_cuts(*parts: Cuts) -> Cuts:
    """All cuts of `parts`, in order."""
    return Cuts(
        curve=np.concatenate([part.curve for part in parts]),
        point=np.concatenate([part.point for part in parts]),
        slope=np.concatenate([part.slope for part in parts]),
        intercept=np.concatenate([part.intercept for part in parts]),
    )


def join_rows(first: CutRows, second: CutRows) -> CutRows:
    """Rows of both, in order."""
    return CutRows(
        columns=np.concatenate([first.columns, second.columns]),
        values=np.concatenate([first.values, second.values]),
        lower=np.concatenate([first.lower, second.lower]),
        upper=np.concatenate([first.upper, second.upper]),
    )


def tangents(curves: Curves, which: IntArray, point: FloatArray) -> Cuts:
    """Tangents of curves `which` at scaled arguments `point`.

    A point is moved inside where the curve's slope there would be unbounded or nothing.
    """
    kind = curves.kind[which]
    limit = np.where(kind == CurveKind.REPEATS, np.log1p(_LIMITS[kind] * np.abs(curves.exponent[which])), _LIMITS[kind])
    point = np.minimum(curves.operand(point, which), limit) - curves.shift[which]
    slope = curves.slope(point, which)
    return Cuts(which, point, slope, curves.value(point, which) - slope * point)


def initial_cuts(curves: Curves) -> Cuts:
    """Tangents on a grid of each curve's operand, before any point is known."""
    parts = [no_cuts()]
    for kind, grid in _INITIAL.items():
        which = np.flatnonzero(curves.kind == kind)
        if len(which):
            every = np.repeat(which, len(grid))
            parts.append(tangents(curves, every, np.tile(grid, len(which)) - curves.shift[every]))
    return join_cuts(*parts)


def violated_cuts(curves: Curves, x: FloatArray, threshold: float = SMALLEST_VIOLATION) -> Cuts:
    """Tangents that cut off scaled point `x`, for every curve it violates.

    Far-off points of logs and exponentials get a second tangent, at the argument where the
    curve takes the value y: it cuts the point off as well, from the other side.
    """
    if len(curves) == 0:
        return no_cuts()
    argument, value = x[curves.x], x[curves.y]
    violation = curves.violation(argument, value)
    which = np.flatnonzero(violation > threshold)
    if len(which) == 0:
        return no_cuts()
    found = tangents(curves, which, argument[which])
    inverse = _inverse(curves, which, value[which])
    far = np.flatnonzero((violation[which] > _FAR) & np.isfinite(inverse))
    if len(far) == 0:
        return found
    return join_cuts(found, tangents(curves, which[far], inverse[far]))


def tangent_point(curves: Curves, which: IntArray, slope: FloatArray) -> FloatArray:
    """Scaled argument at which curves `which` have the slope asked for (all > 0)."""
    kind, exponent = curves.kind[which], curves.exponent[which]
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        operand = np.select(
            [kind == CurveKind.LOG, kind == CurveKind.EXP, kind == CurveKind.SATURATION, kind == CurveKind.HYPERBOLA],
            [1.0 / slope, np.log(slope), -np.log(slope), slope**-0.5 - 1.0],
            default=np.where(exponent == 1.0, 1.0, (slope / exponent) ** (1.0 / (exponent - 1.0))),
        )
    repeats = np.flatnonzero(kind == CurveKind.REPEATS)
    if len(repeats):
        operand[repeats] = _repeats_operand(slope[repeats], exponent[repeats])
    return np.asarray(operand - curves.shift[which])


def _repeats_operand(slope: FloatArray, decay: FloatArray) -> FloatArray:
    """ln r where ``r e^(-(r - 1) / R) = m (1 + R - R e^(-(r - 1) / R))``, m the slope.

    With ``u = r / R + m`` that is ``u e^-u = m (1 + 1 / R) e^(-m - 1 / R)``, of which the root above 1
    is the lower branch of Lambert's function.
    """
    from scipy.special import lambertw

    product = slope * (1.0 + 1.0 / decay) * np.exp(-slope - 1.0 / decay)
    root = -np.real(lambertw(-product, -1))
    return np.asarray(np.log(np.maximum(decay * (root - slope), 1.0)))


def as_rows(curves: Curves, cuts: Cuts) -> CutRows:
    """`cuts` as rows of a linear program.

    Each is divided by the root of its slope where that is steep, so that neither of its
    two coefficients leaves the range a simplex code keeps.
    """
    factor = 1.0 / np.sqrt(np.maximum(cuts.slope, 1.0))
    side = cuts.intercept * factor
    convex = curves.convex[cuts.curve]
    return CutRows(
        columns=np.stack([curves.y[cuts.curve], curves.x[cuts.curve]], axis=1),
        values=np.stack([factor, -cuts.slope * factor], axis=1),
        lower=np.where(convex, side, -np.inf),
        upper=np.where(convex, np.inf, side),
    )


def _inverse(curves: Curves, which: IntArray, value: FloatArray) -> FloatArray:
    """f^-1(value) as a scaled argument for logs and exponentials, nan elsewhere or where none is."""
    kind = curves.kind[which]
    result = np.full(len(which), np.nan)
    logs = (kind == CurveKind.LOG) & (value < _LARGEST_EXPONENT)
    exps = (kind == CurveKind.EXP) & (value > 0.0)
    result[logs] = np.exp(value[logs])
    result[exps] = np.log(value[exps])
    return result - curves.shift[which]
