"""A plan said back in sentences, so that a unit or a month put in wrongly is seen before it is optimised."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from allocator.plan.schema import Offer, Plan, Revenue, Role, Round, Source
from allocator.plan.sections import Marketing
from allocator.plan.units import HOURS_PER_MONTH, Currency
from allocator.plan.wording import count, flop, money, plural, share
from allocator.plan.wrong import listed

# Currencies whose unit is worth about as much as a dollar: one set of usual ranges serves them all.
COMPARED_CURRENCIES = ("USD", "EUR", "GBP", "CHF", "CAD", "AUD")


def readback(plan: Plan) -> list[str]:
    """Return what the plan says, one sentence each, in the plan's currency and calendar months."""
    parts = (
        _opening,
        _scenarios,
        _runway,
        _people,
        _compute,
        _sites,
        _data,
        _funding,
        _income,
        _partners,
        _treasury,
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
        yield f"{_named('Scenario', plan.applied)} laid over it."
    others = [name for name in plan.scenarios if name not in plan.applied]
    if others:
        yield f"{_named('Scenario', others)} not applied: --scenario NAME lays one over the plan."


def _named(noun: str, names: Sequence[str]) -> str:
    return f"{noun} {names[0]} is" if len(names) == 1 else f"{noun}s {', '.join(names[:-1])} and {names[-1]} are"


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


def _people(plan: Plan) -> Iterator[str]:
    currency = plan.plan.currency
    total = 0.0
    for name, role in plan.people.items():
        each = role.salary[0] * (1 + role.overhead)
        total += role.now * each
        if role.now:
            yield (
                f"The {count(role.now)} {name} cost {money(role.now * each, currency)} a month with overhead "
                f"({money(each, currency)} each); {_between(role.min, role.max)}."
            )
        else:
            yield (
                f"{name}: nobody on opening day, and each costs {money(each, currency)} a month with overhead; "
                f"{_between(role.min, role.max)}."
            )
        if role.attrition:
            leavers = count(role.now * _monthly(role.attrition))
            yield f"Of {name}, {share(role.attrition)} leave in a year: {leavers} a month at first."
        if role.attrition and plan.plan.whole:
            yield (
                f"{name} are hired whole and leave as expected values, so their number is a fraction "
                f"and may fall short of `min` by less than one person."
            )
        if role.wants_gpus:
            yield (
                f"{name} count for research only with {plural(role.wants_gpus, 'GPU')} each for experiments, "
                f"{count(role.now * role.wants_gpus)} on opening day."
            )
        if role.runs_gpus:
            yield f"{name} run {plural(role.runs_gpus, 'GPU')} each: no more may serve than the staff can run."
        hiring = role.hiring
        if max(role.max) > role.now or role.attrition:
            pace = "any number" if hiring.per_month is None else f"at most {count(hiring.per_month)}"
            yield (
                f"Hiring {name}: {pace} a month, {money(hiring.cost, currency)} each, they come after "
                f"{plural(hiring.delay, 'month')} and are fully effective {plural(hiring.ramp, 'month')} later."
            )
        yield from _going(name, role, currency)
    if len(plan.people) > 1:
        yield f"Payroll on opening day is {money(total, currency)} a month."


def _going(name: str, role: Role, currency: str) -> Iterator[str]:
    """Who is kept, laid off, and what one person can handle."""
    if role.retention is not None:
        keeps = role.retention.keeps
        floor = share(role.retention.least_attrition)
        yield (
            f"Retention of {name}: at most {money(role.retention.max, currency)} a month, {money(1 / keeps, currency)} "
            f"for each leaver kept (replacing one costs {money(role.replacement_cost(role.salary[0]), currency)}); "
            f"at least {floor} leave in a year whatever is spent."
        )
    if role.contractor:
        yield f"{name} are contractors: they work fully from the first day and may be let go in any month."
    elif role.severance is not None:
        paid = money(role.severance * role.salary[0], currency)
        yield (
            f"{name} may be laid off, with {paid} of severance each ({role.severance:g} months of salary), "
            "but not once the last training begins unless plan.wind_down is true."
        )
    if role.handles is not None:
        yield f"One of {name} handles {count(role.handles.items)} {role.handles.unit}s a month."


def _monthly(yearly: float) -> float:
    return 1.0 - math.pow(1.0 - yearly, 1.0 / 12.0)


def _between(low: tuple[float, ...], high: tuple[float, ...]) -> str:
    if min(high) == max(high) and min(low) == max(low):
        if low[0] == high[0]:
            return f"the number stays {count(low[0])}"
        return f"the plan may choose {count(low[0])} to {count(high[0])}"
    return f"the plan may choose {count(min(low))} to {count(max(high))}, by month"


def _compute(plan: Plan) -> Iterator[str]:
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
            yield f"{name}: 1e24 FLOP cost {bulk} today{_later(plan, offer.price)}."
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
            yield f"{name}: {_between(offer.min, offer.max)} GPUs."


def _hour(offer: Offer) -> float:
    """What an hour of a GPU costs on opening day; bought ones over their life."""
    if offer.kind != "buy":
        return offer.price[0]
    return (offer.price[0] / offer.life + offer.running) / HOURS_PER_MONTH


def _serve(plan: Plan, until: int) -> str:
    if until < 1:
        return "serve no more: their last month was the one before the plan"
    return f"serve until {plan.month_label(until)}" if until < plan.plan.months else "serve to the end of the plan"


def _sites(plan: Plan) -> Iterator[str]:
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


def _later(plan: Plan, price: tuple[float, ...]) -> str:
    if price[-1] == price[0] or price[0] == 0:
        return ""
    return f", {share(price[-1] / price[0])} of that in {plan.labels[-1]}"


def _data(plan: Plan) -> Iterator[str]:
    currency = plan.plan.currency
    for name, source in plan.data.items():
        each = source.prices[0] + source.processing[0]
        bulk = 1e6 if source.unit == "token" else 1e3
        supply = "any number" if source.on_sale is None else count(source.on_sale)
        yield (
            f"{name}: {count(source.now)} {source.unit}s on opening day, {supply} more on sale; "
            f"{count(bulk)} {source.unit}s cost {money(bulk * each, currency)} with processing "
            f"and arrive after {plural(source.lead, 'month')}."
        )
        yield from _ways_to_pay(name, source, currency)
        if source.storage:
            stored = money(source.now * source.storage, currency)
            yield f"{name}: keeping the opening stock costs {stored} a month."


def _ways_to_pay(name: str, source: Source, currency: str) -> Iterator[str]:
    """Tiers of a price, and machines."""
    bulk = 1e6 if source.unit == "token" else 1e3
    if source.tiers:
        steps = [f"{count(items)} at {money(bulk * price, currency)}" for items, price in source.tiers]
        yield f"{name} is sold in tiers, per {count(bulk)} {source.unit}s: first {', then '.join(steps)}."
        prices = [price for _, price in source.tiers]
        if prices != sorted(prices):
            yield f"{name} becomes cheaper with volume, so whether a tier is reached is an on/off choice."
    machines = source.automation
    if machines is not None:
        yield (
            f"{name} can go through machines: {money(bulk * machines.cost, currency)} once for capacity of "
            f"{count(bulk)} {source.unit}s a month, there after {plural(machines.lead, 'month')}, then "
            f"{money(bulk * machines.price, currency)} for as many instead of "
            f"{money(bulk * source.prices[0], currency)}."
        )


def _funding(plan: Plan) -> Iterator[str]:
    months = plan.plan.months
    for name, entry in sorted(plan.funding.items(), key=lambda pair: pair[1].window(months)[0]):
        yield _debt(plan, name, entry) if entry.owed else _round(plan, name, entry)
        if entry.covenant:
            covenant = money(entry.covenant, plan.plan.currency)
            yield f"{name}: cash stays at {covenant} or more in every month in which something is owed."
        if entry.needs is not None:
            judged = plan.month_label(plan.models[entry.needs.model].deadline)
            yield f"{name} comes only if {entry.needs} at the close of {judged}, and after it."
    if not any(entry.signed and not entry.owed and entry.kind != "credits" for entry in plan.funding.values()):
        yield "No money is signed beyond the cash in hand."
    if plan.objective.dilution_price:
        tenth = count(plan.objective.dilution_price / 10)
        yield f"Ten per cent of the company count as much as {tenth} of the models' mean gain."


def _round(plan: Plan, name: str, entry: Round) -> str:
    """Money that is not repaid."""
    currency = plan.plan.currency
    first, last = (plan.month_label(month) for month in entry.window(plan.plan.months))
    most = money(entry.most, currency)
    if entry.kind == "credits":
        return (
            f"{name} (credits): {most} that pay for {listed(entry.only_for or ())} from {first} to {last}, then lapse."
        )
    fee = f", less a fee of {share(entry.fee)}" if entry.fee else ""
    sold = ""
    if entry.post_money:
        part = share(entry.most / entry.post_money)
        part = part if entry.signed else f"up to {part}"
        sold = f"; {part} of the company at {money(entry.post_money, currency)} after it"
    if entry.signed:
        fee = f", less a fee of {money(entry.fee * entry.most, currency)}" if entry.fee else ""
        return f"{name} ({entry.kind}): {most} on the first day of {first}{fee}{sold}."
    least = f"nothing, or {money(entry.min, currency)} to {most}" if entry.min else f"up to {most}"
    return f"{name} ({entry.kind}): the plan may raise {least}, once, from {first} to {last}{fee}{sold}."


def _debt(plan: Plan, name: str, entry: Round) -> str:
    """Money that is repaid."""
    currency = plan.plan.currency
    first, last = (plan.month_label(month) for month in entry.window(plan.plan.months))
    most, rate = money(entry.most, currency), share(entry.rate or 0.0)
    fee = f", with a fee of {share(entry.fee)}" if entry.fee else ""
    month = money(entry.most * (entry.rate or 0.0) / 12, currency)
    if entry.kind == "credit-line":
        return (
            f"{name} (credit line): the plan may owe up to {most} from {first} to {last}{fee}; at {rate} a year "
            f"that costs {month} a month, and what is owed is repaid in the month after, or when the plan ends."
        )
    drawn = f"{most} in {first}" if entry.signed else f"the plan may draw up to {most}, once, from {first} to {last}"
    if entry.min and not entry.signed:
        drawn = f"the plan may draw nothing, or {money(entry.min, currency)} to {most}, once, from {first} to {last}"
    alone = f"interest alone for {plural(entry.interest_only, 'month')}, then " if entry.interest_only else ""
    return (
        f"{name} (loan): {drawn}{fee}; at {rate} a year, {month} a month at first, {alone}"
        f"{plural(entry.term or 1, 'equal part')}, and what is owed when the plan ends is repaid in its last month."
    )


def _income(plan: Plan) -> Iterator[str]:
    currency = plan.plan.currency
    for name, entry in plan.revenue.items():
        late = entry.paid_after
        when = (
            "in the same month"
            if late == 0
            else f"{plural(abs(late), 'month')} {'later' if late > 0 else 'in advance'}"
        )
        kept = (1 - entry.churn) ** ((plan.plan.months - 1) / 12)
        first, last = money(entry.amount[0], currency), money(entry.amount[-1] * kept, currency)
        if entry.model is not None:
            yield from _earned_by_a_model(plan, name, entry)
        else:
            yield f"{name} earns {first} in {plan.labels[0]} and {last} in {plan.labels[-1]}, paid {when}."
        if entry.marketing is not None:
            yield from _marketing(plan, name, entry.marketing, entry.churn)
    for name, cost in plan.costs.items():
        each = " per person" if cost.per_person else ""
        yield f"{name} costs {money(cost.amount[0], currency)}{each} a month."


def _earned_by_a_model(plan: Plan, name: str, entry: Revenue) -> Iterator[str]:
    terms, currency = entry.model, plan.plan.currency
    assert terms is not None  # the caller asks only then
    deadline = plan.models[terms.name].deadline
    if deadline == plan.plan.months:
        yield f"{name} is earned by {terms.name} once the plan is over: its deadline is the last month."
        return
    full = money(entry.amount[deadline] * (1 - entry.churn) ** (deadline / 12), currency)
    yield (
        f"{name} is earned by {terms.name} from {plan.month_label(deadline + 1)} on: nothing at {terms.nothing_at:g} "
        f"or worse, all of it, {full} a month then, at {terms.all_at:g} or better, in proportion between."
    )


def _marketing(plan: Plan, name: str, terms: Marketing, churn: float) -> Iterator[str]:
    currency = plan.plan.currency
    leaving = churn if terms.churn is None else terms.churn
    month = terms.adds / 2
    yield (
        f"Marketing for {name}: {money(terms.half, currency)} in a month add {money(month, currency)} of monthly "
        f"revenue from the next month on, no amount adds more than {money(terms.adds, currency)}, and "
        f"{share(leaving)} of it leave in a year; at most {money(max(terms.max), currency)} a month may be spent."
    )


def _partners(plan: Plan) -> Iterator[str]:
    for name, partner in plan.partners.items():
        pays = ", ".join(f"{share(part)} of {path}" for path, part in partner.pays.items())
        takes = ", ".join(f"{share(part)} of revenue {path}" for path, part in partner.takes.items())
        yield f"{name} {' and '.join(text for text in (pays and f'pays {pays}', takes and f'takes {takes}') if text)}."


def _treasury(plan: Plan) -> Iterator[str]:
    currency = plan.plan.currency
    for name, lent in plan.treasury.items():
        million = 1e6 / plan.plan.money_unit
        earned = money(million * (math.pow(1 + lent.earns, lent.months / 12) - 1), currency)
        yield (
            f"{name}: cash may be lent for {plural(lent.months, 'month')}; {money(million, currency)} earn {earned}. "
            "Until it is back it counts neither for the floor nor for the runway."
        )
        if lent.now:
            back = money(sum(lent.now.values()), currency)
            yield f"{name}: {back} lent before the plan come back in it, in {plural(len(lent.now), 'month')}."


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
