"""Whether any plan keeps all the rules, and how little one rule has to give until one does.

No objective is looked at: the first point that holds on every curve is the answer, so these
questions cost a fraction of a solve and many can be asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse

from allocator.errors import SolverError
from allocator.formulate.curves import FloatArray
from allocator.formulate.program import Program
from allocator.solve.adapter import Answer, AnswerStatus, LinearSolver
from allocator.solve.cbc import CbcSolver
from allocator.solve.certificate import PLAN_TOLERANCE
from allocator.solve.cuts import Cuts, as_rows, initial_cuts, join_cuts, no_cuts, violated_cuts
from allocator.solve.diff import Difference, compare
from allocator.solve.highs import HighsSolver
from allocator.solve.master import Clock
from allocator.solve.scaling import ScaledProgram, scale

_MAX_ROUNDS = 60
# Any whole plan answers the question, so branch and bound stops at its first.
_ANY_PLAN = 1e30
# The least that has to give is rounded afterwards: branch and bound stops this near it, as a share.
_NEAR = 1e-3


def settle(
    solver: LinearSolver, scaled: ScaledProgram, *, whole: bool, clock: Clock, gap: float = 0.0
) -> tuple[Answer, Cuts]:
    """Solve with cuts until the point holds on every curve; also the cuts that were added.

    A solver that ends in an error is an answer with the status failed: the question is then open.
    """
    added = no_cuts()
    answer = Answer(AnswerStatus.STOPPED)
    for _ in range(_MAX_ROUNDS):
        if clock.over:
            return Answer(AnswerStatus.STOPPED), added
        try:
            answer = solver.solve(whole=whole, gap=gap if scaled.cost.any() else _ANY_PLAN, time_limit=clock.left, start=None)
        except SolverError as error:
            return Answer(AnswerStatus.FAILED, message=str(error)), added
        if answer.x is None:
            return answer, added
        cuts = violated_cuts(scaled.curves, answer.x, threshold=PLAN_TOLERANCE)
        if len(cuts) == 0:
            return answer, added
        added = join_cuts(added, cuts)
        solver.add(as_rows(scaled.curves, cuts))
    return answer, added


def settle_anew(
    scaled: ScaledProgram, cuts: Cuts, *, whole: bool, clock: Clock, gap: float = 0.0
) -> tuple[Answer, Cuts]:
    """Settle from scratch; what HiGHS breaks down over in whole units, CBC is asked.

    Parameters
    ----------
    scaled : ScaledProgram
    cuts : Cuts
        To begin with.
    whole : bool
    clock : Clock
    gap : float
        Absolute, of the program's objective where it has one.

    Returns
    -------
    Answer
    Cuts
        With those that were added.
    """
    solvers: list[Callable[[], LinearSolver]] = [HighsSolver, CbcSolver] if whole else [HighsSolver]
    answer = Answer(AnswerStatus.FAILED)
    for make in solvers:
        solver = make()
        solver.load(scaled, as_rows(scaled.curves, cuts))
        answer, added = settle(solver, scaled, whole=whole, clock=clock, gap=gap)
        cuts = join_cuts(cuts, added)
        if answer.status is not AnswerStatus.FAILED:
            break
    return answer, cuts


def can_hold(program: Program, clock: Clock) -> bool | None:
    """Whether a plan exists; None where that was not settled in time.

    Parameters
    ----------
    program : Program
    clock : Clock
        Its time is shared by all questions that are asked with it.
    """
    scaled = without_goals(scale(program))
    cuts = initial_cuts(scaled.curves)
    for whole in (False, True) if scaled.whole else (False,):
        answer, cuts = settle_anew(scaled, cuts, whole=whole, clock=clock)
        if answer.status is AnswerStatus.INFEASIBLE:
            return False
        if answer.x is None:
            return None
    return True


def without_goals(scaled: ScaledProgram) -> ScaledProgram:
    """The program with nothing to be made best."""
    return replace(scaled, cost=np.zeros(scaled.n_cols))


@dataclass(frozen=True)
class _Way:
    """How rows and columns' bounds move as a rule gives: change per unit, and where."""

    rows: FloatArray
    columns: FloatArray


def least_give(
    asked: Program, given: Program, weakest: Program, *, at: float, most: float, clock: Clock
) -> float | None:
    """The least x for which a plan exists, where bounds move in proportion to x.

    Parameters
    ----------
    asked : Program
        At x = 0.
    given : Program
        At x = `at`, on the same scales; only bounds may differ.
    weakest : Program
        At x = `most`; also says where bounds stop moving (a floor of people at none).
    at, most : float
    clock : Clock

    Returns
    -------
    float or None
        None where the programs differ in more than bounds, the two sides of a row move apart,
        or no answer was found in time: then the least has to be found by trying.
    """
    zero, one, end = scale(asked), scale(given), scale(weakest)
    near, far = compare(zero, one), compare(zero, end)
    if not _only_bounds(near) or not _only_bounds(far):
        return None
    rows = _moves(zero.row_lower, zero.row_upper, one.row_lower, one.row_upper)
    columns = _moves(zero.col_lower, zero.col_upper, one.col_lower, one.col_upper)
    if rows is None or columns is None:
        return None
    elastic = _elastic(without_goals(zero), end, _Way(rows / at, columns / at), most)
    cuts = initial_cuts(elastic.curves)
    answer, _ = settle_anew(elastic, cuts, whole=elastic.whole, clock=clock, gap=_NEAR)
    return None if answer.x is None else max(float(answer.x[-1]) * most, 0.0)


def _only_bounds(found: Difference | object) -> bool:
    return isinstance(found, Difference) and len(found.coefficients) == 0


def _moves(lower: FloatArray, upper: FloatArray, lower_then: FloatArray, upper_then: FloatArray) -> FloatArray | None:
    """By how much each pair of bounds moves; None where the sides of one move apart by different amounts."""
    down = np.where(np.isfinite(lower), lower_then - np.where(np.isfinite(lower), lower, 0.0), 0.0)
    up = np.where(np.isfinite(upper), upper_then - np.where(np.isfinite(upper), upper, 0.0), 0.0)
    if not (np.isfinite(down).all() and np.isfinite(up).all()):
        return None
    both = (lower == upper) & (down != up)
    return None if both.any() else np.where(np.abs(down) > np.abs(up), down, up)


def _elastic(scaled: ScaledProgram, end: ScaledProgram, way: _Way, most: float) -> ScaledProgram:
    """One column more, the share of `most` that is given, made as small as can be.

    A bound that moves becomes a row with that column in it; where it ends stays the column's own bound.
    """
    moving = np.flatnonzero(way.columns)
    n_cols = scaled.n_cols
    # A side that does not move (the ceiling of a floor that gives) is in the bounds at the end.
    lower = np.where(scaled.col_lower[moving] != end.col_lower[moving], scaled.col_lower[moving], -np.inf)
    upper = np.where(scaled.col_upper[moving] != end.col_upper[moving], scaled.col_upper[moving], np.inf)
    taken = sparse.csr_matrix((np.ones(len(moving)), (np.arange(len(moving)), moving)), shape=(len(moving), n_cols))
    # Rows of the program: a side that does not move must not move with the other.
    apart = np.flatnonzero(way.rows)
    still_lower = np.where(scaled.row_lower[apart] == end.row_lower[apart], scaled.row_lower[apart], -np.inf)
    still_upper = np.where(scaled.row_upper[apart] == end.row_upper[apart], scaled.row_upper[apart], np.inf)
    row_lower, row_upper = scaled.row_lower.copy(), scaled.row_upper.copy()
    row_lower[apart[np.isfinite(still_lower)]] = -np.inf
    row_upper[apart[np.isfinite(still_upper)]] = np.inf
    matrix = sparse.vstack(
        [
            sparse.hstack([scaled.matrix, sparse.csr_matrix(-most * way.rows[:, None])]),
            sparse.hstack([taken, sparse.csr_matrix(-most * way.columns[moving][:, None])]),
            sparse.hstack([scaled.matrix.tocsr()[apart], sparse.csr_matrix((len(apart), 1))]),
        ],
        format="csc",
    )
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return replace(
        scaled,
        cost=np.append(np.zeros(n_cols), -1.0),
        outflow=np.zeros(n_cols + 1),
        matrix=matrix,
        col_lower=np.append(np.minimum(scaled.col_lower, end.col_lower), 0.0),
        col_upper=np.append(np.maximum(scaled.col_upper, end.col_upper), 1.0),
        row_lower=np.concatenate([row_lower, lower, still_lower]),
        row_upper=np.concatenate([row_upper, upper, still_upper]),
        integer=np.append(scaled.integer, False),
    )
