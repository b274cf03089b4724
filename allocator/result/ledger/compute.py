"""GPUs, replayed month by month, and the rules of each offer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from allocator.plan import Plan
from allocator.plan.schema import Offer
from allocator.result.ledger.books import Ledger
from allocator.result.ledger.checking import (
    TOLERANCE,
    WHOLE_TOLERANCE,
    at_least,
    at_most,
    count,
    not_after,
    not_negative,
    order_label,
    part_of_lot,
    whole_units,
)
from allocator.result.ledger.choices import Choices, Exit, Sale
from allocator.result.ledger.entries import (
    HOURS_A_MONTH,
    Entry,
    later,
    moving_total,
    total,
)


@dataclass(frozen=True)
class Fleet:
    """GPUs of one offer by month, and what they cost and brought."""

    gpus: list[float]
    entries: list[Entry]


def fleet(plan: Plan, choices: Choices, name: str) -> Fleet:
    """Book an offer by its kind."""
    offer = plan.compute[name]
    if offer.kind == "rent":
        return rent(name, offer, choices.rented[name])
    if offer.kind == "reserve":
        return reserve(name, offer, choices.ordered[name], choices.ended[name])
    # Net burn counts purchases of GPUs only where the runway does.
    counts = plan.runway is not None and plan.runway.purchases
    return buy(name, offer, choices.ordered[name], choices.sold[name], purchases_burn=counts)


def rent(name: str, offer: Offer, rented: Sequence[float]) -> Fleet:
    """Book rented GPUs: paid gpus x price x 730 h in the month they serve."""
    gpus = list(rented)
    paid = [-count * price * HOURS_A_MONTH for count, price in zip(gpus, offer.price, strict=True)]
    return Fleet(gpus, [Entry("compute", name, "rent", "GPU", gpus, paid)])


def reserve(name: str, offer: Offer, signed: Sequence[float], ended: Sequence[Exit] = ()) -> Fleet:
    """Book contracts, signed at the month's price, that run `term` months from the month they are signed in.

    Of the total, gpus x price x 730 x term, the share `upfront` is paid on signing and the rest in equal parts over
    the months of the term; parts due after the plan's end are paid in its last month. Contracts held on opening day
    were signed the day before it at month 1's price (or have run `age` months), their upfront share already paid.

    A contract that is left early serves and is due up to the month before, and pays a fee in the first month without:
    the share `exit_fee` of what it would still owe, or `exit_months` months of it, never more than remain.
    """
    months = len(signed)
    price = [hourly * HOURS_A_MONTH for hourly in offer.price]
    # Runs of GPUs: what each owes a month, its first month, and the last it is due by its term.
    runs = [(gpus, price[first - 1], first, first + _term(offer) - 1) for first, gpus in enumerate(signed, start=1)]
    runs.append((offer.now, price[0], 1, _term(offer) - offer.age))
    fee, left = [0.0] * months, [0.0] * months
    for exit_ in ended:
        if not may_be_left(offer, exit_, months):
            continue
        owed, last = price[max(exit_.signed, 1) - 1], last_month_due(offer, exit_.signed)
        # What is left early is no longer due from that month on.
        runs.append((-exit_.gpus, owed, exit_.left, last))
        remaining = last - exit_.left + 1
        charged = min(offer.exit_months or 0, remaining) if offer.exit_fee is None else offer.exit_fee * remaining
        fee[exit_.left - 1] += exit_.gpus * owed * (1 - offer.upfront) * charged
        left[exit_.left - 1] += exit_.gpus
    running: list[list[float]] = [[] for _ in range(months)]
    due: list[list[float]] = [[] for _ in range(months)]
    late, late_money = [], []
    for gpus, owed, first, last in runs:
        if gpus == 0:
            continue
        for month in range(first, min(last, months) + 1):
            running[month - 1].append(gpus)
            due[month - 1].append(gpus * owed * (1 - offer.upfront))
        beyond = max(last - months, 0)
        late.append(gpus * beyond)
        late_money.append(gpus * owed * (1 - offer.upfront) * beyond)
    gpus_running = list(map(math.fsum, running))
    nothing = [0.0] * (months - 1)
    entries = [
        Entry(
            "compute",
            name,
            "upfront",
            "GPU",
            list(signed),
            [-gpus * offer.upfront * _term(offer) * money for gpus, money in zip(signed, price, strict=True)],
        ),
        Entry("compute", name, "commitment", "GPU", gpus_running, [-math.fsum(money) for money in due]),
        Entry("compute", name, "tail", "GPU-month", [*nothing, math.fsum(late)], [*nothing, -math.fsum(late_money)]),
    ]
    if offer.exit_fee is not None or offer.exit_months is not None:
        entries.append(Entry("compute", name, "exit", "GPU", left, [-money for money in fee]))
    return Fleet(gpus_running, entries)


def _term(offer: Offer) -> int:
    return offer.term or 0


def last_month_due(offer: Offer, signed: int) -> int:
    """Return the last month of a contract by its term; one of opening day has run `age` months of it."""
    return signed + _term(offer) - 1 if signed else _term(offer) - offer.age


def may_be_left(offer: Offer, exit_: Exit, months: int) -> bool:
    """Return whether a contract can be left then: it has run a month (or before the plan) and would run on."""
    if offer.exit_fee is None and offer.exit_months is None:
        return False
    in_plan = 0 <= exit_.signed <= months and exit_.signed < exit_.left <= months
    return in_plan and exit_.left <= last_month_due(offer, exit_.signed)


def buy(
    name: str, offer: Offer, ordered: Sequence[float], sales: Sequence[Sale], *, purchases_burn: bool = False
) -> Fleet:
    """Book bought GPUs: paid when ordered, serving from order + lead for `life` months or until they are sold.

    A sale pays price paid x resale^(age / 12) in its month, age counted from delivery, and the GPU no longer serves in
    that month. The opening fleet counts as delivered `age` months before opening day, at month 1's price.
    """
    months = len(ordered)
    booked = [sale for sale in sales if may_be_sold(offer, sale, months)]
    # The opening fleet, delivered in month -age, serves the months before its life is over.
    opening = [offer.now if month < offer.life - offer.age else 0.0 for month in range(1, months + 1)]
    serving = [opening, moving_total(later(ordered, offer.lead), offer.life)]
    for sale in booked:
        # A cohort's age when it is sold says when it came, and so when its life would have been over.
        worn_out = sale.sold - age_when_sold(offer, sale) + offer.life
        serving.append([-sale.gpus if sale.sold <= month < worn_out else 0.0 for month in range(1, months + 1)])
    gpus = total(serving, months)
    purchase = [-count * price for count, price in zip(ordered, offer.price, strict=True)]
    running = [-count * offer.running for count in gpus]
    sold, proceeds = [0.0] * months, [0.0] * months
    for sale in booked:
        paid = offer.price[max(sale.ordered, 1) - 1]
        sold[sale.sold - 1] += sale.gpus
        proceeds[sale.sold - 1] += sale.gpus * paid * offer.resale ** (age_when_sold(offer, sale) / 12)
    return Fleet(
        gpus,
        [
            Entry("compute", name, "purchase", "GPU", list(ordered), purchase, burns=purchases_burn),
            Entry("compute", name, "running", "GPU", gpus, running),
            Entry("compute", name, "resale", "GPU", sold, proceeds, kind="sold"),
        ],
    )


def age_when_sold(offer: Offer, sale: Sale) -> int:
    """Return the months from delivery to sale; the opening fleet was delivered in month -age whatever the lead."""
    return sale.sold - (sale.ordered + offer.lead if sale.ordered else -offer.age)


def may_be_sold(offer: Offer, sale: Sale, months: int) -> bool:
    """Return whether the sale is one a company can make: in the plan, at an age of 1..life, at a price."""
    in_plan = 0 <= sale.ordered <= months and 1 <= sale.sold <= months
    return in_plan and 1 <= age_when_sold(offer, sale) <= offer.life and offer.resale > 0


def compute_rules(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """Check each offer: bounds on the GPUs serving, lots, orders inside the plan, sales of what is there to sell."""
    for name, offer in plan.compute.items():
        what = f"compute.{name}"
        decided = choices.rented[name] if offer.kind == "rent" else choices.ordered[name]
        words = {"rent": "GPUs rented", "reserve": "GPUs reserved", "buy": "GPUs ordered"}[offer.kind]
        yield from not_negative(plan, f"{what} {words}", decided, 1.0, count)
        # A fleet that has been sold leaves rounding of what it once was.
        fleet = max(1.0, offer.now, *map(abs, decided))
        yield from at_least(plan, f"{what} GPUs", ledger.gpus[name], offer.min, fleet, count)
        if offer.max is not None:
            yield from at_most(plan, f"{what} GPUs", ledger.gpus[name], offer.max, fleet, count)
        yield from whole_units(plan, f"{what} {words}", decided, offer.lot)
        if offer.kind == "reserve":
            yield from _exit_rules(plan, choices, name, offer)
        if offer.kind != "buy":
            continue
        # Orders that deliver after the plan's end are not allowed.
        yield from not_after(plan, f"{what} {words}", decided, offer.lead, "would be delivered")
        sold_of: dict[int, float] = {}
        for sale in choices.sold[name]:
            if abs(sale.gpus) <= TOLERANCE:
                continue
            for wrong in _wrong_sale(plan, offer, sale):
                ordered, sold = order_label(plan, sale.ordered), plan.month_label(sale.sold)
                yield f"{what} GPUs ordered in {ordered} and sold in {sold} {wrong}"
            sold_of[sale.ordered] = sold_of.get(sale.ordered, 0.0) + sale.gpus
        for placed, gpus in sold_of.items():
            there = offer.now if placed == 0 else decided[placed - 1] if 0 < placed <= len(decided) else 0.0
            if gpus - there > TOLERANCE * max(1.0, gpus, there):
                yield (
                    f"{what} GPUs ordered in {order_label(plan, placed)} are {count(there)}, and {count(gpus)} of them"
                    f" are sold, {count(gpus - there)} more than there are"
                )


def _exit_rules(plan: Plan, choices: Choices, name: str, offer: Offer) -> Iterator[str]:
    """Check exits: contracts that may be left, when they may be, and no more than there are."""
    what = f"compute.{name}"
    left_of: dict[int, float] = {}
    for exit_ in choices.ended[name]:
        if abs(exit_.gpus) <= TOLERANCE:
            continue
        signed = order_label(plan, exit_.signed)
        when = plan.month_label(exit_.left)
        if exit_.gpus < 0:
            yield f"{what} contracts signed in {signed} and left in {when} are {count(exit_.gpus)}, below 0"
        elif not may_be_left(offer, exit_, plan.plan.months):
            why = "cannot be left then" if offer.may_exit else "but the offer has no exit"
            yield f"{what} contracts signed in {signed} are left in {when}, {why}"
        if exit_.left <= plan.plan.whole and part_of_lot(exit_.gpus, offer.lot) > WHOLE_TOLERANCE:
            yield f"{what} contracts left in {when} are {count(exit_.gpus)}, not whole lots of {offer.lot}"
        left_of[exit_.signed] = left_of.get(exit_.signed, 0.0) + exit_.gpus
    for month, gpus in left_of.items():
        there = offer.now if month == 0 else choices.ordered[name][month - 1] if 0 < month <= plan.plan.months else 0.0
        if gpus - there > TOLERANCE * max(1.0, gpus, there):
            yield (
                f"{what} GPUs under contract since {order_label(plan, month)} are {count(there)}, and {count(gpus)} of"
                f" them are left early, {count(gpus - there)} more than there are"
            )


def _wrong_sale(plan: Plan, offer: Offer, sale: Sale) -> Iterator[str]:
    if sale.gpus < 0:
        yield f"are {count(sale.gpus)}, below 0"
    elif offer.resale <= 0:
        yield f"are {count(sale.gpus)}, but the offer has no resale"
    elif not may_be_sold(offer, sale, plan.plan.months):
        yield (
            f"would be {age_when_sold(offer, sale)} months old; a GPU is sold at 1 to {offer.life}"
            " months, inside the plan"
        )
    if sale.sold <= plan.plan.whole and part_of_lot(sale.gpus, offer.lot) > WHOLE_TOLERANCE:
        yield f"are {count(sale.gpus)}, not whole lots of {offer.lot}"
