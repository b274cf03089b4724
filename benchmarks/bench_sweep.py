"""Points per second of a sweep by processes and by how they are started, and the share of start-up; a table.

Run it with nothing else on the machine: ``.venv/bin/python benchmarks/bench_sweep.py``. Only ratios within one run
mean anything.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from typing import Any

import numpy as np

from allocator.plan import load_plan
from allocator.resources import examples_dir
from allocator.solve.options import Options
from allocator.study.engine import walk_path
from allocator.study.path import snake
from allocator.study.processes import LocalEngine, Start
from allocator.study.walk import Question

Row = dict[str, Any]
PRICE, CASH = "compute.h100-cloud.price.start", "plan.cash"
# One process starts nothing: how it would does not matter.
ROUTES: tuple[tuple[int, Start], ...] = ((1, "loky"), (2, "loky"))
if sys.platform == "linux":
    ROUTES = (*ROUTES, (2, "fork"))


def measure(points: int, routes: Sequence[tuple[int, Start]] = ROUTES) -> list[Row]:
    """Return one row for each way to walk a grid over a price and the opening cash of the lab.

    Parameters
    ----------
    points : int
        At least so many; the grid has 40 prices at most.
    routes : sequence of (int, {"fork", "loky"})
        Processes, the calling one included, and how they are started.

    Returns
    -------
    list of dict
        ``processes``, ``start``, ``points``, ``seconds``, ``points_per_second``; ``all_up_after``, the seconds until
        the last process had come up, and ``startup_share``, their share of all, 0 for one process;
        ``in_place``, points solved from the one before.
    """
    plan = load_plan(examples_dir() / "series-b-lab.toml")
    prices = np.linspace(2.0, 4.0, min(40, points)).tolist()
    cash = np.linspace(60e6, 120e6, -(-points // len(prices))).tolist()
    grid = [{PRICE: prices[one], CASH: cash[two]} for one, two in snake([prices, cash], [0, 1])]
    question = Question(plan, Options())
    # Imports and the first solve of the process are no part of any route.
    list(walk_path(LocalEngine(question, 1), question, grid[:2], [0, 1]))
    return [_walk(question, grid, processes, start) for processes, start in routes]


def _walk(question: Question, grid: list[dict[str, Any]], processes: int, start: Start) -> Row:
    began = time.perf_counter()
    all_up = 0.0
    engine = LocalEngine(question, processes, start=start)
    rows = []
    try:
        for _, row in walk_path(engine, question, grid, list(range(len(grid)))):
            rows.append(row)
            if not all_up and engine.ready == processes - 1:
                all_up = time.perf_counter() - began
    finally:
        engine.close()
    seconds = time.perf_counter() - began
    if {row["status"] for row in rows} != {"optimal"}:
        raise RuntimeError("a point of the grid has no optimum, so the times mean nothing")
    return {
        "processes": processes,
        "start": start if processes > 1 else "",
        "points": len(rows),
        "seconds": seconds,
        "points_per_second": len(rows) / seconds,
        "all_up_after": all_up if processes > 1 else 0.0,
        "startup_share": all_up / seconds if processes > 1 else 0.0,
        "in_place": sum(row["in_place"] for row in rows),
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split(";")[0])
    parser.add_argument("--points", type=int, default=1000)
    rows = measure(parser.parse_args().points)
    heads = ("points", "seconds", "points/s", "times one", "all up after", "share")
    print(f"{'processes':22s}{''.join(f'{head:>14s}' for head in heads)}")
    for row in rows:
        name = f"{row['processes']} {row['start']}"
        times = row["points_per_second"] / rows[0]["points_per_second"]
        print(
            f"{name:22s}{row['points']:14d}{row['seconds']:12.2f} s{row['points_per_second']:14.1f}{times:14.2f}"
            f"{row['all_up_after']:12.2f} s{row['startup_share']:14.0%}"
        )


if __name__ == "__main__":
    main()
