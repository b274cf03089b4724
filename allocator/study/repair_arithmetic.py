"""What no solver is needed for: money that is committed against money that is there, floors against
ceilings, deadlines against leads.

Every figure is a bound that holds whatever the plan decides, written from the plan alone: least
heads, least spending, most cash. Where a bound is broken no plan exists, and the sentence says so with
its month and amounts; where none is, more than arithmetic is at work.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

from allocator.plan import Plan
from allocator.plan.wording import count, money, plural
from allocator.result.table import Table, table
from allocator.study.repair_committed import (
    APART,
    ceilings_of,
    committed,
    floors_of,
    is_known,
    least_heads,
    limits_on,
    most_cash,
    most_heads,
    received,
    revenue,
)

COLUMNS = ("month", "rule", "needed", "there", "unit", "sentence")
# A bound is broken by more than this share of what is there.
_NOTICED = 1e-6


@dataclass(frozen=True)
class Shortage:
    """One bound that is broken: `needed` is more than `there` can be."""

    month: str
    rule: str
    needed: float
    there: float
    unit: str
    sentence: str


def arithmetic(plan: Plan) -> Table:
    """Every bound of the plan that is broken before anything is chosen, a row each.

    Returns
    -------
    Table
        ``month, rule, needed, there, unit, sentence``; empty where arithmetic finds nothing.
    """
    checks = (_heads, _gpus, _limits_of_one_thing, _spending_limits, _cash, _runway, _supply)
    found = [shortage for check in checks for shortage in check(plan)]
    return table("arithmetic", COLUMNS, [tuple(vars(shortage).values()) for shortage in found])


# ---- Money -------------------------------------------------------------------------------------------


def _is_over(needed: float, there: float) -> bool:
    return needed > there + _NOTICED * max(abs(needed), abs(there), 1e-9)


def _cash(plan: Plan) -> Iterator[Shortage]:
    """Committed spending against cash: the first month in which it is not there, and the worst."""
    if not is_known(plan):
        return
    currency, floor = plan.plan.currency, plan.plan.min_cash
    most = most_cash(plan)
    short = [at for at, cash in enumerate(most) if _is_over(floor, cash)]
    if not short:
        return
    by_category = committed(plan)
    spent = list(accumulate(sum(entries) for entries in zip(*by_category.values(), strict=True)))
    income = list(accumulate(received(plan)))
    for at in dict.fromkeys((short[0], max(short, key=lambda month: floor - most[month]))):
        of = ", ".join(
            f"{money(sum(amounts[: at + 1]), currency)} for {category}"
            for category, amounts in by_category.items()
            if sum(amounts[: at + 1]) > 0.0
        )
        kept = f", and {money(floor, currency)} must stay" if floor > 0.0 else ""
        comes = f" and {money(income[at], currency)} that comes in" if income[at] > 0.0 else ""
        label = plan.labels[at]
        yield Shortage(
            label,
            "plan.min_cash",
            spent[at] + floor,
            spent[at] + most[at],
            currency,
            f"by {label} at least {money(spent[at], currency)} is committed ({of}){kept}; cash of "
            f"{money(plan.plan.cash, currency)}{comes} leave{'' if comes else 's'} it "
            f"{money(floor - most[at], currency)} short",
        )


def _runway(plan: Plan) -> Iterator[Shortage]:
    """Runway of the burn that is committed against the most cash there can be: the worst month."""
    rule = plan.runway
    if rule is None or not is_known(plan) or plan.objective.goal == "runway":
        return
    currency = plan.plan.currency
    most = most_cash(plan)
    spent = committed(plan)
    burn = [
        max(sum(spent[name][at] for name in spent if name not in APART) - paid, 0.0)
        for at, paid in enumerate(revenue(plan))
    ]
    worst: tuple[float, int, float] | None = None
    for at, months in enumerate(rule.months):
        if rule.basis == "trailing":
            window = burn[max(at + 1 - rule.window, 0) : at + 1]
            before = rule.window - len(window)
            opening = burn[0] if rule.opening_burn is None else rule.opening_burn
            asked = months * (sum(window) + before * opening) / rule.window
        else:
            ahead = burn[at + 1 : at + 1 + int(months)]
            asked = sum(ahead)
        if _is_over(asked, most[at]) and (worst is None or asked - most[at] > worst[0]):
            worst = (asked - most[at], at, asked)
    if worst is None:
        return
    short, at, asked = worst
    yield Shortage(
        plan.labels[at],
        "runway.months",
        asked,
        most[at],
        currency,
        f"at the close of {plan.labels[at]} {rule.months[at]:g} months of the burn that is committed are "
        f"{money(asked, currency)}, and {_there(most[at], currency)}: {money(short, currency)} short",
    )


def _there(cash: float, currency: str) -> str:
    return f"at most {money(cash, currency)} can be there" if cash > 0.0 else "nothing can be left by then"


def _spending_limits(plan: Plan) -> Iterator[Shortage]:
    """Ceilings on spending against what is committed."""
    if not is_known(plan):
        return
    spent = committed(plan)
    currency = plan.plan.currency
    for section in ("total", "people", "costs", "compute"):
        amounts = spent[section] if section != "total" else _total(spent)
        for limit, sense, bound, months in limits_on(plan, section, "", "spend"):
            least = sum(amounts[month - 1] for month in months)
            if sense in ("<=", "=") and _is_over(least, bound):
                yield Shortage(
                    plan.labels[months[-1] - 1],
                    f"limits.{limit.name}",
                    least,
                    bound,
                    currency,
                    f"limit {limit.name} allows {money(bound, currency)}, and {money(least, currency)} is committed "
                    f"({limit.text})",
                )


def _total(spent: dict[str, list[float]]) -> list[float]:
    return [sum(entries) for entries in zip(*(spent[name] for name in spent if name not in APART), strict=True)]


# ---- Floors and ceilings -----------------------------------------------------------------------------


def _heads(plan: Plan) -> Iterator[Shortage]:
    """Floors of heads against who can be there, and against ceilings: the first month of each role."""
    if not is_known(plan, "people"):
        return
    for name, role in plan.people.items():
        least, most = least_heads(plan, name, role), most_heads(plan, name, role)
        at = next((at for at in range(len(least)) if _is_over(least[at], most[at])), None)
        if at is None:
            continue
        pace = role.hiring.per_month
        hired = (
            "" if pace is None else f", with {count(pace)} hired a month from {plan.month_label(role.hiring.delay + 1)}"
        )
        yield Shortage(
            plan.labels[at],
            f"people.{name}.min",
            least[at],
            most[at],
            "person",
            f"{plan.labels[at]} asks for {plural(least[at], 'head')} of {name}, and at most {count(most[at])} can be "
            f"there: {count(role.now)} on opening day{hired}, at most {count(role.max[at])}",
        )


def _gpus(plan: Plan) -> Iterator[Shortage]:
    """Floors of GPUs against ceilings, and against when the first that are bought can arrive."""
    if not is_known(plan, "compute"):
        return
    for name, offer in plan.compute.items():
        months = plan.plan.months
        floors = floors_of(plan, "compute", name, "gpus", list(offer.min))
        ceilings = ceilings_of(plan, "compute", name, "gpus", list(offer.max or [float("inf")] * months))
        for at in range(months):
            waiting = offer.kind == "buy" and at < offer.lead
            there = min(ceilings[at], offer.now) if waiting else ceilings[at]
            if not _is_over(floors[at], there):
                continue
            why = f"; what is ordered arrives from {plan.month_label(offer.lead + 1)}" if waiting else ""
            yield Shortage(
                plan.labels[at],
                f"compute.{name}.min",
                floors[at],
                there,
                "GPU",
                f"{plan.labels[at]} asks for {plural(floors[at], 'GPU')} of {name}, and at most {count(there)} can "
                f"serve{why}",
            )
            break


_FLOWS = {"people": ("hires",), "compute": ("orders",), "data": ("items", "spend")}


def _limits_of_one_thing(plan: Plan) -> Iterator[Shortage]:
    """Two limits on one sum over months, of which the inner asks for more than the outer allows."""
    for section, measures in _FLOWS.items():
        for name in getattr(plan, section):
            for measure in measures:
                found = list(limits_on(plan, section, name, measure))
                for inner, sense, least, within in found:
                    for outer, other, most, months in found:
                        inside = months.start <= within.start and within.stop <= months.stop
                        if sense in (">=", "=") and other in ("<=", "=") and inside and _is_over(least, most):
                            yield Shortage(
                                plan.labels[within[-1] - 1],
                                f"limits.{inner.name}",
                                least,
                                most,
                                plan.plan.currency if measure == "spend" else "",
                                f"limits {inner.name} ({inner.text}) and {outer.name} ({outer.text}) contradict "
                                "each other",
                            )


# ---- Deadlines ---------------------------------------------------------------------------------------


def _supply(plan: Plan) -> Iterator[Shortage]:
    """Items that limits ask for against what is on sale, and targets whose data comes too late."""
    if not is_known(plan, "data"):
        return
    for name, source in plan.data.items():
        for limit, sense, least, months in limits_on(plan, "data", name, "items"):
            if sense not in (">=", "="):
                continue
            there = float("inf") if source.max is None else source.max
            if source.per_month is not None:
                last = min(months.stop - 1, plan.plan.months - source.lead)
                there = min(there, sum(source.per_month[month - 1] for month in range(months.start, last + 1)))
            if _is_over(least, there):
                yield Shortage(
                    plan.labels[months[-1] - 1],
                    f"limits.{limit.name}",
                    least,
                    there,
                    source.unit,
                    f"limit {limit.name} asks for {plural(least, source.unit)} of {name}, and {count(there)} "
                    "can be had",
                )
    for name, model in plan.models.items():
        if model.target is None:
            continue
        late = [
            source
            for source in (model.data or plan.data)
            if source in plan.data and plan.data[source].now == 0.0 and plan.data[source].lead >= model.ready
        ]
        if late and len(late) == len(model.data or plan.data):
            first = min(plan.data[source].lead for source in late)
            yield Shortage(
                plan.month_label(model.ready) if model.ready else plan.labels[0],
                f"models.{name}.deadline",
                float(first + 1),
                float(model.ready),
                "month",
                f"{name} needs its data by the close of {plan.month_label(model.ready)}, and what is bought arrives "
                f"from {plan.month_label(first + 1)}",
            )
