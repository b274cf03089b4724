"""Large programs: plans over many price paths."""

from __future__ import annotations

from functools import partial

import bench_paths

from ratios import Measured, Ratio, register

BUILT, SOLVED = 1000, 200


def _one(rows: list[bench_paths.Row], ending: str) -> Measured:
    """The row whose name ends so, and all others as what it is made of."""
    (found,) = [row for row in rows if row.name.endswith(ending)]
    return Measured(found.value, {row.name: f"{row.value:.4g}" for row in rows if row is not found})


def _memory() -> Measured:
    return _one(list(bench_paths.build([BUILT])), "peak over the arrays")


def _first_pass(repeat: int = 1) -> Measured:
    return _one(list(bench_paths.whole([SOLVED], repeat)), "over the bare solver")


register(
    Ratio("paths-memory", f"peak memory of building 36 months x {BUILT} price paths, over the arrays", 2.5, _memory)
)
register(
    Ratio(
        "paths-first-pass",
        f"36 months x {SOLVED} price paths, plan to certified first pass, over the bare solver alone (one run)",
        1.15,
        partial(_first_pass),
    )
)
