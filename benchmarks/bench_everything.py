"""A plan with everything switched on (everything.toml): in whole units to 0.3 %, and its continuous relaxation to 1e-6.

    python benchmarks/bench_everything.py                 both, three runs each, medians
    python benchmarks/bench_everything.py --runs 1 relaxed
    python benchmarks/bench_everything.py --first-pass    without the cheapest among equal plans

Seconds on the wall, and of processors, those of solvers in processes of their own included. In the relaxation every
whole number and every on/off choice is continuous. Other work on the machine lengthens the wall: the load is printed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from allocator.formulate.build import formulate
from allocator.formulate.program import Program
from allocator.formulate.relaxed import relaxed
from allocator.plan import Plan, load_plan
from allocator.solve.engine import solve
from allocator.solve.options import CONTINUOUS_GAP, WHOLE_GAP, Options

PLAN = Path(__file__).parent / "everything.toml"
TIME_LIMIT = 120.0
GAPS = {"whole": WHOLE_GAP, "relaxed": CONTINUOUS_GAP}


@dataclass(frozen=True)
class Row:
    """What was measured of one way.

    Attributes
    ----------
    seconds, cpu : float
        Medians, on the wall and of processors.
    status : str
        How the last run ended.
    gap : float
        Its proven gap, in units of the objective: shares of the reducible part.
    """

    name: str
    seconds: float
    cpu: float
    status: str
    gap: float


def everything(overrides: Sequence[str] = ()) -> Plan:
    """The plan."""
    return load_plan(PLAN, overrides=overrides)


def program_of(name: str, plan: Plan) -> Program:
    """Its program as it is (``whole``), or with everything continuous (``relaxed``)."""
    program = formulate(plan).program
    return relaxed(program) if name == "relaxed" else program


def measure(name: str, program: Program, *, runs: int = 3, second_pass: bool = True) -> Row:
    """Solve `program` `runs` times to the gap of `name`."""
    options = Options(gap=GAPS[name], time_limit=TIME_LIMIT, second_pass=second_pass)
    seconds, cpu = [], []
    for _ in range(runs):
        began, spent = time.perf_counter(), sum(os.times()[:4])
        solution = solve(program, options)
        seconds.append(time.perf_counter() - began)
        cpu.append(sum(os.times()[:4]) - spent)
    gap = float("inf") if solution.gap is None else solution.gap
    return Row(name, statistics.median(seconds), statistics.median(cpu), str(solution.status), gap)


def main() -> None:
    """Print a line for each way."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="whole, relaxed; both without")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--first-pass", action="store_true", help="without the second pass")
    asked = parser.parse_args()
    plan = everything()
    print(f"{'':8} {'rows':>7} {'columns':>8} {'whole':>7} {'wall, s':>8} {'cpu, s':>7} {'gap':>8}  status   load")
    for name in asked.names or tuple(GAPS):
        program = program_of(name, plan)
        row = measure(name, program, runs=asked.runs, second_pass=not asked.first_pass)
        size = f"{program.n_rows:7,} {program.n_cols:8,} {int(program.integer.sum()):7,}"
        load = f"{os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
        print(f"{name:8} {size} {row.seconds:8.2f} {row.cpu:7.2f} {row.gap:8.1e}  {row.status:8} {load}", flush=True)


if __name__ == "__main__":
    main()
