"""``[research]``: the company's stock of ideas, which raises the effective compute of every model."""

from __future__ import annotations

from typing import Annotated

from allocator.plan.sections.base import Section
from allocator.plan.values import (
    PERSONS,
    PLAIN,
    RATE,
    Reads,
)


class Research(Section):
    """``[research]``: ideas that research adds, A of effective compute on opening day being 1."""

    effect: Annotated[float, Reads(RATE, low=0, high=100)]
    team: Annotated[float, Reads(PERSONS, above=0)] = 10.0
    growth: Annotated[float, Reads(RATE, low=0, high=100)] = 0.0
    returns: Annotated[float, Reads(PLAIN, above=0, high=1)] = 0.75
    harder: Annotated[float, Reads(PLAIN, low=0.05, high=20)] = 0.94
