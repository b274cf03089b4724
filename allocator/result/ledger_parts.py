"""The books of each part of a company, replayed month by month from what was decided.

This is the second, independent statement of the plan file's conventions: plain lists and sums, nothing shared with the
program that chose. Lists have length T, index t - 1 for month t; money is in the plan's currency unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate
from operator import mul

from allocator.plan import Plan
from allocator.plan.schema import Cost, Model, Offer, Revenue, Role, Round, Runway, Source
from allocator.result.ledger_decisions import Sale

# A month has 730 hours, whatever the calendar says.
HOURS_A_MONTH = 730


@dataclass(frozen=True)
class Entry:
    """One line of the books.

    Attributes
    ----------
    category, item, line : str
        ``compute``, ``h100-cloud``, ``rent``.
    unit : str
        Of `quantity`; empty where only money moves.
    quantity : list of float, length T
        What the money was for: GPUs, persons, items.
    money : list of float, length T
        Positive into the company, negative out of it.
    """

    category: str
    item: str
    line: str
    unit: str
    quantity: list[float]
    money: list[float]


@dataclass(frozen=True)
class Fleet:
    """GPUs of one offer by month, and what they cost and brought."""

    gpus: list[float]
    entries: list[Entry]


@dataclass(frozen=True)
class Staff:
    """Persons of one role by month, in full persons and in effective ones, and what they cost."""

    heads: list[float]
    effective: list[float]
    arrivals: list[float]
    leavers: list[float]
    entries: list[Entry]


@dataclass(frozen=True)
class Store:
    """Items of one source held at each month's close, and what they cost."""

    stock: list[float]
    entries: list[Entry]


@dataclass(frozen=True)
class Cover:
    """What the runway asks.

    Attributes
    ----------
    rule : list of float, length T
        Cash the runway rule asks at each close.
    closing_burn : float
        B, the net burn a month that stands for the months after the plan.
    at_end : float
        Cash the end of the plan asks, months x B.
    months : list of float, length T
        Months of net burn the cash covers; infinite where nothing is burnt.
    month_more : list of float, length T
        Cash that one month of runway more would ask at each close.
    """

    rule: list[float]
    closing_burn: float
    at_end: float
    months: list[float]
    month_more: list[float]


def by_month(months: int, value: Callable[[int], float]) -> list[float]:
    """Return `value` of months 1..T."""
    return [value(month) for month in range(1, months + 1)]


def total(series: Iterable[Sequence[float]], months: int) -> list[float]:
    """Return the sum of several series in each of T months, exact until its last rounding."""
    moving = [values for values in series if any(values)]
    # The columns of the table are its months; `fsum` adds each without rounding in between.
    return list(map(math.fsum, zip(*moving, strict=True))) if moving else [0.0] * months


def moving_total(series: Sequence[float], window: int) -> list[float]:
    """Return for each month the sum of that month and the `window` - 1 before it."""
    if window >= len(series):
        return list(accumulate(series))
    return [math.fsum(series[max(0, month - window) : month]) for month in range(1, len(series) + 1)]


def times(series: Iterable[float], factors: Iterable[float]) -> list[float]:
    """Return two series multiplied month by month."""
    return list(map(mul, series, factors))


def later(series: Sequence[float], delay: int) -> list[float]:
    """Return a series that comes `delay` months later; what would come after the plan's end never does."""
    months = len(series)
    return [*[0.0] * min(delay, months), *series[: max(months - delay, 0)]]


def monthly_rate(yearly: float) -> float:
    """Return the effective monthly rate of an effective yearly one: (1 + r)^(1/12) - 1."""
    return math.pow(1 + yearly, 1 / 12) - 1


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


def buy(name: str, offer: Offer, ordered: Sequence[float], sales: Sequence[Sale]) -> Fleet:
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
            Entry("compute", name, "purchase", "GPU", list(ordered), purchase),
            Entry("compute", name, "running", "GPU", gpus, running),
            Entry("compute", name, "resale", "GPU", sold, proceeds),
        ],
    )


def age_when_sold(offer: Offer, sale: Sale) -> int:
    """Return the months from delivery to sale; the opening fleet was delivered in month 0 whatever the lead."""
    return sale.sold - (sale.ordered + offer.lead if sale.ordered else 0)


def may_be_sold(offer: Offer, sale: Sale, months: int) -> bool:
    """Return whether the sale is one a company can make: in the plan, at an age of 1..life, at a price."""
    in_plan = 0 <= sale.ordered <= months and 1 <= sale.sold <= months
    return in_plan and 1 <= age_when_sold(offer, sale) <= offer.life and offer.resale > 0


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


def people(name: str, role: Role, hired: Sequence[float]) -> Staff:
    """Book a role: hires arrive `delay` months after the order and are paid from then on, with their hiring cost.

    Leavers are a share 1 - (1 - attrition)^(1/12) of the opening heads, unpaid that month and fully ramped. A hire
    counts (k + 1) / (ramp + 1) in the k-th month after arrival (k = 0 the month itself); opening staff count fully.
    """
    hiring = role.hiring
    leaving = leaving_share(role)
    arrivals = later(hired, hiring.delay)
    heads, leavers = [], []
    held = role.now
    for arrived in arrivals:
        left = held * leaving
        held = held - left + arrived
        leavers.append(left)
        heads.append(held)
    # What each arrival of the last `ramp` months does not count yet, the earliest first.
    missing = [1 - (since + 1) / (hiring.ramp + 1) for since in reversed(range(hiring.ramp))]
    before = [*[0.0] * hiring.ramp, *arrivals]
    effective = [
        held - math.fsum(map(mul, missing, before[month : month + hiring.ramp]))
        for month, held in enumerate(heads, start=1)
    ]
    salary = [-count * pay for count, pay in zip(heads, role.salary, strict=True)]
    return Staff(
        heads,
        effective,
        arrivals,
        leavers,
        [
            Entry("people", name, "salary", "person", heads, salary),
            Entry("people", name, "overhead", "person", heads, [pay * role.overhead for pay in salary]),
            Entry("people", name, "hiring", "person", arrivals, [-count * hiring.cost for count in arrivals]),
        ],
    )


def leaving_share(role: Role) -> float:
    """Return the share of the opening heads that leaves in a month: 1 - (1 - attrition)^(1/12)."""
    return -monthly_rate(-role.attrition)


def cost(name: str, terms: Cost, all_heads: Sequence[float]) -> Entry:
    """Book a cost: its amount, or its amount for each head of every role."""
    units = list(all_heads) if terms.per_person else [1.0] * len(all_heads)
    paid = [-count * amount for count, amount in zip(units, terms.amount, strict=True)]
    return Entry("costs", name, "amount", "person" if terms.per_person else "", units, paid)


def revenue(name: str, terms: Revenue, months: int) -> Entry:
    """Book revenue `paid_after` months after it is earned; months outside the plan earn nothing that is known."""

    paid = [0.0] * months
    for month in range(max(1, 1 + terms.paid_after), min(months, months + terms.paid_after) + 1):
        paid[month - 1] = terms.amount[month - terms.paid_after - 1]
    return Entry("revenue", name, "amount", "", [0.0] * months, paid)


def funding(name: str, terms: Round, months: int) -> list[Entry]:
    """Book a round in its month, with its fee in the same month."""
    amount = [0.0] * months
    amount[terms.month - 1] = terms.amount
    fee = [-money * terms.fee for money in amount]
    nothing = [0.0] * months
    return [
        Entry("funding", name, "amount", "", nothing, amount),
        Entry("funding", name, "fee", "", nothing, fee),
    ]


def research_of(model: Model, research: Sequence[float]) -> float:
    """Return a model's research in effective person-months: months 1..ready, before its training starts."""
    return math.fsum(research[: model.ready])


def stock_at_ready(source: Source, stock: Sequence[float], model: Model) -> float:
    """Return the items at the close of the month before training starts; opening stock where that is month 0."""
    return stock[model.ready - 1] if model.ready else source.now


def runway(plan: Plan, cash: Sequence[float], burn: Sequence[float], tails: float) -> Cover:
    """Return what the runway asks at each close and at the end of the plan.

    Trailing: months x the mean net burn of the last `window` months; the months before the plan burnt `opening_burn`,
    or as much as month 1. Forward: the net burn of the next months, the last in part. The months after the plan burn
    B = max(last month's, mean of the last twelve), and the end of the plan asks months x B in either basis. `tails`,
    what reservations owe beyond the plan and pay in its last month, burns there but does not go on: B is without it.
    Without a runway rule nothing is asked, and the months covered are trailing ones over six months.
    """
    terms = plan.runway or Runway.model_construct(
        months=(0.0,) * len(burn), basis="trailing", window=6, opening_burn=None, purchases=False
    )
    goes_on = max(burn[-1] - tails, 0.0)
    last_year = [*burn[-12:-1], goes_on]
    closing_burn = max(goes_on, math.fsum(last_year) / len(last_year))
    asked, more, covered = (_ahead if terms.basis == "forward" else _trailing)(terms, cash, burn, closing_burn)
    if plan.runway and terms.basis == "trailing" and closing_burn > more[-1]:
        # At the end of a plan with a runway rule, the burn that goes on counts where it is more.
        covered[-1] = cash[-1] / closing_burn
    return Cover(
        asked,
        closing_burn,
        terms.months[-1] * closing_burn,
        [months if held >= 0 else 0.0 for months, held in zip(covered, cash, strict=True)],
        more,
    )


Covers = tuple[list[float], list[float], list[float]]


def _trailing(terms: Runway, cash: Sequence[float], burn: Sequence[float], _: float) -> Covers:
    """Return what is asked at each close, what a month more would ask, and the months covered, looking back."""
    before = burn[0] if terms.opening_burn is None else terms.opening_burn
    remembered = [*[before] * (terms.window - 1), *burn]
    means = [math.fsum(remembered[first : first + terms.window]) / terms.window for first in range(len(burn))]
    covered = [held / rate if rate else math.inf for held, rate in zip(cash, means, strict=True)]
    return times(terms.months, means), means, covered


def _ahead(terms: Runway, cash: Sequence[float], burn: Sequence[float], closing_burn: float) -> Covers:
    """Return the same looking ahead, over the months of the plan and then the burn that goes on."""
    end = len(burn)

    def of_month(month: int) -> float:
        return burn[month - 1] if month <= end else closing_burn

    def asked(month: int) -> float:
        full = math.floor(terms.months[month - 1])
        part = terms.months[month - 1] - full
        return math.fsum([*(of_month(month + k) for k in range(1, full + 1)), part * of_month(month + full + 1)])

    def more(month: int) -> float:
        return of_month(month + math.floor(terms.months[month - 1]) + 1)

    def covered(month: int) -> float:
        left = cash[month - 1]
        if left < 0:
            return 0.0
        for months, next_burn in enumerate(burn[month:]):
            if next_burn > left:
                return months + left / next_burn
            left -= next_burn
        return end - month + (left / closing_burn if closing_burn else math.inf)

    return by_month(end, asked), by_month(end, more), by_month(end, covered)
