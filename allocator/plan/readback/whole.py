"""A plan read back in sentences: what it says, with every default and assumption, before anything is solved."""

from __future__ import annotations

import math
from collections.abc import Iterator

from allocator.plan.readback.company import data, people
from allocator.plan.readback.compute import compute, sites
from allocator.plan.readback.money import funding, income, partners, treasury
from allocator.plan.readback.words import named
from allocator.plan.schema import Plan
from allocator.plan.units import HOURS_PER_MONTH, Currency
from allocator.plan.wording import count, money, plural, share
from allocator.plan.wrong import listed

# Currencies whose unit is worth about as much as a dollar: one set of usual ranges serves them all.
COMPARED_CURRENCIES = ("USD", "EUR", "GBP", "CHF", "CAD", "AUD")


def readback(plan: Plan) -> list[str]:
    """Return what the plan says, one sentence each, in the plan's currency and calendar months."""
    parts = (
        _opening,
        _scenarios,
        _runway,
        people,
        compute,
        sites,
        data,
        funding,
        income,
        partners,
        treasury,
        _research,
        _models,
        _limits,
        _assumed,
    )
    return [sentence for part in parts for sentence in part(plan)]


def opening_burn(plan: Plan) -> float:
    """Return what month 1 is known to cost at least, less its revenue, never below 0; in the plan's money.

    Opening staff, costs, and the GPUs that are there already or must be: nothing the program decides.
    """
    heads = sum(role.now for role in plan.people.values())
    spend = sum(role.now * role.salary[0] * (1 + role.overhead) for role in plan.people.values())
    spend += sum(cost.amount[0] * (heads if cost.per_person else 1.0) for cost in plan.costs.values())
    for offer in plan.compute.values():
        if offer.kind == "rent":
            spend += offer.min[0] * offer.price[0] * HOURS_PER_MONTH
        elif offer.kind == "reserve":
            spend += offer.now * offer.price[0] * HOURS_PER_MONTH * (1 - offer.upfront)
        else:
            spend += offer.now * offer.running
    for name, place in plan.sites.items():
        standing = (offer for offer in plan.compute.values() if offer.site == name)
        drawn = sum(offer.now * (offer.power or 0.0) for offer in standing)
        spend += place.cost[0] + drawn * (place.cost_per_kw[0] + place.power_price[0] * HOURS_PER_MONTH)
    spend += sum(source.now * source.storage for source in plan.data.values())
    earned = sum(
        entry.amount[-entry.paid_after] * math.pow(1 - entry.churn, -entry.paid_after / 12)
        for entry in plan.revenue.values()
        if entry.model is None and 0 <= -entry.paid_after < plan.plan.months
    )
    return max(0.0, spend - earned)


def _opening(plan: Plan) -> Iterator[str]:
    horizon = plan.plan
    yield (
        f"The plan runs {plural(horizon.months, 'month')}, {plan.labels[0]} to {plan.labels[-1]}, "
        f"and opens with {money(horizon.cash, horizon.currency)}."
    )
    if horizon.min_cash > 0:
        yield f"Closing cash never falls below {money(horizon.min_cash, horizon.currency)}."
    if horizon.cash_yield:
        earned = ((1 + horizon.cash_yield) ** (1 / 12) - 1) * horizon.cash
        amount = money(earned, horizon.currency)
        yield f"Idle cash earns {share(horizon.cash_yield)} a year: {amount} in the first month."
    code = Currency.parse(horizon.currency).code
    if code not in COMPARED_CURRENCIES and (plan.compute or plan.data or plan.people):
        yield f"Prices in {code} are not checked against usual ranges."
    if horizon.whole:
        yield f"Hires, lots and contracts are whole until {plan.month_label(horizon.whole)}."


def _scenarios(plan: Plan) -> Iterator[str]:
    if plan.applied:
        yield f"{named('Scenario', plan.applied)} laid over it."
    others = [name for name in plan.scenarios if name not in plan.applied]
    if others:
        yield f"{named('Scenario', others)} not applied: --scenario NAME lays one over the plan."


def _runway(plan: Plan) -> Iterator[str]:
    rule = plan.runway
    if rule is None:
        yield "There is no runway rule: cash may fall to the floor in any month."
        return
    low, high = min(rule.months), max(rule.months)
    months = f"{low:g}" if low == high else f"{low:g} to {high:g}"
    basis = {
        "trailing": f"the mean net burn of the last {plural(rule.window, 'month')}",
        "forward": "the net burn planned for the months that follow, with no later round",
    }[rule.basis]
    bought = "count" if rule.purchases else "do not count"
    yield f"Closing cash covers {months} months of {basis}; bought GPUs {bought} as burn."
    burn = opening_burn(plan)
    currency = plan.plan.currency
    yield (
        f"On opening day the company is known to burn at least {money(burn, currency)} a month, "
        f"so the rule asks {money(rule.months[0] * burn, currency)} of the {money(plan.plan.cash, currency)} in hand."
    )


def _research(plan: Plan) -> Iterator[str]:
    terms = plan.research
    if terms is None:
        return
    yield (
        f"Ideas multiply the compute of every model: {count(terms.team)} effective researchers add "
        f"{share(terms.effect)} a year at first, twice as many {share(terms.effect * 2**terms.returns)}."
    )
    if terms.growth:
        yield f"Ideas also grow by {share(terms.growth)} a year by themselves."
    yield f"Once ideas have doubled compute, the same research adds {share(2**-terms.harder)} of that share a year."


def _models(plan: Plan) -> Iterator[str]:
    for name, model in plan.models.items():
        first, last = plan.month_label(model.ready + 1), plan.month_label(model.deadline)
        closing = f"by the close of {plan.month_label(model.ready)}" if model.ready else "on opening day"
        yield (
            f"{name} trains {first} to {last} and is judged at the close of {last} by {model.law}; "
            f"its data and the research behind it must be in {closing}."
        )
        if model.target is not None:
            yield f"{name} must reach {model.target:g}{', if it is funded' if model.optional else ''}."
        if model.optional:
            stands = "a run of nothing" if model.otherwise is None else f"{model.otherwise:g}"
            yield f"{name} is optional: the plan may leave it out, and then it counts as {stands}."
        if model.compute is not None:
            yield f"{name} uses {listed(model.compute)} and no other offer."
        if model.serves:
            month = next(month for month, items in enumerate(model.served, start=1) if items)
            yield (
                f"From {plan.month_label(month)} {name} serves {_items(model.served)} items a month on the plan's own "
                f"GPUs, at {share(model.serving_utilisation)} of their peak; an item takes a third of what the run "
                "takes for it."
            )


def _items(served: tuple[float, ...]) -> str:
    asked = [items for items in served if items]
    low, high = min(asked), max(asked)
    return count(low) if low == high else f"{count(low)} to {count(high)}"


def _limits(plan: Plan) -> Iterator[str]:
    for name, limit in plan.limits.items():
        yield f"Limit {name}: {limit.text}."


def _assumed(plan: Plan) -> Iterator[str]:
    """The defaults that move the answer and were not written down."""
    for name, offer in plan.compute.items():
        written = plan.document.get("compute", {}).get(name, {})
        if "utilisation" not in written:
            yield f"Assumed: {name} reaches {share(offer.utilisation)} of its peak (utilisation)."
        if "power" not in written and offer.site in plan.sites and plan.sites[offer.site].asks_power:
            yield (
                f"Assumed: {name} draws {count(offer.power or 0.0)} kW a GPU, the chip's own (power): "
                "hosts, network and cooling come on top."
            )
        if offer.kind == "buy" and "resale" not in written:
            yield f"Assumed: {name} cannot be sold (resale = 0)."
    if any(offer.kind == "buy" for offer in plan.compute.values()):
        yield "Bought GPUs have no value at the end of the plan unless they are sold in it."
    for name, role in plan.people.items():
        if "overhead" not in plan.document.get("people", {}).get(name, {}) and role.salary[0] > 0:
            yield f"Assumed: {name} cost their salary alone (overhead = 0)."
    if plan.research is not None:
        written = plan.document.get("research", {})
        for key, why in (("returns", "lambda"), ("harder", "b")):
            if key not in written:
                yield f"Assumed: research.{key} = {getattr(plan.research, key):g} ({why}); the evidence is weak."
    for name, model in plan.models.items():
        if "training_months" not in plan.document.get("models", {}).get(name, {}):
            yield f"Assumed: {name} trains in the last {plural(model.training_months, 'month')} up to its deadline."
        if model.serves and "serving_utilisation" not in plan.document.get("models", {}).get(name, {}):
            yield f"Assumed: serving {name} reaches {share(model.serving_utilisation)} of peak (serving_utilisation)."
