"""Measure one route in a process of its own: ``python -m benchmarks.peers.child REQUEST ANSWER``, both JSON files.

The answer goes to a file because some libraries greet the world on standard output.
"""

from __future__ import annotations

import gc
import json
import resource
import statistics
import sys
import time
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from .routes import ROUTES, Route

# What is quick is repeated, what takes this long in all is not.
ENOUGH_SECONDS = 20.0


def main() -> None:
    """Read the request, measure, write the answer."""
    request, answer = (Path(word) for word in sys.argv[1:3])
    asked = json.loads(request.read_text(encoding="utf-8"))
    answer.write_text(json.dumps(measure(**asked)), encoding="utf-8")


def measure(suite: str, name: str, size: int, variant: dict[str, Any], repeats: int) -> dict[str, Any]:
    """Measure a route of `ROUTES`; an error of it is an answer that says so."""
    (route,) = [route for route in ROUTES if (route.suite, route.name) == (suite, name)]
    with warnings.catch_warnings():
        # Peers announce their next versions; what they say about the answer is in the answer.
        warnings.simplefilter("ignore")
        try:
            return {"ended": "", **MEASURES[suite](route, size, variant, repeats)}
        except Exception as error:
            # A peer may raise anything; that it did is its measurement.
            traceback.print_exc()
            return {"ended": f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"}


def peak_megabytes() -> float:
    """Peak of resident memory of this process.

    From the kernel's own account of this address space where it gives one: `ru_maxrss` begins, after a fork, with
    the parent's peak.
    """
    status = Path("/proc/self/status")
    if status.exists():
        (line,) = [line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM")]
        return int(line.split()[1]) / 1024.0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0


def _curves(route: Route, size: int, variant: dict[str, Any], repeats: int) -> dict[str, Any]:
    from .curves import judge, make_problem

    problem = make_problem(size, variant["family"]).in_unit(variant["unit"])
    function, compiling = route.load(), None
    if route.compiles:
        clock = Clock()
        function = function(problem)
        compiling, _ = clock.read()
    else:
        # Once outside the clock: what is imported inside a route is not its work.
        function(make_problem(2, variant["family"]))
    money, measured = repeated(lambda: function(problem), repeats)
    return {**measured, "compiling": compiling, **judge(problem, money)}


class Clock:
    """Seconds since it was made: of processors, this process and those it waited for, and on the wall.

    Processor seconds are what ratios are made of: others on the machine disturb them least.
    """

    def __init__(self) -> None:
        self._began = self._now()

    @staticmethod
    def _now() -> tuple[float, float]:
        others = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + others.ru_utime + others.ru_stime, time.perf_counter()

    def read(self) -> tuple[float, float]:
        """Processor seconds and wall seconds."""
        now = self._now()
        return now[0] - self._began[0], now[1] - self._began[1]


def repeated(call: Callable[[], tuple[Any, str]], repeats: int) -> tuple[Any, dict[str, Any]]:
    """Return the last result of `call`, with its word and the seconds of all."""
    readings: list[tuple[float, float]] = []
    while len(readings) < repeats and sum(wall for _, wall in readings) < ENOUGH_SECONDS:
        clock = Clock()
        result, said = call()
        readings.append(clock.read())
    seconds, walls = zip(*readings, strict=True)
    return result, {"said": said, "seconds": seconds, "wall": statistics.median(walls)}


def _build(route: Route, size: int, _: dict[str, Any], repeats: int) -> dict[str, Any]:
    """Seconds to build, seconds to hand over to HiGHS, and the peak of memory of doing both once."""
    from .plans import make_plan

    build, hand_over = route.load()()
    # Once outside the clock, small: what is imported on first use is not the building's work.
    hand_over(build(make_plan(1)))
    plan = make_plan(size)
    before, peak = peak_megabytes(), 0.0
    building: list[float] = []
    handing: list[float] = []
    walls: list[float] = []
    shape: dict[str, float] = {}
    while len(building) < repeats and sum(walls) < ENOUGH_SECONDS:
        clock = Clock()
        model = build(plan)
        built, _ = clock.read()
        solver = hand_over(model)
        both, wall = clock.read()
        building.append(built)
        handing.append(both - built)
        walls.append(wall)
        peak = peak or peak_megabytes()
        shape = {"rows": solver.getNumRow(), "columns": solver.getNumCol(), "entries": solver.getNumNz()}
        del model, solver
        gc.collect()
    whole = statistics.median(map(sum, zip(building, handing, strict=True)))
    return {
        "seconds": building,
        "wall": statistics.median(walls),
        "handover": statistics.median(handing),
        "both": whole,
        "per_million": whole / shape["entries"] * 1e6,
        "megabytes": peak,
        "before": before,
        **shape,
        "said": "",
    }


def _solve(route: Route, size: int, _: dict[str, Any], repeats: int) -> dict[str, Any]:
    from .plans import make_plan

    function, plan = route.load(), make_plan(size)
    function(make_plan(1))
    objective, measured = repeated(lambda: function(plan), repeats)
    return {**measured, "objective": objective}


MEASURES: dict[str, Callable[[Route, int, dict[str, Any], int], dict[str, Any]]] = {
    "curves": _curves,
    "build": _build,
    "solve": _solve,
}

if __name__ == "__main__":
    main()
