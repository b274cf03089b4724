"""Whole units: the race beside the better of its racers alone."""

from __future__ import annotations

from bench_whole import SPECS, measure

from ratios import Measured, Ratio, register

RUNS = 5


def _race() -> Measured:
    rows = measure([spec for spec in SPECS if not spec.long], runs=RUNS)
    told = {
        row.name: ", ".join(f"{route} {seconds:.2f} s" for route, seconds in row.seconds.items())
        + f" ({row.ratio:.2f} x)"
        for row in rows
    }
    return Measured(max(row.ratio for row in rows), told)


register(
    Ratio(
        "whole-units",
        "every whole-unit example at 0.3 %: HiGHS and CBC at the same time, over the better of the two alone",
        1.1,
        _race,
    )
)
