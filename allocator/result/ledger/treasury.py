"""Idle cash lent for some months: where it is, when it comes back, and the rules of lending."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from allocator.plan import Plan
from allocator.plan.schema import Treasury
from allocator.result.ledger.books import Ledger
from allocator.result.ledger.checking import TOLERANCE, at_most, capital_of, money, not_after, not_negative
from allocator.result.ledger.choices import Choices
from allocator.result.ledger.entries import (
    Entry,
    later,
)


def treasury(name: str, terms: Treasury, placed: Sequence[float]) -> list[Entry]:
    """Book money lent, money that comes back, and its interest: neither spending nor revenue, and no burn."""
    months = len(placed)
    nothing = [0.0] * months
    back = later(placed, terms.months)
    interest = [money * (math.pow(1 + terms.earns, terms.months / 12) - 1) for money in back]
    for month, amount in terms.now.items():
        back[month - 1] += amount
    lines = {"placed": [-money for money in placed], "returned": back, "interest": interest}
    return [Entry("treasury", name, line, "", nothing, amounts, kind="moved") for line, amounts in lines.items()]


def locked(terms: Treasury, placed: Sequence[float]) -> list[float]:
    """Return what is lent at each close: what was placed, or what is to come back of placements before the plan."""
    held = []
    for month in range(1, len(placed) + 1):
        before = math.fsum(amount for due, amount in terms.now.items() if due > month)
        held.append(math.fsum([before, *placed[max(0, month - terms.months) : month]]))
    return held


def treasury_rules(plan: Plan, choices: Choices, ledger: Ledger) -> Iterator[str]:
    """Check lending: back within the plan, not more than its most, nothing or at least its least."""
    say, scale = money(plan), capital_of(plan)
    for name, terms in plan.treasury.items():
        placed, what = choices.placed[name], f"treasury.{name} placement"
        yield from not_negative(plan, what, placed, scale, say)
        yield from not_after(plan, what, placed, terms.months, "would come back", scale)
        if terms.max is not None:
            yield from at_most(plan, f"treasury.{name} lent", ledger.locked[name], terms.max, scale, say)
        for month, amount in enumerate(placed, start=1):
            if TOLERANCE * scale < amount < terms.min - TOLERANCE * scale:
                yield (
                    f"{what} on {plan.month_label(month)} is {say(amount)}, {say(terms.min - amount)} below the"
                    f" smallest of {say(terms.min)}"
                )
