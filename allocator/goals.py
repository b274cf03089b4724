"""Goals that take more than one solve: the longest runway, and capital far from what scaled its program."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from allocator.errors import StoppedError
from allocator.formulate.build import Formulation
from allocator.formulate.cash import typical_money
from allocator.plan import Plan
from allocator.result.certify import certify
from allocator.result.goal import natural
from allocator.solve.solution import Solution, Status

# Capital this many times more or less than what scaled the program: it is scaled anew by what was found.
FAR = 2.0
# No runway is looked for beyond this.
MOST_MONTHS = 120.0
# Within this share of the longest runway that could be.
RUNWAY_GAP = 1e-6
_MOST_STEPS = 40
# Money short by less than this share of the plan's is a solver's rounding, far within what the books allow.
_ROUNDING = 1e-9
# First step back from months that were missed, as a share of the step there.
_FIRST_SHORT = 1e-3

Solve = Callable[[Plan], tuple[Formulation, Solution]]


@dataclass(frozen=True)
class Reached:
    """What a goal ended with.

    Attributes
    ----------
    formulation : Formulation
    solution : Solution
        Of it.
    runway_bound : float or None
        Months of runway that no plan reaches, where the longest was looked for to the end.
    """

    formulation: Formulation
    solution: Solution
    runway_bound: float | None = None


def least_capital(plan: Plan, solve: Solve) -> Reached:
    """The least capital, on scales that fit it.

    A plan whose cash is a guess far from what is needed makes a program whose numbers are far from one.
    """
    formulation, solution = solve(plan)
    for _ in range(3):
        if solution.objective is None:
            break
        money, found = formulation.program.reference["money"], natural(formulation, solution.objective)
        other = typical_money(plan) - _guess(plan)
        if max(found + other, 1.0) * FAR >= money and found + other <= FAR * money:
            break
        plan = _with_guess(plan, max(found, 1e-3 * money))
        try:
            formulation, solution = solve(plan)
        except StoppedError:
            return _stopped(Reached(formulation, solution))
    return Reached(formulation, solution)


def _stopped(reached: Reached) -> Reached:
    """What was found before the time was spent; a plan that holds, but not proven the best."""
    return replace(reached, solution=replace(reached.solution, status=Status.TIME_LIMIT))


def _guess(plan: Plan) -> float:
    name = plan.objective.capital_round
    return plan.plan.cash if name is None else plan.funding[name].most


def _with_guess(plan: Plan, amount: float) -> Plan:
    name = plan.objective.capital_round
    return plan.changed({"plan.cash" if name is None else f"funding.{name}.amount": amount})


def longest_runway(plan: Plan, solve: Solve) -> Reached:
    """The longest runway under which the plan's other rules and targets still hold.

    With m months asked, the most cash that can be left beyond the runway, s(m), falls in m, and a
    plan that leaves s(m) >= 0 supports more months than m. So the months that the last plan supports
    are asked next, until nothing is left (Dinkelbach's method, which is Newton's for this): each step
    is certified, and a last one proves that a little more cannot be had.

    Dinkelbach (1967), "On nonlinear fractional programming", Management Science 13(7).
    """
    assert plan.runway is not None  # the goal needs one
    months = max(plan.runway.months)
    reached = Reached(*solve(plan))
    if _left(reached) < 0.0:
        # More was asked than can be had: begin where every plan is allowed.
        months, reached = 0.0, Reached(*solve(_asking(plan, 0.0)))
    for _ in range(_MOST_STEPS):
        if reached.solution.objective is None:
            return reached
        supported = min(_supported(reached), MOST_MONTHS)
        if supported <= months * (1.0 + RUNWAY_GAP / 10.0):
            break
        try:
            further = _further(plan, solve, months, supported)
        except StoppedError:
            return _stopped(reached)
        if further is None:
            break
        months, reached = further
    if months >= MOST_MONTHS:
        return Reached(reached.formulation, reached.solution, math.inf)
    step = max(RUNWAY_GAP * max(months, 1.0), 1e-9)
    for _ in range(_MOST_STEPS):
        beyond = _asking(plan, min(months + step, MOST_MONTHS))
        try:
            _, solution = solve(beyond)
        except StoppedError:
            return _stopped(reached)
        if solution.bound is not None and solution.bound < 0.0:
            return Reached(reached.formulation, reached.solution, months + step)
        step *= 2.0
    return Reached(reached.formulation, reached.solution, math.inf)


def _further(plan: Plan, solve: Solve, months: float, supported: float) -> tuple[float, Reached] | None:
    """A plan for as many months as the last one supports, and for a little less where none is found.

    There is one, for the last one is such a plan; but in whole units a plan may be found that falls short by the gap.
    """
    short = 0.0
    while short < 1.0:
        asked = supported - short * (supported - months)
        reached = Reached(*solve(_asking(plan, asked)))
        if reached.solution.objective is None:
            return None
        if _left(reached) >= -_ROUNDING:
            return asked, reached
        short = max(2.0 * short, _FIRST_SHORT)
    return None


def _left(reached: Reached) -> float:
    """What a plan leaves beyond its runway, in the program's money; the cheapest of equals may leave a little less."""
    objective, x = reached.solution.objective, reached.solution.x
    if objective is None or x is None:
        return 0.0
    return min(objective, float(reached.formulation.program.objective @ x))


def _asking(plan: Plan, months: float) -> Plan:
    return plan.changed({"runway.months": months})


def _supported(reached: Reached) -> float:
    """Months of runway that a plan has at every close, by the books."""
    return min(certify(reached.formulation, reached.solution).ledger.runway_months)
