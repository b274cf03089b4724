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
from allocator.study.path import snake
from allocator.study.sweep import sweep
from ratios import Measured, Ratio, register

PRICES, CASHES = np.linspace(2.0, 4.0, 40).tolist(), np.linspace(60e6, 120e6, 25).tolist()
GRID = list(product(PRICES, CASHES))
# Turns of one sweep over the whole grid and ten rebuilt points, one after the other: what else the machine does
# then meets both.
TURNS, REBUILT, SHARED = 5, 50, 200
PROCESSES = 2
# Of the objective of the program: CBC prints eight digits and keeps rows to 1e-7.
SAME = 5e-6


@dataclass(frozen=True)
class Turn:
    """Seconds a point of one turn, and how far the answers are apart."""

    sweep: float
    one_pass: float
    both_passes: float
    apart: float


@cache
def turns() -> tuple[Turn, ...]:
    """Measure once for both promises."""
    plan = lab()
    rebuilt = Rebuilt(plan)
    # Equally spaced, so that all prices and all amounts of cash are among them; each turn has some from everywhere.
    places = list(range(0, len(GRID), len(GRID) // REBUILT))
    return tuple(_turn(plan, rebuilt, places[number::TURNS]) for number in range(TURNS))


def _turn(plan: Plan, rebuilt: Rebuilt, places: Sequence[int]) -> Turn:
    swept = sweep(plan, {PRICE: PRICES, CASH: CASHES}, parallel=PROCESSES)
    statuses = set(swept.table.column("status"))
    if statuses != {"optimal"}:
        raise RuntimeError(f"points ended {', '.join(sorted(statuses))}")
    objectives = swept.table.column("objective")
    once, twice, apart = [], [], []
    for place in places:
        point = dict(zip((PRICE, CASH), GRID[place], strict=True))
        cuts = rebuilt.tangents(point)
        began = time.perf_counter()
        rebuilt.one_pass(point, cuts)
        middle = time.perf_counter()
        answer = rebuilt.both_passes(point, cuts)
        once.append(middle - began)
        twice.append(time.perf_counter() - middle)
        apart.append(abs(answer.objective - objectives[place]))
    if max(apart) > SAME:
        raise RuntimeError(f"the answers are {max(apart):.1e} apart, more than {SAME:g}: they are not the same")
    return Turn(swept.seconds / len(swept), median(once), median(twice), max(apart))


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
        "rebuilt, one pass": f"{median(turn.one_pass for turn in found) * 1e3:.0f} ms a point, of {REBUILT}",
        "rebuilt, both passes": f"{median(turn.both_passes for turn in found) * 1e3:.0f} ms a point, of {REBUILT}",
        "objectives": f"at most {max(turn.apart for turn in found):.0e} apart",
        **{f"share of a point, {name}": text for name, text in _shares().items()},
    }
    return Measured(median(getattr(turn, rebuilt) / turn.sweep for turn in found), details)


register(
    Ratio(
        "sweep-one-pass",
        "1,000 certified points of series-b-lab, beside a PuLP model rebuilt for CBC: quality alone, tangents given",
        5.0,
        partial(_measured, "one_pass"),
        at_least=True,
    )
)
register(
    Ratio(
        "sweep-both-passes",
        "the same, where CBC too looks for the least outflow among plans as good, and so gives the same answer",
        5.0,
        partial(_measured, "both_passes"),
        at_least=True,
    )
)
