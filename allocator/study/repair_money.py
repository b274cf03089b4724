"""What rules of money rest on: cash, rounds and costs that can give way."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from allocator.plan import Plan
from allocator.plan.wording import money, plural
from allocator.study.repair_knob import (
    CONSENT,
    FARTHEST,
    OWN,
    SPENT,
    Knob,
    Said,
    Words,
    tidy,
)
from allocator.study.repair_numbers import said_in_money, value_knob


def known_money(plan: Plan) -> float:
    """All money known to come in: opening cash, signed rounds and revenue."""
    signed = sum(round_.amount or 0.0 for round_ in plan.funding.values() if round_.is_signed)
    earned = sum(sum(revenue.amount) for revenue in plan.revenue.values() if isinstance(revenue.amount, tuple))
    return plan.plan.cash + signed + earned


def money_knobs(plan: Plan) -> Iterator[Knob]:
    currency = plan.plan.currency
    spent = sum(sum(cost.amount) for cost in plan.costs.values() if not cost.per_person)
    spent += sum(sum(role.salary) * max(role.min) * (1.0 + role.overhead) for role in plan.people.values())
    known = known_money(plan)
    typical = known or spent or 1e6 / plan.plan.money_unit
    most = FARTHEST * max(typical, spent)
    cash = plan.plan.cash
    yield _amount("plan.cash", currency, cash, typical, most, lambda said: f"raise {money(said.given, currency)}")
    for name, terms in plan.funding.items():
        if terms.is_signed and terms.amount is not None and terms.month is not None:
            yield _round(currency, name, "amount", terms.amount, typical, most)
            yield _earlier(plan, name, terms.month)
        elif terms.max is not None:
            yield _round(currency, name, "max", terms.max, typical, most)
    for name, cost in plan.costs.items():
        each = " a person" if cost.per_person else ""
        words = said_in_money("spend {given} a month" + each + " less on {name}")(plan, name)
        if max(cost.amount) > 0.0:
            yield value_knob(plan, f"costs.{name}.amount", cost.amount, -1, currency, 0.0, SPENT, words)


def _round(currency: str, name: str, key: str, amount: float, size: float, most: float) -> Knob:
    def words(said: Said) -> str:
        return (
            f"raise {money(said.given, currency)} more in {name}, {'up to ' if key == 'max' else ''}"
            f"{money(said.new, currency)} instead of {money(said.old, currency)}"
        )

    return replace(_amount(f"funding.{name}.{key}", currency, amount, size, most, words), weight=CONSENT)


def _amount(field: str, unit: str, old: float, size: float, most: float, words: Words) -> Knob:
    return Knob(
        field=field,
        unit=unit,
        size=size,
        weight=OWN,
        most=most,
        step=0.0,
        old=old,
        new=lambda amount: tidy(old + amount),
        put=lambda amount: tidy(old + amount),
        words=words,
    )


def _earlier(plan: Plan, name: str, month: int) -> Knob:
    return Knob(
        field=f"funding.{name}.month",
        unit="month",
        size=float(month),
        weight=CONSENT,
        most=float(month - 1),
        step=1.0,
        old=float(month),
        new=lambda amount: month - amount,
        put=lambda amount: plan.month_label(month - round(amount)),
        words=lambda said: f"have {name} {plural(said.given, 'month')} earlier, in {plan.month_label(round(said.new))}",
    )
