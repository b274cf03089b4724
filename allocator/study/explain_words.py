"""Prices in sentences: what a natural step of a rule is worth, which way, and how far that holds."""

from __future__ import annotations

import math
from collections.abc import Iterable

from allocator.formulate.build import Formulation
from allocator.plan.wording import flop, plural, plurals
from allocator.plan.wording import money as say_money
from allocator.result.binding import span_of, step_of, worth
from allocator.study.asked import TIME_UP
from allocator.study.explain_prices import CUT, INFEASIBLE, NOT_FOUND, UNPROVEN, Price, Side

# Of the mean gain: less would be said as 0.00 %, so a larger step is taken where the price holds for it.
_SMALL = 1e-4


class PriceWords:
    """Says prices in a plan's words.

    Parameters
    ----------
    formulation : Formulation
    slope : float or None
        Change of what is reported per unit of the objective; None where that has no one metric.
    """

    def __init__(self, formulation: Formulation, slope: float | None) -> None:
        self._formulation = formulation
        self._slope = slope
        self._metrics = {block.law.metric for block in formulation.models.values()}

    def sentence(self, price: Price, months: Iterable[Price]) -> str:
        """What a rule is worth in all its months, and how far; `months` say where it binds."""
        plan = self._formulation.plan
        bound = [{"month": each.month} for each in months if each.rule == price.rule]
        span = f" ({price.month})" if price.month else span_of(bound, plan.labels)
        return f"{price.rule}{span}: {self.said(price)}"

    def said(self, price: Price) -> str:
        """What a price says, without its rule."""
        if not price.checked:
            return f"{self.worth(price, 1 if price.value > 0.0 else -1)} (a multiplier that no solve beside it proved)"
        if not price.one:
            return "; ".join((self._one_side(price, 1), self._one_side(price, -1)))
        worth_of = self.worth(price, 1 if price.value > 0.0 else -1)
        return worth_of if price.more.holds is None else f"{worth_of}; {self.holds(price)}"

    def worth(self, price: Price, side: int) -> str:
        """What a natural step to one side is worth: ``$50k more lowers the error by 1.7e-05``."""
        found = price.more if side > 0 else price.less
        value = price.value if found.price is None else found.price
        step = self._step(price, found.holds)
        if (
            self._slope is None
            and abs(value) * step < _SMALL
            and found.holds is not None
            and step < found.holds < math.inf
        ):
            step = _floor(found.holds)
        change = side * value * step * (1.0 if self._slope is None else self._slope)
        said = worth(change, self._formulation) if change else "changes nothing"
        return f"{self._amount(step, price.unit)} {_word(side)} {said}"

    def holds(self, price: Price) -> str:
        """How far a price holds to either side."""
        if all(side.holds == 0.0 and side.ends == UNPROVEN for side in (price.less, price.more)):
            return "how far the price holds is not proven"
        if all(side.holds == 0.0 and side.ends == CUT for side in (price.less, price.more)):
            return f"how far the price holds was not looked for: {TIME_UP}"
        return f"the price holds from {self._end(price, -1)} to {self._end(price, 1)}"

    def _step(self, price: Price, holds: float | None) -> float:
        """A natural amount to say a price of, within the range where that is known."""
        if price.unit == "month":
            step = 1.0
        elif price.unit in self._metrics:
            target = self._formulation.plan.models[price.rule.split(".")[1]].target or 1.0
            step = float(f"{abs(target) / 100.0:.1g}")
        else:
            step = step_of(self._formulation, price.unit)[0]
        return step if holds is None or not 0.0 < holds < step else _floor(holds)

    def _amount(self, amount: float, unit: str) -> str:
        currency = self._formulation.plan.plan.currency
        if unit == currency:
            return say_money(amount, currency)
        if unit in self._metrics:
            return f"{amount:.3g}"
        if unit == "share":
            return f"{100.0 * amount:.3g} % of the company"
        if unit == "FLOP":
            return flop(amount)
        if 0.0 < amount < 0.01:
            return f"{amount:.2g} {plurals(unit)}"
        return plural(amount, unit)

    def _end(self, price: Price, side: int) -> str:
        found = price.more if side > 0 else price.less
        if found.holds is None or math.isinf(found.holds):
            return f"any amount {_word(side)}"
        said = f"{self._amount(_floor(found.holds, 2), price.unit)} {_word(side)}" if found.holds else "here"
        return f"{said} ({found.ends})" if found.ends in (INFEASIBLE, NOT_FOUND, UNPROVEN, CUT) else said

    def _one_side(self, price: Price, side: int) -> str:
        found: Side = price.more if side > 0 else price.less
        if found.price is None:
            return f"{INFEASIBLE} with any {_word(side)}"
        if found.price == 0.0:
            return f"{_word(side)} changes nothing"
        said = self.worth(price, side)
        return said if found.holds is None else f"{said} (to {self._end(price, side)})"


def _word(side: int) -> str:
    return "more" if side > 0 else "less"


def _floor(value: float, digits: int = 1) -> float:
    """A positive number rounded down to so many digits, so that what is said of it stays true."""
    if value <= 0.0 or math.isinf(value):
        return value
    places = digits - 1 - math.floor(math.log10(value))
    return float(f"{math.floor(value * 10.0**places * (1.0 + 1e-12)) / 10.0**places:.{digits}g}")
