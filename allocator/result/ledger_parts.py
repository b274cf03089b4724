"""The books of each part of a company, replayed month by month from what was decided.

This is the second, independent statement of the plan file's conventions: plain lists and sums, nothing shared with the
program that chose. Lists have length T, index t - 1 for month t; money is in the plan's currency unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
    # (first month it runs, GPUs, money per GPU-month, upfront share still to be paid)
    contracts = [(1, offer.now, offer.price[0] * HOURS_A_MONTH, 0.0)]
    contracts += [
        (month, signed[month - 1], offer.price[month - 1] * HOURS_A_MONTH, offer.upfront)
        for month in range(1, months + 1)
    ]
    gpus = [0.0] * months
    upfront, commitment, tail, due = [0.0] * months, [0.0] * months, [0.0] * months, [0.0] * months
    for first, count, price, share in contracts:
        upfront[first - 1] -= share * count * price * term
        for month in range(first, first + term):
            part = (1 - offer.upfront) * count * price
            if month <= months:
                gpus[month - 1] += count
                commitment[month - 1] -= part
            else:
                tail[-1] -= part
                due[-1] += count
    return Fleet(
        gpus,
        [
            Entry("compute", name, "upfront", "GPU", list(signed), upfront),
            Entry("compute", name, "commitment", "GPU", gpus, commitment),
            Entry("compute", name, "tail", "GPU-month", due, tail),
        ],
    )


def buy(name: str, offer: Offer, ordered: Sequence[float], sales: Sequence[Sale]) -> Fleet:
    """Book bought GPUs: paid when ordered, serving from order + lead for `life` months or until they are sold.

    A sale pays price paid x resale^(age / 12) in its month, age counted from delivery, and the GPU no longer serves in
    that month. The opening fleet counts as ordered and delivered in month 0, at month 1's price.
    """
    months = len(ordered)
    booked = [sale for sale in sales if may_be_sold(offer, sale, months)]
    # (order month, delivery month, GPUs)
    cohorts = [(0, 0, offer.now)]
    cohorts += [(month, month + offer.lead, ordered[month - 1]) for month in range(1, months + 1)]

    def serving(month: int) -> float:
        counts = []
        for placed, delivered, count in cohorts:
            if delivered <= month < delivered + offer.life:
                counts.append(count)
                counts += [-sale.gpus for sale in booked if sale.ordered == placed and sale.sold <= month]
        return math.fsum(counts)

    gpus = by_month(months, serving)
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
    stock = []
    held = source.now
    for month in range(1, len(bought) + 1):
        held += bought[month - 1 - source.lead] if month > source.lead else 0.0
        stock.append(held)
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
    months = len(hired)
    hiring = role.hiring
    leaving = leaving_share(role)
    arrivals = by_month(months, lambda month: hired[month - 1 - hiring.delay] if month > hiring.delay else 0.0)
    heads, leavers, effective = [], [], []
    held = role.now
    for month in range(1, months + 1):
        left = held * leaving
        held = held - left + arrivals[month - 1]
        ramping = [
            arrivals[month - 1 - since] * (1 - (since + 1) / (hiring.ramp + 1))
            for since in range(min(hiring.ramp, month))
        ]
        leavers.append(left)
        heads.append(held)
        effective.append(held - math.fsum(ramping))
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

    def received(month: int) -> float:
        earned = month - terms.paid_after
        return terms.amount[earned - 1] if 1 <= earned <= months else 0.0

    return Entry("revenue", name, "amount", "", [0.0] * months, by_month(months, received))


def funding(name: str, terms: Round, months: int) -> list[Entry]:
    """Book a round in its month, with its fee in the same month."""
    amount = by_month(months, lambda month: terms.amount if month == terms.month else 0.0)
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
    end = len(burn)
    goes_on = max(burn[-1] - tails, 0.0)
    last_year = [*burn[-12:-1], goes_on]
    closing_burn = max(goes_on, math.fsum(last_year) / len(last_year))
    if terms.basis == "forward":

        def ahead(month: int) -> float:
            return burn[month - 1] if month <= end else closing_burn

        def asked(month: int) -> float:
            full = math.floor(terms.months[month - 1])
            part = terms.months[month - 1] - full
            return math.fsum([*(ahead(month + k) for k in range(1, full + 1)), part * ahead(month + full + 1)])

        def more(month: int) -> float:
            return ahead(month + math.floor(terms.months[month - 1]) + 1)

        def covered(month: int) -> float:
            left = cash[month - 1]
            for months, next_burn in enumerate(burn[month:]):
                if next_burn > left:
                    return months + left / next_burn
                left -= next_burn
            return end - month + (left / closing_burn if closing_burn else math.inf)
    else:
        before = burn[0] if terms.opening_burn is None else terms.opening_burn

        def mean(month: int) -> float:
            window = range(month - terms.window + 1, month + 1)
            return math.fsum(burn[k - 1] if k >= 1 else before for k in window) / terms.window

        def asked(month: int) -> float:
            return terms.months[month - 1] * mean(month)

        more = mean

        def covered(month: int) -> float:
            # At the end of a plan with a runway rule, the burn that goes on counts where it is more.
            rate = max(mean(month), closing_burn) if month == end and plan.runway else mean(month)
            return cash[month - 1] / rate if rate else math.inf

    return Cover(
        by_month(end, asked),
        closing_burn,
        terms.months[-1] * closing_burn,
        by_month(end, lambda month: covered(month) if cash[month - 1] >= 0 else 0.0),
        by_month(end, more),
    )
