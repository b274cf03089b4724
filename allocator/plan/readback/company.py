"""Staff and data, read back in sentences."""

from __future__ import annotations

from collections.abc import Iterator

from allocator.plan.readback.words import between, monthly
from allocator.plan.schema import Plan, Role, Source
from allocator.plan.wording import count, money, plural, share


def people(plan: Plan) -> Iterator[str]:
    currency = plan.plan.currency
    total = 0.0
    for name, role in plan.people.items():
        each = role.salary[0] * (1 + role.overhead)
        total += role.now * each
        if role.now:
            yield (
                f"The {count(role.now)} {name} cost {money(role.now * each, currency)} a month with overhead "
                f"({money(each, currency)} each); {between(role.min, role.max)}."
            )
        else:
            yield (
                f"{name}: nobody on opening day, and each costs {money(each, currency)} a month with overhead; "
                f"{between(role.min, role.max)}."
            )
        if role.attrition:
            leavers = count(role.now * monthly(role.attrition))
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


def data(plan: Plan) -> Iterator[str]:
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
