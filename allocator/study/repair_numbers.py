"""Plain numbers that can give way, one or by month: rules of every part that have no knob of their own.

Rules find a plain knob by their field's name alone; a row in `RULES` gives them words and steps of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from allocator.plan import Plan
from allocator.plan.wording import count, money
from allocator.study.repair_knob import (
    CONSENT,
    FARTHEST,
    OWN,
    SUPPLY,
    Knob,
    Said,
    Value,
    Words,
    by_month,
    tidy,
    value_of,
)


@dataclass(frozen=True)
class _Rule:
    """How a field gives: downwards (-1) or upwards, in what unit and steps, how hard, in which words."""

    sign: int
    unit: Callable[[Plan, str], str]
    step: Callable[[Plan, str], float]
    weight: float
    words: Callable[[Plan, str], Words]


def _currency(plan: Plan, _: str) -> str:
    return plan.plan.currency


def _lot(plan: Plan, name: str) -> float:
    return float(plan.compute[name].lot) if plan.plan.whole else 1.0


def _items(plan: Plan, name: str) -> str:
    return str(plan.data[name].unit)


def _said(text: str) -> Callable[[Plan, str], Words]:
    """Words with {given}, {old}, {new} as counts, and {name}."""

    def for_plan(plan: Plan, name: str) -> Words:
        def say(said: Said) -> str:
            unit = str(plan.data[name].unit) if name in plan.data else ""
            amounts = {key: count(value) for key, value in vars(said).items()}
            return text.format(**amounts, name=name, unit=unit)

        return say

    return for_plan


def said_in_money(text: str) -> Callable[[Plan, str], Words]:
    """Words with {given}, {old}, {new} as money, and {name}."""

    def for_plan(plan: Plan, name: str) -> Words:
        def say(said: Said) -> str:
            return text.format(
                **{key: money(value, plan.plan.currency) for key, value in vars(said).items()}, name=name
            )

        return say

    return for_plan


def _constant(value: Any) -> Callable[[Plan, str], Any]:
    return lambda *_: value


# Patterns of fields; a rule that is not among them gives in the direction its name says, with plain words.
RULES: dict[str, _Rule] = {
    "plan.min_cash": _Rule(
        -1, _currency, _constant(0.0), OWN, said_in_money("let cash fall to {new} instead of {old}")
    ),
    "runway.months": _Rule(
        -1, _constant("month"), _constant(0.1), OWN, _said("accept {new} months of runway instead of {old}")
    ),
    "people.*.min": _Rule(
        -1, _constant("person"), _constant(1.0), OWN, _said("make do with {given} fewer {name}, {new} instead of {old}")
    ),
    "people.*.max": _Rule(
        1, _constant("person"), _constant(1.0), OWN, _said("allow {given} more {name}, {new} instead of {old}")
    ),
    "people.*.hiring.per_month": _Rule(
        1, _constant("person"), _constant(1.0), CONSENT, _said("hire up to {new} {name} a month instead of {old}")
    ),
    "compute.*.min": _Rule(-1, _constant("GPU"), _lot, OWN, _said("keep {new} GPUs of {name} instead of {old}")),
    "compute.*.max": _Rule(
        1, _constant("GPU"), _lot, SUPPLY, _said("have up to {new} GPUs of {name} instead of {old}")
    ),
    "data.*.max": _Rule(
        1, _items, _constant(0.0), SUPPLY, _said("find {given} more {unit}s of {name}, {new} in all instead of {old}")
    ),
    "data.*.per_month": _Rule(
        1, _items, _constant(0.0), SUPPLY, _said("have up to {new} {unit}s of {name} a month instead of {old}")
    ),
    "sites.*.max": _Rule(
        1, _constant("GPU"), _constant(1.0), SUPPLY, _said("have room for {new} GPUs in {name} instead of {old}")
    ),
    "sites.*.power": _Rule(
        1, _constant("kW"), _constant(0.0), SUPPLY, _said("have {new} kW in {name} instead of {old}")
    ),
    "funding.*.covenant": _Rule(
        -1,
        _currency,
        _constant(0.0),
        CONSENT,
        said_in_money("agree on a covenant of {new} for {name} instead of {old}"),
    ),
    "funding.*.min": _Rule(
        -1, _currency, _constant(0.0), CONSENT, said_in_money("agree on at least {new} in {name} instead of {old}")
    ),
}
_DOWN = ("min", "months", "covenant", "serving")


def number_knobs(plan: Plan, field: str) -> Iterator[Knob]:
    value = value_of(plan, field)
    if isinstance(value, bool) or not isinstance(value, int | float | tuple):
        return
    if isinstance(value, tuple) and not all(isinstance(entry, int | float) for entry in value):
        return
    parts = field.split(".")
    name = ".".join(parts[1:-1]) if len(parts) > 2 else ""
    rule = RULES.get(field) or RULES.get(".".join([parts[0], "*", *parts[2:]]))
    if rule is not None:
        name = parts[1] if len(parts) > 2 else ""
        words, unit, step = rule.words(plan, name), rule.unit(plan, name), rule.step(plan, name)
        yield value_knob(plan, field, value, rule.sign, unit, step, rule.weight, words)
        return
    sign = -1 if parts[-1] in _DOWN else 1
    for side in (sign, -sign):
        yield value_knob(plan, field, value, side, "", 0.0, CONSENT, _plain(field))


def _plain(field: str) -> Words:
    return lambda said: f"change {field} from {count(said.old)} to {count(said.new)}"


def value_knob(
    plan: Plan, field: str, value: Any, sign: int, unit: str, step: float, weight: float, words: Words
) -> Knob:
    values = value if isinstance(value, tuple) else (value,)
    largest = float(max(values))
    size = largest or 1.0
    most = largest if sign < 0 else FARTHEST * max(size, step)

    def moved(entry: float, amount: float) -> float:
        return tidy(max(entry + sign * amount, 0.0))

    def put(amount: float, first: int = 1, last: int = len(values)) -> Value:
        if not isinstance(value, tuple):
            return moved(value, amount)
        kept = [
            moved(entry, amount) if first <= month <= last else tidy(entry)
            for month, entry in enumerate(values, start=1)
        ]
        return by_month(plan, kept)

    varies = isinstance(value, tuple)
    return Knob(
        field=field,
        unit=unit,
        size=size,
        weight=weight,
        most=most,
        step=step,
        old=largest,
        new=lambda amount: moved(largest, amount),
        put=put,
        words=words,
        by_month=len(values) if varies else 0,
        put_within=put if varies else None,
    )
