"""Costs: what is paid whatever is decided."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.plan.schema import Cost
from allocator.result.ledger.entries import (
    Entry,
)


def cost(name: str, terms: Cost, all_heads: Sequence[float]) -> Entry:
    """Book a cost: its amount, or its amount for each head of every role."""
    units = list(all_heads) if terms.per_person else [1.0] * len(all_heads)
    paid = [-count * amount for count, amount in zip(units, terms.amount, strict=True)]
    return Entry("costs", name, "amount", "person" if terms.per_person else "", units, paid)
