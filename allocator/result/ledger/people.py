"""People, replayed month by month, and the rules of each role."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from operator import mul

from allocator.plan import Plan
from allocator.plan.schema import Role
from allocator.result.ledger.books import Ledger
from allocator.result.ledger.checking import (
    TOLERANCE,
    at_least,
    at_most,
    count,
    money,
    not_after,
    not_negative,
    whole_units,
)
from allocator.result.ledger.choices import Choices
from allocator.result.ledger.entries import (
    Entry,
    later,
    monthly_rate,
)


@dataclass(frozen=True)
class Staff:
    """Persons of one role by month, in full persons and in effective ones, and what they cost."""

    heads: list[float]
    effective: list[float]
    arrivals: list[float]
    leavers: list[float]
    entries: list[Entry]


def people(name: str, role: Role, hired: Sequence[float], kept: Sequence[float], laid_off: Sequence[float]) -> Staff:
    """Book a role: hires arrive `delay` months after the order and are paid from then on, with their hiring cost.

    Leavers are a share 1 - (1 - attrition)^(1/12) of the opening heads, unpaid that month and fully ramped, less those
    whom retention keeps at 1/`keeps` each. Who is laid off goes like a leaver, and is paid `layoff` months of salary.
    A hire counts (k + 1) / (ramp + 1) in the k-th month after arrival (k = 0 the month itself); opening staff count
    fully.
    """
    hiring = role.hiring
    leaving = leaving_share(role)
    arrivals = later(hired, hiring.delay)
    heads, leavers = [], []
    held = role.now
    for arrived, stayed, dismissed in zip(arrivals, kept, laid_off, strict=True):
        left = held * leaving - stayed
        held = held - left - dismissed + arrived
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
    going = []
    if role.retention is not None:
        paid = [-stayed / role.retention.keeps for stayed in kept]
        going.append(Entry("people", name, "retention", "person", list(kept), paid))
    if role.severance is not None:
        paid = [-gone * pay * role.severance for gone, pay in zip(laid_off, role.salary, strict=True)]
        going.append(Entry("people", name, "severance", "person", list(laid_off), paid))
    return Staff(
        heads,
        effective,
        arrivals,
        leavers,
        [
            Entry("people", name, "salary", "person", heads, salary),
            Entry("people", name, "overhead", "person", heads, [pay * role.overhead for pay in salary]),
            Entry("people", name, "hiring", "person", arrivals, [-count * hiring.cost for count in arrivals]),
            *going,
        ],
    )


def leaving_share(role: Role) -> float:
    """Return the share of the opening heads that leaves in a month: 1 - (1 - attrition)^(1/12)."""
    return -monthly_rate(-role.attrition)


def people_rules(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """Check each role: hires, floor and cap of heads, and heads kept once the last training begins."""
    for name, role in plan.people.items():
        what = f"people.{name}"
        hired, heads = choices.hired[name], ledger.heads[name]
        yield from not_negative(plan, f"{what} hires ordered", hired, 1.0, count)
        if role.hiring.per_month is not None:
            yield from at_most(plan, f"{what} hires ordered", hired, [role.hiring.per_month] * len(hired), 1.0, count)
        yield from whole_units(plan, f"{what} hires ordered", hired, 1)
        # Hires that would arrive after the plan's end do not exist.
        yield from not_after(plan, f"{what} hires ordered", hired, role.hiring.delay, "would arrive")
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
        yield from at_least(plan, f"{what} heads", heads, floor, 1.0, count)
        yield from at_most(plan, f"{what} heads", heads, role.max, 1.0, count)
        yield from _going_rules(plan, name, role, choices, ledger)
        begun = training_begins(plan)
        if begun is None:
            continue
        # Once the last training begins (and the first hire can have arrived) heads do not fall below those of that
        # month, so that the end of research is not an end of the company. Contractors were never there to stay.
        last = max(1, delay, begun)
        if role.contractor or last >= months:
            continue
        scale = max(1.0, *heads)
        # Letting them go just before would be the same end: who was laid off in the year up to that month is to be
        # kept in the share of it that they still worked.
        first = max(1, last - 11)
        gone = choices.laid_off[name]
        let_go = math.fsum(gone[month - 1] * (month - first) / (last - first + 1) for month in range(first, last + 1))
        for month in range(last + 1, months + 1):
            kept = heads[last - 1] + let_go - (1.0 if month <= last_whole else 0.0)
            if kept - heads[month - 1] > TOLERANCE * scale:
                yield (
                    f"{what} heads on {plan.month_label(month)} are {count(heads[month - 1])},"
                    f" {count(kept - heads[month - 1])} below the {count(kept)} to be kept from"
                    f" {plan.month_label(last)} on"
                )


def training_begins(plan: Plan) -> int | None:
    """Return the month at whose close the last training begins; None where staff may leave at the end.

    Of models that count: one of weight 0 without a target says nothing about the staff.
    """
    begun = [model.ready for model in plan.models.values() if model.weight > 0 or model.target is not None]
    return None if plan.plan.wind_down or not begun else max(begun)


def _going_rules(plan: Plan, name: str, role: Role, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """Check who is kept and who is laid off."""
    what = f"people.{name}"
    kept, gone, heads = choices.kept[name], choices.laid_off[name], ledger.heads[name]
    months = plan.plan.months
    retention = role.retention
    if retention is None:
        yield from at_most(plan, f"{what} leavers kept", kept, [0.0] * months, 1.0, count)
    else:
        spend = money(plan)
        opening = [role.now, *heads[:-1]]
        share = leaving_share(role) + monthly_rate(-retention.least_attrition)
        yield from not_negative(plan, f"{what} leavers kept", kept, 1.0, count)
        would_leave = [share * held for held in opening]
        yield from at_most(plan, f"{what} leavers kept", kept, would_leave, 1.0, count, "leavers who can be kept")
        paid = [stayed / retention.keeps for stayed in kept]
        yield from at_most(
            plan, f"{what} retention spending", paid, [retention.max] * months, 1 / retention.keeps, spend
        )
    if role.severance is None:
        yield from at_most(plan, f"{what} laid off", gone, [0.0] * months, 1.0, count)
        return
    yield from not_negative(plan, f"{what} laid off", gone, 1.0, count)
    yield from whole_units(plan, f"{what} laid off", gone, 1)
    # Trained people go first: what is left holds at least those who still ramp up, less their own leavers.
    stays, ramp = 1 - leaving_share(role), role.hiring.ramp
    arrived = ledger.arrivals[name]
    ramping = [
        math.fsum(arrived[month - since - 1] * stays**since for since in range(min(ramp, month)))
        for month in range(1, months + 1)
    ]
    yield from at_least(plan, f"{what} heads", heads, ramping, 1.0, count, "arrivals that still ramp up")
    begun = training_begins(plan)
    if begun is not None and not role.contractor:
        first = max(1, begun)
        allowed = [math.inf if month < first else 0.0 for month in range(1, months + 1)]
        yield from at_most(plan, f"{what} laid off", gone, allowed, 1.0, count, "number once the last training begins,")
