"""Every route but PyMC-Marketing's from k curves to an allocation; each returns its money and what it says itself.

Building the model is inside each route, as a user meets it; imports are not. What a peer does better in a setting
other than its default, that setting is a route of its own.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .curves import CurveProblem, FloatArray, equal_split

Answer = tuple[FloatArray, str]


def allocator_auto(problem: CurveProblem) -> Answer:
    """Allocate with allocator as it comes: tangents in warm HiGHS."""
    from .curve_allocator import allocate

    return allocate(problem)


def allocator_clarabel(problem: CurveProblem) -> Answer:
    """Allocate with allocator's exact cones; the bound is proven again on the arrays."""
    from .curve_allocator import allocate

    return allocate(problem, "clarabel")


def slsqp(problem: CurveProblem) -> Answer:
    """SciPy's SLSQP as PyMC-Marketing calls it: equal split, analytic gradients, ftol 1e-9, 1,000 iterations."""
    return _minimise(problem, "SLSQP", {"ftol": 1e-9, "maxiter": 1000})


def trust_constr(problem: CurveProblem) -> Answer:
    """SciPy's interior trust region, its own tolerances, room to finish."""
    return _minimise(problem, "trust-constr", {"maxiter": 1000})


def _minimise(problem: CurveProblem, method: str, options: dict[str, Any]) -> Answer:
    from scipy.optimize import minimize

    size = len(problem)
    ones = np.ones(size)
    result = minimize(
        lambda x: -problem.response(x),
        equal_split(problem),
        jac=lambda x: -problem.slope(x),
        bounds=[(0.0, problem.budget)] * size,
        constraints=[{"type": "eq", "fun": lambda x: x.sum() - problem.budget, "jac": lambda _: ones}],
        method=method,
        options=options,
    )
    return result.x, f"success={result.success}, {result.nit} iterations: {result.message}"


def cvxpy_clarabel(problem: CurveProblem) -> Answer:
    """Write it with cvxpy's atoms, solve it with Clarabel: what a user of cvxpy writes."""
    import cvxpy as cp

    shares = cp.Variable(len(problem), nonneg=True)
    curve = 1.0 - cp.inv_pos(1.0 + shares) if problem.family == "hyperbola" else cp.sqrt(shares)
    spent = problem.half @ shares <= problem.budget
    posed = cp.Problem(cp.Maximize(problem.height @ curve), [spent])
    posed.solve(solver=cp.CLARABEL)
    return np.asarray(shares.value) * problem.half, str(posed.status)


def bare_clarabel(problem: CurveProblem) -> Answer:
    """Clarabel from arrays, one second-order cone a curve: the limit for cones.

    With z = x / h the hyperbola is 1 - t, t (1 + z) >= 1, that is |(2, t - 1 - z)| <= t + 1 + z; the root is t,
    t^2 <= z, that is |(2 t, z - 1)| <= z + 1.
    """
    import clarabel
    from scipy import sparse

    size, each = len(problem), np.arange(len(problem))
    hyperbola = problem.family == "hyperbola"
    z, t, first = each, size + each, 1 + size + 3 * each
    one = np.ones(size)
    # Rows: budget, z >= 0, then three rows a cone. Clarabel takes b - A x in the cone.
    entries = [(np.zeros(size, int), z, problem.half / problem.budget), (1 + each, z, -one)]
    if hyperbola:
        entries += [(first, t, -one), (first, z, -one), (first + 2, t, -one), (first + 2, z, one)]
        side, cost = np.array([1.0, 2.0, -1.0]), problem.height
    else:
        entries += [(first, z, -one), (first + 1, t, -2.0 * one), (first + 2, z, -one)]
        side, cost = np.array([1.0, 0.0, -1.0]), -problem.height
    rows, columns, values = (np.concatenate(parts) for parts in zip(*entries, strict=True))
    matrix = sparse.csc_matrix((values, (rows, columns)), shape=(1 + 4 * size, 2 * size))
    cones = [clarabel.NonnegativeConeT(1 + size), *[clarabel.SecondOrderConeT(3)] * size]
    settings = clarabel.DefaultSettings()
    settings.verbose = False
    target = np.concatenate([[1.0], np.zeros(size), np.tile(side, size)])
    quadratic = sparse.csc_matrix((2 * size, 2 * size))
    objective = np.concatenate([np.zeros(size), cost])
    solution = clarabel.DefaultSolver(quadratic, objective, matrix, target, cones, settings).solve()
    return np.asarray(solution.x)[:size] * problem.half, str(solution.status)


def bare_highs(problem: CurveProblem, pieces: int = 200) -> Answer:
    """HiGHS from arrays on a fixed grid of chords, one bounded column a piece: the limit without refinement."""
    import highspy

    size = len(problem)
    # From nothing to where even the whole budget would not go, denser where curves bend; shape (k, pieces + 1).
    most = problem.budget / problem.half
    grid = np.expm1(np.linspace(0.0, 1.0, pieces + 1)[None, :] * np.log1p(most)[:, None])
    values = grid / (1.0 + grid) if problem.family == "hyperbola" else np.sqrt(grid)
    width, gain = np.diff(grid), np.diff(values) * problem.height[:, None]
    columns = size * pieces
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.passModel(
        columns,
        1,
        columns,
        int(highspy.MatrixFormat.kColwise),
        int(highspy.ObjSense.kMaximize),
        0.0,
        (gain / width).ravel(),
        np.zeros(columns),
        width.ravel(),
        np.array([-np.inf]),
        np.array([problem.budget]),
        np.arange(columns + 1, dtype=np.int32),
        np.zeros(columns, dtype=np.int32),
        np.repeat(problem.half, pieces),
        np.zeros(columns, dtype=np.int32),
    )
    solver.run()
    shares = np.array(solver.getSolution().col_value).reshape(size, pieces).sum(axis=1)
    return shares * problem.half, solver.modelStatusToString(solver.getModelStatus())
