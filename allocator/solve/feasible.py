"""Whether any plan keeps all the rules, and how little one rule has to give until one does.

No objective is looked at: the first point that holds on every curve is the answer, so these
questions cost a fraction of a solve and many can be asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
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
            answer = solver.solve(
                whole=whole, gap=gap if scaled.cost.any() else _ANY_PLAN, time_limit=clock.left, start=None
            )
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
class Way:
    """One way for bounds to give, in proportion to an amount.

    Attributes
    ----------
    given : Program
        With the amount `at`; on the scales of the program that is asked.
    at : float
    weakest : Program
        With the amount `most`; also says where bounds stop moving (a floor of people at none).
    most : float
    cost : float
        Of one unit of the amount, beside those of other ways.
    """

    given: Program
    at: float
    weakest: Program
    most: float
    cost: float = 1.0


def least_give(asked: Program, ways: Sequence[Way], clock: Clock) -> FloatArray | None:
    """The amounts of least total cost for which a plan exists.

    Parameters
    ----------
    asked : Program
        With nothing given.
    ways : sequence of Way
    clock : Clock

    Returns
    -------
    ndarray, shape (len(ways),), or None
        None where programs differ in more than bounds, the two sides of an equality move apart, nothing
        suffices, or there was no answer in time.
    """
    zero = scale(asked)
    moves, ends = [], []
    for way in ways:
        one, end = scale(way.given), scale(way.weakest)
        if not _only_bounds(compare(zero, one)) or not _only_bounds(compare(zero, end)):
            return None
        rows = _moves(zero.row_lower, zero.row_upper, one.row_lower, one.row_upper)
        columns = _moves(zero.col_lower, zero.col_upper, one.col_lower, one.col_upper)
        if rows is None or columns is None:
            return None
        moves.append((rows * (way.most / way.at), columns * (way.most / way.at)))
        ends.append(end)
    costs = np.array([way.cost * way.most for way in ways])
    elastic = _elastic(without_goals(zero), ends, moves, costs / costs.max())
    answer, _ = settle_anew(elastic, initial_cuts(elastic.curves), whole=elastic.whole, clock=clock, gap=_NEAR)
    if answer.x is None:
        return None
    return np.asarray(np.maximum(answer.x[-len(ways) :], 0.0) * np.array([way.most for way in ways]))


def only_bounds_move(asked: Program, way: Way) -> bool:
    """Whether `least_give` can be asked about a way."""
    zero = scale(asked)
    return all(_only_bounds(compare(zero, scale(program))) for program in (way.given, way.weakest))


def _only_bounds(found: Difference | object) -> bool:
    return isinstance(found, Difference) and len(found.coefficients) == 0


def _moves(lower: FloatArray, upper: FloatArray, lower_then: FloatArray, upper_then: FloatArray) -> FloatArray | None:
    """By how much each pair of bounds moves; None where the sides of an equality move by different amounts."""
    with np.errstate(invalid="ignore"):
        down, up = lower_then - lower, upper_then - upper
    down[np.isinf(lower) & (lower == lower_then)] = 0.0
    up[np.isinf(upper) & (upper == upper_then)] = 0.0
    if not (np.isfinite(down).all() and np.isfinite(up).all()) or ((lower == upper) & (down != up)).any():
        return None
    return np.where(np.abs(down) > np.abs(up), down, up)


def _elastic(
    scaled: ScaledProgram,
    ends: Sequence[ScaledProgram],
    moves: Sequence[tuple[FloatArray, FloatArray]],
    costs: FloatArray,
) -> ScaledProgram:
    """A column more for each way, the share of its most that is given, at its cost.

    A bound that moves becomes a row with those columns in it; where it ends stays the column's own bound.
    """
    rows, columns = (np.stack(entries, axis=1) for entries in zip(*moves, strict=True))
    n_cols, count = scaled.n_cols, len(ends)
    moving, apart = np.flatnonzero(columns.any(axis=1)), np.flatnonzero(rows.any(axis=1))
    lowest = np.min([end.col_lower for end in ends], axis=0)
    highest = np.max([end.col_upper for end in ends], axis=0)
    # A side that does not move (the ceiling of a floor that gives) must not move with the other.
    lower = np.where(scaled.col_lower[moving] != lowest[moving], scaled.col_lower[moving], -np.inf)
    upper = np.where(scaled.col_upper[moving] != highest[moving], scaled.col_upper[moving], np.inf)
    stays_lower = np.all([scaled.row_lower[apart] == end.row_lower[apart] for end in ends], axis=0)
    stays_upper = np.all([scaled.row_upper[apart] == end.row_upper[apart] for end in ends], axis=0)
    row_lower, row_upper = scaled.row_lower.copy(), scaled.row_upper.copy()
    row_lower[apart[stays_lower]], row_upper[apart[stays_upper]] = -np.inf, np.inf
    taken = sparse.csr_matrix((np.ones(len(moving)), (np.arange(len(moving)), moving)), shape=(len(moving), n_cols))
    matrix = sparse.vstack(
        [
            sparse.hstack([scaled.matrix, sparse.csr_matrix(-rows)]),
            sparse.hstack([taken, sparse.csr_matrix(-columns[moving])]),
            sparse.hstack([scaled.matrix.tocsr()[apart], sparse.csr_matrix((len(apart), count))]),
        ],
        format="csc",
    )
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    return replace(
        scaled,
        cost=np.concatenate([np.zeros(n_cols), -costs]),
        outflow=np.zeros(n_cols + count),
        matrix=matrix,
        col_lower=np.concatenate([np.minimum(scaled.col_lower, lowest), np.zeros(count)]),
        col_upper=np.concatenate([np.maximum(scaled.col_upper, highest), np.ones(count)]),
        row_lower=np.concatenate([row_lower, lower, np.where(stays_lower, scaled.row_lower[apart], -np.inf)]),
        row_upper=np.concatenate([row_upper, upper, np.where(stays_upper, scaled.row_upper[apart], np.inf)]),
        integer=np.concatenate([scaled.integer, np.zeros(count, dtype=bool)]),
    )
