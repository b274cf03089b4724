"""One line of the books, and sums over months; plain lists of length T, index t - 1 for month t."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import mul
from typing import Literal

# A month has 730 hours, whatever the calendar says.
HOURS_A_MONTH = 730


@dataclass(frozen=True)
class Entry:
    """One line of the books.

    Attributes
    ----------
    category, item, line : str
        ``compute``, ``h100-cloud``, ``rent``.
    unit : str
        Of `quantity`; empty where only money moves.
    quantity : list of float, length T
        What the money was for: GPUs, persons, items.
    money : list of float, length T
        Positive into the company, negative out of it.
    kind : str
        ``paid`` is spending; ``revenue`` lowers net burn; ``raised`` is funding; ``sold`` are assets turned into
        money; ``shared`` is what partners pay and take; ``moved`` is what is neither: interest on cash, money lent
        out and taken back.
    burns : bool
        Of spending, and of what partners share: whether net burn counts it.
    pays_for : mapping of str to list of float
        Of money that cannot pay for anything else, credits: its part for each offer.
    """

    category: str
    item: str
    line: str
    unit: str
    quantity: list[float]
    money: list[float]
    kind: Literal["paid", "revenue", "raised", "sold", "shared", "moved"] = "paid"
    burns: bool = True
    pays_for: Mapping[str, list[float]] = field(default_factory=dict)


def by_month(months: int, value: Callable[[int], float]) -> list[float]:
    """Return `value` of months 1..T."""
    return [value(month) for month in range(1, months + 1)]


def total(series: Iterable[Sequence[float]], months: int) -> list[float]:
    """Return the sum of several series in each of T months, exact until its last rounding."""
    moving = [values for values in series if any(values)]
    # The columns of the table are its months; `fsum` adds each without rounding in between.
    return list(map(math.fsum, zip(*moving, strict=True))) if moving else [0.0] * months


def moving_total(series: Sequence[float], window: int) -> list[float]:
    """Return for each month the sum of that month and the `window` - 1 before it."""
    if window >= len(series):
        return list(accumulate(series))
    return [math.fsum(series[max(0, month - window) : month]) for month in range(1, len(series) + 1)]


def times(series: Iterable[float], factors: Iterable[float]) -> list[float]:
    """Return two series multiplied month by month."""
    return list(map(mul, series, factors))


def later(series: Sequence[float], delay: int) -> list[float]:
    """Return a series that comes `delay` months later; what would come after the plan's end never does."""
    months = len(series)
    return [*[0.0] * min(delay, months), *series[: max(months - delay, 0)]]


def monthly_rate(yearly: float) -> float:
    """Return the effective monthly rate of an effective yearly one: (1 + r)^(1/12) - 1."""
    return math.pow(1 + yearly, 1 / 12) - 1
