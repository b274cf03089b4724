"""Partners: what they pay of the company's costs, and take of its revenue."""

from __future__ import annotations

from collections.abc import Sequence

from allocator.plan.schema import Partner
from allocator.result.ledger.entries import (
    Entry,
    total,
)


def partner(name: str, terms: Partner, entries: Sequence[Entry], months: int) -> list[Entry]:
    """Book a partner's money in the month of what it is a share of.

    What is a share of burn lowers burn, what is a share of other spending (GPUs bought) does not; shares of what
    contracts owe beyond the plan stand in a line of their own.
    """
    lines: dict[tuple[str, bool], list[list[float]]] = {}
    for entry in entries:
        paid_for = terms.pays.get(f"{entry.category}.{entry.item}", 0.0) if entry.kind == "paid" else 0.0
        taken = terms.takes.get(entry.item, 0.0) if entry.kind == "revenue" else 0.0
        share = paid_for or taken
        if share:
            line = "takes" if taken else "tail" if entry.line == "tail" else "pays"
            burns = entry.burns or bool(taken)
            lines.setdefault((line, burns), []).append([-share * money for money in entry.money])
    nothing = [0.0] * months
    return [
        Entry("partners", name, line, "", nothing, total(money, months), kind="shared", burns=burns)
        for (line, burns), money in lines.items()
    ]
