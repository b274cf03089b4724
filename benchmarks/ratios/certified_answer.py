"""From a plan to its certified answer, beside the solver alone on the last program."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import cache
from statistics import median

from inside import inside, public_methods

from allocator.formulate.build import formulate
from allocator.plan import load_plan
from allocator.session import Session
from allocator.solve.highs import HighsSolver
from allocator.study.scaling_bare import bare_run
from allocator.study.scaling_families import family_named
from ratios import Measured, Ratio, register

RUNS = 9


@dataclass(frozen=True)
class Medians:
    """Seconds of `RUNS` turns, each one way and one bare run after the other."""

    way: float
    bare: float
    outside: float


@cache
def medians() -> tuple[Medians, Medians]:
    """Measure once for both promises: on the wall, and in processor time, where neighbours do not count."""
    document = family_named("lab").document(36)
    alone = bare_run(formulate(load_plan(document)).program, "highs")
    assert alone is not None
    wall, processor = [], []
    for number in range(RUNS + 1):
        with inside(*public_methods(HighsSolver)) as solver:
            began, cpu = time.perf_counter(), time.process_time()
            result = Session(load_plan(document)).solve(horizon_audit=False)
            way, cpu = time.perf_counter() - began, time.process_time() - cpu
        if result.status != "optimal":
            raise RuntimeError(f"the plan ended {result.status}")
        before = time.process_time()
        bare = alone()
        bare_cpu = time.process_time() - before
        # The first turn loads what is loaded at first use.
        if number:
            wall.append((way, bare, way - solver.seconds))
            processor.append((cpu, bare_cpu, cpu - solver.cpu))
    return tuple(Medians(*(median(column) for column in zip(*rows, strict=True))) for rows in (wall, processor))


def _details() -> dict[str, str]:
    told = {}
    for name, found in zip(("on the wall", "in processor time"), medians(), strict=True):
        told[name] = (
            f"{found.way * 1e3:.0f} ms the whole way, {found.bare * 1e3:.0f} ms bare HiGHS on the final arrays "
            f"({found.way / found.bare:.2f} x), {found.outside * 1e3:.1f} ms outside the adapter (medians of {RUNS})"
        )
    return told


def _ratio() -> Measured:
    wall, _ = medians()
    return Measured(wall.way / wall.bare, _details())


def _outside() -> Measured:
    wall, _ = medians()
    return Measured(wall.outside * 1e3, _details())


register(
    Ratio(
        "certified-answer",
        "series-b-lab, from its document to a Result, second pass and certificate included, beside bare HiGHS",
        3.0,
        _ratio,
    )
)
register(
    Ratio(
        "outside-solver",
        "series-b-lab, from its document to a Result: time outside the solver",
        30.0,
        _outside,
        unit="ms",
    )
)
