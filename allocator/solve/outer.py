"""Outer approximation: solve, look at the true curves, cut, repeat.

The master's optimum bounds every plan from above; the plan restored at its point, once
every true rule has been checked, bounds the optimum from below. Their difference is the
certified gap.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from allocator.errors import CertificateError
from allocator.formulate.curves import FloatArray
from allocator.formulate.program import Program
from allocator.solve.adapter import Answer, AnswerStatus
from allocator.solve.clock import Clock
from allocator.solve.cuts import Cuts, initial_cuts, join_cuts, tangents, violated_cuts
from allocator.solve.highs import HighsSolver
from allocator.solve.incumbent import Incumbent, better, refuse_above, restored
from allocator.solve.master import Effort, Master
from allocator.solve.options import CONTINUOUS_GAP
from allocator.solve.scaling import scale
from allocator.solve.strict import kept_strictly, loosen

MAX_ROUNDS = 60
# Once within the gap, this many rounds more may bring it to a tenth.
EXTRA_ROUNDS = 3
# A point whose tangents promise this many gaps too much is not worth restoring: its plan would be far off.
_FAR_OFF = 30.0


@dataclass(frozen=True)
class Refined:
    """Where outer approximation ended.

    Attributes
    ----------
    status : AnswerStatus
        `OPTIMAL` when the gap was reached, `FEASIBLE` when rounds or time ran out first.
    incumbent : Incumbent or None
        Best plan seen, over all rounds.
    bound : float
        Lowest bound proven by any round.
    row_dual, reduced_costs : ndarray or None
        Multipliers of the program's rows and columns in the last round, scaled.
    x : ndarray or None
        The master's last point, scaled.
    out_of_time, interrupted : bool
        Whether the time limit or the user stopped it.
    message : str
    """

    status: AnswerStatus
    incumbent: Incumbent | None
    bound: float
    row_dual: FloatArray | None = None
    reduced_costs: FloatArray | None = None
    x: FloatArray | None = None
    out_of_time: bool = False
    interrupted: bool = False
    message: str = ""


def refine(
    master: Master,
    *,
    gap: float,
    clock: Clock,
    incumbent: Incumbent | None = None,
    max_rounds: int = MAX_ROUNDS,
    extra_rounds: int = EXTRA_ROUNDS,
    strict_gap: float = 0.0,
) -> Refined:
    """Solve the continuous program of `master` to `gap` with cuts.

    Within the gap, up to `extra_rounds` more may bring it to a tenth. Where curves feed balances, a
    plan within the gap (or `strict_gap`, if that is more) that misses no rule is then taken.

    Raises
    ------
    CertificateError
        When a point, cut, bound or plan contradicts the arrays.
    """
    loosen(master)
    state = Refined(AnswerStatus.FEASIBLE, incumbent, float("inf"))
    extra = 0
    for _ in range(max_rounds):
        try:
            state, finished = _round(master, state, gap, clock)
        except KeyboardInterrupt:
            plan = state.incumbent or (None if state.x is None else restored(master.scaled, state.x))
            if plan is None:
                raise
            return replace(state, incumbent=plan, interrupted=True, message="stopped by the user")
        if finished:
            return state
        reached = state.incumbent.objective if state.incumbent else -float("inf")
        if state.bound - reached <= gap:
            state = replace(state, status=AnswerStatus.OPTIMAL)
            extra += 1
            if state.bound - reached <= gap / 10.0 or extra > extra_rounds:
                return kept_strictly(master, state, max(gap, strict_gap), clock)
        if clock.over:
            return replace(state, out_of_time=True, message="time limit")
        assert state.x is not None
        if not _tighten(master, state.x, state.incumbent):
            return replace(state, message=state.message or "no cut is left to add")
    return replace(state, message=f"{max_rounds} rounds")


def _round(master: Master, state: Refined, gap: float, clock: Clock) -> tuple[Refined, bool]:
    """One solve and, where it is near enough, its plan; the flag says that nothing more can be done."""
    answer = master.solve(time_limit=clock.left)
    if answer.status is not AnswerStatus.OPTIMAL or answer.x is None:
        ended = answer.status
        if ended in (AnswerStatus.STOPPED, AnswerStatus.FAILED) and state.incumbent is not None:
            ended = AnswerStatus.OPTIMAL if state.status is AnswerStatus.OPTIMAL else AnswerStatus.FEASIBLE
        stopped = answer.status is AnswerStatus.STOPPED
        return replace(state, status=ended, out_of_time=stopped, message=answer.message), True
    # With a limit, each round may have been the last: its plan is needed.
    if clock.left is None and master.overstated(answer) > _FAR_OFF * gap:
        return replace(state, x=answer.x, row_dual=None, reduced_costs=None), False
    answer, proven, reduced = _proven(master, answer, clock)
    assert answer.x is not None  # there is none without
    incumbent = better(state.incumbent, restored(master.scaled, answer.x))
    bound = min(state.bound, proven)
    refuse_above(incumbent, bound, answer.row_dual, reduced)
    return (
        Refined(
            status=state.status,
            incumbent=incumbent,
            bound=bound,
            row_dual=None if answer.row_dual is None else answer.row_dual[: master.scaled.n_rows],
            reduced_costs=reduced,
            x=answer.x,
        ),
        False,
    )


def _proven(master: Master, answer: Answer, clock: Clock) -> tuple[Answer, float, FloatArray]:
    """An answer, the bound that its multipliers prove and reduced costs; once more from scratch where they prove less.

    A basis that came from other bounds ends now and then with a price left in the last digits on what has no bound.
    """
    try:
        return answer, *master.proven_bound(answer)
    except CertificateError:
        if not isinstance(master.solver, HighsSolver):
            raise
        master.restart()
        again = master.solve(time_limit=clock.left)
        if again.status is not AnswerStatus.OPTIMAL or again.x is None:
            raise
        return again, *master.proven_bound(again)


def _tighten(master: Master, x: FloatArray, incumbent: Incumbent | None) -> bool:
    """Cut `x` off, and shape the curves around the best plan; False when `x` violates nothing."""
    scaled = master.scaled
    cuts = violated_cuts(scaled.curves, x)
    if len(cuts) == 0:
        return False
    if incumbent is not None:
        violated = np.unique(cuts.curve)
        near = scaled.scaled(incumbent.x)[scaled.curves.x[violated]]
        moved = np.abs(near - x[scaled.curves.x[violated]]) > 1e-6
        cuts = join_cuts(cuts, tangents(scaled.curves, violated[moved], near[moved]))
    master.add(cuts)
    return True


def refined_cuts(program: Program) -> Cuts:
    """Tangents over which a linear solver finds the program's optimum, from a solve in HiGHS."""
    scaled = scale(program)
    master = Master(scaled, HighsSolver(), initial_cuts(scaled.curves), Effort())
    relax(master, gap=CONTINUOUS_GAP, clock=Clock(None))
    return master.cuts


def relax(master: Master, *, gap: float, clock: Clock, max_rounds: int = MAX_ROUNDS) -> Refined:
    """Cut the relaxation of a program with whole units until its bound settles.

    It ends when a round lowers the bound by less than `gap` and the point violates no curve
    by more than `gap`. Plans are not looked for: a fractional point is none.
    """
    state = Refined(AnswerStatus.FEASIBLE, None, float("inf"))
    for _ in range(max_rounds):
        answer = master.solve(time_limit=clock.left)
        if answer.status is not AnswerStatus.OPTIMAL or answer.x is None:
            ended = AnswerStatus.FEASIBLE if state.x is not None else answer.status
            return replace(state, status=ended, message=answer.message)
        answer, proven, reduced = _proven(master, answer, clock)
        assert answer.x is not None  # there is none without
        settled = state.bound - proven < gap
        prices = None if answer.row_dual is None else answer.row_dual[: master.scaled.n_rows]
        state = replace(state, bound=min(state.bound, proven), x=answer.x, row_dual=prices, reduced_costs=reduced)
        cuts = violated_cuts(master.scaled.curves, answer.x)
        curves = master.scaled.curves
        worst = float(curves.violation(answer.x[curves.x], answer.x[curves.y]).max(initial=0.0))
        if len(cuts) == 0 or (settled and worst < gap):
            return replace(state, status=AnswerStatus.OPTIMAL)
        master.add(cuts)
        if clock.over:
            break
    return replace(state, out_of_time=clock.over, message="time limit" if clock.over else f"{max_rounds} rounds")
