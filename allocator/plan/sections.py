"""Every section of the plan file as a frozen model, resolved to base units.

Money is in the plan's currency unit, time in months, shares in 0..1, compute in FLOP. Fields that vary by month are
tuples of T numbers; index t - 1 holds month t.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PlainSerializer, ValidationInfo
from pydantic import WithJsonSchema as FileSchema

from allocator.plan.chips import chips
from allocator.plan.timeline import Month
from allocator.plan.units import HOURS_PER_MONTH, Currency, Wanted
from allocator.plan.values import (
    DURATION,
    FLOPS,
    GPU_UPKEEP,
    GPUS,
    ITEM_COUNTS,
    ITEM_PRICES,
    METRIC,
    MONEY,
    MONEY_A_MONTH,
    MONEY_A_PERSON,
    MONEY_A_PERSON_MONTH,
    PERSONS,
    PLAIN,
    PRICE_GPU,
    PRICE_GPU_HOUR,
    RATE,
    SALARY,
    SHARE,
    InPlan,
    Reads,
    Whole,
    context_of,
)
from allocator.plan.wrong import WrongValueError, did_you_mean, listed, shown

MAX_MONTHS = 600
Monthly = tuple[float, ...]


class Section(BaseModel):
    """Base of every section: frozen, unknown keys refused, defaults read like values."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, strict=True)


def _months_of(words: str) -> Whole:
    return Whole(0, 1200, words)


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


class Round(Section):
    """``[funding.NAME]``: signed, certain money."""

    kind: Literal["equity", "grant", "crowdfunding"]
    amount: Annotated[float, Reads(MONEY, low=0)]
    month: Annotated[int, InPlan()]
    fee: Annotated[float, Reads(SHARE, low=0, high=1)] = 0.0


class Revenue(Section):
    """``[revenue.NAME]``: money earned each month, paid some months later."""

    amount: Annotated[Monthly, Reads(MONEY_A_MONTH, by_month=True, low=0)]
    paid_after: Annotated[int, Whole(-60, 60, "a number of months")] = 0


class Cost(Section):
    """``[costs.NAME]``: money spent each month, in all or per person."""

    amount: Annotated[Monthly, Reads(MONEY_A_PERSON_MONTH, by_month=True, low=0)]
    per_person: bool = False


def _offer_price(fields: Any) -> Wanted | None:
    return {"rent": PRICE_GPU_HOUR, "reserve": PRICE_GPU_HOUR, "buy": PRICE_GPU}.get(fields.get("kind"))


def _read_chip(value: object) -> object:
    if not isinstance(value, str) or value in chips():
        return value
    raise WrongValueError(
        f"{shown(value)} is not a chip of the table",
        allowed=listed(chips()),
        remedy=f'{did_you_mean(value, chips(), "choose one,")} or leave chip out and give flops = "989 TFLOP/s"',
    )


def _read_flops(value: object, info: ValidationInfo) -> object:
    if "chip" not in info.data:
        return 1.0
    chip = info.data["chip"]
    if chip is None and value is None:
        raise WrongValueError(
            "neither `chip` nor `flops` says how much compute a GPU gives",
            found="nothing",
            allowed="chip, one of the table, or flops, its peak dense FLOP per second",
            remedy='add chip = "H100", or flops = "989 TFLOP/s"',
        )
    if chip is not None and value is not None:
        raise WrongValueError(
            "both `chip` and `flops` are given",
            allowed="one of the two",
            remedy="remove flops to take the chip's from the table, or remove chip to give your own",
        )
    return value if chip is None else chips()[chip].flops


Flops = Annotated[float, Reads(FLOPS, above=0, high=1e20), BeforeValidator(_read_flops)]


class Offer(Section):
    """``[compute.NAME]``: GPUs to rent, reserve or buy."""

    kind: Literal["rent", "reserve", "buy"]
    chip: Annotated[str | None, BeforeValidator(_read_chip)] = None
    # Here and below, a default that is itself read: `validate_default` turns it into the field's type.
    flops: Flops = Field(None)  # type: ignore[assignment]
    price: Annotated[
        Monthly, Reads(_offer_price, words="a price per GPU-hour, or per GPU of an offer to buy", by_month=True, low=0)
    ]
    utilisation: Annotated[float, Reads(SHARE, above=0, high=1)] = 0.40
    delivered: Annotated[float, Reads(SHARE, above=0, high=1)] = 1.0
    now: Annotated[float, Reads(GPUS, low=0)] = 0.0
    min: Annotated[Monthly, Reads(GPUS, by_month=True, low=0)] = Field(0.0)  # type: ignore[arg-type]
    max: Annotated[Monthly | None, Reads(GPUS, by_month=True, low=0)] = None
    lot: Annotated[int, Whole(1, 1_000_000, "a number of GPUs")] = 1
    term: Annotated[int | None, Whole(1, 120, "a number of months")] = None
    upfront: Annotated[float, Reads(SHARE, low=0, high=1)] = 0.0
    lead: Annotated[int, Whole(0, 120, "a number of months")] = 0
    life: Annotated[int, Whole(1, 1200, "a number of months")] = 48
    running: Annotated[float, Reads(GPU_UPKEEP, low=0)] = 0.0
    resale: Annotated[float, Reads(SHARE, low=0, high=1)] = 0.0

    @property
    def flop_per_month(self) -> float:
        """FLOP one GPU delivers in a month of 730 h at the offer's utilisation."""
        return self.flops * self.utilisation * self.delivered * HOURS_PER_MONTH * 3600.0


def _item_price(fields: Any) -> Wanted | None:
    return ITEM_PRICES.get(fields.get("unit"))


def _item_count(fields: Any) -> Wanted | None:
    return ITEM_COUNTS.get(fields.get("unit"))


def _item_storage(fields: Any) -> Wanted | None:
    unit = fields.get("unit")
    if unit not in ITEM_PRICES:
        return None
    units = (f"money/{unit}/month", "money/item/month")
    return Wanted(f"money per {unit}-month", units, f"1 {{code}}/k{unit}/month", money=True)


class Source(Section):
    """``[data.NAME]``: items to acquire and process; what is bought serves every model that accepts it."""

    unit: Literal["token", "image", "label", "hour"]
    price: Annotated[Monthly, Reads(_item_price, words="money per item", by_month=True, low=0)]
    processing: Annotated[Monthly, Reads(_item_price, words="money per item", by_month=True, low=0)] = Field(0.0)  # type: ignore[arg-type]
    storage: Annotated[float, Reads(_item_storage, words="money per item-month", low=0)] = 0.0
    now: Annotated[float, Reads(_item_count, words="a number of items", low=0)] = 0.0
    max: Annotated[float | None, Reads(_item_count, words="a number of items", low=0)] = None
    per_month: Annotated[Monthly | None, Reads(_item_count, words="a number of items", by_month=True, low=0)] = None
    lead: Annotated[int, Whole(0, 120, "a number of months")] = 0


class Hiring(Section):
    """What it takes to hire: money per hire, how many a month, how late they come, how long they ramp."""

    cost: Annotated[float, Reads(MONEY_A_PERSON, low=0)] = 0.0
    per_month: Annotated[float | None, Reads(PERSONS, low=0)] = None
    delay: Annotated[int, Whole(0, 60, "a number of months")] = 0
    ramp: Annotated[int, Whole(0, 60, "a number of months")] = 0


def _floor_of_heads(value: object, info: ValidationInfo) -> object:
    return info.data.get("now", 0.0) if value is None else value


def _ceiling_of_heads(value: object, info: ValidationInfo) -> object:
    if value is not None:
        return value
    now = info.data.get("now", 0.0)
    return [max(now, floor) for floor in info.data.get("min", (now,) * context_of(info).timeline.months)]


Floor = Annotated[Monthly, Reads(PERSONS, by_month=True, low=0), BeforeValidator(_floor_of_heads)]
Ceiling = Annotated[Monthly, Reads(PERSONS, by_month=True, low=0), BeforeValidator(_ceiling_of_heads)]


class Role(Section):
    """``[people.NAME]``: persons of one kind."""

    salary: Annotated[Monthly, Reads(SALARY, by_month=True, low=0)]
    overhead: Annotated[float, Reads(SHARE, low=0, high=10)] = 0.0
    now: Annotated[float, Reads(PERSONS, low=0)] = 0.0
    min: Floor = Field(None)  # type: ignore[arg-type]
    max: Ceiling = Field(None)  # type: ignore[arg-type]
    hiring: Hiring = Hiring.model_construct()
    attrition: Annotated[float, Reads(RATE, low=0, below=1)] = 0.0
    research: Annotated[float, Reads(PLAIN, low=0)] = 0.0


def _read_points(value: object, info: ValidationInfo) -> object:
    if not isinstance(value, list | tuple):
        raise WrongValueError(
            f"{shown(value)} is not a list of points",
            allowed="[[x, y], …]",
            remedy="write points = [[1, 0.2], [2, 0.3]]",
        )
    points = []
    for position, point in enumerate(value, start=1):
        if not isinstance(point, list | tuple) or len(point) != 2:
            raise WrongValueError(
                f"{shown(point)} is not a point",
                found=shown(point),
                allowed="two numbers, [x, y]",
                remedy="write each point as [x, y]",
                where=f"[{position}]",
            )
        points.append(tuple(Reads(PLAIN).read(entry, info) for entry in point))
    return tuple(points)


def _read_weights(value: object) -> object:
    """Refuse a list of sources, or one alone, by the table it stands for."""
    names = [value] if isinstance(value, str) else value
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        return value
    weights = ", ".join(f"{name} = 1.0" for name in names) or "NAME = 1.0"
    raise WrongValueError(
        f"{shown(value)} does not say how much an item of each source counts",
        allowed="a table of sources with their weights",
        remedy=f"write data = {{{weights}}}",
    )


Points = Annotated[
    tuple[tuple[float, float], ...],
    BeforeValidator(_read_points),
    FileSchema(
        {"type": "array", "items": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}}
    ),
]


_LAW = (
    "a law such as chinchilla-replication, images-and-size, labels or table (`allocator laws` lists all), "
    "or the path of your own card"
)


class Model(Section):
    """``[models.NAME]``: an AI model, its quality law and its deadline."""

    law: str = Field(min_length=1, max_length=500, description=_LAW)
    deadline: Annotated[int, InPlan()]
    training_months: Annotated[int, Whole(1, MAX_MONTHS, "a number of months")] = 3
    data: Annotated[dict[str, Annotated[float, Reads(PLAIN, low=0)]] | None, BeforeValidator(_read_weights)] = None
    parameters: dict[str, Annotated[float, Reads(PLAIN)]] = {}
    inputs: dict[str, str] = {}
    points: Points = ()
    measured: dict[str, Annotated[float, Reads(PLAIN)]] = {}
    research_effect: Annotated[float, Reads(PLAIN, low=0, high=10)] = 0.0
    research_scale: Annotated[float, Reads(PLAIN, above=0)] = 12.0
    weight: Annotated[float, Reads(PLAIN, low=0)] = 1.0
    target: Annotated[float | None, Reads(METRIC)] = None

    @property
    def ready(self) -> int:
        """Month at whose close data and research are counted; 0 is the opening."""
        return self.deadline - self.training_months

    @property
    def training(self) -> range:
        """Months in which the model's compute counts."""
        return range(self.ready + 1, self.deadline + 1)


class Objective(Section):
    """``[objective]``: what is made best."""

    goal: Literal["quality"] = "quality"
