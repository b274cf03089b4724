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
    """Of `RUNS` turns, each one way and one bare run after the other."""

    way: float
    bare: float
    outside: float
    cpu: float


@cache
def medians() -> Medians:
    """Measure once for both promises."""
    document = family_named("lab").document(36)
    alone = bare_run(formulate(load_plan(document)).program, "highs")
    assert alone is not None
    turns = []
    for number in range(RUNS + 1):
        with inside(*public_methods(HighsSolver)) as solver:
            began, cpu = time.perf_counter(), time.process_time()
            result = Session(load_plan(document)).solve(horizon_audit=False)
            way, cpu = time.perf_counter() - began, time.process_time() - cpu
        if result.status != "optimal":
            raise RuntimeError(f"the plan ended {result.status}")
        # The first turn loads what is loaded at first use.
        if number:
            turns.append((way, alone(), way - solver.seconds, cpu))
    return Medians(*(median(column) for column in zip(*turns, strict=True)))


def _details(found: Medians) -> dict[str, str]:
    return {
        "whole way": f"{found.way * 1e3:.0f} ms (median of {RUNS}; {found.cpu * 1e3:.0f} ms of processor time)",
        "bare HiGHS on the final arrays": f"{found.bare * 1e3:.0f} ms",
        "outside the adapter of HiGHS": f"{found.outside * 1e3:.0f} ms",
    }


def _ratio() -> Measured:
    found = medians()
    return Measured(found.way / found.bare, _details(found))


def _outside() -> Measured:
    found = medians()
    return Measured(found.outside * 1e3, _details(found))


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
