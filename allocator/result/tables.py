"""The plan's tables, from the program's own rows at the reported decisions."""

from __future__ import annotations

import math
from collections.abc import Iterable

import numpy as np

from allocator.formulate.build import Formulation
from allocator.formulate.curves import FloatArray
from allocator.formulate.finance import revenue_received
from allocator.formulate.frame import FixedFlow, Flow, monthly_rate
from allocator.result.decisions import monthly
from allocator.result.ledger import Ledger
from allocator.result.table import Table, table


def make_tables(formulation: Formulation, x: FloatArray, ledger: Ledger) -> dict[str, Table]:
    """All tables by name: cash, spend, revenue, funding, compute, use, data, people."""
    return {
        "cash": cash_table(formulation, x, ledger),
        "spend": spend_table(formulation, x),
        "revenue": revenue_table(formulation),
        "funding": funding_table(formulation),
        "compute": compute_table(formulation, x),
        "use": use_table(formulation, x),
        "data": data_table(formulation, x),
        "people": people_table(formulation, x),
    }


def flow_by_month(flow: Flow, x: FloatArray, months: int) -> FloatArray:
    """Money of one flow month by month, shape (T,)."""
    amounts = np.zeros(months)
    np.add.at(amounts, flow.months, flow.coefficients * x[flow.columns])
    return amounts


def _spent(formulation: Formulation, x: FloatArray) -> Iterable[tuple[Flow | FixedFlow, FloatArray]]:
    months = formulation.plan.plan.months
    for flow in formulation.spending:
        yield flow, flow_by_month(flow, x, months)
    for fixed in formulation.fixed:
        yield fixed, fixed.amounts


def spent_on(formulation: Formulation, x: FloatArray, category: str, item: str | None = None) -> FloatArray:
    """Spending of a category, or of one item of it, month by month, shape (T,)."""
    total = np.zeros(formulation.plan.plan.months)
    for flow, amounts in _spent(formulation, x):
        if flow.category == category and item in (None, flow.item):
            total += amounts
    return total


def resale_of(formulation: Formulation, x: FloatArray, item: str | None = None) -> FloatArray:
    """What sold GPUs bring month by month, shape (T,)."""
    total = np.zeros(formulation.plan.plan.months)
    for flow in formulation.resale:
        if item in (None, flow.item):
            total += flow_by_month(flow, x, len(total))
    return total


def cash_table(formulation: Formulation, x: FloatArray, ledger: Ledger) -> Table:
    """Opening cash, every inflow, spending, closing cash, net burn and runway by month."""
    plan = formulation.plan
    months = plan.plan.months
    closing = np.array(monthly(formulation, x, "cash"))
    opening = np.concatenate([[plan.plan.cash], closing[:-1]])
    interest = monthly_rate(plan.plan.cash_yield) * opening
    revenue = revenue_received(plan)
    funding = np.zeros(months)
    for round_ in plan.funding.values():
        funding[round_.month - 1] += round_.amount
    spend = sum((amounts for _, amounts in _spent(formulation, x)), start=np.zeros(months))
    burn = net_burn(formulation, x, revenue)
    covered = [months if math.isfinite(months) else None for months in ledger.runway_months]
    asked: tuple[float | None, ...] = plan.runway.months if plan.runway is not None else (None,) * months
    records = list(
        zip(
            plan.labels,
            *(column.tolist() for column in (opening, interest, revenue, funding, resale_of(formulation, x), spend)),
            closing.tolist(),
            burn.tolist(),
            covered,
            asked,
            strict=True,
        )
    )
    names = ["month", "opening", "interest", "revenue", "funding", "resale", "spend", "closing", "burn"]
    return table("cash", [*names, "runway_months", "runway_asked"], records)


def net_burn(formulation: Formulation, x: FloatArray, revenue: FloatArray) -> FloatArray:
    """Net burn by month: operating spending less revenue, never negative, shape (T,)."""
    outflow = sum((amounts for flow, amounts in _spent(formulation, x) if flow.burn), start=np.zeros(len(revenue)))
    return np.maximum(outflow - revenue, 0.0)


def spend_table(formulation: Formulation, x: FloatArray) -> Table:
    """One row for every month, item and line that costs something."""
    plan = formulation.plan
    records = [
        (plan.labels[month], flow.category, flow.item, flow.line, float(amount))
        for flow, amounts in _spent(formulation, x)
        for month, amount in enumerate(amounts)
        if amount != 0.0
    ]
    order = {label: month for month, label in enumerate(plan.labels)}
    records.sort(key=lambda record: order[record[0]])
    return table("spend", ["month", "category", "item", "line", "money"], records)


def revenue_table(formulation: Formulation) -> Table:
    """Revenue received by month and source."""
    plan = formulation.plan
    records = []
    for name, revenue in plan.revenue.items():
        for month, amount in enumerate(revenue.amount):
            paid = month + revenue.paid_after
            if 0 <= paid < plan.plan.months and amount:
                records.append((plan.labels[paid], name, amount))
    return table("revenue", ["month", "item", "money"], records)


def funding_table(formulation: Formulation) -> Table:
    """Rounds by month."""
    plan = formulation.plan
    records = [
        (plan.labels[round_.month - 1], name, round_.kind, 1.0, "round", round_.amount)
        for name, round_ in sorted(plan.funding.items(), key=lambda entry: entry[1].month)
    ]
    return table("funding", ["month", "item", "kind", "quantity", "unit", "money"], records)


def compute_table(formulation: Formulation, x: FloatArray) -> Table:
    """GPUs serving by month and offer, what was ordered and sold, what they deliver and cost."""
    plan = formulation.plan
    records = []
    for name, offer in plan.compute.items():
        gpus = monthly(formulation, x, f"compute.{name}.gpus")
        column = {"rent": "gpus", "reserve": "signed", "buy": "ordered"}[offer.kind]
        ordered = monthly(formulation, x, f"compute.{name}.{column}")
        sold = _sold(formulation, x, name)
        spent = spent_on(formulation, x, "compute", name)
        resale = resale_of(formulation, x, name)
        for month, label in enumerate(plan.labels):
            delivered = gpus[month] * offer.flop_per_month
            records.append(
                (
                    label,
                    name,
                    gpus[month],
                    "GPU",
                    float(spent[month]),
                    ordered[month],
                    sold[month],
                    float(resale[month]),
                    delivered,
                )
            )
    names = ["month", "item", "quantity", "unit", "money", "ordered", "sold", "resale", "delivered_flop"]
    return table("compute", names, records)


def _sold(formulation: Formulation, x: FloatArray, name: str) -> list[float]:
    sold = np.zeros(formulation.plan.plan.months)
    if formulation.program.has_column(f"compute.{name}.sold"):
        block = formulation.program.column(f"compute.{name}.sold")
        position = {label: month for month, label in enumerate(formulation.plan.labels)}
        months = [position[label.split(" > ")[1]] for label in block.labels]
        np.add.at(sold, months, x[block.index])
    return [float(amount) for amount in sold]


def use_table(formulation: Formulation, x: FloatArray) -> Table:
    """FLOP used by each model, and left idle, by month, with its share of the month's cost."""
    plan = formulation.plan
    delivered = np.zeros(plan.plan.months)
    for name, offer in plan.compute.items():
        delivered += np.array(monthly(formulation, x, f"compute.{name}.gpus")) * offer.flop_per_month
    cost = spent_on(formulation, x, "compute")
    used = {name: np.array(monthly(formulation, x, f"models.{name}.compute")) for name in plan.models}
    idle = np.maximum(delivered - sum(used.values(), start=np.zeros(len(delivered))), 0.0)
    records = []
    for name, amounts in {**used, "idle": idle}.items():
        for month, amount in enumerate(amounts):
            if amount > 0.0:
                share = amount / delivered[month] if delivered[month] > 0.0 else 0.0
                records.append((plan.labels[month], name, float(amount), "FLOP", float(cost[month] * share)))
    return table("use", ["month", "item", "quantity", "unit", "money"], records)


def data_table(formulation: Formulation, x: FloatArray) -> Table:
    """Items bought and in stock by month and source, and what they cost."""
    plan = formulation.plan
    records = []
    for name, source in plan.data.items():
        bought = monthly(formulation, x, f"data.{name}.bought")
        stock = monthly(formulation, x, f"data.{name}.stock")
        spent = spent_on(formulation, x, "data", name)
        for month, label in enumerate(plan.labels):
            records.append((label, name, bought[month], source.unit, float(spent[month]), stock[month]))
    return table("data", ["month", "item", "quantity", "unit", "money", "stock"], records)


def people_table(formulation: Formulation, x: FloatArray) -> Table:
    """Heads, hires, effective staff and pay by month and role."""
    plan = formulation.plan
    records = []
    for name in plan.people:
        heads = monthly(formulation, x, f"people.{name}.headcount")
        hired = monthly(formulation, x, f"people.{name}.hired")
        effective = monthly(formulation, x, f"people.{name}.effective")
        spent = spent_on(formulation, x, "people", name)
        for month, label in enumerate(plan.labels):
            records.append((label, name, heads[month], "person", float(spent[month]), hired[month], effective[month]))
    return table("people", ["month", "item", "quantity", "unit", "money", "hired", "effective"], records)
