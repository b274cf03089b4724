"""A plan that misses nothing: where curves feed balances, the last word after cuts.

A plan is restored on the true curves, which bring a little less than their tangents promised at
the point it was restored from. It is taken once what it misses is within tolerance; but its own
decisions, fixed to all their digits, would then break a rule by that little. So the program is
solved once more with the rules it misses tightened by as much: what the tangents still promise
too much is then money that nobody counts on.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from allocator.formulate.program import TOLERANCE
from allocator.solve.adapter import AnswerStatus
from allocator.solve.clock import Clock
from allocator.solve.cuts import violated_cuts
from allocator.solve.highs import HighsSolver
from allocator.solve.incumbent import Incumbent, restored
from allocator.solve.master import Master

if TYPE_CHECKING:
    from allocator.solve.outer import Refined

# What a simplex code misses anyway.
_NOTHING = 1e-9
# The rules are tightened by so many times what was missed; the later ones are for plans that move when they are.
_TIMES = (2.0, 2.0, 4.0, 8.0)


def misses(master: Master, plan: Incumbent) -> bool:
    """Whether curves feed balances and `plan` misses a rule by what they promised too much."""
    feeds = master.scaled.program.tolerance < TOLERANCE and isinstance(master.solver, HighsSolver)
    return feeds and plan.violations.worst > _NOTHING


def kept_strictly(master: Master, state: Refined, gap: float, clock: Clock) -> Refined:
    """`state` with a plan that misses no rule, where one within `gap` is found; the master stays tightened then."""
    plan = state.incumbent
    if plan is None or not misses(master, plan):
        return state
    for times in _TIMES:
        found = _found(master, plan, times, clock)
        if found is not None and not misses(master, found) and state.bound - found.objective <= gap:
            return replace(state, incumbent=found)
    loosen(master)
    return state


def loosen(master: Master) -> None:
    """Give the rules of a tightened master their own sides again."""
    if master.sides is not None:
        master.set_bounds(*master.sides)


def tighten(master: Master, plan: Incumbent, times: float = 2.0) -> None:
    """Move the sides that `plan` misses inwards, by so many times as much as it does; `loosen` undoes it."""
    assert isinstance(master.solver, HighsSolver)  # no other changes rows in place
    loosen(master)
    scaled, lower, upper = master.scaled, master.lower, master.upper
    x = scaled.scaled(plan.x)
    activity = scaled.matrix @ x
    row_lower, row_upper = _tightened(activity, scaled.row_lower, scaled.row_upper, times)
    master.solver.set_row_bounds(row_lower, row_upper)
    master.set_bounds(*_tightened(x, lower, upper, times))
    master.sides = (lower, upper)


def _found(master: Master, plan: Incumbent, times: float, clock: Clock) -> Incumbent | None:
    """The plan at the optimum of the program whose missed rules are tightened."""
    tighten(master, plan, times)
    scaled = master.scaled
    answer = master.solve(time_limit=clock.left)
    if answer.status is not AnswerStatus.OPTIMAL or answer.x is None:
        return None
    found = restored(scaled, answer.x)
    if found is None or misses(master, found):
        # The optimum has moved to where tangents promise more: the next attempt has those of its point.
        master.add(violated_cuts(scaled.curves, answer.x))
    return found


def _tightened(value: np.ndarray, lower: np.ndarray, upper: np.ndarray, times: float) -> tuple[np.ndarray, np.ndarray]:
    """Sides moved inwards where `value` lies outside them, by so many times as much; equal ones stay."""
    below, above = np.maximum(lower - value, 0.0), np.maximum(value - upper, 0.0)
    free = lower < upper
    low = np.where(free & (below > 0.0), lower + times * below, lower)
    high = np.where(free & (above > 0.0), upper - times * above, upper)
    return np.minimum(low, upper), np.maximum(high, lower)
