"""``[sites.NAME]``: places where GPUs stand, with room and power for so many."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from allocator.plan.sections.base import Monthly, Section
from allocator.plan.values import GPUS, KW_MONTH, MONEY_A_MONTH, POWER, PRICE_KWH, Reads


class Facility(Section):
    """``[sites.NAME]``: a place where GPUs stand, with room and power for so many."""

    max: Annotated[Monthly | None, Reads(GPUS, by_month=True, low=0)] = None
    power: Annotated[Monthly | None, Reads(POWER, by_month=True, low=0)] = None
    cost: Annotated[Monthly, Reads(MONEY_A_MONTH, by_month=True, low=0)] = Field(0.0)  # type: ignore[arg-type]
    cost_per_kw: Annotated[Monthly, Reads(KW_MONTH, by_month=True, low=0)] = Field(0.0)  # type: ignore[arg-type]
    power_price: Annotated[Monthly, Reads(PRICE_KWH, by_month=True, low=0)] = Field(0.0)  # type: ignore[arg-type]

    @property
    def asks_power(self) -> bool:
        """Whether it matters how much power a GPU draws here."""
        return self.power is not None or any(self.cost_per_kw) or any(self.power_price)
