"""Whole units: cuts on the relaxation, branch and bound over them, then the best continuous plan.

Each round solves the program with integers over the cuts known so far (its bound holds for
every plan), fixes the integers found, and solves the rest with cuts: a plan, and new cuts.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

from allocator.errors import CertificateError
from allocator.formulate.curves import FloatArray
from allocator.solve.adapter import Answer, AnswerStatus, LinearSolver
from allocator.solve.certificate import PRINTED_TOLERANCE
from allocator.solve.cuts import Cuts, initial_cuts, violated_cuts
from allocator.solve.incumbent import Incumbent, better
from allocator.solve.master import FINISHING_SECONDS, Clock, Effort, Master
from allocator.solve.outer import Refined, relax
from allocator.solve.rounding import release, rounded_start, solve_fixed
from allocator.solve.scaling import ScaledProgram
from allocator.solve.solution import Attempt
from allocator.solve.thrift import cheapest_relaxed

_MAX_ROUNDS = 30
# The plan with fixed integers is brought to this gap.
_FIXED_GAP = 1e-6
# Share of the time left that branch and bound leaves to what follows it.
_KEPT_BACK = 0.05


@dataclass
class _Search:
    """What the rounds know: proven bound, best plan, and the steps taken."""

    bound: float
    incumbent: Incumbent | None = None
    attempts: list[Attempt] = field(default_factory=list)
    message: str = ""
    out_of_time: bool = False
    interrupted: bool = False

    @property
    def gap(self) -> float:
        return self.bound - self.incumbent.objective if self.incumbent else float("inf")


def solve_whole(
    scaled: ScaledProgram,
    continuous: LinearSolver,
    integers: LinearSolver,
    *,
    gap: float,
    clock: Clock,
    effort: Effort,
    cuts: Cuts | None = None,
    known: Incumbent | None = None,
    thrifty: LinearSolver | None = None,
) -> tuple[Refined, Master, tuple[Attempt, ...]]:
    """Solve a program with whole units to `gap`.

    Parameters
    ----------
    scaled : ScaledProgram
    continuous, integers : LinearSolver
        The solver of the relaxation and of plans with fixed integers, and the one that
        branches.
    gap : float
        Asked gap, absolute, in the program's objective.
    cuts : Cuts, optional
        Tangents already known.
    known : Incumbent, optional
        A plan already known.
    thrifty : LinearSolver, optional
        A solver that looks for the cheapest relaxed plan, from which rounding then starts.

    Returns
    -------
    refined : Refined
        Best plan and bound; multipliers belong to the plan's fixed integers.
    master : Master
        The continuous program with integers fixed at the plan's.
    attempts : tuple of Attempt
    """
    relaxation = Master(scaled, continuous, initial_cuts(scaled.curves) if cuts is None else cuts, effort)
    began = clock.elapsed
    relaxed = relax(relaxation, gap=gap / 10.0, clock=clock)
    first = Attempt(f"{continuous.name}, relaxation", str(relaxed.status), clock.elapsed - began, relaxed.message)
    if relaxed.x is None:
        return relaxed, relaxation, (first,)
    search = _Search(bound=relaxed.bound, attempts=[first], incumbent=known)
    try:
        cheap = None
        if thrifty is not None:
            # Among relaxed plans nearly as good the cheapest has the fewest numbers to round.
            floor = relaxed.bound - gap / 20.0
            cheap = cheapest_relaxed(scaled, thrifty, relaxation.cuts, floor, clock=clock, effort=effort)
        for start in (cheap, relaxed.x):
            if start is not None and search.gap > gap and not clock.over:
                _round(relaxation, start, search, gap, clock)
        status = AnswerStatus.OPTIMAL if search.gap <= gap else _branch(relaxation, integers, search, gap, clock)
    except KeyboardInterrupt:
        if search.incumbent is None:
            raise
        status, search.interrupted, search.message = AnswerStatus.FEASIBLE, True, "stopped by the user"
    if search.incumbent is None:
        release(relaxation)
        ended = Refined(status, None, search.bound, out_of_time=search.out_of_time, message=search.message)
        return ended, relaxation, tuple(search.attempts)
    return _prices(relaxation, search, status, gap), relaxation, tuple(search.attempts)


def _round(relaxation: Master, start: FloatArray, search: _Search, gap: float, clock: Clock) -> None:
    """Whole plans near the scaled point `start`."""
    began = clock.elapsed
    plan, said = rounded_start(relaxation, start, search.bound, gap=gap, clock=clock)
    search.incumbent = better(search.incumbent, plan)
    found = "feasible" if plan else "nothing"
    search.attempts.append(Attempt(f"{relaxation.solver.name}, rounding", found, clock.elapsed - began, said))


def _branch(relaxation: Master, solver: LinearSolver, search: _Search, gap: float, clock: Clock) -> AnswerStatus:
    """Rounds of branch and bound until the gap, the time limit, or nothing left to try."""
    scaled = relaxation.scaled
    master = Master(scaled, solver, relaxation.cuts, relaxation.effort)
    inner = gap / 4.0
    seen: set[bytes] = set()
    for _ in range(_MAX_ROUNDS):
        left = clock.left
        if left == 0.0:
            search.out_of_time, search.message = True, "time limit"
            return AnswerStatus.FEASIBLE if search.incumbent else AnswerStatus.STOPPED
        began = clock.elapsed
        answer = master.solve(
            whole=True,
            gap=inner,
            time_limit=None if left is None else left * (1.0 - _KEPT_BACK),
            start=scaled.scaled(search.incumbent.x) if search.incumbent else None,
        )
        search.attempts.append(
            Attempt(f"{solver.name}, branching", str(answer.status), clock.elapsed - began, answer.message)
        )
        search.message = answer.message
        if answer.status in (AnswerStatus.INFEASIBLE, AnswerStatus.UNBOUNDED, AnswerStatus.FAILED):
            return _ended(answer, search)
        _lower_bound_of_search(search, answer, solver.name)
        # A limit is the only reason to stop early that leaves no time.
        search.out_of_time = clock.left is not None and clock.left <= _KEPT_BACK * (left or 0.0) * 2.0
        search.interrupted = answer.status is not AnswerStatus.OPTIMAL and not search.out_of_time
        if answer.x is None:
            search.message = "stopped before a point was found"
            return AnswerStatus.FEASIBLE if search.incumbent else AnswerStatus.STOPPED
        known = len(relaxation.cuts)
        chosen = np.round(answer.x[scaled.integer]).tobytes()
        fixed = solve_fixed(relaxation, answer.x, gap=min(_FIXED_GAP, inner), clock=clock.grace())
        release(relaxation)
        search.incumbent = better(search.incumbent, fixed.incumbent)
        _check(search)
        if search.gap <= gap:
            return AnswerStatus.OPTIMAL
        if answer.status is AnswerStatus.FEASIBLE:
            return AnswerStatus.FEASIBLE if search.incumbent else AnswerStatus.STOPPED
        new = _after(relaxation.cuts, known)
        at_point = violated_cuts(scaled.curves, answer.x)
        master.add(new)
        master.add(at_point)
        relaxation.add(at_point)
        if chosen in seen or len(new) + len(at_point) == 0:
            # The same integers again: what is left of the gap is branch and bound's own.
            inner /= 4.0
        seen.add(chosen)
    search.message = f"{_MAX_ROUNDS} rounds of branch and bound"
    return AnswerStatus.FEASIBLE if search.incumbent else AnswerStatus.STOPPED


def _prices(relaxation: Master, search: _Search, status: AnswerStatus, gap: float) -> Refined:
    """The best plan's integers fixed for good: a last polish, and the prices there."""
    assert search.incumbent is not None
    whole = relaxation.scaled.scaled(search.incumbent.x)
    fixed = solve_fixed(relaxation, whole, gap=_FIXED_GAP, clock=Clock(FINISHING_SECONDS))
    search.incumbent = better(search.incumbent, fixed.incumbent)
    _check(search)
    if search.gap <= gap:
        status = AnswerStatus.OPTIMAL
    return replace(
        fixed,
        status=status,
        incumbent=search.incumbent,
        bound=search.bound,
        out_of_time=search.out_of_time,
        interrupted=search.interrupted,
        message=search.message,
    )


def _ended(answer: Answer, search: _Search) -> AnswerStatus:
    """A solver that gives up although a plan is at hand is not believed."""
    if search.incumbent is None:
        return answer.status
    if answer.status is AnswerStatus.INFEASIBLE:
        raise CertificateError(["the solver says that no whole plan exists, but one that holds is at hand"])
    return AnswerStatus.FEASIBLE


def _lower_bound_of_search(search: _Search, answer: Answer, name: str) -> None:
    """Take the solver's bound where it is below the one known; refuse one below its own point."""
    if answer.bound is None or not np.isfinite(answer.bound):
        return
    if answer.objective is not None and answer.bound < answer.objective - PRINTED_TOLERANCE * (1.0 + abs(answer.bound)):
        raise CertificateError(
            [f"{name} claims the bound {answer.bound:.9g}, below its own plan's {answer.objective:.9g}"]
        )
    search.bound = min(search.bound, answer.bound)


def _check(search: _Search) -> None:
    allowed = PRINTED_TOLERANCE * (1.0 + abs(search.bound))
    if search.incumbent is not None and search.incumbent.objective > search.bound + allowed:
        raise CertificateError(
            [f"a plan worth {search.incumbent.objective:.12g} was found above the bound {search.bound:.12g}"]
        )


def _after(cuts: Cuts, known: int) -> Cuts:
    return Cuts(cuts.curve[known:], cuts.point[known:], cuts.slope[known:], cuts.intercept[known:])
