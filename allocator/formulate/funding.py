"""Funding: signed rounds, and what the program may raise: once, month by month, or in credits.

Money that comes in counts in no burn, and neither do fees and principal; interest does. What is
owed when the plan ends is repaid in its last month. `models/program/` has the mathematics:
`rounds.md`, `loan.md`, `credit-line.md`, `credits.md`, `conditions.md`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from allocator.formulate.credits import add_credits
from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.debt import add_line, repay_in_parts
from allocator.formulate.frame import FixedFlow, Flow, Frame, Site
from allocator.formulate.model_block import ModelBlock
from allocator.formulate.objective import CAPITAL
from allocator.formulate.raising import Wait, add_wait, cost_of_raising
from allocator.plan.schema import Plan, Round


def add_funding(frame: Frame, models: Mapping[str, ModelBlock] | None = None) -> None:
    """Add all money that is raised or may be; `models` are those that a condition may speak of."""
    plan = frame.plan
    grants = []
    for name, round_ in plan.funding.items():
        wait = _wait_of(plan, round_, models or {})
        price = plan.objective.dilution_price
        if round_.kind == "credits":
            grants.append((name, round_, wait))
        elif round_.kind == "credit-line":
            frame.part(add_line, name, round_, wait)
        elif name == plan.objective.capital_round:
            frame.part(_add_least, name, round_)
        elif round_.is_signed:
            frame.part(_add_round, name, round_)
        else:
            frame.part(_add_chosen, name, round_, wait, price)
    if grants:
        add_credits(frame, tuple(grants))


def dilution_flows(frame: Frame, item: str | None) -> tuple[tuple[Flow, ...], tuple[FixedFlow, ...]]:
    """Shares of the company that rounds sell, as flows: the money raised over the valuation after it."""
    shares = {
        name: 1.0 / round_.post_money
        for name, round_ in frame.plan.funding.items()
        if round_.post_money is not None and item in (None, name)
    }
    chosen = tuple(
        replace(flow, coefficients=flow.coefficients * shares[flow.item])
        for flow in frame.received
        if flow.category == "funding" and flow.item in shares
    )
    signed = tuple(
        replace(flow, amounts=flow.amounts * shares[flow.item])
        for flow in frame.received_fixed
        if flow.category == "funding" and flow.item in shares
    )
    return chosen, signed


def _wait_of(plan: Plan, round_: Round, models: Mapping[str, ModelBlock]) -> Wait | None:
    if round_.needs is None:
        return None
    block = models[round_.needs.model]
    model = plan.models[block.name]
    least, worst = float(block.law.gain_of_metric(round_.needs.value)), block.least_gain()
    if model.otherwise is not None:
        worst = min(worst, float(block.law.gain_of_metric(model.otherwise)))
    return Wait(block.name, least, worst, model.deadline + 1, model.optional)


def _add_round(site: Site, name: str, round_: Round) -> None:
    """Money that is certain."""
    amount = np.zeros(site.months)
    amount[(round_.month or 1) - 1] = round_.most
    site.receive_fixed("funding", name, "amount", amount)
    if round_.fee:
        site.pay_fixed("funding", name, "fee", round_.fee * amount, burn=False)


def _add_chosen(site: Site, name: str, round_: Round, wait: Wait | None, dilution_price: float) -> None:
    """Money raised in one month of a window, nothing or between `min` and `max`; a loan is then repaid."""
    builder = site.builder
    first, last = round_.window(site.months)
    certain = round_.signed and wait is None
    if wait is not None:
        first = max(first, wait.first)
    window = np.arange(first, last + 1) - 1
    labels = site.labels[first - 1 : last]
    most = round_.most
    least = most if round_.signed else round_.min
    scale = site.typical(f"funding.{name}", most or site.money)
    drawn = builder.add_columns(
        f"funding.{name}.drawn",
        labels,
        unit=site.currency,
        sentence=f"Raised from {name} in the month",
        lower=most if certain else 0.0,
        upper=most,
        scale=scale,
    )
    site.columns[f"funding.{name}.drawn"] = drawn
    if not round_.signed:
        builder.group_bounds(f"funding.{name}.max", f"at most {most:,.0f} {site.currency} of {name}", drawn)
    if not certain and (least > 0.0 or len(window) > 1 or wait is not None):
        _choose_once(site, name, drawn, labels, (least, most), wait, scale)
    site.receive("funding", name, "drawn" if round_.owed else "amount", drawn, 1.0, months=window)
    if round_.fee:
        site.pay("funding", name, "fee", drawn, round_.fee, months=window, burn=False)
    cost_of_raising(site, drawn, window)
    if round_.post_money is not None and dilution_price:
        builder.maximise(drawn, np.full(len(drawn), -dilution_price / round_.post_money))
    if round_.owed:
        repay_in_parts(site, name, round_, drawn, window, scale)


def _choose_once(
    site: Site,
    name: str,
    drawn: IntArray,
    labels: tuple[str, ...],
    bounds: tuple[float, float],
    wait: Wait | None,
    scale: float,
) -> None:
    """One month of the window at most, and in it an amount between the bounds."""
    builder, (least, most) = site.builder, bounds
    taken = builder.add_columns(
        f"funding.{name}.taken",
        labels,
        unit="1",
        sentence=f"Whether {name} is taken in the month",
        upper=1.0,
        integer=True,
    )
    size = builder.add_rows(
        f"Size of {name}",
        labels,
        unit=site.currency,
        sentence=f"{name} brings nothing, or at most {most:,.0f} {site.currency} in the month in which it is taken",
        upper=0.0,
        scale=scale,
    )
    builder.put(size, drawn, 1.0)
    builder.put(size, taken, -most)
    if least > 0.0:
        floor = builder.add_rows(
            f"Least size of {name}",
            labels,
            unit=site.currency,
            sentence=f"{name} brings nothing, or at least {least:,.0f} {site.currency}",
            lower=0.0,
            scale=scale,
            group=f"funding.{name}.min",
        )
        builder.put(floor, drawn, 1.0)
        builder.put(floor, taken, -least)
    once = builder.add_rows(
        f"Once: {name}",
        ("",),
        unit="1",
        sentence=f"{name} is taken once" + ("" if wait is None else ", and only where its condition is met"),
        upper=1.0 if wait is None else 0.0,
    )
    builder.put(once, taken, 1.0)
    if wait is not None:
        builder.put(once, add_wait(site, name, wait), -1.0)

    def within_size(point: FloatArray) -> bool:
        """A row's tolerance is money that nobody raised: take it back."""
        allowed = np.minimum(np.maximum(point[drawn], least * point[taken]), most * point[taken])
        if np.array_equal(allowed, point[drawn]):
            return False
        point[drawn] = allowed
        return True

    builder.adjust(within_size)


def _add_least(site: Site, name: str, round_: Round) -> None:
    """A round of which the program chooses the amount: the least that the plan's targets ask for."""
    capital, month = site.column(CAPITAL), np.array([(round_.month or 1) - 1])
    site.receive("funding", name, "amount", capital, 1.0, months=month)
    if round_.fee:
        site.pay("funding", name, "fee", capital, round_.fee, months=month, burn=False)
