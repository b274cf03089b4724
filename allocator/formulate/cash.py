"""Cash: what is spent by category, the balance, and the second pass's cost."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import CATEGORIES, FixedFlow, Flow, Frame, Site, joined, monthly_rate
from allocator.formulate.objective import CAPITAL, add_profit, add_slack
from allocator.formulate.program import TOLERANCE
from allocator.formulate.runway import add_burn, add_runway
from allocator.plan.schema import Plan

# Ties between equally cheap plans go to the later payment: a tenth of a percent a year.
LATER_IS_CHEAPER = 0.001
# Below this, solvers do not tell a miss from rounding.
STRICTEST = 2e-9


def typical_money(plan: Plan) -> float:
    """All money that may come in: opening cash, what is or may be raised, revenue; in plan units."""
    raised = sum(round_.most for round_ in plan.funding.values())
    earned = sum(sum(revenue.amount) for revenue in plan.revenue.values() if revenue.model is None)
    return plan.plan.cash + raised + earned or 1.0


def tolerance_of(plan: Plan, money: float) -> float:
    """What a plan may miss a row by, in units of `money`, where curves feed cash.

    Tangents then promise money that the true curves do not bring, and a plan is taken once it
    misses the rules by less than what is counted as kept: a ten-millionth of the capital, not
    of all that comes in.
    """
    capital = plan.plan.cash + sum(round_.most for round_ in plan.funding.values())
    return min(TOLERANCE, max(0.5 * TOLERANCE * capital / money, STRICTEST))


def add_cash(frame: Frame) -> None:
    """Turn the collected flows into spending rows, the cash balance and the runway."""
    plan, received = frame.plan, tuple(frame.received)
    spend: dict[str, IntArray] = {}
    for category in CATEGORIES:
        flows = tuple(flow for flow in frame.spending if flow.category == category)
        fixed = tuple(constant for constant in frame.fixed if constant.category == category)
        if flows or fixed:
            spend[category] = frame.part(_add_spending, category, flows, fixed)
    keeps = 1.0 + monthly_rate(plan.plan.cash_yield)
    right = sum_of(frame.received_fixed, frame.months)
    opens = opens_with_capital(plan)
    if not opens:
        right[0] += keeps * plan.plan.cash
    cash, rows = frame.part(_add_balance, max(plan.plan.min_cash, 0.0), keeps, right)
    if opens:
        frame.part(_open_with, rows[:1], keeps)
    frame.part(_move_cash, rows, tuple(spend.values()), received)
    # Money raised is not a saving: what it costs is for the part that raises it to say. Money lent comes back with
    # its interest, at the value that money has then: lending pays where it earns more than cash does.
    earned = tuple(flow for flow in received if flow.category != "funding")
    frame.part(_add_second_objective, plan.plan.cash_yield, tuple(spend.values()), earned)
    if plan.runway is not None:
        add_slack(frame, add_runway(frame, plan.runway, cash, spend))
    elif any(term.quantity.of.name == "burn" for limit in plan.limits.values() for term in limit.terms):
        add_burn(frame, spend)
    add_profit(frame, cash)


def opens_with_capital(plan: Plan) -> bool:
    """Whether the cash of opening day is what the program makes least."""
    return plan.objective.goal == "capital" and plan.objective.capital_round is None


def sum_of(constants: Iterable[FixedFlow], months: int) -> FloatArray:
    """Money of fixed flows by month, shape (T,)."""
    summed = np.zeros(months)
    for constant in constants:
        summed += constant.amounts
    return summed


def _add_spending(site: Site, category: str, flows: tuple[Flow, ...], constants: tuple[FixedFlow, ...]) -> IntArray:
    scale = site.money / site.months
    columns = site.monthly_columns(
        f"spend.{category}",
        unit=site.currency,
        sentence=f"Paid for {category} in the month",
        lower=-np.inf,
        scale=scale,
    )
    rows = site.balance(
        f"Spending on {category}",
        columns,
        unit=site.currency,
        sentence=f"all that is paid for {category} in the month",
        right=sum_of(constants, site.months),
        scale=scale,
    )
    if flows:
        months, paid_for, coefficients = joined(flows)
        site.builder.put(rows[months], paid_for, -coefficients)
    return columns


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


def _open_with(site: Site, first: IntArray, keeps: float) -> None:
    """Opening cash that the program chooses."""
    site.builder.put(first, site.column(CAPITAL), -keeps)


def _move_cash(site: Site, rows: IntArray, spend: tuple[IntArray, ...], received: tuple[Flow, ...]) -> None:
    for columns in spend:
        site.builder.put(rows, columns, 1.0)
    for flow in received:
        site.builder.put(rows[flow.months], flow.columns, -flow.coefficients)


def _add_second_objective(site: Site, cash_yield: float, spend: tuple[IntArray, ...], earned: tuple[Flow, ...]) -> None:
    """Second pass: least outflow at the value of money, net of what is earned and what sold GPUs bring."""
    yearly = cash_yield + LATER_IS_CHEAPER
    discount = (1.0 + yearly) ** (-np.arange(1, site.months + 1) / 12.0)
    for columns in spend:
        site.builder.spend(columns, discount)
    for flow in earned:
        site.builder.spend(flow.columns, -flow.coefficients * discount[flow.months])
