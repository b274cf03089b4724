"""The rules of ``[limits]``, on the books."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import chain

from allocator.plan import Limit, Plan, Quantity
from allocator.result.ledger.books import Ledger
from allocator.result.ledger.checking import (
    TOLERANCE,
    capital_of,
    count,
    money,
)
from allocator.result.ledger.choices import Choices

_OF_MONEY = ("spend", "amount", "drawn", "owed")


def limit_rules(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """Check each limit: flows summed over their months, levels month by month."""
    for name, limit in plan.limits.items():
        stocks = any(term.quantity.is_stock for term in limit.terms)
        length = max(len(_span(plan, term.quantity)) for term in limit.terms) if stocks else 1
        spending = any(term.quantity.measure in _OF_MONEY for term in limit.terms)
        least_scale = capital_of(plan) if spending else 1.0
        for position in range(length):
            values = [term.factor * _measured(plan, choices, ledger, term.quantity, position) for term in limit.terms]
            off = math.fsum([*values, -limit.constant])
            broken = {"<=": off, ">=": -off, "=": abs(off)}[limit.sense]
            if broken > TOLERANCE * max(least_scale, abs(limit.constant), *map(abs, values)):
                say = money(plan) if spending else count
                yield f'limits.{name}, "{limit.text}"{_on(plan, limit, position)}, is missed by {say(broken)}'


def _span(plan: Plan, quantity: Quantity) -> range:
    """Months a quantity of a limit is read over: all of the plan unless the limit says."""
    return range(quantity.first or 1, (quantity.last or plan.plan.months) + 1)


def _on(plan: Plan, limit: Limit, position: int) -> str:
    levels = [term.quantity for term in limit.terms if term.quantity.is_stock]
    return f", on {plan.month_label(_span(plan, levels[0])[position])}" if levels else ""


def _measured(plan: Plan, choices: Choices, ledger: Ledger, quantity: Quantity, position: int) -> float:
    """A level at the position-th month of its range, or a flow summed over its range."""
    item = quantity.item or ""
    span = _span(plan, quantity)
    if quantity.measure == "gpus":
        return ledger.gpus[item][span[position] - 1]
    if quantity.measure == "headcount":
        return ledger.heads[item][span[position] - 1]
    if quantity.measure == "owed":
        return ledger.owed[item][span[position] - 1]
    months = slice(span.start - 1, span.stop - 1)
    if quantity.measure == "dilution":
        sold = (shares[months] for name, shares in ledger.dilution.items() if quantity.item in (None, name))
        return math.fsum(chain.from_iterable(sold))
    if quantity.measure in ("amount", "drawn"):
        came = (
            entry.money[months]
            for entry in ledger.entries
            if (entry.category, entry.item) == ("funding", item) and entry.line in ("amount", "drawn", "used")
        )
        return math.fsum(chain.from_iterable(came))
    if quantity.measure == "spend":
        paid = (
            entry.money[months]
            for entry in ledger.paid
            if quantity.section in ("total", entry.category) and quantity.item in (None, entry.item)
        )
        return -math.fsum(chain.from_iterable(paid))
    flows = {"orders": choices.ordered, "items": choices.bought, "hires": choices.hired}[quantity.measure]
    return math.fsum(flows[item][months])
