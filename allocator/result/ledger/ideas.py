"""The stock of ideas, replayed month by month."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.plan.schema import Model, Research
from allocator.result.ledger.entries import monthly_rate


def ideas(research: Research, effort: Sequence[float]) -> list[float]:
    """Return A at each close: by how much ideas multiply compute since opening day, when it was 1.

    A^harder grows by itself, as A would at `growth` a year, and by harder x monthly rate of `effect` x
    (effort / team)^returns in a month.
    """
    stock, found = 1.0, []
    for working in effort:
        by_itself = stock * (1 + research.growth) ** (research.harder / 12)
        teams = max(working, 0.0) / research.team
        stock = by_itself + research.harder * monthly_rate(research.effect) * teams**research.returns
        found.append(stock ** (1 / research.harder))
    return found


def ideas_of(model: Model, stock: Sequence[float]) -> float:
    """Return the stock at the close of the month before a model's training; 1 on opening day."""
    return stock[model.ready - 1] if model.ready else 1.0
