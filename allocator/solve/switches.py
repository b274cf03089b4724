"""Switches that decide much, tried both ways before anybody branches.

Half a yes may be worth a great deal to a relaxation: half a model that counts for most of its gain. Such a
switch shows in the prices of its rows. It is held off, then on, and the relaxation solved both times; the
better of the two bounds every plan, as nothing is in between, and is proven from multipliers like the
relaxation's own. The one with the better bound is split further, a few times.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.formulate.curves import FloatArray
from allocator.solve.adapter import AnswerStatus
from allocator.solve.clock import Clock
from allocator.solve.master import Master
from allocator.solve.outer import Refined, relax

# So many switches are tried at most: one that is still undecided then is the branchers'.
MOST = 8
# A switch this far from both ends is undecided.
_UNDECIDED = 1e-6


@dataclass(frozen=True)
class Part:
    """The plans with some switches held: their bounds and their relaxation.

    Attributes
    ----------
    lower, upper : ndarray, shape (n_cols,)
        Scaled column bounds.
    relaxed : Refined
    """

    lower: FloatArray
    upper: FloatArray
    relaxed: Refined

    @property
    def bound(self) -> float:
        return self.relaxed.bound


@dataclass(frozen=True)
class Split:
    """Where trying switches ended.

    Attributes
    ----------
    best : Part
        The part whose relaxation is best: its bound holds for every plan.
    tried : int
        Switches that were held both ways.
    closed : int
        Parts in which there is no plan, by the solver's own word.
    """

    best: Part
    tried: int
    closed: int


def split(master: Master, relaxed: Refined, *, gap: float, clock: Clock) -> Split:
    """Hold the switches that promise most off and on, one after the other, where the bound is.

    The master has its own bounds back afterwards.

    Parameters
    ----------
    master : Master
        At its relaxation.
    relaxed : Refined
        That relaxation, with a point.
    gap : float
        Asked of the whole search, absolute: a switch that is worth less is left alone.
    clock : Clock
    """
    scaled = master.scaled
    parts = [Part(scaled.col_lower, scaled.col_upper, relaxed)]
    tried = closed = 0
    while tried < MOST and not clock.over:
        best = max(parts, key=lambda part: part.bound)
        column = _most_undecided(master, best, gap)
        if column is None:
            break
        sides = [_held(master, best, column, value, gap, clock) for value in (0.0, 1.0)]
        if any(side is None for side in sides):
            break
        tried += 1
        parts = [part for part in parts if part is not best]
        there = [side for side in sides if side is not None and side.relaxed.x is not None]
        parts, closed = parts + there, closed + len(sides) - len(there)
        if not parts:
            # Neither way: the branchers say so in their own words.
            parts = [best]
            break
    master.set_bounds(scaled.col_lower, scaled.col_upper)
    return Split(max(parts, key=lambda part: part.bound), tried, closed)


def _most_undecided(master: Master, part: Part, gap: float) -> int | None:
    """The undecided switch whose rows' prices promise most from half of it; None where none promises `gap`."""
    x, prices, scaled = part.relaxed.x, part.relaxed.row_dual, master.scaled
    if x is None or prices is None:
        return None
    switch = scaled.integer & (part.lower == 0.0) & (part.upper == 1.0)
    columns = np.flatnonzero(switch & (np.minimum(x, 1.0 - x) > _UNDECIDED))
    if len(columns) == 0:
        return None
    worth = np.abs(scaled.matrix[:, columns].multiply(prices[:, np.newaxis])).max(axis=0).toarray().ravel()
    promised = worth * np.minimum(x[columns], 1.0 - x[columns])
    most = int(np.argmax(promised))
    return int(columns[most]) if promised[most] > gap else None


def _held(master: Master, part: Part, column: int, value: float, gap: float, clock: Clock) -> Part | None:
    """The part with a switch held: without a point where it has no plan, and None where that is open."""
    lower, upper = part.lower.copy(), part.upper.copy()
    lower[column] = upper[column] = value
    master.set_bounds(lower, upper)
    relaxed = relax(master, gap=gap / 10.0, clock=clock)
    if relaxed.x is None and relaxed.status is not AnswerStatus.INFEASIBLE:
        return None
    return Part(lower, upper, relaxed)
