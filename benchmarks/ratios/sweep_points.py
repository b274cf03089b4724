"""A sweep of certified points beside a PuLP model rebuilt at each of them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import product
from statistics import median

import numpy as np
from bench_resolve import CASH, PRICE, lab, phases
from rebuilt import Rebuilt

from allocator.plan import Plan
from allocator.solve.cuts import Cuts
from allocator.study.path import snake
from allocator.study.sweep import sweep
from ratios import Measured, Ratio, register

PRICES, CASHES = np.linspace(2.0, 4.0, 40).tolist(), np.linspace(60e6, 120e6, 25).tolist()
GRID = list(product(PRICES, CASHES))
# Turns of one sweep over the whole grid and ten rebuilt points, one after the other: what else the machine does
# then meets both.
TURNS, REBUILT, SHARED = 5, 50, 200
PROCESSES = 2
WAYS = {
    "one_pass": "tangents on a grid, one pass",
    "both_passes": "tangents on a grid, both passes",
    "given_one_pass": "each point's own tangents given, one pass",
    "given_both_passes": "each point's own tangents given, both passes",
}
# Of the objective of the program: CBC prints eight digits and keeps rows to 1e-7.
SAME = 5e-6


@dataclass(frozen=True)
class Turn:
    """Seconds a point of one turn, and how far the answers are apart."""

    sweep: float
    one_pass: float
    both_passes: float
    given_one_pass: float
    given_both_passes: float
    apart: float


@cache
def turns() -> tuple[Turn, ...]:
    """Measure once for both promises."""
    plan = lab()
    rebuilt = Rebuilt(plan)
    # What binds changes within the sweep, and what curves see with it: every third value of each field is looked at.
    grid = rebuilt.grid([{PRICE: price, CASH: cash} for price in PRICES[::3] for cash in CASHES[::3]])
    # Equally spaced, so that all prices and all amounts of cash are among them; each turn has some from everywhere.
    places = list(range(0, len(GRID), len(GRID) // REBUILT))
    return tuple(_turn(plan, rebuilt, grid, places[number::TURNS]) for number in range(TURNS))


def _turn(plan: Plan, rebuilt: Rebuilt, grid: Cuts, places: Sequence[int]) -> Turn:
    swept = sweep(plan, {PRICE: PRICES, CASH: CASHES}, parallel=PROCESSES)
    statuses = set(swept.table.column("status"))
    if statuses != {"optimal"}:
        raise RuntimeError(f"points ended {', '.join(sorted(statuses))}")
    objectives = swept.table.column("objective")
    taken: list[tuple[float, ...]] = []
    apart = []
    for place in places:
        point = dict(zip((PRICE, CASH), GRID[place], strict=True))
        marks = []
        for cuts in (grid, rebuilt.tangents(point)):
            for way in (rebuilt.one_pass, rebuilt.both_passes):
                began = time.perf_counter()
                answer = way(point, cuts)
                marks.append(time.perf_counter() - began)
            apart.append(abs(answer.objective - objectives[place]))
        taken.append(tuple(marks))
    if max(apart) > SAME:
        raise RuntimeError(f"the answers are {max(apart):.1e} apart, more than {SAME:g}: they are not the same")
    return Turn(swept.seconds / len(swept), *map(median, zip(*taken, strict=True)), max(apart))


@cache
def _shares() -> dict[str, str]:
    """Share of a point's time by phase, along the path that a sweep takes, in one process."""
    path = snake([PRICES, CASHES], [0, 1])[:SHARED]
    spent = phases(lab(), [{PRICE: PRICES[one], CASH: CASHES[two]} for one, two in path])
    total = sum(spent.values())
    return {name: f"{seconds / total:.0%} ({seconds / SHARED * 1e3:.1f} ms)" for name, seconds in spent.items()}


def _measured(rebuilt: str) -> Measured:
    """The median over the turns of a rebuilt point's time over a swept point's."""
    found = turns()
    swept = median(turn.sweep for turn in found)
    details = {
        "sweep": f"{swept * 1e3:.1f} ms a point, {1 / swept:.0f} points a second (median of {TURNS} sweeps of "
        f"{len(GRID)} points in {PROCESSES} processes, every one optimal)",
        **{
            f"rebuilt, {words}": f"{median(getattr(turn, name) for turn in found) * 1e3:.0f} ms a point, of {REBUILT}"
            for name, words in WAYS.items()
        },
        "objectives": f"at most {max(turn.apart for turn in found):.0e} apart",
        **{f"share of a point, {name}": text for name, text in _shares().items()},
    }
    return Measured(median(getattr(turn, rebuilt) / turn.sweep for turn in found), details)


register(
    Ratio(
        "sweep-one-pass",
        "1,000 certified points of series-b-lab, beside PuLP models on a grid of tangents and CBC: quality alone",
        15.0,
        partial(_measured, "one_pass"),
        at_least=True,
    )
)
register(
    Ratio(
        "sweep-both-passes",
        "the same, where CBC too looks for the least outflow among plans as good, and so gives the same answer",
        25.0,
        partial(_measured, "both_passes"),
        at_least=True,
    )
)
