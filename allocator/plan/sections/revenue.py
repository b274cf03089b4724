"""``[revenue.NAME]``: money earned."""

from __future__ import annotations

from typing import Annotated

from allocator.plan.sections.base import Monthly, Section
from allocator.plan.values import (
    MONEY_A_MONTH,
    Reads,
    Whole,
)


class Revenue(Section):
    """``[revenue.NAME]``: money earned each month, paid some months later."""

    amount: Annotated[Monthly, Reads(MONEY_A_MONTH, by_month=True, low=0)]
    paid_after: Annotated[int, Whole(-60, 60, "a number of months")] = 0
