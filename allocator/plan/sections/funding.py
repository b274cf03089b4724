"""``[funding.NAME]``: money raised."""

from __future__ import annotations

from typing import Annotated, Literal

from allocator.plan.sections.base import Section
from allocator.plan.values import (
    MONEY,
    SHARE,
    InPlan,
    Reads,
)


class Round(Section):
    """``[funding.NAME]``: signed, certain money."""

    kind: Literal["equity", "grant", "crowdfunding"]
    amount: Annotated[float, Reads(MONEY, low=0)]
    month: Annotated[int, InPlan()]
    fee: Annotated[float, Reads(SHARE, low=0, high=1)] = 0.0

    @property
    def is_signed(self) -> bool:
        """Whether its amount and month are certain."""
        return True
