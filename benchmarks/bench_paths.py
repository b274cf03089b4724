"""Large programs: one plan over many price paths; building, memory, the whole way over the bare solver.

``.venv/bin/python benchmarks/bench_paths.py build`` measures the arrays, ``whole`` the way from a plan to its
certified answer over Clarabel alone on the same arrays, ``crossover`` simplex against interior point. Times are CPU
seconds of one thread; every measurement of memory runs in a process of its own. Only ratios within one run mean
anything.
"""

from __future__ import annotations

import argparse
import gc
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from price_paths import FIRST_MONTHS, document, draw

from allocator.formulate.paths import Paths, lay_out_paths
from allocator.plan import load_plan
from allocator.result.paths import PathsCertificate, certify_paths
from allocator.solve.clarabel import LARGE_TOLERANCE, ClarabelSolver
from allocator.solve.clock import Clock
from allocator.solve.cuts import initial_cuts
from allocator.solve.engine import solve
from allocator.solve.highs import HighsSolver
from allocator.solve.master import Effort, Master
from allocator.solve.options import Options
from allocator.solve.outer import refine
from allocator.solve.scaling import ScaledProgram, scale

MEMORY = 2.5
OVER_BARE = 1.15
MEBI = 2**20


class Row(NamedTuple):
    """One figure and the most it may be; None where it is only told."""

    name: str
    value: float
    limit: float | None = None


def array_bytes(scaled: ScaledProgram) -> int:
    """Return the bytes of what a solver is given: coefficients, bounds and costs, once."""
    matrix = scaled.matrix
    arrays = [matrix.data, matrix.indices, matrix.indptr, scaled.cost, scaled.outflow, scaled.integer]
    arrays += [scaled.col_lower, scaled.col_upper, scaled.row_lower, scaled.row_upper]
    return sum(array.nbytes for array in arrays)


def arrays(paths: int) -> tuple[Paths, ScaledProgram]:
    """Build the program over so many paths from a plan that is read, and scale it."""
    laid_out = _posed(paths)()
    return laid_out, scale(laid_out.program)


def answer(paths: int) -> PathsCertificate:
    """Return the certified first pass, from the plan's document on."""
    laid_out = _posed(paths)()
    solution = solve(laid_out.program, Options(solver="clarabel", second_pass=False))
    return certify_paths(laid_out, solution)


def build(sizes: Sequence[int], repeat: int = 5) -> Iterator[Row]:
    """Measure building and scaling the arrays."""
    for size in sizes:
        make = _posed(size)
        seconds = statistics.median(_seconds(lambda make=make: scale(make().program)) for _ in range(repeat))
        yield Row(f"36 x {size}: seconds to build and scale", seconds)
        measured = _apart("arrays", size)
        yield Row(f"36 x {size}: rows", measured["rows"])
        yield Row(f"36 x {size}: MiB of arrays", measured["arrays"] / MEBI)
        yield Row(f"36 x {size}: peak MiB of the process", measured["peak"] / MEBI)
        if size >= 100:
            yield Row(f"36 x {size}: peak over the arrays", measured["grown"] / measured["arrays"], MEMORY)


def whole(sizes: Sequence[int], repeat: int = 1) -> Iterator[Row]:
    """Measure the way from a plan to a certified first pass over Clarabel alone on the same arrays."""
    for size in sizes:
        final = arrays(size)[1]
        ours, bare = [], []
        for _ in range(repeat):
            certificate: list[PathsCertificate] = []
            ours.append(_seconds(lambda size=size, kept=certificate: kept.append(answer(size))))
            bare.append(_seconds(lambda final=final: _bare(final)))
        limit = OVER_BARE if size >= 200 else None
        yield Row(f"36 x {size}: gap", certificate[0].gap, 1e-6)
        yield Row(f"36 x {size}: seconds from plan to certified first pass", statistics.median(ours))
        yield Row(f"36 x {size}: over the bare solver", statistics.median(ours) / statistics.median(bare), limit)
        alone, around = _apart("bare", size), _apart("answer", size)
        yield Row(f"36 x {size}: peak MiB of the process", around["peak"] / MEBI, 8192)
        spent = (around["grown"] - alone["solver"]) / alone["arrays"]
        yield Row(f"36 x {size}: peak around the solver over the arrays", spent, MEMORY if size >= 100 else None)


def crossover(sizes: Sequence[int], limit: float = 300.0) -> Iterator[Row]:
    """Measure the first pass by cuts in a simplex and by interior point, each to a certified 1e-6."""
    for size in sizes:
        final = arrays(size)[1]
        yield Row(f"36 x {size}: rows", final.n_rows)

        def by_cuts(final: ScaledProgram = final) -> None:
            refine(Master(final, HighsSolver(), initial_cuts(final.curves), Effort()), gap=1e-6, clock=Clock(limit))

        yield Row(f"36 x {size}: simplex with cuts, seconds", _seconds(by_cuts))
        yield Row(f"36 x {size}: interior point, seconds", _seconds(lambda final=final: _bare(final)))


def _posed(paths: int) -> Callable[[], Paths]:
    plan = load_plan(document())
    prices = draw(plan, paths)
    return lambda: lay_out_paths(plan, prices, first=FIRST_MONTHS)


def _bare(final: ScaledProgram) -> Any:
    return ClarabelSolver(1, LARGE_TOLERANCE).solve(final)


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def _apart(what: str, size: int) -> dict[str, float]:
    """Measure memory in a process of its own."""
    command = [sys.executable, str(Path(__file__)), "--apart", what, "--sizes", str(size)]
    return dict(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def _memory(what: str, size: int) -> dict[str, float]:
    # Whatever is loaded once for any program is none of this one's.
    solve(_posed(1)().program, Options(solver="clarabel", second_pass=False))
    make = _posed(size)
    gc.collect()
    before = _resident()
    if what == "answer":
        certificate = answer(size)
        return {"grown": _peak() - before, "peak": _peak(), "gap": certificate.gap}
    final = scale(make().program)
    known = {"arrays": array_bytes(final), "rows": final.n_rows}
    if what == "arrays":
        return {**known, "grown": _peak() - before, "peak": _peak()}
    gc.collect()
    loaded = _resident()
    _bare(final)
    return {**known, "solver": _peak() - loaded, "peak": _peak()}


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split(";")[0])
    parser.add_argument("what", nargs="?", default="build", choices=("build", "whole", "crossover"))
    parser.add_argument("--sizes", type=int, nargs="+", help="price paths")
    parser.add_argument("--apart", help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.apart:
        print(json.dumps(_memory(given.apart, given.sizes[0])))
        return
    default = {"build": [1, 10, 100, 1000], "whole": [20, 200], "crossover": [1, 2, 5, 10, 20]}[given.what]
    measure = {"build": build, "whole": whole, "crossover": crossover}[given.what]
    for row in measure(given.sizes or default):
        limit = "" if row.limit is None else f"   at most {row.limit:g}"
        print(f"{row.name:64s}{row.value:14.6g}{limit}", flush=True)


if __name__ == "__main__":
    main()
