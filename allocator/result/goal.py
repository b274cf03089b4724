"""What a plan was made best for, in the plan's own words: quality, least capital, longest runway, profit."""

from __future__ import annotations

import math
from itertools import chain
from typing import Any

from allocator.formulate.build import Formulation
from allocator.formulate.curves import FloatArray
from allocator.formulate.objective import CAPITAL, fixed_profit, is_own_revenue
from allocator.plan import Plan
from allocator.result.ledger import Ledger
from allocator.solve.solution import Solution


def settled(formulation: Formulation, x: FloatArray) -> Plan:
    """The plan with the capital that the program chose for it; the plan itself where it chose none."""
    plan, program = formulation.plan, formulation.program
    if plan.objective.goal != "capital":
        return plan
    amount = max(float(x[program.column(CAPITAL).start]), 0.0)
    name = plan.objective.capital_round
    if name is None:
        return plan.model_copy(update={"plan": plan.plan.model_copy(update={"cash": amount})})
    round_ = plan.funding[name].model_copy(update={"amount": amount})
    return plan.model_copy(update={"funding": {**plan.funding, name: round_}})


def natural(formulation: Formulation, objective: float) -> float:
    """A value of the program's objective in the plan's money: capital, profit, or cash beyond the runway."""
    goal, money = formulation.plan.objective.goal, formulation.program.reference["money"]
    if goal == "capital":
        return -objective * money
    if goal == "profit":
        return objective * money + _certain(formulation)
    return objective * money


def value_of(formulation: Formulation, objective: float) -> float:
    """What was made best, as it is reported: a mean gain, money, or months of runway."""
    plan = formulation.plan
    if plan.objective.goal == "quality":
        return objective
    if plan.objective.goal == "runway" and plan.runway is not None:
        return max(plan.runway.months)
    return natural(formulation, objective)


def _certain(formulation: Formulation) -> float:
    received = formulation.received_fixed
    return fixed_profit(
        formulation.plan,
        [flow for flow in received if flow.category == "funding"],
        [flow for flow in received if is_own_revenue(flow)],
    )


def of_ledger(plan: Plan, ledger: Ledger) -> float:
    """The same value from the books alone.

    Parameters
    ----------
    plan : Plan
        The settled plan.
    ledger : Ledger
        Its replay.
    """
    goal, name = plan.objective.goal, plan.objective.capital_round
    if goal == "capital":
        return plan.plan.cash if name is None else math.fsum(ledger.funding[name])
    if goal == "runway":
        return min(cash - asked for cash, asked in zip(ledger.cash, ledger.required, strict=True))
    raised = math.fsum(ledger.total_funding)
    taken = (entry.money[-12:] for entry in ledger.entries if (entry.category, entry.line) == ("partners", "takes"))
    worth = plan.objective.revenue_multiple * math.fsum([*ledger.total_revenue[-12:], *chain.from_iterable(taken)])
    return ledger.cash[-1] - plan.plan.cash - raised + worth


def objective_of(formulation: Formulation, solution: Solution, runway_bound: float | None) -> dict[str, Any]:
    """``kind``, ``value``, ``bound``, ``gap`` and ``unit``, with the program's own ``gain`` and its bound."""
    assert solution.objective is not None  # it has a plan
    assert solution.bound is not None
    plan, goal = formulation.plan, formulation.plan.objective.goal
    own = {"gain": solution.objective, "gain_bound": solution.bound}
    if goal == "quality":
        return {"kind": goal, **_quality(formulation, solution), **own}
    if goal == "runway":
        assert plan.runway is not None  # the goal needs one
        months = max(plan.runway.months)
        if runway_bound is None:
            # The search was stopped before it proved one.
            return {"kind": goal, "value": months, "bound": None, "gap": None, "unit": "months of runway", **own}
        # A runway without end has no bound, and needs none; JSON has no infinity.
        bound = runway_bound if math.isfinite(runway_bound) else None
        gap = 0.0 if bound is None else (bound - months) / max(months, 1.0)
        return {"kind": goal, "value": months, "bound": bound, "gap": gap, "unit": "months of runway", **own}
    value, bound = natural(formulation, solution.objective), natural(formulation, solution.bound)
    unit = plan.plan.currency if goal == "profit" else f"{plan.plan.currency}, {plan.objective.of}"
    # The difference over the money it is about, which no profit of nothing makes void.
    gap = abs(bound - value) / max(abs(value), formulation.program.reference["money"])
    if goal == "capital":
        gap = abs(bound - value) / value if value > 0.0 else 0.0
        bound = max(bound, 0.0)
    return {"kind": goal, "value": value, "bound": bound, "gap": gap, "unit": unit, **own}


def _quality(formulation: Formulation, solution: Solution) -> dict[str, Any]:
    """One model: its own metric. Several, or dilution at a price: the weighted mean of their gains."""
    assert solution.objective is not None  # it has a plan
    assert solution.bound is not None
    blocks = list(formulation.models.values())
    priced = formulation.plan.objective.dilution_price > 0.0
    if len(blocks) == 1 and not priced:
        law = blocks[0].law
        value, bound = law.metric_of_gain(solution.objective), law.metric_of_gain(solution.bound)
        unit = f"{law.metric} of {blocks[0].name}, {law.unit}"
        return {"value": float(value), "bound": float(bound), "gap": solution.gap, "unit": unit}
    unit = "weighted mean of the models' gains" + (" less dilution at its price" if priced else "")
    return {"value": solution.objective, "bound": solution.bound, "gap": solution.gap, "unit": unit}


def slope_of(formulation: Formulation, objective: float) -> float | None:
    """Change of what is reported per unit of the program's objective; None for a mean of several models' gains."""
    goal, money = formulation.plan.objective.goal, formulation.program.reference["money"]
    if goal != "quality":
        return -money if goal == "capital" else money
    blocks = list(formulation.models.values())
    if len(blocks) != 1 or formulation.plan.objective.dilution_price > 0.0:
        return None
    law, step = blocks[0].law, 1e-6
    up, down = law.metric_of_gain(objective + step), law.metric_of_gain(objective - step)
    return float((up - down) / (2 * step))
