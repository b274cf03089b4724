"""``[data.NAME]``: items to acquire and process."""

from __future__ import annotations

from collections.abc import Mapping
from operator import add
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationInfo, WithJsonSchema

from allocator.plan.sections.base import Monthly, Section
from allocator.plan.units import Wanted
from allocator.plan.values import (
    ITEM_COUNTS,
    ITEM_PRICES,
    Reads,
    Whole,
    context_of,
    number,
)
from allocator.plan.wrong import WrongValueError, shown

MAX_TIERS = 50
Tiers = tuple[tuple[float, float], ...]
_TIERS_ALLOWED = 'a list of [items, price], such as [[50e9, "1 {code}/Mtoken"], [500e9, "3 {code}/Mtoken"]]'


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


def _item_rate(unit: str) -> Wanted:
    """A number of items a month, written with or without its month."""
    count = ITEM_COUNTS[unit]
    return Wanted(f"{count.words} a month", (*count.units, f"{unit}/month", "item/month"), f"{count.example}/month")


def _read_tiers(value: object, info: ValidationInfo) -> object:
    """Read ``[[items, price], ...]`` into base units."""
    context = context_of(info)
    allowed = _TIERS_ALLOWED.replace("{code}", context.currency.code or "USD")
    if not isinstance(value, list | tuple) or len(value) > MAX_TIERS:
        raise WrongValueError(
            f"{shown(value)} is not a list of tiers",
            found=shown(value),
            allowed=f"{allowed}, at most {MAX_TIERS}",
            remedy="write so many items at this price, then so many at the next",
        )
    unit = info.data.get("unit")
    read = []
    for place, tier in enumerate(value, start=1):
        if not isinstance(tier, list | tuple) or len(tier) != 2:
            raise WrongValueError(
                f"{shown(tier)} is not a tier",
                found=shown(tier),
                allowed=allowed,
                remedy="give each tier two entries: how many items, and the price of one",
                where=f"[{place}]",
            )
        if unit not in ITEM_PRICES:
            continue
        try:
            items = number(tier[0], ITEM_COUNTS[unit], context, above=0)
            price = number(tier[1], ITEM_PRICES[unit], context, low=0)
        except WrongValueError as wrong:
            raise wrong.below(f"[{place}]") from None
        read.append((items, price))
    return tuple(read)


class Automation(Section):
    """Work on items done by machines: paid once for so many a month, and cheaper by the item from then on.

    Bare numbers and units are those of the source; it reads them, for only it knows what an item is.
    """

    cost: Annotated[float, Reads(Wanted("money per item a month", (), "", money=True), low=0)]
    price: Annotated[float, Reads(Wanted("money per item", (), "", money=True), low=0)]
    max: Annotated[float | None, Reads(Wanted("a number of items a month", (), ""), low=0)] = None
    lead: Annotated[int, Whole(0, 120, "a number of months")] = 0


def _read_automation(value: object, info: ValidationInfo) -> object:
    """Read amounts in the unit of the source; what is wrong otherwise is for `Automation` to say."""
    unit = info.data.get("unit")
    if not isinstance(value, Mapping) or unit not in ITEM_PRICES:
        return value
    price, context = ITEM_PRICES[unit], context_of(info)
    capacity = Wanted(
        f"money per {unit} a month of capacity", (*price.units, f"money/({unit}/month)"), price.example, money=True
    )
    read = dict(value)
    for name, wanted in (("cost", capacity), ("price", price), ("max", _item_rate(unit))):
        if isinstance(read.get(name), str):
            try:
                read[name] = number(read[name], wanted, context)
            except WrongValueError as wrong:
                raise wrong.below(f".{name}") from None
    return read


class Source(Section):
    """``[data.NAME]``: items to acquire and process; what is bought serves every model that accepts it."""

    unit: Literal["token", "image", "label", "hour"]
    price: Annotated[Monthly | None, Reads(_item_price, words="money per item", by_month=True, low=0)] = None
    tiers: Annotated[
        Tiers,
        BeforeValidator(_read_tiers),
        WithJsonSchema(
            {
                "type": "array",
                "description": "so many items at this price, then so many at the next",
                "items": {"type": "array", "minItems": 2, "maxItems": 2, "items": {"type": ["number", "string"]}},
            }
        ),
    ] = ()
    processing: Annotated[Monthly, Reads(_item_price, words="money per item", by_month=True, low=0)] = Field(0.0)  # type: ignore[arg-type]
    storage: Annotated[float, Reads(_item_storage, words="money per item-month", low=0)] = 0.0
    now: Annotated[float, Reads(_item_count, words="a number of items", low=0)] = 0.0
    max: Annotated[float | None, Reads(_item_count, words="a number of items", low=0)] = None
    per_month: Annotated[Monthly | None, Reads(_item_count, words="a number of items", by_month=True, low=0)] = None
    lead: Annotated[int, Whole(0, 120, "a number of months")] = 0
    automation: Annotated[Automation | None, BeforeValidator(_read_automation)] = None

    @property
    def on_sale(self) -> float | None:
        """Items that can be had over the plan, beyond `now`; None where there is no end of them."""
        tiers = sum(items for items, _ in self.tiers) if self.tiers else None
        known = [amount for amount in (self.max, tiers) if amount is not None]
        return min(known) if known else None

    @property
    def prices(self) -> Monthly:
        """Money per item of acquisition by month: of the first tier where there are tiers."""
        if self.price is not None:
            return self.price
        return (self.tiers[0][1] if self.tiers else 0.0,) * len(self.processing)

    @property
    def least_price(self) -> float:
        """The least an item costs in any month, with its processing."""
        if self.tiers:
            return min(price for _, price in self.tiers) + min(self.processing)
        return float(min(map(add, self.prices, self.processing)))
