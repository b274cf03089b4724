"""GPUs, replayed month by month, and the rules of each offer."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import mul

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
from allocator.result.ledger.choices import Choices, Sale
from allocator.result.ledger.entries import (
    HOURS_A_MONTH,
    Entry,
    later,
    moving_total,
    times,
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
        return reserve(name, offer, choices.ordered[name])
    # Net burn counts purchases of GPUs only where the runway does.
    counts = plan.runway is not None and plan.runway.purchases
    return buy(name, offer, choices.ordered[name], choices.sold[name], purchases_burn=counts)


def rent(name: str, offer: Offer, rented: Sequence[float]) -> Fleet:
    """Book rented GPUs: paid gpus x price x 730 h in the month they serve."""
    gpus = list(rented)
    paid = [-count * price * HOURS_A_MONTH for count, price in zip(gpus, offer.price, strict=True)]
    return Fleet(gpus, [Entry("compute", name, "rent", "GPU", gpus, paid)])


def reserve(name: str, offer: Offer, signed: Sequence[float]) -> Fleet:
    """Book contracts, signed at the month's price, that run `term` months from the month they are signed in.

    Of the total, gpus x price x 730 x term, the share `upfront` is paid on signing and the rest in equal parts over
    the months of the term; parts due after the plan's end are paid in its last month. Contracts held on opening day
    were signed the day before it at month 1's price, their upfront share already paid, and run months 1..term.
    """
    months = len(signed)
    term = offer.term or 0
    price = [hourly * HOURS_A_MONTH for hourly in offer.price]
    opening = [offer.now, *[0.0] * (months - 1)]
    # A contract of opening day runs the months that one signed in month 1 does, at the same price.
    contracts = [one + other for one, other in zip(signed, opening, strict=True)]
    monthly = times(contracts, [(1 - offer.upfront) * money for money in price])
    at_once = times(signed, [-offer.upfront * term * money for money in price])
    gpus = moving_total(contracts, term)
    # Months of each contract that lie beyond the plan's end.
    beyond = [max(first + term - 1 - months, 0) for first in range(1, months + 1)]
    nothing = [0.0] * (months - 1)
    return Fleet(
        gpus,
        [
            Entry("compute", name, "upfront", "GPU", list(signed), at_once),
            Entry("compute", name, "commitment", "GPU", gpus, [-money for money in moving_total(monthly, term)]),
            Entry(
                "compute",
                name,
                "tail",
                "GPU-month",
                [*nothing, math.fsum(map(mul, contracts, beyond))],
                [*nothing, -math.fsum(map(mul, monthly, beyond))],
            ),
        ],
    )


def buy(
    name: str, offer: Offer, ordered: Sequence[float], sales: Sequence[Sale], *, purchases_burn: bool = False
) -> Fleet:
    """Book bought GPUs: paid when ordered, serving from order + lead for `life` months or until they are sold.

    A sale pays price paid x resale^(age / 12) in its month, age counted from delivery, and the GPU no longer serves in
    that month. The opening fleet counts as ordered and delivered in month 0, at month 1's price.
    """
    months = len(ordered)
    booked = [sale for sale in sales if may_be_sold(offer, sale, months)]
    # The opening fleet, delivered in month 0, serves the months before its life is over.
    opening = [offer.now if month < offer.life else 0.0 for month in range(1, months + 1)]
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
    """Return the months from delivery to sale; the opening fleet was delivered in month 0 whatever the lead."""
    return sale.sold - (sale.ordered + offer.lead if sale.ordered else 0)


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
