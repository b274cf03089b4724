"""Checks on arrays: does a point hold, does a bound follow, is a cut a tangent.

Everything is measured in units of scale. Nothing a solver says is used where the arrays
can answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from allocator.errors import CertificateError
from allocator.formulate.curves import Curves, FloatArray
from allocator.formulate.program import Program
from allocator.solve.cuts import CutRows, Cuts, subtract_rows, tangent_point
from allocator.solve.scaling import ScaledProgram, scale

PLAN_TOLERANCE = 1e-7
# A claim this little below what the multipliers prove is rounding, and the proven bound is
# taken; a larger one is a lie.
BOUND_TOLERANCE = 2e-6
INCUMBENT_TOLERANCE = 1e-9
PRINTED_TOLERANCE = 1e-6
_FINDINGS_TOLD = 8
_CUT_TOLERANCE = 1e-9
# Reduced costs that are rounding; and those that may be charged where a bound is missing.
_ROUNDING = 1e-9
_LARGEST_CHARGE = 1e-6


@dataclass(frozen=True)
class Violations:
    """By how much a scaled point breaks each row, bound, curve and whole unit; 0 where it holds."""

    rows: FloatArray
    bounds: FloatArray
    curves: FloatArray
    integers: FloatArray

    @property
    def worst(self) -> float:
        """The largest of all; infinite where any is not a number."""
        # The largest of numbers with one that is none is none.
        largest = max(
            (float(np.max(part, initial=0.0)) for part in (self.rows, self.bounds, self.curves, self.integers)),
            key=lambda value: np.inf if np.isnan(value) else value,
        )
        return largest if np.isfinite(largest) else float("inf")


def measure(scaled: ScaledProgram, x: FloatArray) -> Violations:
    """How scaled point `x`, shape (n_cols,), stands to every rule of the program."""
    with np.errstate(over="ignore", invalid="ignore"):
        return Violations(
            rows=_outside(scaled.matrix @ x, scaled.row_lower, scaled.row_upper),
            bounds=_outside(x, scaled.col_lower, scaled.col_upper),
            curves=scaled.curves.violation(x[scaled.curves.x], x[scaled.curves.y]),
            integers=np.where(scaled.integer, np.abs(x - np.round(x)), 0.0),
        )


def violations(program: Program, x: FloatArray, tolerance: float = PLAN_TOLERANCE) -> list[str]:
    """Every rule that natural point `x` breaks by more than `tolerance` of its scale, worst first.

    Parameters
    ----------
    program : Program
    x : ndarray, shape (n_cols,)
        Point in natural units.
    tolerance : float
        In units of each row's and column's scale.
    """
    scaled = scale(program)
    return sentences(program, measure(scaled, scaled.scaled(x)), tolerance)


def sentences(program: Program, found: Violations, tolerance: float) -> list[str]:
    """`found` in words, worst first; empty when nothing exceeds `tolerance`."""
    said: list[tuple[float, str]] = []
    for row in _above(found.rows, tolerance):
        said.append((found.rows[row], f"{program.say_row(row)} is off by {found.rows[row]:.1e} of its scale"))
    for column in _above(found.bounds, tolerance):
        off = found.bounds[column]
        said.append((off, f"{program.say_column(column)} is outside its bounds by {off:.1e} of its scale"))
    for curve in _above(found.curves, tolerance):
        off = found.curves[curve]
        said.append((off, f"curve {program.curves.names[curve]} is overstated by {off:.1e} of its scale"))
    for column in _above(found.integers, tolerance):
        said.append((found.integers[column], f"{program.say_column(column)} is {found.integers[column]:.1e} off whole"))
    return [text for _, text in sorted(said, key=lambda pair: -np.nan_to_num(pair[0], nan=np.inf))]


def refused(findings: Sequence[str]) -> CertificateError:
    """The error of an answer that did not hold: the worst few findings, and how many more."""
    more = len(findings) - _FINDINGS_TOLD
    rest = [f"and {more} more"] if more > 0 else []
    return CertificateError([*findings[:_FINDINGS_TOLD], *rest])


def point_findings(
    scaled: ScaledProgram,
    rows: CutRows,
    x: FloatArray,
    *,
    lower: FloatArray,
    upper: FloatArray,
    whole: bool,
    tolerance: float,
) -> list[str]:
    """What is wrong with a solver's own scaled point, before anything is restored.

    `rows` are the cuts it was given, `lower` and `upper` the column bounds in force, `whole`
    whether it was asked for whole units.
    """
    found = Violations(
        rows=_outside(scaled.matrix @ x, scaled.row_lower, scaled.row_upper),
        bounds=_outside(x, lower, upper),
        curves=_outside(rows.activity(x), rows.lower, rows.upper),
        integers=np.where(scaled.integer & whole, np.abs(x - np.round(x)), 0.0),
    )
    if found.worst <= tolerance:
        return []
    # Solvers keep, and print, so many digits of each number: what that leaves grows with a row's terms.
    terms = np.abs(rows.values * x[rows.columns]).sum(axis=1)
    off = _beyond(found.curves, tolerance * terms)
    found = replace(
        found,
        rows=_beyond(found.rows, tolerance * (scaled.magnitudes @ np.abs(x))),
        bounds=_beyond(found.bounds, tolerance * np.abs(x)),
        curves=np.zeros(0),
    )
    said = sentences(scaled.program, found, tolerance)
    worst = int(np.argmax(np.nan_to_num(off, nan=np.inf))) if len(off) else -1
    if worst >= 0 and not off[worst] <= tolerance:
        said.append(f"tangent {worst} of the curves is off by {off[worst]:.1e}")
    return said


def cut_findings(curves: Curves, cuts: Cuts) -> list[str]:
    """Every cut that is not a supporting line of its curve, on the side that cuts nothing off.

    The line ``slope * x + intercept`` is compared with the curve where the curve has that
    slope, its nearest point, in closed form.
    """
    nearest = tangent_point(curves, cuts.curve, cuts.slope)
    with np.errstate(over="ignore", invalid="ignore"):
        distance = cuts.slope * nearest + cuts.intercept - curves.value(nearest, cuts.curve)
    allowed = _CUT_TOLERANCE * (1.0 + np.abs(cuts.intercept) + np.abs(cuts.slope * nearest))
    wrong_side = np.where(curves.convex[cuts.curve], distance > allowed, distance < -allowed)
    slopes = cuts.slope > 0.0
    findings = []
    for index in np.flatnonzero(wrong_side | ~slopes | ~np.isfinite(distance)):
        curve = int(cuts.curve[index])
        side = "above" if curves.convex[curve] else "below"
        findings.append(
            f"a cut of curve {curves.names[curve]} at {cuts.point[index]:.6g} lies {side} it "
            f"by {abs(float(distance[index])):.1e} and would cut plans off"
        )
    for index in np.flatnonzero(~wrong_side & slopes & (np.abs(distance) > allowed)):
        curve = int(cuts.curve[index])
        findings.append(
            f"a cut of curve {curves.names[curve]} at {cuts.point[index]:.6g} does not touch it: "
            f"{abs(float(distance[index])):.1e} away"
        )
    return findings


def lagrangian_bound(
    scaled: ScaledProgram,
    rows: CutRows,
    row_dual: FloatArray,
    x: FloatArray,
    *,
    lower: FloatArray,
    upper: FloatArray,
) -> tuple[float, FloatArray]:
    """Upper bound that multipliers prove, whatever solver they came from, and reduced costs.

    For multipliers y and reduced costs d = cost - A'y every feasible point has
    ``cost @ x <= sum_i max(y_i * bounds of row i) + sum_j max(d_j * bounds of column j)``.
    Multipliers of the wrong sign for a missing side are set to zero first. A reduced cost
    at the level of rounding (1e-9) whose bound is missing or far is charged as if the column
    stayed within ``1 + |x_j|`` of its value; one above 1e-6 without a bound proves nothing.

    Parameters
    ----------
    row_dual : ndarray, shape (n_rows + len(rows),)
    x : ndarray, shape (n_cols,)
        The solver's point, scaled.
    lower, upper : ndarray, shape (n_cols,)
        Column bounds in force.

    Returns
    -------
    bound : float
        Infinite where the multipliers prove nothing.
    reduced_costs : ndarray, shape (n_cols,)
        Scaled.
    """
    multipliers, row_part = _best_side(
        row_dual, np.concatenate([scaled.row_lower, rows.lower]), np.concatenate([scaled.row_upper, rows.upper])
    )
    reduced = scaled.cost - scaled.matrix.T @ multipliers[: scaled.n_rows]
    subtract_rows(reduced, rows, multipliers[scaled.n_rows :])
    near = reduced * x + np.abs(reduced) * (1.0 + np.abs(x))
    side = np.where(reduced > 0.0, upper, lower)
    bounded = np.isfinite(side)
    at_bound = np.where(bounded, reduced * np.where(bounded, side, 0.0), np.inf)
    tiny = np.abs(reduced) <= np.where(bounded, _ROUNDING, _LARGEST_CHARGE)
    worth = np.where(reduced == 0.0, 0.0, np.where(tiny, np.minimum(near, at_bound), at_bound))
    return row_part + float(worth.sum()), reduced


def _best_side(multipliers: FloatArray, lower: FloatArray, upper: FloatArray) -> tuple[FloatArray, float]:
    """Multipliers with those of missing sides set to zero, and sum of the largest products."""
    side = np.where(multipliers > 0.0, upper, lower)
    usable = np.where(np.isfinite(side), multipliers, 0.0)
    return usable, float(usable @ np.where(np.isfinite(side), side, 0.0))


def _outside(value: FloatArray, lower: FloatArray, upper: FloatArray) -> FloatArray:
    return np.maximum(np.maximum(lower - value, value - upper), 0.0)


def _beyond(off: FloatArray, allowed: FloatArray) -> FloatArray:
    """`off` where it exceeds what is allowed (or is not a number), 0 elsewhere."""
    return np.where(off <= allowed, 0.0, off)


def _above(values: FloatArray, tolerance: float) -> list[int]:
    return [int(index) for index in np.flatnonzero(~(values <= tolerance))]
