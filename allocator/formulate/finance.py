"""Cash, spending by category, net burn, the runway and what goes on after the horizon."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import CATEGORIES, FixedFlow, Flow, Frame, Site, monthly_rate
from allocator.plan.schema import Cost, Plan, Revenue, Round, Runway

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
    return _received(tuple(plan.revenue.values()), plan.plan.months)


def _received(revenues: tuple[Revenue, ...], months: int) -> FloatArray:
    received = np.zeros(months)
    for revenue in revenues:
        earned = np.asarray(revenue.amount)
        paid = np.arange(months) + revenue.paid_after
        inside = (paid >= 0) & (paid < months)
        np.add.at(received, paid[inside], earned[inside])
    return received


def _revenue_of(site: Site, revenues: tuple[Revenue, ...]) -> FloatArray:
    return _received(revenues, site.months)


def add_fixed_money(frame: Frame) -> None:
    """Costs and fees: what is paid whatever the program decides, and what each head costs."""
    plan = frame.plan
    for name, cost in plan.costs.items():
        frame.part(_add_cost, name, cost, tuple(plan.people) if cost.per_person else ())
    for name, round_ in plan.funding.items():
        frame.part(_add_fee, name, round_)


def _add_cost(site: Site, name: str, cost: Cost, roles: tuple[str, ...]) -> None:
    amount = np.asarray(cost.amount)
    if not cost.per_person:
        site.pay_fixed("costs", name, "amount", amount)
    for role in roles:
        site.pay("costs", name, "amount", site.column(f"people.{role}.headcount"), amount)


def _add_fee(site: Site, name: str, round_: Round) -> None:
    if round_.fee:
        fees = np.zeros(site.months)
        fees[round_.month - 1] = round_.fee * round_.amount
        site.pay_fixed("funding", name, "fee", fees, burn=False)


def add_cash(frame: Frame) -> None:
    """Turn the collected flows into spending rows, the cash balance and the runway."""
    plan, resale = frame.plan, tuple(frame.resale)
    spend: dict[str, IntArray] = {}
    for category in CATEGORIES:
        flows = tuple(flow for flow in frame.spending if flow.category == category)
        fixed = tuple(constant for constant in frame.fixed if constant.category == category)
        if flows or fixed:
            spend[category] = frame.part(_add_spending, category, flows, fixed)
    received = frame.part(_revenue_of, tuple(plan.revenue.values()))
    right = received.copy()
    for round_ in plan.funding.values():
        right[round_.month - 1] += round_.amount
    keeps = 1.0 + monthly_rate(plan.plan.cash_yield)
    right[0] += keeps * plan.plan.cash
    cash, rows = frame.part(_add_balance, max(plan.plan.min_cash, 0.0), keeps, right)
    frame.part(_take_from_cash, rows, tuple(spend.values()), resale)
    frame.part(_add_second_objective, plan.plan.cash_yield, tuple(spend.values()), resale)
    if plan.runway is not None:
        operating = tuple(columns for category, columns in spend.items() if category != "funding")
        excluded = tuple(flow for flow in frame.spending if not flow.burn and flow.category != "funding")
        burn = frame.part(_add_burn, operating, excluded, received)
        tails = tuple(flow for flow in frame.spending if flow.line == "tail")
        fixed = tuple(constant for constant in frame.fixed if constant.line == "tail")
        frame.part(_add_runway, plan.runway, cash, burn, tails, fixed)


def _add_spending(site: Site, category: str, flows: tuple[Flow, ...], constants: tuple[FixedFlow, ...]) -> IntArray:
    scale = site.money / site.months
    columns = site.monthly_columns(
        f"spend.{category}",
        unit=site.currency,
        sentence=f"Paid for {category} in the month",
        lower=-np.inf,
        scale=scale,
    )
    fixed = np.zeros(site.months)
    for constant in constants:
        fixed += constant.amounts
    rows = site.balance(
        f"Spending on {category}",
        columns,
        unit=site.currency,
        sentence=f"all that is paid for {category} in the month",
        right=fixed,
        scale=scale,
    )
    if flows:
        months, paid_for, coefficients = joined(flows)
        site.builder.put(rows[months], paid_for, -coefficients)
    return columns


def joined(flows: Sequence[Flow]) -> tuple[IntArray, IntArray, FloatArray]:
    """Months, columns and coefficients of some flows, one after the other."""
    return (
        np.concatenate([flow.months for flow in flows]),
        np.concatenate([flow.columns for flow in flows]),
        np.concatenate([flow.coefficients for flow in flows]),
    )


def _add_balance(site: Site, floor: float, keeps: float, right: FloatArray) -> tuple[IntArray, IntArray]:
    """Cash and the rows it follows from, but for what is spent and sold."""
    cash = site.monthly_columns(
        "cash", unit=site.currency, sentence="Cash at the close of the month", lower=floor, scale=site.money
    )
    site.builder.group_bounds(
        "plan.min_cash", f"cash never falls below {floor:,.0f} {site.currency}", cash, lower=-np.inf
    )
    rows = site.balance(
        "Cash balance",
        cash,
        unit=site.currency,
        sentence="cash = last month's cash with interest, plus revenue, rounds and sales, less spending",
        right=right,
        scale=site.money / site.months,
    )
    site.builder.put(rows[1:], cash[:-1], -keeps)
    return cash, rows


def _take_from_cash(site: Site, rows: IntArray, spend: tuple[IntArray, ...], resale: tuple[Flow, ...]) -> None:
    for columns in spend:
        site.builder.put(rows, columns, 1.0)
    for sale in resale:
        site.builder.put(rows[sale.months], sale.columns, -sale.coefficients)


def _add_second_objective(site: Site, cash_yield: float, spend: tuple[IntArray, ...], resale: tuple[Flow, ...]) -> None:
    """Second pass: least outflow at the value of money, net of what sold GPUs bring."""
    yearly = cash_yield + LATER_IS_CHEAPER
    discount = (1.0 + yearly) ** (-np.arange(1, site.months + 1) / 12.0)
    for columns in spend:
        site.builder.spend(columns, discount)
    for sale in resale:
        site.builder.spend(sale.columns, -sale.coefficients * discount[sale.months])


def _add_burn(
    site: Site, operating: tuple[IntArray, ...], excluded: tuple[Flow, ...], received: FloatArray
) -> IntArray:
    """Net burn: operating outflow less revenue, never negative."""
    builder = site.builder
    scale = site.money / site.months
    burn = site.monthly_columns("burn", unit=site.currency, sentence="Net burn of the month", scale=scale)
    rows = builder.add_rows(
        "Net burn",
        site.labels,
        unit=site.currency,
        sentence="burn covers spending (without bought GPUs and fees) less revenue; sales and rounds never lower it",
        lower=-received,
        scale=scale,
    )
    builder.put(rows, burn, 1.0)
    for columns in operating:
        builder.put(rows, columns, -1.0)
    for flow in excluded:
        builder.put(rows[flow.months], flow.columns, flow.coefficients)

    months, paid_for, coefficients = joined(excluded) if excluded else (rows[:0], rows[:0], received[:0])
    size = site.months

    def exact_burn(point: FloatArray) -> None:
        outflow = sum((point[columns] for columns in operating), start=np.zeros(size))
        np.subtract.at(outflow, months, coefficients * point[paid_for])
        point[burn] = np.maximum(outflow - received, 0.0)

    builder.repair(exact_burn)
    return burn


def _add_runway(
    site: Site,
    runway: Runway,
    cash: IntArray,
    burn: IntArray,
    tails: tuple[Flow, ...],
    fixed_tails: tuple[FixedFlow, ...],
) -> None:
    builder, months = site.builder, site.months
    asked = np.asarray(runway.months)
    beyond = _add_burn_beyond(site, burn, tails, fixed_tails)
    rows = builder.add_rows(
        "Runway",
        site.labels,
        unit=site.currency,
        sentence=_sentence(runway.basis, runway.window, asked),
        lower=_opening_share(runway, asked) if runway.basis == "trailing" else 0.0,
        scale=site.money,
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
        (site.labels[-1],),
        unit=site.currency,
        sentence="closing cash covers the burn that goes on after the last month",
        lower=0.0,
        scale=site.money,
        group="runway.months",
    )
    builder.put(end, cash[-1], 1.0)
    builder.put(end, beyond, -asked[-1])


def _add_burn_beyond(
    site: Site, burn: IntArray, tails: tuple[Flow, ...], fixed_tails: tuple[FixedFlow, ...]
) -> IntArray:
    """Burn that goes on after the horizon: the last month's, or the last year's mean if more."""
    builder = site.builder
    scale = site.money / site.months
    beyond = builder.add_columns(
        "burn after the horizon",
        ("",),
        unit=site.currency,
        sentence="Net burn a month after the last month of the plan",
        scale=scale,
    )
    goes_on = _add_burn_that_goes_on(site, burn[-1], tails, fixed_tails)
    recent = np.append(burn[-HORIZON_WINDOW:-1], goes_on)
    rows = builder.add_rows(
        "Burn after the horizon",
        ("last month", "last year's mean"),
        unit=site.currency,
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


def _add_burn_that_goes_on(site: Site, last: int, tails: tuple[Flow, ...], fixed_tails: tuple[FixedFlow, ...]) -> int:
    """Burn of the last month without the tails of contracts, which are paid there once and for all."""
    fixed = sum(float(flow.amounts[-1]) for flow in fixed_tails)
    if not tails and fixed == 0.0:
        return int(last)
    builder = site.builder
    scale = site.money / site.months
    goes_on = builder.add_columns(
        "burn that goes on",
        (site.labels[-1],),
        unit=site.currency,
        sentence="Net burn of the last month without the tails of contracts",
        scale=scale,
    )
    rows = builder.add_rows(
        "Burn that goes on",
        (site.labels[-1],),
        unit=site.currency,
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


def _opening_share(runway: Runway, asked: FloatArray) -> FloatArray:
    """What the months before the plan, at `opening_burn`, ask of each month's cash."""
    if runway.opening_burn is None:
        return np.zeros(len(asked))
    missing = np.maximum(runway.window - np.arange(1, len(asked) + 1), 0)
    return asked * missing / runway.window * runway.opening_burn


def _sentence(basis: str, window: int, months: FloatArray) -> str:
    least, most = float(months.min()), float(months.max())
    asked = f"{least:g} months" if least == most else f"{least:g} to {most:g} months"
    if basis == "trailing":
        return f"cash covers {asked} of the mean net burn of the last {window} months"
    return f"cash in hand covers the net burn of the next {asked}, without any later round"
