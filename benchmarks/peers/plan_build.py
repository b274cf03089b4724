"""Each route from the plan's numbers to a model of its own, and from there into HiGHS, which is not run.

`allocator` is the one place to exchange when another maker of the same arrays is to be measured.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from .plans import CorePlan

# Makes the model; hands it to HiGHS.
Phases = tuple[Callable[[CorePlan], Any], Callable[[Any], Any]]


def allocator() -> Phases:
    """Return allocator's way: arrays, and HiGHS' array interface."""
    from . import plan_arrays

    return plan_arrays.build, plan_arrays.pass_to_highs


def paths() -> Phases:
    """Return allocator's way with a plan of its own over price paths, from the checked plan on: compare by coefficient.

    Names, units, sentences and scales of every row and column are part of it.
    """
    from allocator.formulate.paths import lay_out_paths
    from allocator.plan import load_plan
    from allocator.solve.cuts import as_rows, initial_cuts
    from allocator.solve.highs import HighsSolver
    from allocator.solve.scaling import scale

    # A neighbour of this folder, whether that is run as `benchmarks.peers` or found by pytest as `peers`.
    family = import_module(f"{(__package__ or '').rpartition('.')[0]}.price_paths".lstrip("."))
    own = load_plan(family.document())

    def build(plan: CorePlan) -> Any:
        return scale(lay_out_paths(own, family.draw(own, plan.paths), first=family.FIRST_MONTHS).program)

    def hand_over(scaled: Any) -> Any:
        solver = HighsSolver()
        solver.load(scaled, as_rows(scaled.curves, initial_cuts(scaled.curves)))
        return solver._highs

    return build, hand_over


def cvxpy() -> Phases:
    """Return cvxpy's: expressions; canonicalisation is part of handing over, as in its own `solve`."""
    from . import plan_cvxpy

    return plan_cvxpy.build, plan_cvxpy.pass_to_highs


def linopy() -> Phases:
    """Return linopy's: labelled arrays, and its direct interface."""
    from . import plan_linopy

    return plan_linopy.build, plan_linopy.pass_to_highs


def pulp() -> Phases:
    """Return PuLP's: objects, and its HiGHS interface."""
    from . import plan_pulp

    return plan_pulp.build, plan_pulp.pass_to_highs


def pulp_from_arrays() -> Phases:
    """Return PuLP's objects from finished arrays, which are made inside the clock and cost next to nothing."""
    from . import plan_arrays, plan_pulp

    return lambda plan: plan_pulp.from_arrays(plan_arrays.build(plan)), plan_pulp.pass_to_highs


def pyomo() -> Phases:
    """Return Pyomo's: rules, and its persistent HiGHS interface."""
    from . import plan_pyomo

    return plan_pyomo.build, plan_pyomo.pass_to_highs
