"""Whole units: HiGHS alone, CBC alone and the race of both, at 0.3 %, each example and harder variations of it.

    python benchmarks/bench_whole.py                       every plan, three runs of each route, medians
    python benchmarks/bench_whole.py --runs 1 lab          plans whose name has "lab", once
    python benchmarks/bench_whole.py --long                the plans with lots of 128 and of four years too

The ratio is the race's median over the smaller of the other two, all from one run, the routes taking turns. On a
machine with other work on it the race has no second core, and its ratio says little: the load is printed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from allocator.formulate.build import formulate
from allocator.formulate.program import Program
from allocator.plan import load_plan
from allocator.resources import examples_dir
from allocator.solve.engine import solve
from allocator.solve.options import Options

ROUTES = ("highs", "cbc", "auto")
TIME_LIMIT = 60.0
GAP = 3e-3
_LAB_OFFERS = ("h100-cloud", "b200-cloud", "h100-reserved", "h100-owned", "b200-owned")


@dataclass(frozen=True)
class WholeSpec:
    """One plan in whole units: an example and what is set otherwise."""

    name: str
    example: str
    overrides: tuple[str, ...] = ()
    long: bool = False

    def program(self) -> Program:
        """The array program."""
        return formulate(load_plan(examples_dir() / f"{self.example}.toml", overrides=self.overrides)).program


@dataclass(frozen=True)
class Row:
    """What was measured of one plan.

    Attributes
    ----------
    seconds : dict of str to float
        Median of each route.
    statuses : dict of str to str
        How its last run ended.
    ratio : float
        The race over the better of the two alone.
    """

    name: str
    seconds: dict[str, float]
    statuses: dict[str, str]
    ratio: float


def _startup(name: str, *overrides: str) -> WholeSpec:
    return WholeSpec(f"start-up, {name}", "image-startup", overrides)


def _lab(name: str, *overrides: str, long: bool = False) -> WholeSpec:
    return WholeSpec(f"lab, {name}", "series-b-lab", overrides, long)


WHOLE = "plan.whole=true"
SPECS = (
    _startup("whole", WHOLE),
    _startup("whole until 2027-06", "plan.whole=2027-06"),
    _startup("24 months", WHOLE, "plan.months=24"),
    _startup("$12M", WHOLE, "plan.cash=12M"),
    _startup("20 servers at $60k", WHOLE, "compute.gpu-server.price=60 kUSD/GPU", "compute.gpu-server.max=20"),
    _lab("whole", WHOLE),
    _lab("whole until 2027-06", "plan.whole=2027-06"),
    _lab("$60M", WHOLE, "plan.cash=60M"),
    _lab("$120M", WHOLE, "plan.cash=120M"),
    _lab("H100 at $3.50", WHOLE, "compute.h100-cloud.price=3.5"),
    _lab("lots of 64", WHOLE, *(f"compute.{offer}.lot=64" for offer in _LAB_OFFERS)),
    _lab("lots of 128", WHOLE, *(f"compute.{offer}.lot=128" for offer in _LAB_OFFERS), long=True),
    _lab("48 months", WHOLE, "plan.months=48", long=True),
)


def measure(
    specs: Sequence[WholeSpec] = SPECS, *, runs: int = 3, second_pass: bool = True, time_limit: float = TIME_LIMIT
) -> list[Row]:
    """Solve every plan by every route, `runs` times in turns; one row a plan."""
    return [_measured(spec, runs, second_pass, time_limit) for spec in specs]


def _measured(spec: WholeSpec, runs: int, second_pass: bool, time_limit: float) -> Row:
    program = spec.program()
    taken: dict[str, list[float]] = {route: [] for route in ROUTES}
    statuses: dict[str, str] = {}
    for _ in range(runs):
        for route in ROUTES:
            options = Options(solver=route, gap=GAP, time_limit=time_limit, second_pass=second_pass)
            began = time.perf_counter()
            statuses[route] = str(solve(program, options).status)
            taken[route].append(time.perf_counter() - began)
    seconds = {route: statistics.median(values) for route, values in taken.items()}
    return Row(spec.name, seconds, statuses, seconds["auto"] / min(seconds["highs"], seconds["cbc"]))


def main() -> None:
    """Print a line a plan."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="parts of the names of plans; all without")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--first-pass", action="store_true", help="without the second pass")
    parser.add_argument("--long", action="store_true")
    asked = parser.parse_args()
    chosen = [spec for spec in SPECS if asked.long or not spec.long]
    if asked.names:
        chosen = [spec for spec in SPECS if any(part in spec.name for part in asked.names)]
    print(f"{'plan':34} {'highs':>8} {'cbc':>8} {'race':>8} {'ratio':>7}  load")
    for spec in chosen:
        (row,) = measure([spec], runs=asked.runs, second_pass=not asked.first_pass)
        figures = " ".join(
            f"{row.seconds[route]:7.2f}{'' if row.statuses[route] == 'optimal' else '!':1}" for route in ROUTES
        )
        load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
        print(f"{row.name:34} {figures} {row.ratio:7.2f}  {load}", flush=True)


if __name__ == "__main__":
    main()
