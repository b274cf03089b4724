"""``[costs.NAME]``: money spent whatever is decided."""

from __future__ import annotations

from typing import Annotated

from allocator.plan.sections.base import Monthly, Section
from allocator.plan.values import (
    MONEY_A_PERSON_MONTH,
    Reads,
)


class Cost(Section):
    """``[costs.NAME]``: money spent each month, in all or per person."""

    amount: Annotated[Monthly, Reads(MONEY_A_PERSON_MONTH, by_month=True, low=0)]
    per_person: bool = False
