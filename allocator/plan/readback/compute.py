"""Offers and sites, read back in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.plan.readback.words import between, later
from allocator.plan.schema import Offer, Plan
from allocator.plan.units import HOURS_PER_MONTH
from allocator.plan.wording import count, flop, money, plural, share


def compute(plan: Plan) -> Iterator[str]:
    currency = plan.plan.currency
    for name, offer in plan.compute.items():
        delivered = offer.flop_per_month
        chip = offer.chip or "GPU"
        gives = f"delivers {flop(delivered)} a month at {share(offer.utilisation * offer.delivered)} of its peak"
        if offer.kind == "buy":
            yield (
                f"{name} ({chip}, bought): {money(offer.price[0], currency)} a GPU "
                f"and {money(offer.running, currency)} a month to run it; it {gives} "
                f"and serves {plural(offer.life, 'month')}."
            )
            dear = (offer.price[0] / offer.life + offer.running) / delivered
            yield f"{name}: 1e24 FLOP cost {money(1e24 * dear, currency)} today, spread over its life."
        else:
            kind = "rented" if offer.kind == "rent" else f"reserved for {plural(offer.term or 0, 'month')}"
            month = offer.price[0] * HOURS_PER_MONTH
            yield f"{name} ({chip}, {kind}): a GPU-month costs {money(month, currency)} and {gives}."
            bulk = money(1e24 * month / delivered, currency)
            yield f"{name}: 1e24 FLOP cost {bulk} today{later(plan, offer.price)}."
        if offer.delivered < 1:
            yield (
                f"{name}: every hour is paid, and {share(offer.delivered)} of them deliver: "
                f"a delivered GPU-hour costs {money(_hour(offer) / offer.delivered, currency)}."
            )
        if offer.now:
            old = f", {plural(offer.age, 'month')} old" if offer.age else ""
            yield f"{name}: {plural(offer.now, 'GPU')} are there on opening day{old}."
            if offer.age:
                until = offer.life - offer.age - 1 if offer.kind == "buy" else (offer.term or 0) - offer.age
                yield f"{name}: those {_serve(plan, until)}."
        if offer.exit_fee is not None:
            yield (
                f"{name}: a contract may be left after a month for {share(offer.exit_fee)} of what it would still owe."
            )
        if offer.exit_months is not None:
            yield (
                f"{name}: a contract may be left after a month for {plural(offer.exit_months, 'month')} "
                "of what it owes, or what remains if that is less."
            )
        if offer.max is not None:
            yield f"{name}: {between(offer.min, offer.max)} GPUs."


def _hour(offer: Offer) -> float:
    """What an hour of a GPU costs on opening day; bought ones over their life."""
    if offer.kind != "buy":
        return offer.price[0]
    return (offer.price[0] / offer.life + offer.running) / HOURS_PER_MONTH


def _serve(plan: Plan, until: int) -> str:
    if until < 1:
        return "serve no more: their last month was the one before the plan"
    return f"serve until {plan.month_label(until)}" if until < plan.plan.months else "serve to the end of the plan"


def sites(plan: Plan) -> Iterator[str]:
    currency = plan.plan.currency
    for name, place in plan.sites.items():
        standing = [entry for entry, offer in plan.compute.items() if offer.site == name]
        who = f"for {', '.join(standing)}" if standing else "and no offer stands there"
        room = []
        if place.max is not None:
            room.append(f"{_some(place.max)} GPUs")
        if place.power is not None:
            room.append(f"{_some(place.power)} kW")
        yield f"Site {name} has {' and '.join(room) or 'any room'} {who}."
        paid = []
        if any(place.cost):
            paid.append(f"{money(place.cost[0], currency)} a month")
        if any(place.cost_per_kw):
            paid.append(f"{money(place.cost_per_kw[0], currency)} a month for each kW drawn")
        if any(place.power_price):
            paid.append(f"{money(place.power_price[0], currency)} a kWh")
        if paid:
            yield f"Site {name} costs {', '.join(paid)}."
        drawing = place.power_price[0] * HOURS_PER_MONTH + place.cost_per_kw[0]
        for entry in standing:
            power = plan.compute[entry].power
            if power is not None and place.asks_power:
                bill = f", {money(power * drawing, currency)} a month" if drawing else ""
                yield f"{entry} draws {count(power)} kW a GPU{bill}."


def _some(values: tuple[float, ...]) -> str:
    low, high = min(values), max(values)
    return count(low) if low == high else f"{count(low)} to {count(high)}"
