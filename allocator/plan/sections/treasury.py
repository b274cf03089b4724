"""``[treasury.NAME]``: idle cash lent for a while."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, ValidationInfo
from pydantic import WithJsonSchema as FileSchema

from allocator.plan.sections.base import Monthly, Section
from allocator.plan.values import MONEY, RATE, InPlan, Reads, Whole
from allocator.plan.wrong import WrongValueError, shown

_NOW = {
    "type": "object",
    "patternProperties": {"^([0-9]{4}-[0-9]{2}|[0-9]+)$": {"type": ["number", "string"], "minimum": 0}},
    "additionalProperties": False,
    "description": "what comes back by month, interest included",
}


def _read_maturities(value: object, info: ValidationInfo) -> object:
    """Money by month of the plan."""
    if not isinstance(value, Mapping):
        raise WrongValueError(
            f"{shown(value)} does not say when the money comes back",
            allowed="a table of months and money",
            remedy='write now = {"2026-11" = 1e6}',
        )
    read: dict[object, object] = {}
    for month, amount in value.items():
        where = f".{month}"
        try:
            place = InPlan().read(month, info)
            money = Reads(MONEY, low=0).read(amount, info)
        except WrongValueError as wrong:
            raise wrong.below(where) from None
        if place in read:
            allowed, remedy = "each month once", "add the two amounts up"
            raise WrongValueError("this month stands here twice", found=shown(month), allowed=allowed, remedy=remedy,
                                  where=where)  # fmt: skip
        read[place] = money
    return read


Maturities = Annotated[dict[int, float], BeforeValidator(_read_maturities), FileSchema(_NOW)]


class Treasury(Section):
    """``[treasury.NAME]``: idle cash lent for so many months; until it is back it is no cash."""

    earns: Annotated[float, Reads(RATE, above=-1, high=1)]
    months: Annotated[int, Whole(1, 120, "a number of months")]
    min: Annotated[float, Reads(MONEY, low=0)] = 0.0
    max: Annotated[Monthly | None, Reads(MONEY, by_month=True, low=0)] = None
    now: Maturities = Field(default_factory=dict)
