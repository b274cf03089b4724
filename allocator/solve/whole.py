"""Whole units: cuts on the relaxation, branch and bound over them, then the best continuous plan.

Each round is a race over the program with integers and the cuts known so far (a bound of it
holds for every plan). Integers found are fixed and the rest is solved with cuts: a plan, and
new cuts for the next round.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from allocator.errors import CertificateError
from allocator.formulate.curves import FloatArray
from allocator.solve.adapter import Answer, AnswerStatus, LinearSolver
from allocator.solve.clock import FINISHING_SECONDS, Clock
from allocator.solve.cuts import Cuts, initial_cuts, violated_cuts
from allocator.solve.incumbent import Incumbent
from allocator.solve.master import Effort, Master
from allocator.solve.nearby import near_plan
from allocator.solve.outer import Refined, relax
from allocator.solve.race import Completes, Race
from allocator.solve.racer import Racer
from allocator.solve.rounding import dived_plan, release, rounded_plan, solve_fixed
from allocator.solve.scaling import ScaledProgram
from allocator.solve.search import Search
from allocator.solve.solution import Attempt
from allocator.solve.switches import Part, split
from allocator.solve.thrift import cheapest_relaxed

_MAX_ROUNDS = 30
# The plan with fixed integers is brought to this gap.
_FIXED_GAP = 1e-6
# Share of the time left that branch and bound leaves to what follows it.
_KEPT_BACK = 0.05
_KNOWN = "known before"
# Seconds that the first racer has to itself at first, where no dive needs the core. CBC ends some searches within
# that; HiGHS stopped just begun would be waited for: from 0.1 s to 1 s, as it looks up seldom in its first second.
_HEAD_START = 0.5


def solve_whole(
    scaled: ScaledProgram,
    continuous: LinearSolver,
    racers: Sequence[Racer],
    *,
    gap: float,
    clock: Clock,
    effort: Effort,
    cuts: Cuts | None = None,
    known: Incumbent | None = None,
    thrifty: LinearSolver | None = None,
    nearby: Racer | None = None,
    patience: float | None = None,
) -> tuple[Refined, Master, Search]:
    """Solve a program with whole units to `gap`.

    Parameters
    ----------
    scaled : ScaledProgram
    continuous : LinearSolver
        The solver of the relaxation and of plans with fixed integers.
    racers : sequence of Racer
        Those that branch, at the same time.
    gap : float
        Asked gap, absolute, in the program's objective.
    cuts : Cuts, optional
        Tangents already known.
    known : Incumbent, optional
        A plan already known.
    thrifty : LinearSolver, optional
        A solver that looks for the cheapest relaxed plan, from which rounding then starts.
    nearby : Racer, optional
        Who branches near the relaxation first, for programs with many whole numbers.
    patience : float, optional
        Seconds without a better plan after which branch and bound is given up.

    Returns
    -------
    refined : Refined
        Best plan and bound; multipliers belong to the plan's fixed integers.
    master : Master
        The continuous program with integers fixed at the plan's.
    search : Search
        Who found the plan, who gave the bound, and every step.
    """
    relaxation = Master(scaled, continuous, initial_cuts(scaled.curves) if cuts is None else cuts, effort)
    began = clock.elapsed
    relaxed = relax(relaxation, gap=gap / 10.0, clock=clock)
    first = Attempt(f"{continuous.name}, relaxation", str(relaxed.status), clock.elapsed - began, relaxed.message)
    search = Search(relaxed.bound, first.name, incumbent=known, plan_by=_KNOWN if known else "", attempts=[first])
    if relaxed.x is None:
        return relaxed, relaxation, search
    try:
        part = _split(relaxation, relaxed, search, gap, clock)
        assert part.relaxed.x is not None  # `split` gives none without a point
        cheap = None
        if thrifty is not None:
            # Among relaxed plans nearly as good the cheapest has the fewest numbers to round.
            cheap = cheapest_relaxed(
                scaled,
                thrifty,
                relaxation.cuts,
                part.bound - gap / 20.0,
                lower=part.lower,
                upper=part.upper,
                clock=clock,
                effort=effort,
            )
        starts = [start for start in (cheap, part.relaxed.x) if start is not None]
        unrounded = [start for start in starts if not _round(relaxation, start, search, gap, clock)]

        complete = _completes(relaxation, gap, clock)

        def dive(until: Clock) -> None:
            if nearby is not None and part.relaxed.x is not None:
                _look_nearby(relaxation, nearby, part, search, complete, gap, until)
            for start in unrounded:
                if nearby is None or search.incumbent is None:
                    _dive(relaxation, start, search, gap, until)

        # A dive is for where there is no plan yet.
        meanwhile = dive if (unrounded or nearby is not None) and known is None else None
        status = _branch(relaxation, racers, search, complete, gap, clock, meanwhile, patience)
    except KeyboardInterrupt:
        if search.incumbent is None:
            raise
        status, search.interrupted, search.message = AnswerStatus.FEASIBLE, True, "stopped by the user"
    if search.incumbent is None:
        release(relaxation)
        ended = Refined(status, None, search.bound, out_of_time=search.out_of_time, message=search.message)
        return ended, relaxation, search
    return _prices(relaxation, search, status, gap), relaxation, search


def _round(relaxation: Master, start: FloatArray, search: Search, gap: float, clock: Clock) -> bool:
    """Whole plans near the scaled point `start`; whether there was one, or none is needed."""
    if search.gap <= gap or clock.over:
        return True
    began = clock.elapsed
    plan, said = rounded_plan(relaxation, start, search.bound, gap=gap, clock=clock)
    return _noted(f"{relaxation.solver.name}, rounding", search, plan, clock.elapsed - began, said)


def _dive(relaxation: Master, start: FloatArray, search: Search, gap: float, clock: Clock) -> None:
    """A whole plan from the scaled point `start`, a few integers at a time."""
    if search.gap <= gap or clock.over:
        return
    began = clock.elapsed
    plan, said = dived_plan(relaxation, start, gap=gap, clock=clock)
    _noted(f"{relaxation.solver.name}, diving", search, plan, clock.elapsed - began, said)


def _noted(step: str, search: Search, plan: Incumbent | None, seconds: float, said: str) -> bool:
    search.attempts.append(Attempt(step, "feasible" if plan else "nothing", seconds, said))
    search.take_plan(plan, step)
    return plan is not None


def _split(relaxation: Master, relaxed: Refined, search: Search, gap: float, clock: Clock) -> Part:
    """The part of all plans whose relaxation is best, which bounds all plans."""
    began = clock.elapsed
    found = split(relaxation, relaxed, gap=gap, clock=clock)
    part = found.best
    if found.tried:
        step = f"{relaxation.solver.name}, switches tried both ways"
        if part.bound < search.bound:
            search.bound, search.bound_by = part.bound, step
            if found.closed:
                # That a part has no plan is only said.
                search.branched.add(step)
        said = f"{found.tried} of them: no plan is better than {part.bound:.6g}, {relaxed.bound:.6g} before"
        search.attempts.append(Attempt(step, str(part.relaxed.status), clock.elapsed - began, said))
    return part


def _look_nearby(
    relaxation: Master, racer: Racer, part: Part, search: Search, complete: Completes, gap: float, clock: Clock
) -> None:
    """A whole plan that begins nothing that the relaxation of `part` leaves alone."""
    if search.gap <= gap or clock.over or part.relaxed.x is None:
        return
    began = clock.elapsed
    plan, said = near_plan(relaxation, racer, part.relaxed.x, search.bound, complete, gap=gap, clock=clock)
    _noted(f"{racer.name}, near the relaxation", search, plan, clock.elapsed - began, said)


def _completes(relaxation: Master, gap: float, clock: Clock) -> Completes:
    """Makes a plan of a point: its whole numbers fixed, the rest solved with cuts."""

    def complete(x: FloatArray) -> Incumbent | None:
        fixed = solve_fixed(relaxation, x, gap=min(_FIXED_GAP, gap / 4.0), clock=clock.grace())
        release(relaxation)
        return fixed.incumbent

    return complete


def _branch(
    relaxation: Master,
    racers: Sequence[Racer],
    search: Search,
    complete: Completes,
    gap: float,
    clock: Clock,
    meanwhile: Callable[[Clock], None] | None,
    patience: float | None,
) -> AnswerStatus:
    """Races until the gap, the time limit, or nothing left to try; `meanwhile` is for the first."""
    if search.gap <= gap:
        return AnswerStatus.OPTIMAL
    scaled = relaxation.scaled
    masters = [Master(scaled, racer, relaxation.cuts, relaxation.effort) for racer in racers]
    inner = gap / 4.0
    race = Race(masters, search, complete, gap=gap, patience=patience)
    seen: set[bytes] = set()
    for number in range(_MAX_ROUNDS):
        left, known = clock.left, len(relaxation.cuts)
        if left == 0.0:
            search.out_of_time, search.message = True, "time limit"
            return _unfinished(search)
        legs = race.run(
            inner=inner,
            time_limit=None if left is None else left * (1.0 - _KEPT_BACK),
            meanwhile=None if number else meanwhile,
            head_start=0.0 if number else _HEAD_START,
        )
        if search.gap <= gap:
            search.message = ""
            return AnswerStatus.OPTIMAL
        if search.interrupted:
            if search.incumbent is None:
                raise KeyboardInterrupt
            search.message = "stopped by the user"
            return _unfinished(search)
        answers = [leg.answer for leg in legs if leg.answer is not None]
        for answer in answers:
            search.message = answer.message
            if answer.status in (AnswerStatus.INFEASIBLE, AnswerStatus.UNBOUNDED):
                return _ended(answer, search)
        if any(leg.stopped_early for leg in legs) or not answers:
            # A limit is the only reason to stop early that leaves no time.
            search.out_of_time = clock.left is not None and clock.left <= _KEPT_BACK * (left or 0.0) * 2.0
            search.interrupted = not search.out_of_time
            if search.incumbent is None:
                search.message = "stopped before a point was found"
            return _unfinished(search)
        points = [answer.x for answer in answers if answer.x is not None]
        cuts = [_after(relaxation.cuts, known), *(violated_cuts(scaled.curves, x) for x in points)]
        for new in cuts:
            for master in masters:
                master.add(new)
        for at_point in cuts[1:]:
            relaxation.add(at_point)
        chosen = {np.round(x[scaled.integer]).tobytes() for x in points}
        if chosen & seen or sum(map(len, cuts)) == 0:
            # The same integers again: what is left of the gap is branch and bound's own.
            inner /= 4.0
        seen |= chosen
    search.message = f"{_MAX_ROUNDS} rounds of branch and bound"
    return _unfinished(search)


def _unfinished(search: Search) -> AnswerStatus:
    return AnswerStatus.FEASIBLE if search.incumbent else AnswerStatus.STOPPED


def _prices(relaxation: Master, search: Search, status: AnswerStatus, gap: float) -> Refined:
    """The best plan's integers fixed for good: a last polish, and the prices there."""
    assert search.incumbent is not None
    whole = relaxation.scaled.scaled(search.incumbent.x)
    fixed = solve_fixed(relaxation, whole, gap=_FIXED_GAP, clock=Clock(FINISHING_SECONDS))
    search.take_plan(fixed.incumbent, search.plan_by)
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


def _ended(answer: Answer, search: Search) -> AnswerStatus:
    """A solver that gives up although a plan is at hand is not believed."""
    if search.incumbent is None:
        return answer.status
    if answer.status is AnswerStatus.INFEASIBLE:
        raise CertificateError(["a solver says that no whole plan exists, but one that holds is at hand"])
    return AnswerStatus.FEASIBLE


def _after(cuts: Cuts, known: int) -> Cuts:
    return Cuts(cuts.curve[known:], cuts.point[known:], cuts.slope[known:], cuts.intercept[known:])
