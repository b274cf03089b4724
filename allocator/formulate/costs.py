"""Costs: what is paid whatever the program decides, and what each head costs."""

from __future__ import annotations

import numpy as np

from allocator.formulate.frame import Frame, Site
from allocator.plan.schema import Cost


def add_costs(frame: Frame) -> None:
    """Add every cost of the plan."""
    plan = frame.plan
    for name, cost in plan.costs.items():
        frame.part(_add_cost, name, cost, tuple(plan.people) if cost.per_person else ())


def _add_cost(site: Site, name: str, cost: Cost, roles: tuple[str, ...]) -> None:
    amount = np.asarray(cost.amount)
    if not cost.per_person:
        site.pay_fixed("costs", name, "amount", amount)
    for role in roles:
        site.pay("costs", name, "amount", site.column(f"people.{role}.headcount"), amount)
