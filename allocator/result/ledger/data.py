"""Data, replayed month by month, and the rules of each source."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import add

from allocator.plan import Plan
from allocator.plan.schema import Model, Source
from allocator.result.ledger.books import Ledger
from allocator.result.ledger.checking import (
    TOLERANCE,
    at_most,
    capital_of,
    count,
    not_after,
    not_negative,
)
from allocator.result.ledger.choices import Choices
from allocator.result.ledger.entries import (
    Entry,
    later,
)


@dataclass(frozen=True)
class Store:
    """Items of one source held at each month's close, and what they cost."""

    stock: list[float]
    entries: list[Entry]


def data(name: str, source: Source, bought: Sequence[float]) -> Store:
    """Book data: paid with its processing when bought, there `lead` months later, stored at the closing stock."""
    stock = list(accumulate(later(bought, source.lead), initial=source.now))[1:]
    acquisition = [-items * price for items, price in zip(bought, source.price, strict=True)]
    processing = [-items * price for items, price in zip(bought, source.processing, strict=True)]
    return Store(
        stock,
        [
            Entry("data", name, "acquisition", source.unit, list(bought), acquisition),
            Entry("data", name, "processing", source.unit, list(bought), processing),
            Entry("data", name, "storage", source.unit, stock, [-items * source.storage for items in stock]),
        ],
    )


def stock_at_ready(source: Source, stock: Sequence[float], model: Model) -> float:
    """Return the items at the close of the month before training starts; opening stock where that is month 0."""
    return stock[model.ready - 1] if model.ready else source.now


def data_rules(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """Check each source: nothing negative, what is on sale in all and in a month, arrivals inside the plan."""
    capital = capital_of(plan)
    for name, source in plan.data.items():
        what = f"data.{name} {source.unit}s bought"
        bought = choices.bought[name]
        price = min(map(add, source.price, source.processing))
        scale = max(1.0, TOLERANCE * capital / price if price else 1.0, *ledger.stock[name])
        yield from not_negative(plan, what, bought, scale, count)
        if source.per_month is not None:
            yield from at_most(plan, what, bought, source.per_month, scale, count)
        total = math.fsum(bought)
        if source.max is not None and total - source.max > TOLERANCE * max(scale, source.max):
            yield (
                f"{what} over the plan are {count(total)}, {count(total - source.max)} above the"
                f" {count(source.max)} on sale"
            )
        # Data that would arrive after the plan's end is not allowed.
        yield from not_after(plan, what, bought, source.lead, "would arrive", scale)
