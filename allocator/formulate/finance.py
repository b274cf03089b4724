"""Cash, spending by category, net burn, the runway and what goes on after the horizon."""

from __future__ import annotations

import math

import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import CATEGORIES, Frame, monthly_rate
from allocator.plan import Plan

# Ties between equally cheap plans go to the later payment: a tenth of a percent a year.
LATER_IS_CHEAPER = 0.001
HORIZON_WINDOW = 12


def typical_money(plan: Plan) -> float:
    """All money known to come in: opening cash, signed rounds and revenue, in plan units."""
    signed = sum(round_.amount for round_ in plan.funding.values())
    earned = sum(sum(revenue.amount) for revenue in plan.revenue.values())
    return plan.plan.cash + signed + earned or 1.0


def revenue_received(plan: Plan) -> FloatArray:
    """Revenue by month of payment, shape (T,); what other months earned is not known."""
    months = plan.plan.months
    received = np.zeros(months)
    for revenue in plan.revenue.values():
        earned = np.asarray(revenue.amount)
        paid = np.arange(months) + revenue.paid_after
        inside = (paid >= 0) & (paid < months)
        np.add.at(received, paid[inside], earned[inside])
    return received


def add_fixed_money(frame: Frame) -> None:
    """Costs and fees: what is paid whatever the program decides, and what each head costs."""
    plan = frame.plan
    for name, cost in plan.costs.items():
        amount = np.asarray(cost.amount)
        if not cost.per_person:
            frame.pay_fixed("costs", name, "amount", amount)
            continue
        for role in plan.people:
            frame.pay("costs", name, "amount", frame.columns[f"people.{role}.headcount"], amount)
    for name, round_ in plan.funding.items():
        if round_.fee:
            fees = np.zeros(frame.months)
            fees[round_.month - 1] = round_.fee * round_.amount
            frame.pay_fixed("funding", name, "fee", fees, burn=False)


def add_cash(frame: Frame) -> None:
    """Turn the collected flows into spending rows, the cash balance and the runway."""
    plan, builder = frame.plan, frame.builder
    spend = {category: _add_spending(frame, category) for category in CATEGORIES if _used(frame, category)}
    received = revenue_received(plan)
    funding = np.zeros(frame.months)
    for round_ in plan.funding.values():
        funding[round_.month - 1] += round_.amount
    floor = max(plan.plan.min_cash, 0.0)
    cash = frame.monthly_columns(
        "cash", unit=frame.currency, sentence="Cash at the close of the month", lower=floor, scale=frame.money
    )
    builder.group_bounds("plan.min_cash", f"cash never falls below {floor:,.0f} {frame.currency}", cash, lower=-np.inf)
    keeps = 1.0 + monthly_rate(plan.plan.cash_yield)
    right = received + funding
    right[0] += keeps * plan.plan.cash
    rows = frame.balance(
        "Cash balance",
        cash,
        unit=frame.currency,
        sentence="cash = last month's cash with interest, plus revenue, rounds and sales, less spending",
        right=right,
        scale=frame.money / frame.months,
    )
    builder.put(rows[1:], cash[:-1], -keeps)
    for columns in spend.values():
        builder.put(rows, columns, 1.0)
    for sale in frame.resale:
        builder.put(rows[sale.months], sale.columns, -sale.coefficients)
    _add_second_objective(frame, spend)
    if plan.runway is not None:
        burn = _add_burn(frame, spend, received)
        _add_runway(frame, cash, burn)


def _used(frame: Frame, category: str) -> bool:
    return any(flow.category == category for flow in frame.spending) or any(
        fixed.category == category for fixed in frame.fixed
    )


def _add_spending(frame: Frame, category: str) -> IntArray:
    scale = frame.money / frame.months
    columns = frame.monthly_columns(
        f"spend.{category}",
        unit=frame.currency,
        sentence=f"Paid for {category} in the month",
        lower=-np.inf,
        scale=scale,
    )
    fixed = np.zeros(frame.months)
    for constant in frame.fixed:
        if constant.category == category:
            fixed += constant.amounts
    rows = frame.balance(
        f"Spending on {category}",
        columns,
        unit=frame.currency,
        sentence=f"all that is paid for {category} in the month",
        right=fixed,
        scale=scale,
    )
    for flow in frame.spending:
        if flow.category == category:
            frame.builder.put(rows[flow.months], flow.columns, -flow.coefficients)
    return columns


def _add_second_objective(frame: Frame, spend: dict[str, IntArray]) -> None:
    """Second pass: least outflow at the value of money, net of what sold GPUs bring."""
    yearly = frame.plan.plan.cash_yield + LATER_IS_CHEAPER
    discount = (1.0 + yearly) ** (-np.arange(1, frame.months + 1) / 12.0)
    for columns in spend.values():
        frame.builder.spend(columns, discount)
    for sale in frame.resale:
        frame.builder.spend(sale.columns, -sale.coefficients * discount[sale.months])


def _add_burn(frame: Frame, spend: dict[str, IntArray], received: FloatArray) -> IntArray:
    """Net burn: operating outflow less revenue, never negative."""
    builder = frame.builder
    scale = frame.money / frame.months
    burn = frame.monthly_columns("burn", unit=frame.currency, sentence="Net burn of the month", scale=scale)
    rows = builder.add_rows(
        "Net burn",
        frame.labels,
        unit=frame.currency,
        sentence="burn covers spending (without bought GPUs and fees) less revenue; sales and rounds never lower it",
        lower=-received,
        scale=scale,
    )
    builder.put(rows, burn, 1.0)
    for category, columns in spend.items():
        if category != "funding":
            builder.put(rows, columns, -1.0)
    for flow in frame.spending:
        if not flow.burn and flow.category != "funding":
            builder.put(rows[flow.months], flow.columns, flow.coefficients)
    operating = [columns for category, columns in spend.items() if category != "funding"]
    excluded = [flow for flow in frame.spending if not flow.burn and flow.category != "funding"]

    def exact_burn(point: FloatArray) -> None:
        outflow = sum((point[columns] for columns in operating), start=np.zeros(len(burn)))
        for flow in excluded:
            np.subtract.at(outflow, flow.months, flow.coefficients * point[flow.columns])
        point[burn] = np.maximum(outflow - received, 0.0)

    builder.repair(exact_burn)
    return burn


def _add_runway(frame: Frame, cash: IntArray, burn: IntArray) -> None:
    runway = frame.plan.runway
    assert runway is not None  # the caller asks only then
    builder, months = frame.builder, frame.months
    asked = np.asarray(runway.months)
    beyond = _add_burn_beyond(frame, burn)
    rows = builder.add_rows(
        "Runway",
        frame.labels,
        unit=frame.currency,
        sentence=_sentence(runway.basis, runway.window, asked),
        lower=_opening_share(frame, asked) if runway.basis == "trailing" else 0.0,
        scale=frame.money,
        group="runway.months",
    )
    builder.put(rows, cash, 1.0)
    if runway.basis == "trailing":
        window = runway.window
        for back in range(min(window, months)):
            builder.put(rows[back:], burn[: months - back], -asked[back:] / window)
        if runway.opening_burn is None:
            missing = np.maximum(window - np.arange(1, months + 1), 0)
            builder.put(rows, burn[0], -asked * missing / window)
    else:
        for month in range(months):
            whole = math.floor(asked[month])
            weights = np.append(np.ones(whole), asked[month] - whole)
            ahead = month + 1 + np.arange(len(weights))
            inside = ahead < months
            builder.put(rows[month], burn[ahead[inside]], -weights[inside])
            builder.put(rows[month], beyond, -float(weights[~inside].sum()))
    end = builder.add_rows(
        "Runway after the horizon",
        (frame.labels[-1],),
        unit=frame.currency,
        sentence="closing cash covers the burn that goes on after the last month",
        lower=0.0,
        scale=frame.money,
        group="runway.months",
    )
    builder.put(end, cash[-1], 1.0)
    builder.put(end, beyond, -asked[-1])


def _add_burn_beyond(frame: Frame, burn: IntArray) -> IntArray:
    """Burn that goes on after the horizon: the last month's, or the last year's mean if more."""
    builder = frame.builder
    scale = frame.money / frame.months
    beyond = builder.add_columns(
        "burn after the horizon",
        ("",),
        unit=frame.currency,
        sentence="Net burn a month after the last month of the plan",
        scale=scale,
    )
    goes_on = _add_burn_that_goes_on(frame, burn[-1])
    recent = np.append(burn[-HORIZON_WINDOW:-1], goes_on)
    rows = builder.add_rows(
        "Burn after the horizon",
        ("last month", "last year's mean"),
        unit=frame.currency,
        sentence="what burns after the horizon is no less than what burnt before it",
        lower=0.0,
        scale=scale,
    )
    builder.put(rows, beyond, 1.0)
    builder.put(rows[0], goes_on, -1.0)
    builder.put(rows[1], recent, -1.0 / len(recent))

    def exact_beyond(point: FloatArray) -> None:
        point[beyond] = max(point[goes_on], float(point[recent].mean()))

    builder.repair(exact_beyond)
    return beyond


def _add_burn_that_goes_on(frame: Frame, last: int) -> int:
    """Burn of the last month without the tails of contracts, which are paid there once and for all."""
    tails = [flow for flow in frame.spending if flow.line == "tail"]
    fixed = sum(float(flow.amounts[-1]) for flow in frame.fixed if flow.line == "tail")
    if not tails and fixed == 0.0:
        return int(last)
    builder = frame.builder
    scale = frame.money / frame.months
    goes_on = builder.add_columns(
        "burn that goes on",
        (frame.labels[-1],),
        unit=frame.currency,
        sentence="Net burn of the last month without the tails of contracts",
        scale=scale,
    )
    rows = builder.add_rows(
        "Burn that goes on",
        (frame.labels[-1],),
        unit=frame.currency,
        sentence="what goes on is the last month's burn less what contracts owe beyond the plan",
        lower=-fixed,
        scale=scale,
    )
    builder.put(rows, goes_on, 1.0)
    builder.put(rows, last, -1.0)
    for flow in tails:
        builder.put(rows[0], flow.columns, flow.coefficients)

    def exact(point: FloatArray) -> None:
        paid = fixed + sum(float(flow.coefficients @ point[flow.columns]) for flow in tails)
        point[goes_on] = max(float(point[last]) - paid, 0.0)

    builder.repair(exact)
    return int(goes_on[0])


def _opening_share(frame: Frame, asked: FloatArray) -> FloatArray:
    """What the months before the plan, at `opening_burn`, ask of each month's cash."""
    runway = frame.plan.runway
    assert runway is not None  # the caller asks only then
    if runway.opening_burn is None:
        return np.zeros(frame.months)
    missing = np.maximum(runway.window - np.arange(1, frame.months + 1), 0)
    return asked * missing / runway.window * runway.opening_burn


def _sentence(basis: str, window: int, months: FloatArray) -> str:
    least, most = float(months.min()), float(months.max())
    asked = f"{least:g} months" if least == most else f"{least:g} to {most:g} months"
    if basis == "trailing":
        return f"cash covers {asked} of the mean net burn of the last {window} months"
    return f"cash in hand covers the net burn of the next {asked}, without any later round"
