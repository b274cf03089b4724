"""Revenue, by the month in which it is paid."""

from __future__ import annotations

from allocator.plan.schema import Revenue
from allocator.result.ledger.entries import (
    Entry,
)


def revenue(name: str, terms: Revenue, months: int) -> Entry:
    """Book revenue `paid_after` months after it is earned; months outside the plan earn nothing that is known."""

    paid = [0.0] * months
    for month in range(max(1, 1 + terms.paid_after), min(months, months + terms.paid_after) + 1):
        paid[month - 1] = terms.amount[month - terms.paid_after - 1]
    return Entry("revenue", name, "amount", "", [0.0] * months, paid, kind="revenue")
