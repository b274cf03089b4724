"""``[revenue.NAME]``: money earned."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from allocator.plan.sections.base import Monthly, Section
from allocator.plan.values import (
    METRIC,
    MONEY_A_MONTH,
    RATE,
    Reads,
    Whole,
)


class Marketing(Section):
    """What spending on marketing adds: x in a month adds ``adds * x / (x + half)`` of monthly revenue."""

    max: Annotated[Monthly, Reads(MONEY_A_MONTH, by_month=True, low=0)]
    adds: Annotated[float, Reads(MONEY_A_MONTH, above=0)]
    half: Annotated[float, Reads(MONEY_A_MONTH, above=0)]
    churn: Annotated[float | None, Reads(RATE, low=0, below=1)] = None


class ByQuality(Section):
    """The model that earns a revenue: nothing at one quality, all of it at another, in proportion between."""

    name: str = Field(min_length=1, max_length=80, description="a model of the plan")
    nothing_at: Annotated[float, Reads(METRIC)]
    all_at: Annotated[float, Reads(METRIC)]


class Revenue(Section):
    """``[revenue.NAME]``: money earned each month, paid some months later."""

    amount: Annotated[Monthly, Reads(MONEY_A_MONTH, by_month=True, low=0)]
    paid_after: Annotated[int, Whole(-60, 60, "a number of months")] = 0
    churn: Annotated[float, Reads(RATE, low=0, below=1)] = 0.0
    marketing: Marketing | None = None
    model: ByQuality | None = None
