"""Whole plans from a fractional one: round, or dive, then solve the rest with cuts."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from allocator.formulate.curves import FloatArray
from allocator.solve.adapter import AnswerStatus
from allocator.solve.clock import Clock
from allocator.solve.incumbent import Incumbent, better
from allocator.solve.master import Master
from allocator.solve.outer import Refined, refine

_WAYS: tuple[tuple[str, Callable[[FloatArray], FloatArray]], ...] = (
    ("nearest", np.round),
    ("down", lambda x: np.floor(x + 1e-6)),
    ("up", lambda x: np.ceil(x - 1e-6)),
)
_WHOLE = 1e-6


def solve_fixed(master: Master, whole: FloatArray, *, gap: float, clock: Clock) -> Refined:
    """The continuous program with integers fixed at those of scaled point `whole`.

    The master's bounds stay fixed afterwards; `release` lifts them. Integers beyond their
    bounds are brought back inside.
    """
    scaled = master.scaled
    at = np.clip(np.round(whole), np.ceil(scaled.col_lower - _WHOLE), np.floor(scaled.col_upper + _WHOLE))
    lower, upper = scaled.col_lower.copy(), scaled.col_upper.copy()
    lower[scaled.integer] = upper[scaled.integer] = at[scaled.integer]
    master.set_bounds(lower, upper)
    return refine(master, gap=gap, clock=clock)


def release(master: Master) -> None:
    """Give the integers their own bounds back."""
    master.set_bounds(master.scaled.col_lower, master.scaled.col_upper)


def rounded_plan(
    master: Master, relaxed: FloatArray, bound: float, *, gap: float, clock: Clock
) -> tuple[Incumbent | None, str]:
    """A whole plan near the relaxation's scaled point, and which way it was found.

    Every integer is rounded to the nearest, then down, then up, until a plan is within `gap`
    of `bound`.
    """
    best: Incumbent | None = None
    ways = []
    for way, rounding in _WAYS:
        found = solve_fixed(master, rounding(relaxed), gap=gap, clock=clock).incumbent
        if found is not None:
            ways.append(way)
        best = better(best, found)
        if clock.over or (best is not None and bound - best.objective <= gap):
            break
    release(master)
    return best, "rounded " + ", ".join(ways) if best is not None else "no rounding could be completed"


def dived_plan(master: Master, relaxed: FloatArray, *, gap: float, clock: Clock) -> tuple[Incumbent | None, str]:
    """A whole plan made by fixing a few integers at a time, from the relaxation's scaled point; slower and surer."""
    fixed = _dive(master, relaxed, clock)
    best = None if fixed is None else solve_fixed(master, fixed, gap=gap, clock=clock).incumbent
    release(master)
    return best, "dived" if best is not None else "given up" if clock.over else "no dive could be completed"


def _dive(master: Master, relaxed: FloatArray, clock: Clock) -> FloatArray | None:
    """Fix the integers nearest to whole, a fifth at a time, solving in between."""
    scaled = master.scaled
    lower, upper = scaled.col_lower.copy(), scaled.col_upper.copy()
    x = relaxed
    while not clock.over:
        free = np.flatnonzero(scaled.integer & (lower < upper))
        if len(free) == 0:
            return x
        by_distance = free[np.argsort(np.abs(x[free] - np.round(x[free])))]
        some = by_distance[: max(1, len(free) // 5)]
        one = by_distance[:1]
        other = np.where(np.round(x[one]) > x[one], np.floor(x[one]), np.ceil(x[one]))
        # Some at the nearest; else one alone; else that one the other way; else give up.
        for which, values in ((some, np.round(x[some])), (one, np.round(x[one])), (one, other)):
            trial_lower, trial_upper = lower.copy(), upper.copy()
            trial_lower[which] = trial_upper[which] = np.clip(values, lower[which], upper[which])
            master.set_bounds(trial_lower, trial_upper)
            answer = master.solve(time_limit=clock.left)
            if answer.status is AnswerStatus.OPTIMAL and answer.x is not None:
                lower, upper, x = trial_lower, trial_upper, answer.x
                break
        else:
            return None
    return None
