"""Each route from the plan's numbers to an optimum: built, handed over and solved; returns objective and own word.

All programs are the same to the last coefficient, so that their optima must be too.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from .plans import CorePlan

Answer = tuple[float, str]


def allocator(plan: CorePlan) -> Answer:
    """Solve with allocator's engine: HiGHS, and a proof on the arrays that its answer is feasible and optimal."""
    from allocator.solve.engine import solve

    from .plan_arrays import as_program, build

    solution = solve(as_program(build(plan)))
    if solution.objective is None or solution.gap is None:
        raise RuntimeError(f"no plan: {solution.status}")
    return solution.objective, f"{solution.status}, proven within {solution.gap:.1e}"


def bare_highs(plan: CorePlan) -> Answer:
    """Solve the same arrays with HiGHS alone: the limit for a simplex."""
    from . import plan_arrays

    return _run(plan_arrays.pass_to_highs(plan_arrays.build(plan)))


def bare_clarabel(plan: CorePlan) -> Answer:
    """Solve the same arrays with Clarabel alone: the limit for interior points."""
    import clarabel
    from scipy import sparse

    from .plan_arrays import build

    arrays = build(plan)
    equal = arrays.row_lower == arrays.row_upper
    columns = sparse.identity(len(arrays.cost), format="csr")
    # Sides in the order of cones: equalities, then everything at most its upper or at least its lower bound.
    blocks, sides = [arrays.matrix[equal]], [arrays.row_upper[equal]]
    for matrix, lower, upper in (
        (arrays.matrix[~equal], arrays.row_lower[~equal], arrays.row_upper[~equal]),
        (columns, arrays.col_lower, arrays.col_upper),
    ):
        above, below = np.isfinite(upper), np.isfinite(lower)
        blocks += [matrix[above], -matrix[below]]
        sides += [upper[above], -lower[below]]
    target = np.concatenate(sides)
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    cones = [clarabel.ZeroConeT(int(equal.sum())), clarabel.NonnegativeConeT(len(target) - int(equal.sum()))]
    matrix = sparse.vstack(blocks, format="csc")
    quadratic = sparse.csc_matrix((len(arrays.cost), len(arrays.cost)))
    solution = clarabel.DefaultSolver(quadratic, -arrays.cost, matrix, target, cones, settings).solve()
    return -float(solution.obj_val), str(solution.status)


def cvxpy_highs(plan: CorePlan) -> Answer:
    """Solve with cvxpy and HiGHS."""
    return _cvxpy(plan, "HIGHS", canon_backend="SCIPY")


def cvxpy_clarabel(plan: CorePlan) -> Answer:
    """Solve with cvxpy and Clarabel."""
    return _cvxpy(plan, "CLARABEL", canon_backend="SCIPY")


def _cvxpy(plan: CorePlan, solver: str, **settings: Any) -> Answer:
    from .plan_cvxpy import build

    problem = build(plan)
    problem.solve(solver=solver, **settings)
    return float(problem.value), str(problem.status)


def linopy_highs(plan: CorePlan) -> Answer:
    """Solve with linopy and HiGHS, by its direct interface."""
    from .plan_linopy import build

    program = build(plan)
    status, condition = program.solve("highs", io_api="direct", output_flag=False)
    return float(program.objective.value), f"{status}, {condition}"


def pulp_highs(plan: CorePlan) -> Answer:
    """Solve with PuLP and HiGHS."""
    import pulp

    return _pulp(plan, pulp.HiGHS(msg=False))


def pulp_cbc(plan: CorePlan) -> Answer:
    """Solve with PuLP and the CBC it ships, its usual pair."""
    import pulp

    with warnings.catch_warnings():
        # PuLP announces that it will ship CBC in another way.
        warnings.simplefilter("ignore", DeprecationWarning)
        return _pulp(plan, pulp.PULP_CBC_CMD(msg=False))


def _pulp(plan: CorePlan, solver: Any) -> Answer:
    import pulp

    from .plan_pulp import build

    problem = build(plan)
    problem.solve(solver)
    return float(pulp.value(problem.objective)), pulp.LpStatus[problem.status]


def pyomo_highs(plan: CorePlan) -> Answer:
    """Solve with Pyomo and HiGHS, by its persistent interface."""
    from pyomo.contrib.appsi.solvers.highs import Highs

    from .plan_pyomo import build

    found = Highs().solve(build(plan))
    return float(found.best_feasible_objective), str(found.termination_condition)


def _run(solver: Any) -> Answer:
    solver.run()
    return float(solver.getInfo().objective_function_value), solver.modelStatusToString(solver.getModelStatus())
