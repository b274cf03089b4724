"""What can give way in a repair: one field of a plan, how far, in what steps and in which words."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allocator.plan import Plan

# How likely a change can be had, as a factor on its relative size: what the company itself decides,
# what takes others' consent, what a market has to supply, and what is spent for a reason.
OWN, CONSENT, SUPPLY, SPENT = 1.0, 1.5, 2.0, 3.0
# Nothing is asked to give more than so many times its size.
FARTHEST = 100.0
Value = Any


@dataclass(frozen=True)
class Said:
    """What a clause speaks of: how much is given, and the field's value before and after."""

    given: float
    old: float
    new: float


Words = Callable[[Said], str]


@dataclass(frozen=True)
class Knob:
    """One field that can give way by an amount from 0 to `most`.

    Attributes
    ----------
    field : str
        Path in the plan file.
    unit : str
        Of the amount, the old and the new value.
    size : float
        What an amount is held against.
    weight : float
        How hard it is to get, beside others: see `OWN` and the rest.
    most : float
    step : float
        Amounts are whole multiples of it; 0 where they are rounded to three digits.
    old : float
        The value now: the largest over months.
    new : callable
        The value in the same unit after an amount was given.
    put : callable
        Amount to what stands in the document then.
    words : callable
        To a clause that begins with a verb.
    by_month : int
        Months in some of which it may be given alone; 0 where it is one value.
    put_within : callable or None
        The same as `put` for some months: amount, first and last month (numbers, inclusive).
    probe : float
        Amount from which it is told how bounds move; 0 for a hundredth of `size`.
    more : callable or None
        Amount to further fields that have to change with it.
    """

    field: str
    unit: str
    size: float
    weight: float
    most: float
    step: float
    old: float
    new: Callable[[float], float]
    put: Callable[[float], Value]
    words: Words
    by_month: int = 0
    put_within: Callable[[float, int, int], Value] | None = None
    probe: float = 0.0
    more: Callable[[float], dict[str, Value]] | None = None

    def changes(self, amount: float, first: int = 1, last: int = 10**6) -> dict[str, Value]:
        """Fields and their new values, as `Plan.changed` takes them."""
        value = self.put(amount) if self.put_within is None else self.put_within(amount, first, last)
        found = {self.field: value}
        return found if self.more is None else {**self.more(amount), **found}

    def rounded(self, amount: float) -> float:
        """The amount in whole steps, or in three digits, never less than asked and never above `most`."""
        if self.step:
            return min(math.ceil(amount / self.step - 1e-6) * self.step, self.most)
        if amount <= 0.0:
            return 0.0
        unit = 10.0 ** (math.floor(math.log10(amount)) - 2)
        return min(float(f"{math.ceil(amount / unit - 1e-6) * unit:.6g}"), self.most)

    def next(self, amount: float) -> float:
        """The next larger amount."""
        if self.step:
            return min(amount + self.step, self.most)
        return self.rounded(max(amount, 1e-9 * self.size) * 1.01)

    def clause(self, amount: float) -> str:
        """The change in words, beginning with a verb."""
        return self.words(Said(amount, self.old, self.new(amount)))

    def effort(self, amount: float) -> float:
        """How much is asked: the amount as a share of what it is a change of, times how hard it is to get."""
        return self.weight * amount / self.size


def by_month(plan: Plan, values: list[float]) -> Value:
    """Values by month as a person would write them: one number, or a table of the months where they change."""
    if len(set(values)) == 1:
        return values[0]
    entries = {plan.labels[0]: values[0]}
    for label, before, entry in zip(plan.labels[1:], values, values[1:], strict=False):
        if entry != before:
            entries[label] = entry
    return entries


def tidy(value: float) -> float:
    """A number without the dust of arithmetic, whole where it is."""
    shown = float(f"{value:.12g}")
    return int(shown) if shown.is_integer() and abs(shown) < 1e15 else shown


def value_of(plan: Plan, field: str) -> Any:
    """What the plan has at a path, None where there is nothing."""
    value: Any = plan
    for part in field.split("."):
        value = value.get(part) if isinstance(value, dict) else getattr(value, part, None)
        if value is None:
            return None
    return value
