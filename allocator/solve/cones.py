"""What the cone solvers share: their answer, and the proof of it on arrays.

A cone's multiplier is a multiplier on one tangent: the pair that belongs to y and x gives
the tangent's weight and slope, and the slope its point of tangency in closed form. The
bound is then the Lagrangian bound over rows and tangents, computed here and not believed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

import numpy as np

from allocator.errors import SolverError
from allocator.formulate.curves import Curves, FloatArray, IntArray
from allocator.solve.adapter import AnswerStatus, LinearSolver
from allocator.solve.certificate import lagrangian_bound, measure, refused, sentences
from allocator.solve.choose import beyond_cones
from allocator.solve.clock import Clock
from allocator.solve.cuts import Cuts, as_rows, initial_cuts, join_cuts, no_cuts, tangent_point, tangents
from allocator.solve.incumbent import better, refuse_above, restored
from allocator.solve.master import Effort, Master
from allocator.solve.outer import Refined, refine
from allocator.solve.scaling import ScaledProgram
from allocator.solve.solution import Attempt
from allocator.solve.strict import kept_strictly

# Interior points end this close to the program, in units of scale.
POINT_TOLERANCE = 1e-5
# What is tried where a cone solver ends without any point.
INSTEAD = "highs, cuts instead"
# A multiplier below this weighs nothing; its slope would be noise.
_SMALLEST_WEIGHT = 1e-11


@dataclass(frozen=True)
class ConeAnswer:
    """A cone solver's answer, not yet believed.

    Attributes
    ----------
    status : AnswerStatus
    x : ndarray, shape (n_cols,), or None
        Scaled point.
    row_dual : ndarray, shape (n_rows,), or None
        d objective / d right-hand side.
    weight, slope : ndarray, shape (n_curves,), or None
        Multiplier of each curve's tangent (negative for convex curves) and its slope.
    iterations : int
    seconds : float
    message : str
    """

    status: AnswerStatus
    x: FloatArray | None = None
    row_dual: FloatArray | None = None
    weight: FloatArray | None = None
    slope: FloatArray | None = None
    iterations: int = 0
    seconds: float = 0.0
    message: str = ""


def refuse_beyond_cones(solver: str, curves: Curves) -> None:
    """Raise SolverError for a curve that no cone holds: it would be left out in silence.

    `allocator.solve.choose.choose` takes another solver for such programs.
    """
    beyond = beyond_cones(curves)
    if beyond:
        raise SolverError(f"{solver} takes exact cones, and {beyond}; choose highs or cbc, which cut")


class ConeSolver(Protocol):
    """A solver that takes the curves as they are."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    def solve(self, scaled: ScaledProgram, *, time_limit: float | None) -> ConeAnswer: ...


# Makes a cone solver that may use this many threads.
ConeSolverFactory = Callable[[int], ConeSolver]


def solve_cones(
    scaled: ScaledProgram,
    solver: ConeSolver,
    linear: LinearSolver,
    *,
    gap: float,
    clock: Clock,
    effort: Effort,
) -> tuple[Refined, Master, tuple[Attempt, ...]]:
    """Solve with exact cones, prove the answer on arrays, and cut on where it is not close enough.

    Parameters
    ----------
    linear : LinearSolver
        The simplex code that polishes, and holds the cuts for the second pass.

    Returns
    -------
    refined : Refined
    master : Master
        The program with tangents at the cone solver's point.
    attempts : tuple of Attempt
    """
    answer = solver.solve(scaled, time_limit=clock.left)
    effort.rounds += 1
    effort.iterations += answer.iterations
    cuts = join_cuts(initial_cuts(scaled.curves), _tangents_of(scaled, answer))
    master = Master(scaled, linear, cuts, effort)
    if answer.x is None:
        attempt = Attempt(solver.name, str(answer.status), answer.seconds, answer.message)
        if clock.over or answer.status in (AnswerStatus.INFEASIBLE, AnswerStatus.UNBOUNDED):
            return Refined(answer.status, None, float("inf"), message=answer.message), master, (attempt,)
        began = clock.elapsed
        refined = refine(master, gap=gap, clock=clock)
        instead = Attempt(INSTEAD, str(refined.status), clock.elapsed - began, refined.message)
        return refined, master, (attempt, instead)
    if answer.status is AnswerStatus.OPTIMAL:
        _refuse_point(scaled, solver.name, answer.x)
    refined = _proven(scaled, answer, gap)
    attempts = [Attempt(solver.name, str(answer.status), answer.seconds, f"{answer.message}, {_said(refined)}")]
    if refined.status is not AnswerStatus.OPTIMAL:
        began = clock.elapsed
        bound = refined.bound
        polished = refine(master, gap=gap, clock=clock, incumbent=refined.incumbent)
        # Prices come from the polish; a bound that was lower before stays proven.
        refined = replace(polished, bound=min(bound, polished.bound))
        attempts.append(Attempt("highs, polish with cuts", str(refined.status), clock.elapsed - began, refined.message))
    else:
        refined = kept_strictly(master, refined, gap, clock)
    return refined, master, tuple(attempts)


def solve_large(
    scaled: ScaledProgram, solvers: Sequence[ConeSolver], *, gap: float, clock: Clock, effort: Effort
) -> tuple[Refined, tuple[Attempt, ...]]:
    """Solve with exact cones alone, for programs on which no simplex code should be let loose.

    The plan is the interior point's, restored; the bound is what its multipliers prove. Where
    that leaves more than `gap`, the next of `solvers` is asked.

    Returns
    -------
    refined : Refined
        `FEASIBLE` where the best plan and the lowest bound are further apart than `gap`.
    attempts : tuple of Attempt
    """
    best = Refined(AnswerStatus.FAILED, None, float("inf"))
    attempts = []
    for solver in solvers:
        answer = solver.solve(scaled, time_limit=clock.left)
        effort.rounds += 1
        effort.iterations += answer.iterations
        if answer.x is None:
            attempts.append(Attempt(solver.name, str(answer.status), answer.seconds, answer.message))
            if best.incumbent is None:
                best = Refined(answer.status, None, best.bound, message=answer.message)
        else:
            if answer.status is AnswerStatus.OPTIMAL:
                _refuse_point(scaled, solver.name, answer.x)
            found = _proven(scaled, answer, gap)
            attempts.append(
                Attempt(solver.name, str(answer.status), answer.seconds, f"{answer.message}, {_said(found)}")
            )
            best = _joined(best, found, gap)
        if best.status in (AnswerStatus.OPTIMAL, AnswerStatus.INFEASIBLE, AnswerStatus.UNBOUNDED):
            break
        if clock.over:
            best = replace(best, out_of_time=True)
            break
    return best, tuple(attempts)


def _joined(first: Refined, second: Refined, gap: float) -> Refined:
    """The better plan and the lower bound of two; prices with the bound they prove."""
    plan = better(first.incumbent, second.incumbent)
    bound = min(first.bound, second.bound)
    proof = second if second.bound <= first.bound else first
    close = plan is not None and bound - plan.objective <= gap
    return replace(proof, status=AnswerStatus.OPTIMAL if close else AnswerStatus.FEASIBLE, incumbent=plan, bound=bound)


def _said(refined: Refined) -> str:
    if refined.incumbent is None:
        return "its plan does not hold once restored"
    return f"gap {refined.bound - refined.incumbent.objective:.1e}"


def cone_bound(scaled: ScaledProgram, answer: ConeAnswer) -> tuple[float, FloatArray]:
    """Bound that a cone solver's multipliers prove, and scaled reduced costs.

    Infinite where it gave none, or where they prove nothing.
    """
    if answer.x is None or answer.row_dual is None or answer.weight is None or answer.slope is None:
        return float("inf"), np.zeros(scaled.n_cols)
    which = _weighty(answer)
    cuts = _tangents_by_slope(scaled, answer, which)
    rows = as_rows(scaled.curves, cuts)
    multipliers = np.concatenate([answer.row_dual, answer.weight[which] / rows.values[:, 0]])
    return lagrangian_bound(scaled, rows, multipliers, answer.x, lower=scaled.col_lower, upper=scaled.col_upper)


def _proven(scaled: ScaledProgram, answer: ConeAnswer, gap: float) -> Refined:
    assert answer.x is not None
    bound, reduced = cone_bound(scaled, answer)
    incumbent = restored(scaled, answer.x)
    if np.isfinite(bound) and answer.row_dual is not None:
        refuse_above(incumbent, bound, answer.row_dual, reduced)
    close = incumbent is not None and bound - incumbent.objective <= gap
    return Refined(
        status=AnswerStatus.OPTIMAL if close else AnswerStatus.FEASIBLE,
        incumbent=incumbent,
        bound=bound,
        row_dual=answer.row_dual,
        reduced_costs=reduced,
        x=answer.x,
        message=answer.message,
    )


def _refuse_point(scaled: ScaledProgram, name: str, x: FloatArray) -> None:
    # Only a solver that says it is done is held to its point; any other point is a place for tangents.
    found = measure(scaled, x)
    findings = sentences(scaled.program, found, POINT_TOLERANCE)
    if findings:
        raise refused([f"{name} gave a point that does not hold: {finding}" for finding in findings])


def _tangents_of(scaled: ScaledProgram, answer: ConeAnswer) -> Cuts:
    """Tangents at the point, and at the multipliers' slopes."""
    curves = scaled.curves
    if answer.x is None or len(curves) == 0:
        return no_cuts()
    at_point = tangents(curves, np.arange(len(curves)), answer.x[curves.x])
    if answer.weight is None:
        return at_point
    return join_cuts(at_point, _tangents_by_slope(scaled, answer, _weighty(answer)))


def _weighty(answer: ConeAnswer) -> IntArray:
    assert answer.weight is not None
    assert answer.slope is not None
    return np.flatnonzero((np.abs(answer.weight) > _SMALLEST_WEIGHT) & (answer.slope > 0.0))


def _tangents_by_slope(scaled: ScaledProgram, answer: ConeAnswer, which: IntArray) -> Cuts:
    assert answer.slope is not None
    return tangents(scaled.curves, which, tangent_point(scaled.curves, which, answer.slope[which]))
