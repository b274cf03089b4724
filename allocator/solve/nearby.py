"""Whole plans near a relaxed one: branching where nothing is begun that the relaxation leaves alone.

A plan of five years has ten thousand whole numbers, most of them of things that no good plan does: a sale for
each pair of months, an order in each month of every offer. What the relaxation has at its lower bound is held
there; branch and bound over the few hundred that are left takes seconds, and is stopped at a plan that is
near enough. Its bound holds for these plans alone and is never taken for one of all.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from allocator.errors import SolverError
from allocator.formulate.curves import FloatArray
from allocator.solve.clock import Clock
from allocator.solve.incumbent import Incumbent
from allocator.solve.master import Master
from allocator.solve.race import Completes, Race
from allocator.solve.racer import Racer
from allocator.solve.search import Search

# From so many whole numbers on diving takes longer than this: it solves the relaxation for each few of them.
MANY = 2_000
# What the relaxation has above its lower bound by less is at it.
_AT_BOUND = 1e-7
# Parts of the gap at which the search here is over, and at which branch and bound ends by itself: the bound of
# these plans lies below that of all.
_GAP, _INNER = 0.5, 0.125


def near_plan(
    relaxation: Master,
    racer: Racer,
    relaxed: FloatArray,
    bound: float,
    complete: Completes,
    *,
    gap: float,
    clock: Clock,
) -> tuple[Incumbent | None, str]:
    """A whole plan within `gap` of `bound` near scaled point `relaxed`, or the best there, and how many were free.

    Parameters
    ----------
    relaxation : Master
        The continuous program and its cuts.
    racer : Racer
        Who branches.
    complete : callable
        Makes a plan of a point.
    clock : Clock
        It may say that it is over because another has decided the race.
    """
    scaled = relaxation.scaled
    idle = scaled.integer & (relaxed <= scaled.col_lower + _AT_BOUND)
    upper = np.where(idle, scaled.col_lower, scaled.col_upper)
    held = replace(scaled, col_upper=upper)
    free = int(np.sum(scaled.integer & (scaled.col_lower < upper)))
    search = Search(bound, "relaxation")
    try:
        race = Race([Master(held, racer, relaxation.cuts, relaxation.effort)], search, complete, gap=_GAP * gap)
        race.run(inner=_INNER * gap, time_limit=clock.left, clock=clock)
    except SolverError as error:
        return search.incumbent, str(error)
    if search.interrupted:
        raise KeyboardInterrupt
    return search.incumbent, f"{free:,} of {int(scaled.integer.sum()):,} whole numbers were free"
