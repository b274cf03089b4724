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
from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.program import Program
from allocator.solve.adapter import Answer, AnswerStatus, LinearSolver
from allocator.solve.cbc import CbcSolver
from allocator.solve.certificate import PLAN_TOLERANCE
from allocator.solve.clock import Clock
from allocator.solve.cuts import Cuts, as_rows, initial_cuts, join_cuts, no_cuts, violated_cuts
from allocator.solve.diff import Difference, compare
from allocator.solve.engine import solve
from allocator.solve.highs import HighsSolver
from allocator.solve.options import Options
from allocator.solve.scaling import ScaledProgram, scale
from allocator.solve.solution import Status

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
    answer, _ = settle_anew(scaled, initial_cuts(scaled.curves), whole=False, clock=clock)
    if not scaled.whole or answer.x is None:
        return False if answer.status is AnswerStatus.INFEASIBLE else None if answer.x is None else True
    return _can_hold_in_whole_units(program, clock)


def _can_hold_in_whole_units(program: Program, clock: Clock) -> bool | None:
    """The search for a best plan, ended at its first: it rounds and dives, which finds one sooner than branching."""
    left = clock.left
    if left == 0.0:
        return None
    found = solve(program, Options(gap=_ANY_PLAN, time_limit=left, second_pass=False))
    if found.x is not None:
        return True
    return False if found.status is Status.INFEASIBLE else None


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


def least_give(asked: Program, ways: Sequence[Way], clock: Clock, *, whole: bool = True) -> FloatArray | None:
    """The amounts of least total cost for which a plan exists.

    Parameters
    ----------
    asked : Program
        With nothing given.
    ways : sequence of Way
    clock : Clock
    whole : bool
        Whether units that come whole are whole; without, the amounts are a lower bound.

    Returns
    -------
    ndarray, shape (len(ways),), or None
        None where programs differ in more than bounds, a bound comes or goes, nothing suffices, or there was
        no answer in time.
    """
    zero = scale(asked)
    moves, ends = [], []
    for way in ways:
        one, end = scale(way.given), scale(way.weakest)
        if not _only_bounds(compare(zero, one)) or not _only_bounds(compare(zero, end)):
            return None
        pairs = ((getattr(zero, name), getattr(one, name)) for name in _SIDES)
        sides = [_moved(before, after) for before, after in pairs]
        if not all(np.isfinite(side).all() for side in sides):
            return None
        moves.append([side * (way.most / way.at) for side in sides])
        ends.append(end)
    costs = np.array([way.cost * way.most for way in ways])
    elastic = _elastic(without_goals(zero), ends, moves, costs / costs.max())
    answer, _ = settle_anew(
        elastic, initial_cuts(elastic.curves), whole=whole and elastic.whole, clock=clock, gap=_NEAR
    )
    if answer.x is None:
        return None
    return np.asarray(np.maximum(answer.x[-len(ways) :], 0.0) * np.array([way.most for way in ways]))


def only_bounds_move(asked: Program, way: Way) -> bool:
    """Whether `least_give` can be asked about a way."""
    zero = scale(asked)
    return all(_only_bounds(compare(zero, scale(program))) for program in (way.given, way.weakest))


def _only_bounds(found: Difference | object) -> bool:
    return isinstance(found, Difference) and len(found.coefficients) == 0


_SIDES = ("row_lower", "row_upper", "col_lower", "col_upper")


def _moved(before: FloatArray, after: FloatArray) -> FloatArray:
    """By how much one side of rows or columns moves; infinite where a bound comes or goes."""
    with np.errstate(invalid="ignore"):
        return np.where(before == after, 0.0, after - before)


def _elastic(
    scaled: ScaledProgram, ends: Sequence[ScaledProgram], moves: Sequence[Sequence[FloatArray]], costs: FloatArray
) -> ScaledProgram:
    """A column more for each way, the share of its most that is given, at its cost.

    Each side of a row or of a column's bounds that moves becomes a row of its own with those columns in it;
    where a column's bound ends stays its own bound.
    """
    n_cols, count = scaled.n_cols, len(ends)
    entries = scaled.matrix.tocsr()
    sides = [np.stack(way, axis=1) for way in zip(*moves, strict=True)]
    at = [np.flatnonzero(side.any(axis=1)) for side in sides]
    picked = [entries[at[0]], entries[at[1]], _unit_rows(at[2], n_cols), _unit_rows(at[3], n_cols)]
    blocks = [sparse.hstack([entries, sparse.csr_matrix((scaled.n_rows, count))])]
    lower, upper = scaled.row_lower.copy(), scaled.row_upper.copy()
    lower[at[0]], upper[at[1]] = -np.inf, np.inf
    lowers, uppers = [lower], [upper]
    for name, side, where, rows in zip(_SIDES, sides, at, picked, strict=True):
        bound, free = getattr(scaled, name)[where], np.full(len(where), np.inf)
        blocks.append(sparse.hstack([rows, sparse.csr_matrix(-side[where])]))
        lowers.append(bound if name.endswith("lower") else -free)
        uppers.append(free if name.endswith("lower") else bound)
    matrix = sparse.vstack(blocks, format="csc")
    matrix.indices, matrix.indptr = matrix.indices.astype(np.int32), matrix.indptr.astype(np.int32)
    lowest = np.min([scaled.col_lower, *(end.col_lower for end in ends)], axis=0)
    highest = np.max([scaled.col_upper, *(end.col_upper for end in ends)], axis=0)
    return replace(
        scaled,
        cost=np.concatenate([np.zeros(n_cols), -costs]),
        outflow=np.zeros(n_cols + count),
        matrix=matrix,
        col_lower=np.concatenate([lowest, np.zeros(count)]),
        col_upper=np.concatenate([highest, np.ones(count)]),
        row_lower=np.concatenate(lowers),
        row_upper=np.concatenate(uppers),
        integer=np.concatenate([scaled.integer, np.zeros(count, dtype=bool)]),
    )


def _unit_rows(columns: IntArray, n_cols: int) -> sparse.csr_matrix:
    """Rows that each hold one column."""
    count = len(columns)
    return sparse.csr_matrix((np.ones(count), (np.arange(count), columns)), shape=(count, n_cols))
