"""The rules of ``[limits]``, on the books."""

from __future__ import annotations

import math
from collections.abc import Iterator

from allocator.plan import Limit, Plan, Quantity
from allocator.result.ledger.books import Ledger
from allocator.result.ledger.checking import TOLERANCE, Say, capital_of, count, flop, money
from allocator.result.ledger.choices import Choices
from allocator.result.ledger.quantities import quantity_by_month


def limit_rules(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """Check each limit: flows summed over their months, levels month by month."""
    for name, limit in plan.limits.items():
        spans = [_span(plan, term.quantity) for term in limit.terms]
        measured = [quantity_by_month(plan, choices, ledger, term.quantity) for term in limit.terms]
        least, say = _scale(plan, limit)
        # A quantity is as large as in its largest month, also where the rule speaks of months with little of it.
        sizes = (abs(term.factor) * max(map(abs, series)) for term, series in zip(limit.terms, measured, strict=True))
        scale = max(least, abs(limit.constant), *sizes)
        for position in range(len(spans[0]) if limit.by_month else 1):
            values = []
            for term, span, series in zip(limit.terms, spans, measured, strict=True):
                if limit.by_month:
                    values.append(term.factor * series[span[position] - 1])
                else:
                    values.append(term.factor * math.fsum(series[span.start - 1 : span.stop - 1]))
            off = math.fsum([*values, -limit.constant])
            broken = {"<=": off, ">=": -off, "=": abs(off) - limit.give}[limit.sense]
            if broken > TOLERANCE * max(scale, *map(abs, values)):
                month = f", on {plan.month_label(spans[0][position])}" if limit.by_month else ""
                yield f'limits.{name}, "{limit.text}"{month}, is missed by {say(broken)}'


def _scale(plan: Plan, limit: Limit) -> tuple[float, Say]:
    """What a ten-millionth of is forgiven at least, and how what is missed is said."""
    units = {term.quantity.of.unit for term in limit.terms}
    if "money" in units:
        return capital_of(plan), money(plan)
    if "FLOP" in units:
        return max((offer.flop_per_month for offer in plan.compute.values()), default=1.0), flop
    return 1.0, count


def _span(plan: Plan, quantity: Quantity) -> range:
    """Months a quantity of a limit is read over: all of the plan unless the limit says."""
    return range(quantity.first or 1, (quantity.last or plan.plan.months) + 1)
