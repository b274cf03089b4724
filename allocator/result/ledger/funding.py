"""Money raised, and what raising it costs."""

from __future__ import annotations

from allocator.plan.schema import Round
from allocator.result.ledger.entries import (
    Entry,
)


def funding(name: str, terms: Round, months: int) -> list[Entry]:
    """Book a round in its month, with its fee in the same month."""
    amount = [0.0] * months
    amount[terms.month - 1] = terms.amount
    fee = [-money * terms.fee for money in amount]
    nothing = [0.0] * months
    return [
        Entry("funding", name, "amount", "", nothing, amount, kind="raised"),
        Entry("funding", name, "fee", "", nothing, fee, burns=False),
    ]
