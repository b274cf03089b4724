"""Points per second of a sweep, by how much is kept from one point to the next; a table on the terminal.

Run it with nothing else on the machine: ``.venv/bin/python benchmarks/bench_resolve.py``. Every point of every
route but the last is certified in full; only ratios within one run mean anything.
"""

from __future__ import annotations

import argparse
import time
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pulp

from allocator.formulate.build import formulate
from allocator.plan import Plan, load_plan
from allocator.resources import examples_dir
from allocator.result.brief import make_brief
from allocator.session import Session
from allocator.solve.cuts import Cuts
from allocator.solve.outer import refined_cuts
from allocator.solve.pulp_model import to_pulp
from allocator.study.path import snake

Point = dict[str, Any]
PRICE, CASH = "compute.h100-cloud.price.start", "plan.cash"


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
    """Build a PuLP model on fixed tangents for each point and solve it with CBC: one pass, nothing certified.

    Fixed tangents and CBC's own tolerances: its objective is near the optimum, not on it.
    """
    cuts: Cuts = refined_cuts(formulate(plan).program)
    reference = formulate(plan).program.reference
    objectives = []
    for point in points:
        with warnings.catch_warnings():
            # PuLP announces its version 4 whenever it is used.
            warnings.simplefilter("ignore", DeprecationWarning)
            problem = to_pulp(formulate(plan.changed(point), reference=reference).program, cuts)
            problem.solve(pulp.PULP_CBC_CMD(msg=False))
        objectives.append(-float(pulp.value(problem.objective)))
    return objectives


def phases(plan: Plan, points: Sequence[Point]) -> dict[str, float]:
    """Return the seconds of each phase of warm points."""
    session = Session(plan, live=True)
    session.brief()
    spent = dict.fromkeys(("override and check", "formulate, compare, change", "both passes", "ledger and laws"), 0.0)
    for point in points:
        marks = [time.perf_counter()]
        changed = session.plan.changed(point)
        marks.append(time.perf_counter())
        session.update(changed)
        marks.append(time.perf_counter())
        solution = session._solution()
        marks.append(time.perf_counter())
        make_brief(session.formulation, solution)
        marks.append(time.perf_counter())
        for name, seconds in zip(spent, np.diff(marks), strict=True):
            spent[name] += float(seconds)
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
    began = time.perf_counter()  # CBC runs in a process of its own: its time is not in ours
    rebuilt_pulp(plan, few[:5])
    measured = 5 / (time.perf_counter() - began)
    print(f"{'PuLP rebuilt, CBC, one pass':32s}{measured:8.1f} points/s{measured / first:8.1f} x")
    spent = phases(plan, points)
    for name, seconds in spent.items():
        share = seconds / sum(spent.values())
        print(f"  {name:30s}{seconds / len(points) * 1e3:8.2f} ms a point{share:8.0%}")


if __name__ == "__main__":
    main()
