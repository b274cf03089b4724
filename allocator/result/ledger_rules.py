"""Every rule of a plan, checked on the replayed ledger: one sentence for each rule and month that is broken.

A rule is broken when it is missed by more than 1e-7 of its quantity's scale: the largest absolute value of the quantity
or of its bound; for money at least the capital (opening cash and rounds), for items at least what one ten-millionth
of it buys, for counts at least 1. Whole units are whole within 1e-6.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from operator import add, sub

from allocator.plan import Limit, Plan, Quantity
from allocator.plan.schema import Offer
from allocator.result.ledger_books import Ledger
from allocator.result.ledger_decisions import Choices, Sale
from allocator.result.ledger_parts import Cover, age_when_sold, leaving_share, may_be_sold, stock_at_ready

TOLERANCE = 1e-7
WHOLE_TOLERANCE = 1e-6
Say = Callable[[float], str]


def find_violations(plan: Plan, choices: Choices, ledger: Ledger, cover: Cover) -> list[str]:
    """Return a sentence for each rule that the books break."""
    checks = (compute_rules, data_rules, people_rules, model_rules)
    found = [sentence for check in checks for sentence in check(plan, choices, ledger)]
    return [*found, *cash_rules(plan, ledger, cover), *limit_rules(plan, choices, ledger)]


def compute_rules(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """Check each offer: bounds on the GPUs serving, lots, orders inside the plan, sales of what is there to sell."""
    for name, offer in plan.compute.items():
        what = f"compute.{name}"
        decided = choices.rented[name] if offer.kind == "rent" else choices.ordered[name]
        words = {"rent": "GPUs rented", "reserve": "GPUs reserved", "buy": "GPUs ordered"}[offer.kind]
        yield from _not_negative(plan, f"{what} {words}", decided, 1.0, count)
        # A fleet that has been sold leaves rounding of what it once was.
        fleet = max(1.0, offer.now, *map(abs, decided))
        yield from _at_least(plan, f"{what} GPUs", ledger.gpus[name], offer.min, fleet, count)
        if offer.max is not None:
            yield from _at_most(plan, f"{what} GPUs", ledger.gpus[name], offer.max, fleet, count)
        yield from _whole(plan, f"{what} {words}", decided, offer.lot)
        if offer.kind != "buy":
            continue
        # Orders that deliver after the plan's end are not allowed.
        yield from _not_after(plan, f"{what} {words}", decided, offer.lead, "would be delivered")
        sold_of: dict[int, float] = {}
        for sale in choices.sold[name]:
            if abs(sale.gpus) <= TOLERANCE:
                continue
            for wrong in _wrong_sale(plan, offer, sale):
                ordered, sold = _order_label(plan, sale.ordered), plan.month_label(sale.sold)
                yield f"{what} GPUs ordered in {ordered} and sold in {sold} {wrong}"
            sold_of[sale.ordered] = sold_of.get(sale.ordered, 0.0) + sale.gpus
        for placed, gpus in sold_of.items():
            there = offer.now if placed == 0 else decided[placed - 1] if 0 < placed <= len(decided) else 0.0
            if gpus - there > TOLERANCE * max(1.0, gpus, there):
                yield (
                    f"{what} GPUs ordered in {_order_label(plan, placed)} are {count(there)}, and {count(gpus)} of them"
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
    if sale.sold <= plan.plan.whole and _part(sale.gpus, offer.lot) > WHOLE_TOLERANCE:
        yield f"are {count(sale.gpus)}, not whole lots of {offer.lot}"


def data_rules(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """Check each source: nothing negative, what is on sale in all and in a month, arrivals inside the plan."""
    capital = _capital(plan)
    for name, source in plan.data.items():
        what = f"data.{name} {source.unit}s bought"
        bought = choices.bought[name]
        price = min(map(add, source.price, source.processing))
        scale = max(1.0, TOLERANCE * capital / price if price else 1.0, *ledger.stock[name])
        yield from _not_negative(plan, what, bought, scale, count)
        if source.per_month is not None:
            yield from _at_most(plan, what, bought, source.per_month, scale, count)
        total = math.fsum(bought)
        if source.max is not None and total - source.max > TOLERANCE * max(scale, source.max):
            yield (
                f"{what} over the plan are {count(total)}, {count(total - source.max)} above the"
                f" {count(source.max)} on sale"
            )
        # Data that would arrive after the plan's end is not allowed.
        yield from _not_after(plan, what, bought, source.lead, "would arrive", scale)


def people_rules(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """Check each role: hires, floor and cap of heads, and heads kept once the last training begins."""
    for name, role in plan.people.items():
        what = f"people.{name}"
        hired, heads = choices.hired[name], ledger.heads[name]
        yield from _not_negative(plan, f"{what} hires ordered", hired, 1.0, count)
        if role.hiring.per_month is not None:
            yield from _at_most(plan, f"{what} hires ordered", hired, [role.hiring.per_month] * len(hired), 1.0, count)
        yield from _whole(plan, f"{what} hires ordered", hired, 1)
        # Hires that would arrive after the plan's end do not exist.
        yield from _not_after(plan, f"{what} hires ordered", hired, role.hiring.delay, "would arrive")
        # Nobody can arrive before the delay has passed: until then leavers may take heads below the floor.
        # Persons come whole while leavers are expected values: the floor gives way by one until the last whole
        # order has arrived.
        stays = 1 - leaving_share(role)
        months, delay = plan.plan.months, role.hiring.delay
        last_whole = plan.plan.whole + delay if plan.plan.whole and role.attrition > 0 else 0
        floor = list(role.min)
        for month in range(1, min(delay, months) + 1):
            floor[month - 1] = min(floor[month - 1], role.now * stays**month)
        for month in range(1, min(last_whole, months) + 1):
            floor[month - 1] -= 1.0
        yield from _at_least(plan, f"{what} heads", heads, floor, 1.0, count)
        yield from _at_most(plan, f"{what} heads", heads, role.max, 1.0, count)
        # Models that count: one of weight 0 without a target says nothing about the staff.
        begun = [model.ready for model in plan.models.values() if model.weight > 0 or model.target is not None]
        if plan.plan.wind_down or not begun:
            continue
        # Once the last training begins (and the first hire can have arrived) heads do not fall below those of that
        # month, so that the end of research is not an end of the company.
        last = max([1, delay, *begun])
        scale = max(1.0, *heads)
        for month in range(last + 1, months + 1):
            kept = heads[last - 1] - (1.0 if month <= last_whole else 0.0)
            if kept - heads[month - 1] > TOLERANCE * scale:
                yield (
                    f"{what} heads on {plan.month_label(month)} are {count(heads[month - 1])},"
                    f" {count(kept - heads[month - 1])} below the {count(kept)} to be kept from"
                    f" {plan.month_label(last)} on"
                )


def model_rules(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """Check each model: compute in its training months only, no month too large a share, no more data than there is."""
    one_gpu = max((offer.flop_per_month for offer in plan.compute.values()), default=1.0)
    yield from _at_most(plan, "compute used", ledger.used_flop, ledger.delivered_flop, one_gpu, flop, bound="delivered")
    for name, model in plan.models.items():
        what = f"models.{name}"
        run, training = choices.training[name], model.training
        yield from _not_negative(plan, f"{what} compute", run, one_gpu, flop)
        scale = max(one_gpu, *map(abs, run))
        for month, used in enumerate(run, start=1):
            if used > TOLERANCE * scale and month not in training:
                yield f"{what} compute on {plan.month_label(month)} is {flop(used)}, outside its training months"
        # A run cannot be squeezed into a month: at most twice the even share, where there are more than two months.
        if model.training_months > 2:
            most = 2 / model.training_months * ledger.models[name]["compute"]
            for month in training:
                if run[month - 1] - most > TOLERANCE * scale:
                    yield (
                        f"{what} compute on {plan.month_label(month)} is {flop(run[month - 1])},"
                        f" {flop(run[month - 1] - most)} above twice its even share, {flop(most)}"
                    )
        for key, used in choices.inputs[name].items():
            there = _available(plan, ledger, name, key)
            if there is not None and used - there > TOLERANCE * max(1.0, used, there):
                yield (
                    f"{what} uses {count(used)} {key}, {count(used - there)} above the {count(there)} there at the"
                    f" close of {_order_label(plan, model.ready)}, before its training starts"
                )


def cash_rules(plan: Plan, ledger: Ledger, cover: Cover) -> Iterator[str]:
    """Check cash: its floor in each month, the runway in each month, the end of the plan."""
    say = money(plan)
    least = max(plan.plan.min_cash, 0.0)
    scale = _capital(plan)
    yield from _at_least(plan, "cash", ledger.cash, [least] * len(ledger.cash), scale, say)
    if plan.runway is None:
        return
    yield from _at_least(plan, "cash", ledger.cash, cover.rule, scale, say, bound=f"{plan.runway.basis} runway")
    short = cover.at_end - ledger.cash[-1]
    if short > TOLERANCE * max(scale, abs(ledger.cash[-1]), cover.at_end):
        yield (
            f"cash at the end of the plan, {ledger.labels[-1]}, is {say(ledger.cash[-1])}, {say(short)} below the"
            f" {say(cover.at_end)} that {count(plan.runway.months[-1])} months at {say(cover.closing_burn)} a month ask"
        )


def limit_rules(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """Check each limit: flows summed over their months, levels month by month."""
    for name, limit in plan.limits.items():
        stocks = any(term.quantity.is_stock for term in limit.terms)
        length = max(len(_span(plan, term.quantity)) for term in limit.terms) if stocks else 1
        spending = any(term.quantity.measure == "spend" for term in limit.terms)
        least_scale = _capital(plan) if spending else 1.0
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
    months = slice(span.start - 1, span.stop - 1)
    if quantity.measure == "spend":
        paid = (
            entry.money[months]
            for entry in ledger.paid
            if quantity.section in ("total", entry.category) and quantity.item in (None, entry.item)
        )
        return -math.fsum(chain.from_iterable(paid))
    flows = {"orders": choices.ordered, "items": choices.bought, "hires": choices.hired}[quantity.measure]
    return math.fsum(flows[item][months])


def _available(plan: Plan, ledger: Ledger, name: str, key: str) -> float | None:
    """Items a law's input may use: a plan's quantity by its path, else the model's sources counted in that unit."""
    model = plan.models[name]
    section, _, source = model.inputs.get(key, "").removesuffix(".items").partition(".")
    if section:
        return stock_at_ready(plan.data[source], ledger.stock[source], model) if section == "data" else None
    if key not in ("tokens", "images", "labels", "hours"):
        return None
    weighted = ledger.models[name]["available_data"]
    return math.fsum(items for source, items in weighted.items() if plan.data[source].unit == key.removesuffix("s"))


def _capital(plan: Plan) -> float:
    return math.fsum([plan.plan.cash, *(terms.amount for terms in plan.funding.values())])


def _not_negative(plan: Plan, what: str, values: Sequence[float], scale: float, say: Say) -> Iterator[str]:
    if min(values) < 0:
        yield from _at_least(plan, what, values, [0.0] * len(values), scale, say)


def _at_least(
    plan: Plan,
    what: str,
    values: Sequence[float],
    floors: Sequence[float],
    scale: float,
    say: Say,
    bound: str = "floor",
) -> Iterator[str]:
    # By far the most frequent case; a scale that is larger forgives more.
    if max(map(sub, floors, values)) <= TOLERANCE * scale:
        return
    scale = max(scale, *map(abs, values), *map(abs, floors))
    for month, (value, floor) in enumerate(zip(values, floors, strict=True), start=1):
        if floor - value > TOLERANCE * scale:
            yield (
                f"{what} on {plan.month_label(month)} is {say(value)}, {say(floor - value)} below the {bound} of"
                f" {say(floor)}"
            )


def _at_most(
    plan: Plan, what: str, values: Sequence[float], caps: Sequence[float], scale: float, say: Say, bound: str = "cap"
) -> Iterator[str]:
    if max(map(sub, values, caps)) <= TOLERANCE * scale:
        return
    scale = max(scale, *map(abs, values))
    for month, (value, cap) in enumerate(zip(values, caps, strict=True), start=1):
        if value - cap > TOLERANCE * max(scale, cap):
            label = plan.month_label(month)
            yield f"{what} on {label} is {say(value)}, {say(value - cap)} above the {bound} of {say(cap)}"


def _not_after(
    plan: Plan, what: str, values: Sequence[float], later: int, would: str, scale: float = 1.0
) -> Iterator[str]:
    months = plan.plan.months
    late = range(max(1, months - later + 1), months + 1)
    if not any(values[late.start - 1 :]):
        return
    scale = max(scale, *map(abs, values))
    for month in late:
        if values[month - 1] > TOLERANCE * scale:
            yield (
                f"{what} on {plan.month_label(month)} is {count(values[month - 1])}, which {would} on"
                f" {plan.month_label(month + later)}, after the plan's end"
            )


def _whole(plan: Plan, what: str, values: Sequence[float], lot: int) -> Iterator[str]:
    unit = f"whole lots of {lot}" if lot > 1 else "whole"
    for month, value in enumerate(values[: plan.plan.whole], start=1):
        if _part(value, lot) > WHOLE_TOLERANCE:
            yield f"{what} on {plan.month_label(month)} is {count(value)}, not {unit}"


def _part(value: float, lot: int) -> float:
    """How far a number is from whole lots, in lots."""
    return abs(value / lot - round(value / lot))


def _order_label(plan: Plan, month: int) -> str:
    return plan.month_label(month) if month else "the opening"


def count(value: float) -> str:
    """Say a number of things: 1,234 or 12.5."""
    return f"{value:,.6g}" if abs(value) < 1e15 else f"{value:.6g}"


def flop(value: float) -> str:
    """Say an amount of compute: 3.1e+24 FLOP."""
    return f"{value:.6g} FLOP"


def money(plan: Plan) -> Say:
    """Return how the plan's money is said: -$12,000, or -12 kEUR where the plan counts in thousands of euros."""

    def say(value: float) -> str:
        sign = "-" if value < 0 else ""
        amount = f"{abs(value):,.2f}".removesuffix(".00") if abs(value) >= 0.01 else f"{abs(value):.3g}"
        return f"{sign}${amount}" if plan.plan.currency == "USD" else f"{sign}{amount} {plan.plan.currency}"

    return say
