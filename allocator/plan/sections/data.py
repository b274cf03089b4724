"""``[data.NAME]``: items to acquire and process."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from allocator.plan.sections.base import Monthly, Section
from allocator.plan.units import Wanted
from allocator.plan.values import (
    ITEM_COUNTS,
    ITEM_PRICES,
    Reads,
    Whole,
)


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
