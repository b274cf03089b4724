"""``[plan]``, ``[runway]`` and ``[objective]``: the months planned, the cash that must stay, what is made best."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, ValidationInfo
from pydantic import WithJsonSchema as FileSchema

from allocator.plan.sections.base import MAX_MONTHS, Monthly, Section
from allocator.plan.timeline import Month
from allocator.plan.units import Currency
from allocator.plan.values import (
    DURATION,
    MONEY,
    MONEY_A_MONTH,
    PLAIN,
    RATE,
    Reads,
    Whole,
    context_of,
)
from allocator.plan.wrong import WrongValueError, shown


def _read_whole(value: object, info: ValidationInfo) -> int:
    timeline = context_of(info).timeline
    if isinstance(value, bool):
        return timeline.months if value else 0
    is_month = isinstance(value, int) or (isinstance(value, str) and re.fullmatch(r"\s*[\d-]+\s*", value))
    if not isinstance(value, str | int) or not is_month:
        raise WrongValueError(
            f"{shown(value)} does not say until when units are whole",
            allowed="true, false, or a month, the last with whole units",
            remedy='write true or false without quotes, or a month such as "2027-06"',
        )
    return timeline.index(value)


def _read_start(value: object) -> Month:
    if isinstance(value, Month):
        return value
    if not isinstance(value, str):
        raise WrongValueError(
            f"{shown(value)} is not a month",
            allowed='a month written "YYYY-MM", such as "2026-09"',
            remedy='write the first month of the plan in quotes: "2026-09"',
        )
    return Month.parse(value)


def _read_currency(value: object) -> str:
    if not isinstance(value, str):
        raise WrongValueError(f"{shown(value)} is not a currency", allowed="USD, kUSD, MUSD, …", remedy='write "USD"')
    return Currency.parse(value).name


_CURRENCY = {
    "type": "string",
    "description": "a three-letter code, after k or M where bare money is in thousands or millions",
}
_START = {"type": "string", "description": 'the first month, such as "2026-09"'}
_WHOLE = {
    "type": ["boolean", "string", "integer"],
    "description": "true, false, or the last month in which units are whole",
}


class Horizon(Section):
    """``[plan]``: the months planned and the cash they begin with."""

    name: str = Field("plan", max_length=200)
    currency: Annotated[str, BeforeValidator(_read_currency), FileSchema(_CURRENCY)] = "USD"
    start: Annotated[Month, BeforeValidator(_read_start), FileSchema(_START), PlainSerializer(str)]
    months: Annotated[int, Whole(1, MAX_MONTHS, "a number of months")]
    cash: Annotated[float, Reads(MONEY, low=0)]
    min_cash: Annotated[float, Reads(MONEY, low=0)] = 0.0
    cash_yield: Annotated[float, Reads(RATE, above=-1, high=1)] = 0.0
    whole: Annotated[int, BeforeValidator(_read_whole), FileSchema(_WHOLE)] = False
    wind_down: bool = False

    @property
    def money_unit(self) -> float:
        """Whole currency in one unit of the plan's money: 1, 1e3 or 1e6."""
        return Currency.parse(self.currency).unit

    @property
    def cent(self) -> float:
        """One cent in the plan's money."""
        return 0.01 / self.money_unit


class Runway(Section):
    """``[runway]``: closing cash covers so many months of net burn."""

    months: Annotated[Monthly, Reads(DURATION, by_month=True, low=0, high=120)]
    basis: Literal["trailing", "forward"] = "trailing"
    window: Annotated[int, Whole(1, 120, "a number of months")] = 6
    opening_burn: Annotated[float | None, Reads(MONEY_A_MONTH, low=0)] = None
    purchases: bool = False


OPENING_CASH = "plan.cash"


class Objective(Section):
    """``[objective]``: what is made best."""

    goal: Literal["quality", "capital", "runway", "profit"] = "quality"
    of: Annotated[str, Field(max_length=200)] = OPENING_CASH
    revenue_multiple: Annotated[float, Reads(PLAIN, low=0, high=1000)] = 0.0
    dilution_price: Annotated[float, Reads(PLAIN, low=0)] = 0.0

    @property
    def capital_round(self) -> str | None:
        """The round whose amount is made as small as can be; None for opening cash, and for other goals."""
        return None if self.goal != "capital" or self.of == OPENING_CASH else self.of.partition(".")[2]
