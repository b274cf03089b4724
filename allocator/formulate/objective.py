"""Goals other than quality: the least capital for targets, the longest runway, the largest profit.

Each is one linear objective, in units of the plan's typical money, so that a gap means the same for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from operator import mul

import numpy as np

from allocator.formulate.compute import cost_per_flop
from allocator.formulate.curves import IntArray
from allocator.formulate.frame import FixedFlow, Flow, Frame, Site
from allocator.plan import Plan
from allocator.quality import Law

CAPITAL = "capital"
SLACK = "runway slack"
_MONTHS_OF_A_YEAR = 12
_SOME_MONEY = 1e6
_FLOP = np.geomspace(1e16, 1e29, 14)


def add_capital(frame: Frame) -> int | None:
    """The column of the capital that is made least, where that is the goal."""
    objective = frame.plan.objective
    if objective.goal != "capital":
        return None
    return frame.part(_add_capital, objective.of)


def likely_capital(plan: Plan, laws: Mapping[str, Law]) -> float:
    """What the targets may take, to a factor of ten or so: floors of pay, costs, and each target's compute.

    It only scales the program; plans whose cash is a guess of nothing need it.
    """
    heads = [sum(low) for low in zip(*(role.min for role in plan.people.values()), strict=True)]
    paid = sum(sum(cost.amount) for cost in plan.costs.values() if not cost.per_person)
    paid += sum(sum(map(mul, cost.amount, heads)) for cost in plan.costs.values() if cost.per_person and plan.people)
    paid += sum(sum(map(mul, role.salary, role.min)) * (1.0 + role.overhead) for role in plan.people.values())
    cheapest = min((cost_per_flop(offer, plan.plan.months) for offer in plan.compute.values()), default=0.0)
    for name, model in plan.models.items():
        law = laws[name]
        if model.target is not None and law.flop is not None:
            paid += cheapest * _compute_for(law, float(law.gain_of_metric(model.target)))
    return paid or _SOME_MONEY / plan.plan.money_unit


def _compute_for(law: Law, gain: float) -> float:
    """FLOP with which a law reaches a gain when everything else is without limit, to a factor of ten."""
    for compute in _FLOP:
        inputs = law.best(float(compute), {})
        if float(law.gain(law.array(inputs))) >= gain:
            return float(compute)
    return float(_FLOP[-1])


def _add_capital(site: Site, of: str) -> int:
    column = site.builder.add_columns(
        CAPITAL, ("",), unit=site.currency, sentence=f"Capital that is made as small as can be: {of}", scale=site.money
    )
    site.columns[CAPITAL] = column
    site.builder.maximise(column, -1.0 / site.money)
    return int(column[0])


def add_slack(frame: Frame, rows: IntArray) -> None:
    """Let the runway's rows have money to spare, as much as can be, where the longest runway is the goal."""
    if frame.plan.objective.goal == "runway":
        frame.part(_add_slack, rows)


def _add_slack(site: Site, rows: IntArray) -> None:
    slack = site.builder.add_columns(
        SLACK,
        ("",),
        unit=site.currency,
        sentence="Least cash beyond what the runway asks at any close",
        lower=-np.inf,
        scale=site.money,
    )
    site.builder.put(rows, slack, -1.0)
    site.builder.maximise(slack, 1.0 / site.money)


def add_profit(frame: Frame, cash: IntArray) -> None:
    """Closing cash, less what was raised, plus a multiple of the last year's revenue, where profit is the goal."""
    objective = frame.plan.objective
    if objective.goal != "profit":
        return
    raised = tuple(flow for flow in frame.received if flow.category == "funding")
    revenue = tuple(flow for flow in frame.received if is_own_revenue(flow))
    frame.part(_add_profit, cash, raised, revenue, objective.revenue_multiple)


def is_own_revenue(flow: Flow | FixedFlow) -> bool:
    """Whether a flow is revenue, or what partners take of it: a company is not worth what others earn."""
    return flow.category == "revenue" or (flow.category == "partners" and flow.line == "takes")


def _add_profit(
    site: Site,
    cash: IntArray,
    raised: tuple[Flow, ...],
    revenue: tuple[Flow, ...],
    multiple: float,
) -> None:
    builder = site.builder
    builder.maximise(cash[-1:], 1.0 / site.money)
    # What is repaid flows the other way under the same category: only what is kept counts as raised.
    for flow in raised:
        builder.maximise(flow.columns, -flow.coefficients / site.money)
    for flow in revenue:
        late = flow.months >= site.months - _MONTHS_OF_A_YEAR
        if multiple and late.any():
            builder.maximise(flow.columns[late], multiple * flow.coefficients[late] / site.money)


def fixed_profit(plan: Plan, raised: Iterable[FixedFlow], revenue: Iterable[FixedFlow]) -> float:
    """What no decision changes of the profit: less opening cash and signed rounds, plus certain revenue's worth."""
    late = sum(float(flow.amounts[-_MONTHS_OF_A_YEAR:].sum()) for flow in revenue)
    signed = sum(float(flow.amounts.sum()) for flow in raised)
    return plan.objective.revenue_multiple * late - signed - plan.plan.cash
