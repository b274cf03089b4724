"""What the runway asks of cash, and the rules that cash keeps."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from allocator.plan import Plan
from allocator.plan.schema import Runway
from allocator.result.ledger.books import Ledger
from allocator.result.ledger.checking import (
    TOLERANCE,
    at_least,
    capital_of,
    count,
    money,
)
from allocator.result.ledger.entries import (
    by_month,
    times,
)


@dataclass(frozen=True)
class Cover:
    """What the runway asks.

    Attributes
    ----------
    rule : list of float, length T
        Cash the runway rule asks at each close.
    closing_burn : float
        B, the net burn a month that stands for the months after the plan.
    at_end : float
        Cash the end of the plan asks, months x B.
    months : list of float, length T
        Months of net burn the cash covers; infinite where nothing is burnt.
    month_more : list of float, length T
        Cash that one month of runway more would ask at each close.
    """

    rule: list[float]
    closing_burn: float
    at_end: float
    months: list[float]
    month_more: list[float]


def runway(plan: Plan, cash: Sequence[float], burn: Sequence[float], tails: float) -> Cover:
    """Return what the runway asks at each close and at the end of the plan.

    Trailing: months x the mean net burn of the last `window` months; the months before the plan burnt `opening_burn`,
    or as much as month 1. Forward: the net burn of the next months, the last in part. The months after the plan burn
    B = max(last month's, mean of the last twelve), and the end of the plan asks months x B in either basis. `tails`,
    what reservations owe beyond the plan and pay in its last month, burns there but does not go on: B is without it.
    Without a runway rule nothing is asked, and the months covered are trailing ones over six months.
    """
    terms = plan.runway or Runway.model_construct(
        months=(0.0,) * len(burn), basis="trailing", window=6, opening_burn=None, purchases=False
    )
    goes_on = max(burn[-1] - tails, 0.0)
    last_year = [*burn[-12:-1], goes_on]
    closing_burn = max(goes_on, math.fsum(last_year) / len(last_year))
    asked, more, covered = (_ahead if terms.basis == "forward" else _trailing)(terms, cash, burn, closing_burn)
    if plan.runway and terms.basis == "trailing" and closing_burn > more[-1]:
        # At the end of a plan with a runway rule, the burn that goes on counts where it is more.
        covered[-1] = cash[-1] / closing_burn
    return Cover(
        asked,
        closing_burn,
        terms.months[-1] * closing_burn,
        [months if held >= 0 else 0.0 for months, held in zip(covered, cash, strict=True)],
        more,
    )


Covers = tuple[list[float], list[float], list[float]]


def _trailing(terms: Runway, cash: Sequence[float], burn: Sequence[float], _: float) -> Covers:
    """Return what is asked at each close, what a month more would ask, and the months covered, looking back."""
    before = burn[0] if terms.opening_burn is None else terms.opening_burn
    remembered = [*[before] * (terms.window - 1), *burn]
    means = [math.fsum(remembered[first : first + terms.window]) / terms.window for first in range(len(burn))]
    covered = [held / rate if rate else math.inf for held, rate in zip(cash, means, strict=True)]
    return times(terms.months, means), means, covered


def _ahead(terms: Runway, cash: Sequence[float], burn: Sequence[float], closing_burn: float) -> Covers:
    """Return the same looking ahead, over the months of the plan and then the burn that goes on."""
    end = len(burn)

    def of_month(month: int) -> float:
        return burn[month - 1] if month <= end else closing_burn

    def asked(month: int) -> float:
        full = math.floor(terms.months[month - 1])
        part = terms.months[month - 1] - full
        return math.fsum([*(of_month(month + k) for k in range(1, full + 1)), part * of_month(month + full + 1)])

    def more(month: int) -> float:
        return of_month(month + math.floor(terms.months[month - 1]) + 1)

    def covered(month: int) -> float:
        left = cash[month - 1]
        if left < 0:
            return 0.0
        for months, next_burn in enumerate(burn[month:]):
            if next_burn > left:
                return months + left / next_burn
            left -= next_burn
        return end - month + (left / closing_burn if closing_burn else math.inf)

    return by_month(end, asked), by_month(end, more), by_month(end, covered)


def cash_rules(plan: Plan, ledger: Ledger, cover: Cover) -> Iterator[str]:
    """Check cash: its floor in each month, the runway in each month, the end of the plan."""
    say = money(plan)
    least = max(plan.plan.min_cash, 0.0)
    scale = capital_of(plan)
    yield from at_least(plan, "cash", ledger.cash, [least] * len(ledger.cash), scale, say)
    if plan.runway is None:
        return
    yield from at_least(plan, "cash", ledger.cash, cover.rule, scale, say, bound=f"{plan.runway.basis} runway")
    short = cover.at_end - ledger.cash[-1]
    if short > TOLERANCE * max(scale, abs(ledger.cash[-1]), cover.at_end):
        yield (
            f"cash at the end of the plan, {ledger.labels[-1]}, is {say(ledger.cash[-1])}, {say(short)} below the"
            f" {say(cover.at_end)} that {count(plan.runway.months[-1])} months at {say(cover.closing_burn)} a month ask"
        )
