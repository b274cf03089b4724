"""Typed fields of the schema: each reads what the file says and holds it in base units."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, ValidationInfo
from pydantic_core import core_schema

from allocator.plan.slips import in_months
from allocator.plan.timeline import Timeline, spread
from allocator.plan.units import Currency, Wanted, read_number
from allocator.plan.wrong import WrongValueError, shown


@dataclass(frozen=True)
class Context:
    """What ``[plan]`` says and every other section needs to be read: handed to pydantic as validation context."""

    currency: Currency
    timeline: Timeline


PLAIN = Wanted("a number", (), "")
# A loss, a score or a share: which of them is the law's to say.
METRIC = Wanted("a value of the law's metric", ("share",), "5 %")
SHARE = Wanted("a share", ("share",), "8 %")
RATE = Wanted("a rate a year", ("share", "rate"), "12 %")
MONEY = Wanted("money", ("money",), "8 M{code}", money=True)
MONEY_A_MONTH = Wanted("money per month", ("money/month",), "50 k{code}/month", money=True)
MONEY_A_PERSON_MONTH = Wanted(
    "money per month", ("money/month", "money/person/month"), "1500 {code}/person/month", money=True
)
SALARY = Wanted("a salary per person", ("money/month", "money/person/month"), "150 k{code}/year", money=True)
MONEY_A_PERSON = Wanted("money per person", ("money", "money/person"), "30 k{code}", money=True)
PRICE_GPU_HOUR = Wanted("a price per GPU-hour", ("money/hour", "money/GPU/hour"), "2.49 {code}/hour", money=True)
PRICE_GPU = Wanted("a price per GPU", ("money", "money/GPU"), "30 k{code}", money=True)
GPU_UPKEEP = Wanted("money per GPU-month", ("money/month", "money/GPU/month"), "180 {code}/month", money=True)
POWER = Wanted("a power", ("kilowatt",), "120 kW")
KW_MONTH = Wanted("money per kW and month", ("money/kilowatt/month",), "150 {code}/kW/month", money=True)
PRICE_KWH = Wanted("a price per kWh", ("money/kilowatt_hour",), "0.08 {code}/kWh", money=True)
FLOPS = Wanted("FLOP per second", ("FLOP/second",), "989 TFLOP/s")
GPUS = Wanted("a number of GPUs", ("GPU",), "1024 GPU")
PERSONS = Wanted("a number of persons", ("person",), "20 persons")
DURATION = Wanted("a number of months", ("month",), "12 months")
ITEM_PRICES = {
    item: Wanted(f"money per {item}", (f"money/{item}", "money/item"), f"{price} {{code}}/{per}", money=True)
    for item, price, per in (
        ("token", "2", "Mtoken"),
        ("image", "1", "image"),
        ("label", "0.05", "label"),
        ("hour", "4", "hour"),
    )
}
ITEM_COUNTS = {
    item: Wanted(f"a number of {item}s", (item, "item"), f"5 M{item}" if item != "hour" else "500 hours")
    for item in ITEM_PRICES
}

SERVED = Wanted(
    "a number of items a month",
    ("token/month", "image/month", "label/month", "item/month"),
    "50 Gtoken/month",
)


def context_of(info: ValidationInfo) -> Context:
    """Return the plan's context of a validator."""
    context = info.context
    if not isinstance(context, Context):
        raise TypeError("the plan's sections are validated with a Context")
    return context


@lru_cache(maxsize=1024)
def _in_currency(wanted: Wanted, code: str) -> Wanted:
    """The dimension with its example in a currency."""
    return replace(wanted, example=wanted.example.replace("{code}", code))


def number(
    value: object,
    wanted: Wanted,
    context: Context,
    *,
    low: float | None = None,
    high: float | None = None,
    above: float | None = None,
    below: float | None = None,
) -> float:
    """Read one number of a dimension and hold it to its bounds; raises `WrongValueError`."""
    wanted = _in_currency(wanted, context.currency.code or "USD")
    read = read_number(value, wanted, context.currency)
    bounds = (
        (low is not None and read < low, f"at least {low:g}" if low is not None else ""),
        (high is not None and read > high, f"at most {high:g}" if high is not None else ""),
        (above is not None and read <= above, f"above {above:g}" if above is not None else ""),
        (below is not None and read >= below, f"below {below:g}" if below is not None else ""),
    )
    for broken, rule in bounds:
        if broken:
            allowed = " and ".join(text for _, text in bounds if text)
            hint = ", as a share of 1: 0.08 for 8 %" if "share" in wanted.units and read > 1 else ""
            raise WrongValueError(
                f"{shown(value)} is not {rule}",
                found=shown(value),
                allowed=f"{wanted.words}, {allowed}",
                remedy=f"write a number {allowed}{hint}",
            )
    return read


def whole(value: object, low: int, high: int, words: str = "a whole number") -> int:
    """Read a whole number; a duration may be a string such as "2 years"."""
    written = value
    if isinstance(value, str):
        match = re.fullmatch(r"\s*(\d{1,9})\s*(months?|years?)?\s*", value)
        if match:
            value = int(match[1]) * (12 if (match[2] or "").startswith("year") else 1)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        months = in_months(written) if isinstance(written, str) and "months" in words else None
        remedy = f"write {words} without quotes, such as {max(low, min(high, 6))}"
        if months is not None:
            remedy = f"write a whole number of months, such as {max(low, min(high, months))}; days are not read"
        raise WrongValueError(
            f"{shown(value)} is not {words} from {low} to {high}",
            found=shown(value),
            allowed=f"{words} from {low} to {high}",
            remedy=remedy,
        )
    return value


def monthly(value: object, wanted: Wanted, context: Context, **bounds: float | None) -> tuple[float, ...]:
    """Read a value that may vary by month into T numbers; raises `WrongValueError`."""
    values = spread(value, context.timeline, lambda entry: number(entry, wanted, context, **bounds))
    low, high = bounds.get("low"), bounds.get("high")
    for index, read in enumerate(values, start=1):
        if (low is not None and read < low) or (high is not None and read > high):
            month = context.timeline.label(index) if context.timeline.sure else f"month {index}"
            raise WrongValueError(
                f"the value of {month}, {read:g}, is out of range",
                found=shown(value),
                allowed=f"values from {low or 0:g}" + (f" to {high:g}" if high is not None else ""),
                remedy="lower the rate of change",
            )
    return values


MONTHLY_SCHEMA: dict[str, Any] = {
    "description": "a number or a string with a unit; a list with an entry for each month; a table of months, each "
    "value holding until the next; or a start with a yearly or monthly change",
    "anyOf": [
        {"type": ["number", "string"]},
        {"type": "array", "items": {"type": ["number", "string"]}},
        {
            "type": "object",
            "properties": {
                "start": {"type": ["number", "string"]},
                "yearly_change": {"type": ["number", "string"]},
                "monthly_change": {"type": ["number", "string"]},
            },
            "required": ["start"],
            "additionalProperties": False,
        },
        {
            "type": "object",
            "patternProperties": {"^([0-9]{4}-[0-9]{2}|[0-9]+)$": {"type": ["number", "string"]}},
            "additionalProperties": False,
        },
    ],
}


class Reads:
    """Annotation of a field: its dimension, its bounds, and whether it varies by month.

    Parameters
    ----------
    wanted : Wanted or callable
        The dimension, or a function of the fields read before this one (the unit of a source decides what its price
        is per); it answers None when those could not be read, and the value is then left unread.
    words : str
        The dimension in words, where `wanted` is a function.
    by_month : bool
        The field holds T numbers.
    low, high, above, below : float, optional
        Bounds: at least, at most, strictly above, strictly below.
    """

    def __init__(
        self,
        wanted: Wanted | Callable[[Mapping[str, object]], Wanted | None],
        *,
        words: str = "",
        by_month: bool = False,
        low: float | None = None,
        high: float | None = None,
        above: float | None = None,
        below: float | None = None,
    ) -> None:
        self.wanted = wanted
        self.words = wanted.words if isinstance(wanted, Wanted) else words
        self.by_month = by_month
        # Of a price per item, what it is per is known only with the item's unit.
        self.money = isinstance(wanted, Wanted) and wanted.money
        self.bounds = {"low": low, "high": high, "above": above, "below": below}

    def read(self, value: object, info: ValidationInfo) -> object:
        """Read the value of the file into base units; None stays None and is judged by the field's type."""
        if value is None:
            return None
        context = context_of(info)
        wanted = self.wanted if isinstance(self.wanted, Wanted) else self.wanted(info.data)
        if wanted is None:
            return (0.0,) * context.timeline.months if self.by_month else 0.0
        if self.by_month:
            return monthly(value, wanted, context, **self.bounds)
        return number(value, wanted, context, **self.bounds)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.with_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        if self.by_month:
            return MONTHLY_SCHEMA | {"description": f"{self.words}; {MONTHLY_SCHEMA['description']}"}
        names = {"low": "minimum", "high": "maximum", "above": "exclusiveMinimum", "below": "exclusiveMaximum"}
        bounds = {names[key]: bound for key, bound in self.bounds.items() if bound is not None}
        return {"type": ["number", "string"], "description": self.words, **bounds}


class Whole:
    """Annotation of a whole number between two bounds; a duration may be a string such as "2 years"."""

    def __init__(self, low: int, high: int, words: str = "a whole number") -> None:
        self.low, self.high, self.words = low, high, words

    def read(self, value: object) -> object:
        """Read the value of the file."""
        return None if value is None else whole(value, self.low, self.high, self.words)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.no_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        kinds = ["integer", "string"] if "months" in self.words else ["integer"]
        return {"type": kinds, "description": self.words, "minimum": self.low, "maximum": self.high}


class InPlan:
    """Annotation of a month of the plan, held as its number 1..T."""

    def read(self, value: object, info: ValidationInfo) -> object:
        """Read "2026-09" or a number; None stays None and is judged by the field's type."""
        return None if value is None else context_of(info).timeline.index(value)

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        return core_schema.with_info_before_validator_function(self.read, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": ["integer", "string"], "description": 'a month, "2026-09" or its number in the plan'}
