"""Rules in the user's own words that can give way."""

from __future__ import annotations

import re
from collections.abc import Iterator

from allocator.plan import Plan
from allocator.plan.wording import money, plural
from allocator.study.repair_knob import (
    FARTHEST,
    OWN,
    Knob,
    Said,
    tidy,
)
from allocator.study.repair_money import known_money

_NUMBER = re.compile(r"\d[\d_]*(?:\.[\d_]*)?(?:[eE][+-]?\d+)?")


def limit_knobs(plan: Plan, name: str) -> Iterator[Knob]:
    limit = plan.limits.get(name)
    if limit is None:
        return
    measure = limit.terms[0].quantity.measure
    spent, items = measure == "spend", measure == "items"
    unit = plan.plan.currency if spent else "person" if measure in ("headcount", "hires") else "GPU"
    if items:
        unit = str(plan.data[str(limit.terms[0].quantity.item)].unit)
    typical = (known_money(plan) or 1e6 / plan.plan.money_unit) if spent else 1e6 if items else 10.0
    size = abs(limit.constant) or typical
    fractions = limit.constant % 1 or any(term.factor % 1 for term in limit.terms)
    step = 0.0 if spent or items or fractions else 1.0
    left, _, right = re.split(r"(<=|>=|=)", limit.text)
    plain = _NUMBER.fullmatch(right.strip()) is not None

    def side(sign: int) -> Knob:
        def text(amount: float) -> str:
            if plain:
                return f"{left.strip()} {limit.sense} {tidy(float(right.replace('_', '')) + sign * amount)}"
            return f"{limit.text} {'+' if sign > 0 else '-'} {tidy(amount)}"

        def words(said: Said) -> str:
            given = money(said.given, plan.plan.currency) if spent else plural(said.given, unit)
            return f"loosen the limit {name} by {given}: {text(said.given)}"

        return Knob(
            field=f"limits.{name}",
            unit=unit,
            size=size,
            weight=OWN,
            most=float(right.replace("_", "")) if plain and sign < 0 else FARTHEST * max(size, typical),
            step=step,
            old=limit.constant,
            new=lambda amount: tidy(limit.constant + sign * amount),
            put=text,
            words=words,
        )

    for sign in {"<=": (1,), ">=": (-1,), "=": (1, -1)}[limit.sense]:
        yield side(sign)
