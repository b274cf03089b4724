"""cvxpy: the same program in atoms, for SCS and any other cone solver, and as an oracle.

No multiplier of these solvers is used: the bound of their plan comes from tangents at its
point, in HiGHS.
"""

from __future__ import annotations

import time
import warnings
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np

from allocator.errors import SolverError
from allocator.formulate.curves import CurveKind
from allocator.formulate.program import Program
from allocator.solve.adapter import AnswerStatus
from allocator.solve.cones import ConeAnswer, refuse_beyond_cones
from allocator.solve.options import CVXPY_PREFIX
from allocator.solve.scaling import ScaledProgram, scale

if TYPE_CHECKING:
    import cvxpy as cp

# From this many coefficients on, cvxpy's SCIPY backend is the quicker one.
_SCIPY_FROM = 50_000
_SETTINGS: dict[str, dict[str, Any]] = {
    "SCS": {"eps_abs": 1e-9, "eps_rel": 1e-9, "max_iters": 200_000},
    "CLARABEL": {"tol_gap_abs": 1e-9, "tol_gap_rel": 1e-9, "tol_feas": 1e-9},
    "ECOS": {"abstol": 1e-9, "reltol": 1e-9, "feastol": 1e-9},
}
_STATUS = {
    "optimal": AnswerStatus.OPTIMAL,
    "optimal_inaccurate": AnswerStatus.FEASIBLE,
    "infeasible": AnswerStatus.INFEASIBLE,
    "unbounded": AnswerStatus.UNBOUNDED,
    "user_limit": AnswerStatus.FEASIBLE,
}


def to_cvxpy(program: Program) -> cp.Problem:
    """`program` in cvxpy's atoms, over its scaled columns (one variable, ``x``).

    Whole columns are integers; only a mixed-integer cone solver can take those.

    Raises
    ------
    SolverError
        For a curve that no cone holds.
    """
    return _problem(scale(program))


class CvxpySolver:
    """Any cone solver that cvxpy finds installed.

    Parameters
    ----------
    name : str
        ``scs`` or ``cvxpy:NAME``.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._solver = name.removeprefix(CVXPY_PREFIX).upper()

    @property
    def version(self) -> str:
        return f"cvxpy {version('cvxpy')}"

    def solve(self, scaled: ScaledProgram, *, time_limit: float | None = None) -> ConeAnswer:
        """Solve the continuous program."""
        import cvxpy as cp

        # cvxpy leaves some of its functions untyped.
        installed = cp.installed_solvers()  # type: ignore[no-untyped-call]
        if self._solver not in installed:
            raise SolverError(
                f"cvxpy finds no solver {self._solver}; it finds {', '.join(sorted(installed))}. Choose one of these"
            )
        began = time.perf_counter()
        problem = _problem(scaled)
        settings = dict(_SETTINGS.get(self._solver, {}))
        if time_limit is not None and self._solver in ("SCS", "CLARABEL"):
            settings["time_limit_secs" if self._solver == "SCS" else "time_limit"] = max(time_limit, 1e-2)
        if scaled.matrix.nnz >= _SCIPY_FROM:
            settings["canon_backend"] = "SCIPY"
        try:
            with warnings.catch_warnings():
                # What is inaccurate is measured here, on the arrays.
                warnings.filterwarnings("ignore", message="Solution may be inaccurate")
                warnings.filterwarnings("ignore", message="Converting .* to a CS[CR]")
                problem.solve(solver=self._solver, **settings)  # type: ignore[no-untyped-call]
        except cp.error.SolverError as error:
            return ConeAnswer(
                AnswerStatus.FAILED, seconds=time.perf_counter() - began, message=str(error).split(".")[0]
            )
        status = _STATUS.get(problem.status, AnswerStatus.FAILED)
        iterations = problem.solver_stats.num_iters if problem.solver_stats else None
        value = problem.var_dict["x"].value
        has_point = status in (AnswerStatus.OPTIMAL, AnswerStatus.FEASIBLE) and value is not None
        return ConeAnswer(
            status
            if has_point or status not in (AnswerStatus.OPTIMAL, AnswerStatus.FEASIBLE)
            else AnswerStatus.STOPPED,
            x=np.asarray(value) if has_point else None,
            iterations=int(iterations or 0),
            seconds=time.perf_counter() - began,
            message=str(problem.status),
        )


def _problem(scaled: ScaledProgram) -> cp.Problem:
    import cvxpy as cp

    refuse_beyond_cones("cvxpy", scaled.curves)
    whole = [(int(column),) for column in np.flatnonzero(scaled.integer)]
    x = cp.Variable(scaled.n_cols, name="x", integer=whole) if whole else cp.Variable(scaled.n_cols, name="x")
    rules = _sides(scaled.matrix.tocsr() @ x if scaled.n_rows else None, scaled.row_lower, scaled.row_upper)
    rules += _sides(x, scaled.col_lower, scaled.col_upper)
    curves = scaled.curves
    for kind in CurveKind:
        for exponent in np.unique(curves.exponent[curves.kind == kind]) if kind == CurveKind.POWER else (None,):
            here = curves.kind == kind
            if exponent is not None:
                here &= curves.exponent == exponent
            which = np.flatnonzero(here)
            if len(which) == 0:
                continue
            operand, bounded = x[curves.x[which]] + curves.shift[which], x[curves.y[which]]
            rules.append(_rule(cp, kind, operand, bounded, exponent))
    return cp.Problem(cp.Maximize(scaled.cost @ x), rules)


def _rule(cp: Any, kind: CurveKind, operand: Any, bounded: Any, exponent: float | None) -> Any:
    match kind:
        case CurveKind.LOG:
            return bounded <= cp.log(operand)
        case CurveKind.EXP:
            return bounded >= cp.exp(operand)
        case CurveKind.POWER:
            return bounded <= cp.power(operand, exponent, approx=False)
        case CurveKind.SATURATION:
            return bounded <= 1.0 - cp.exp(-operand)
        case CurveKind.HYPERBOLA:
            return bounded <= 1.0 - cp.inv_pos(1.0 + operand)
        case _:
            raise AssertionError(f"{kind.name} was refused above")


def _sides(expression: Any, lower: Any, upper: Any) -> list[Any]:
    """Equalities, upper and lower sides of ``lower <= expression <= upper``, where finite."""
    equal = np.flatnonzero(lower == upper)
    above = np.flatnonzero(np.isfinite(upper) & (lower != upper))
    below = np.flatnonzero(np.isfinite(lower) & (lower != upper))
    rules = []
    if len(equal):
        rules.append(expression[equal] == upper[equal])
    if len(above):
        rules.append(expression[above] <= upper[above])
    if len(below):
        rules.append(expression[below] >= lower[below])
    return rules
