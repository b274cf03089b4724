"""How a rule is checked on the books, and how what breaks it is said.

A rule is broken when it is missed by more than 1e-7 of its quantity's scale: the largest absolute value of the quantity
or of its bound; for money at least the capital (opening cash and what is or may be raised), for items at least what
one ten-millionth of it buys, for counts at least 1. Whole units are whole within 1e-6.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from operator import sub

from allocator.plan import Plan

TOLERANCE = 1e-7
WHOLE_TOLERANCE = 1e-6
Say = Callable[[float], str]


def capital_of(plan: Plan) -> float:
    """Opening cash and all money that is or may be raised."""
    return math.fsum([plan.plan.cash, *((terms.amount or terms.max or 0.0) for terms in plan.funding.values())])


def not_negative(plan: Plan, what: str, values: Sequence[float], scale: float, say: Say) -> Iterator[str]:
    if min(values) < 0:
        yield from at_least(plan, what, values, [0.0] * len(values), scale, say)


def at_least(
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


def at_most(
    plan: Plan, what: str, values: Sequence[float], caps: Sequence[float], scale: float, say: Say, bound: str = "cap"
) -> Iterator[str]:
    if max(map(sub, values, caps)) <= TOLERANCE * scale:
        return
    scale = max(scale, *map(abs, values))
    for month, (value, cap) in enumerate(zip(values, caps, strict=True), start=1):
        if value - cap > TOLERANCE * max(scale, cap):
            label = plan.month_label(month)
            yield f"{what} on {label} is {say(value)}, {say(value - cap)} above the {bound} of {say(cap)}"


def not_after(
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


def whole_units(plan: Plan, what: str, values: Sequence[float], lot: int) -> Iterator[str]:
    unit = f"whole lots of {lot}" if lot > 1 else "whole"
    for month, value in enumerate(values[: plan.plan.whole], start=1):
        if part_of_lot(value, lot) > WHOLE_TOLERANCE:
            yield f"{what} on {plan.month_label(month)} is {count(value)}, not {unit}"


def part_of_lot(value: float, lot: int) -> float:
    """How far a number is from whole lots, in lots."""
    return abs(value / lot - round(value / lot))


def order_label(plan: Plan, month: int) -> str:
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
