"""Data, replayed month by month, and the rules of each source."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from allocator.plan import Plan
from allocator.plan.schema import Automation, Model, Source
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
    times,
    total,
)


@dataclass(frozen=True)
class Store:
    """Items of one source held at each month's close, and what they cost."""

    stock: list[float]
    entries: list[Entry]


def data(
    name: str, source: Source, bought: Sequence[float], automated: Sequence[float], automation: Sequence[float]
) -> Store:
    """Book data: paid with its processing when bought, there `lead` months later, stored at the closing stock.

    Where there are tiers, the first items ever bought cost the first tier's price, and so on. What goes through
    machines (`automated`, of what is bought) costs their price instead; their capacity (`automation`) is paid when
    it is ordered.
    """
    stock = list(accumulate(later(bought, source.lead), initial=source.now))[1:]
    by_hand = [items - through for items, through in zip(bought, automated, strict=True)]
    if source.tiers:
        acquisition = [-money for money in paid_in_tiers(source, by_hand)]
    else:
        acquisition = [-items * price for items, price in zip(by_hand, source.prices, strict=True)]
    processing = [-items * price for items, price in zip(bought, source.processing, strict=True)]
    entries = [
        Entry("data", name, "acquisition", source.unit, by_hand, acquisition),
        Entry("data", name, "processing", source.unit, list(bought), processing),
        Entry("data", name, "storage", source.unit, stock, [-items * source.storage for items in stock]),
    ]
    machines = source.automation
    if machines is not None:
        through = [-items * machines.price for items in automated]
        built = [-amount * machines.cost for amount in automation]
        entries += [
            Entry("data", name, "automated", source.unit, list(automated), through),
            Entry("data", name, "automation", f"{source.unit} a month", list(automation), built),
        ]
    return Store(stock, entries)


def paid_in_tiers(source: Source, bought: Sequence[float]) -> list[float]:
    """Return what is paid each month when items are taken from the first tier until it is empty, then from the next."""
    left = [items for items, _ in source.tiers]
    left[-1] = math.inf
    paid = []
    for wanted in bought:
        bill = []
        for place, (_, price) in enumerate(source.tiers):
            taken = min(wanted, left[place])
            left[place] -= taken
            wanted -= taken
            bill.append(taken * price)
        paid.append(math.fsum(bill))
    return paid


def stock_at_ready(source: Source, stock: Sequence[float], model: Model) -> float:
    """Return the items at the close of the month before training starts; opening stock where that is month 0."""
    return stock[model.ready - 1] if model.ready else source.now


def data_rules(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """Check each source: nothing negative, what is on sale in all and in a month, arrivals inside the plan."""
    capital = capital_of(plan)
    for name, source in plan.data.items():
        what = f"data.{name} {source.unit}s bought"
        bought = choices.bought[name]
        price = source.least_price
        scale = max(1.0, TOLERANCE * capital / price if price else 1.0, *ledger.stock[name])
        yield from not_negative(plan, what, bought, scale, count)
        if source.per_month is not None:
            yield from at_most(plan, what, bought, source.per_month, scale, count)
        in_all = math.fsum(bought)
        on_sale = [math.fsum(items for items, _ in source.tiers)] if source.tiers else []
        on_sale += [] if source.max is None else [source.max]
        if on_sale and in_all - min(on_sale) > TOLERANCE * max(scale, min(on_sale)):
            yield (
                f"{what} over the plan are {count(in_all)}, {count(in_all - min(on_sale))} above the"
                f" {count(min(on_sale))} on sale"
            )
        # Data that would arrive after the plan's end is not allowed.
        yield from not_after(plan, what, bought, source.lead, "would arrive", scale)
        if source.automation is not None:
            yield from _machine_rules(plan, name, source, source.automation, choices, scale)
    yield from _handling_rules(plan, choices, ledger)


def _machine_rules(
    plan: Plan, name: str, source: Source, machines: Automation, choices: Choices, scale: float
) -> Iterator[str]:
    """Machines take what was bought, no more than they can, and only once they are there."""
    what, unit = f"data.{name}", f"{source.unit}s"
    through, built = choices.automated[name], choices.automation[name]
    there = list(accumulate(later(built, machines.lead)))
    yield from not_negative(plan, f"{what} capacity ordered", built, scale, count)
    yield from not_negative(plan, f"{what} {unit} automated", through, scale, count)
    yield from at_most(plan, f"{what} {unit} automated", through, choices.bought[name], scale, count, "purchases")
    yield from at_most(plan, f"{what} {unit} automated", through, there, scale, count, "capacity")
    if machines.max is not None:
        yield from at_most(plan, f"{what} capacity", there, [machines.max] * len(there), scale, count)


def _handling_rules(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """What arrives of a unit and goes through no machine is handled by the people who handle that unit."""
    months = plan.plan.months
    for unit in sorted({role.handles.unit for role in plan.people.values() if role.handles is not None}):
        hands = [
            times(ledger.effective[name], [role.handles.items] * months)
            for name, role in plan.people.items()
            if role.handles is not None and role.handles.unit == unit
        ]
        arriving = [
            later(
                [items - through for items, through in zip(choices.bought[name], choices.automated[name], strict=True)],
                source.lead,
            )
            for name, source in plan.data.items()
            if source.unit == unit
        ]
        scale = max(
            role.handles.items * max(1.0, role.now, *role.max)
            for role in plan.people.values()
            if role.handles is not None and role.handles.unit == unit
        )
        what = f"{unit}s that arrive to be handled"
        yield from at_most(plan, what, total(arriving, months), total(hands, months), scale, count, "hands")
