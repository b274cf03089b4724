"""Revenue, by the month in which it is paid: earned anyway, added by marketing, earned by a model's quality."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from allocator.plan import Plan
from allocator.plan.schema import Revenue
from allocator.result.ledger.books import Ledger
from allocator.result.ledger.checking import at_most, capital_of, money, not_negative
from allocator.result.ledger.choices import Choices
from allocator.result.ledger.entries import (
    Entry,
    later,
)


def revenue(plan: Plan, name: str, spent: Sequence[float], value: float | None) -> list[Entry]:
    """Book one revenue, and what marketing for it costs.

    Parameters
    ----------
    plan : Plan
    name : str
    spent : list of float
        On marketing, by month.
    value : float or None
        The metric that the model it is earned by reached; None is no model at all.
    """
    terms, months = plan.revenue[name], plan.plan.months
    nothing = [0.0] * months
    full = [amount * math.pow(1 - terms.churn, month / 12) for month, amount in enumerate(terms.amount)]
    if terms.model is None:
        entries = [Entry("revenue", name, "amount", "", nothing, paid(full, terms.paid_after), kind="revenue")]
    else:
        # Nobody pays in advance for a model that is not there.
        deadline = plan.models[terms.model.name].deadline
        earned = [0.0] * deadline + [score(terms, value) * amount for amount in full[deadline:]]
        money_in = later(earned, max(terms.paid_after, 0))
        entries = [Entry("revenue", name, "model", "", nothing, money_in, kind="revenue")]
    if terms.marketing is not None:
        money_in = later(added(terms, spent), max(terms.paid_after, 0))
        entries += [
            Entry("revenue", name, "marketing", "", nothing, money_in, kind="revenue"),
            Entry("marketing", name, "spending", "", nothing, [-amount for amount in spent]),
        ]
    return entries


def paid(earned: Sequence[float], paid_after: int) -> list[float]:
    """Return what is paid by month, `paid_after` months after it is earned; other months earn nothing known."""
    months = len(earned)
    received = [0.0] * months
    for month in range(max(1, 1 + paid_after), min(months, months + paid_after) + 1):
        received[month - 1] = earned[month - paid_after - 1]
    return received


def score(terms: Revenue, value: float | None) -> float:
    """Return the share of the full revenue that a quality earns: none at `nothing_at`, all at `all_at` and beyond."""
    if terms.model is None or value is None:
        return 0.0
    way = (terms.model.nothing_at - value) / (terms.model.nothing_at - terms.model.all_at)
    return min(1.0, max(0.0, way))


def added(terms: Revenue, spent: Sequence[float]) -> list[float]:
    """Return the monthly revenue that marketing of the months before has added, less those who left since."""
    plan = terms.marketing
    if plan is None:
        return [0.0] * len(spent)
    leaving = terms.churn if plan.churn is None else plan.churn
    stays = math.pow(1 - leaving, 1 / 12)
    held, series = 0.0, []
    for month in range(len(spent)):
        before = spent[month - 1] if month else 0.0
        held = held * stays + plan.adds * before / (before + plan.half)
        series.append(held)
    return series


def revenue_rules(plan: Plan, choices: Choices, _: Ledger) -> Iterator[str]:
    """Check marketing: never negative, never above its most."""
    say = money(plan)
    for name, terms in plan.revenue.items():
        if terms.marketing is not None:
            what = f"revenue.{name} marketing"
            spent = choices.marketing[name]
            yield from not_negative(plan, what, spent, capital_of(plan), say)
            yield from at_most(plan, what, spent, terms.marketing.max, capital_of(plan), say)
