"""Points per second of a sweep, by how much is kept from one point to the next; a table on the terminal.

Run it with nothing else on the machine: ``.venv/bin/python benchmarks/bench_resolve.py``. Every point of every
route is certified in full; only ratios within one run mean anything. How that compares with a PuLP model rebuilt at
each point is `ratios/sweep_points.py`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from inside import inside, public_methods
from rebuilt import Rebuilt

from allocator.plan import Plan, load_plan
from allocator.resources import examples_dir
from allocator.result.brief import make_brief
from allocator.session import Session
from allocator.solve.highs import HighsSolver
from allocator.solve.live_highs import LiveHighs
from allocator.study.path import snake

Point = dict[str, Any]
PRICE, CASH = "compute.h100-cloud.price.start", "plan.cash"
PHASES = ("override and check", "formulate and compare", "solver", "cuts and checks", "certificate: ledger and laws")


def lab() -> Plan:
    """Return the plan that is swept."""
    return load_plan(examples_dir() / "series-b-lab.toml")


def grid(size: int) -> list[Point]:
    """Return the points of a square grid over a price and the opening cash, along a snake."""
    prices, cash = np.linspace(1.5, 4.0, size).tolist(), np.linspace(60e6, 120e6, size).tolist()
    return [{PRICE: prices[one], CASH: cash[two]} for one, two in snake([prices, cash], [0, 1])]


def shuffled(points: Sequence[Point]) -> list[Point]:
    """Return the same points in a random order."""
    return [points[place] for place in np.random.default_rng(1).permutation(len(points))]


def from_scratch(plan: Plan, points: Sequence[Point]) -> list[float]:
    """Solve each point with nothing kept but the document; return the objectives."""
    return [Session(plan.changed(point)).brief().objective for point in points]


def cold_in_place(plan: Plan, points: Sequence[Point]) -> list[float]:
    """Solve each point in one session that keeps its program, but neither basis nor tangents."""
    session = Session(plan)
    objectives = []
    for point in points:
        session.update(point)
        session._live = None
        objectives.append(session.brief().objective)
    return objectives


def warm(plan: Plan, points: Sequence[Point]) -> list[float]:
    """Solve each point from the last one's basis and tangents."""
    session = Session(plan, live=True)
    objectives = []
    for point in points:
        session.update(point)
        objectives.append(session.brief().objective)
    return objectives


def rebuilt_pulp(plan: Plan, points: Sequence[Point]) -> list[float]:
    """Build a PuLP model for each point and solve it with CBC: both passes, nothing certified."""
    rebuilt = Rebuilt(plan)
    return [rebuilt.both_passes(point, rebuilt.tangents(point)).objective for point in points]


def phases(plan: Plan, points: Sequence[Point]) -> dict[str, float]:
    """Return the seconds of each phase of warm points; those of both passes split at the solver's adapter."""
    session = Session(plan, live=True)
    session.brief()
    spent = dict.fromkeys(PHASES, 0.0)
    for point in points:
        with inside(*public_methods(HighsSolver, LiveHighs)) as solver:
            marks = [time.perf_counter()]
            changed = session.plan.changed(point)
            marks.append(time.perf_counter())
            session.update(changed)
            marks.append(time.perf_counter())
            handed_on = solver.seconds
            solution = session.reached().solution
            marks.append(time.perf_counter())
            make_brief(session.formulation, solution)
            marks.append(time.perf_counter())
        override, formulated, passes, certified = np.diff(marks).tolist()
        solved = solver.seconds - handed_on
        for name, seconds in zip(
            PHASES, (override, formulated - handed_on, solver.seconds, passes - solved, certified), strict=True
        ):
            spent[name] += seconds
    return spent


def rate(route: Callable[[Plan, Sequence[Point]], list[float]], plan: Plan, points: Sequence[Point]) -> float:
    """Return points per second of CPU time."""
    began = time.process_time()
    route(plan, points)
    return len(points) / (time.process_time() - began)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split(";")[0])
    parser.add_argument("--size", type=int, default=20, help="points along each side of the grid")
    parser.add_argument("--few", type=int, default=20, help="points of the slow routes")
    arguments = parser.parse_args()
    plan, points = lab(), grid(arguments.size)
    few = points[: arguments.few]
    routes: list[tuple[str, Callable[[Plan, Sequence[Point]], list[float]], list[Point]]] = [
        ("from scratch", from_scratch, few),
        ("in place, cold", cold_in_place, few),
        ("in place, warm, random order", warm, shuffled(points)),
        ("in place, warm, snake", warm, points),
    ]
    first = 0.0
    for name, route, chosen in routes:
        measured = rate(route, plan, chosen)
        first = first or measured
        print(f"{name:32s}{measured:8.1f} points/s{measured / first:8.1f} x")
    spent = phases(plan, points)
    for name, seconds in spent.items():
        share = seconds / sum(spent.values())
        print(f"  {name:30s}{seconds / len(points) * 1e3:8.2f} ms a point{share:8.0%}")


if __name__ == "__main__":
    main()
