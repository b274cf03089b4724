"""Many concave curves under one budget: a budget optimizer of another library beside us."""

from __future__ import annotations

import sys
from pathlib import Path

from ratios import Measured, Ratio, register

CURVES, REPEATS, SECONDS = 300, 5, 600.0
NEVER_WORSE = 1e-6


def _beside_pymc() -> Measured:
    """Processor seconds with one thread of linear algebra, each in a process of its own; compiling left out."""
    root = str(Path(__file__).resolve().parents[2])
    if root not in sys.path:
        sys.path.insert(0, root)
    from benchmarks.peers.routes import ROUTES
    from benchmarks.peers.run import measure

    variant = {"family": "hyperbola", "unit": 1.0}
    rows = {}
    for name in ("allocator", "PyMC-Marketing"):
        route = next(route for route in ROUTES if route.suite == "curves" and route.name == name)
        rows[name] = measure(route, CURVES, variant, REPEATS, SECONDS, 1)
        if rows[name].ended:
            raise RuntimeError(f"{name}: {rows[name].ended}")
    ours, theirs = rows["allocator"], rows["PyMC-Marketing"]
    if ours.figures["gap"] > theirs.figures["gap"] + NEVER_WORSE:
        raise RuntimeError(
            f"ours is worse: {ours.figures['gap']:.1e} below the optimum, theirs {theirs.figures['gap']:.1e}"
        )
    told = {
        name: f"{row.median:.3g} s of processors, {row.figures['gap']:.1e} below the optimum; {row.said}"
        for name, row in rows.items()
    }
    return Measured(theirs.median / ours.median, told)


register(
    Ratio(
        "curves-pymc",
        f"{CURVES} concave curves under one budget, certified to 1e-6, beside PyMC-Marketing's budget optimizer",
        100.0,
        _beside_pymc,
        at_least=True,
    )
)
