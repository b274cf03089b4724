"""Plans that passed the check of every row, bound and curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.errors import CertificateError
from allocator.formulate.curves import FloatArray
from allocator.solve.certificate import INCUMBENT_TOLERANCE, PRINTED_TOLERANCE, Violations, measure
from allocator.solve.scaling import ScaledProgram

# A curve overstated by less is as good as on it.
_ROUNDING = 1e-13


@dataclass(frozen=True)
class Incumbent:
    """A plan that holds.

    Attributes
    ----------
    x : ndarray, shape (n_cols,)
        Natural units, restored.
    objective : float
    violations : Violations
        All within the program's tolerance.
    point : ndarray, shape (n_cols,), or None
        The scaled point it was restored from.
    """

    x: FloatArray
    objective: float
    violations: Violations
    point: FloatArray | None = None


def restored(scaled: ScaledProgram, x: FloatArray) -> Incumbent | None:
    """The plan at a solver's scaled point `x`, or None where it does not hold.

    Whole units are rounded to exactly whole, the program restores what follows from the
    choices, and every rule is checked. Where only curves are overstated, their values are
    taken back to the curve and the check is made again.
    """
    program = scaled.program
    chosen = np.where(scaled.integer, np.round(x), x)
    natural = program.restore(scaled.natural(chosen))
    found = measure(scaled, scaled.scaled(natural))
    if float(found.curves.max(initial=0.0)) > _ROUNDING:
        pulled = program.complete(scaled.natural(_onto_curves(scaled, scaled.scaled(natural))))
        better = measure(scaled, scaled.scaled(pulled))
        if better.worst <= max(program.tolerance, found.worst):
            natural, found = pulled, better
    if not found.worst <= program.tolerance:
        return None
    return Incumbent(natural, float(program.objective @ natural), found, x)


def better(first: Incumbent | None, second: Incumbent | None) -> Incumbent | None:
    """The one with the higher objective."""
    if first is None or (second is not None and second.objective > first.objective):
        return second
    return first


def refuse_above(
    incumbent: Incumbent | None, bound: float, row_dual: FloatArray | None, reduced_costs: FloatArray
) -> None:
    """Raise CertificateError when a plan beats the bound: one of the two must be wrong.

    A plan may use its tolerances: what its violations are worth at the multipliers' prices
    is allowed for. A bound without multipliers is one that was only printed, to eight digits.
    """
    if incumbent is None:
        return
    if row_dual is None:
        allowed = PRINTED_TOLERANCE * (1.0 + abs(bound))
    else:
        found = incumbent.violations
        worth = float(np.abs(row_dual[: len(found.rows)]) @ found.rows + np.abs(reduced_costs) @ found.bounds)
        # What a curve's overstatement is worth is at most the largest price.
        worth += float(found.curves.sum()) * float(np.abs(row_dual).max(initial=0.0))
        allowed = INCUMBENT_TOLERANCE * (1.0 + abs(bound)) + worth
    if incumbent.objective > bound + allowed:
        raise CertificateError(
            [
                f"a plan worth {incumbent.objective:.12g} was found above the proven bound {bound:.12g}, "
                "so that either the plan or the bound is wrong"
            ]
        )


def _onto_curves(scaled: ScaledProgram, x: FloatArray) -> FloatArray:
    curves = scaled.curves
    result = x.copy()
    value = curves.value(x[curves.x])
    over = curves.violation(x[curves.x], x[curves.y]) > 0.0
    concave, convex = over & ~curves.convex, over & curves.convex
    np.minimum.at(result, curves.y[concave], value[concave])
    np.maximum.at(result, curves.y[convex], value[convex])
    return result
