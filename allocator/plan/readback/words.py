"""Words that several parts of a plan are read back in."""

from __future__ import annotations

import math
from collections.abc import Sequence

from allocator.plan.schema import Plan
from allocator.plan.wording import count, share


def named(noun: str, names: Sequence[str]) -> str:
    return f"{noun} {names[0]} is" if len(names) == 1 else f"{noun}s {', '.join(names[:-1])} and {names[-1]} are"


def monthly(yearly: float) -> float:
    return 1.0 - math.pow(1.0 - yearly, 1.0 / 12.0)


def between(low: tuple[float, ...], high: tuple[float, ...]) -> str:
    if min(high) == max(high) and min(low) == max(low):
        if low[0] == high[0]:
            return f"the number stays {count(low[0])}"
        return f"the plan may choose {count(low[0])} to {count(high[0])}"
    return f"the plan may choose {count(min(low))} to {count(max(high))}, by month"


def later(plan: Plan, price: tuple[float, ...]) -> str:
    if price[-1] == price[0] or price[0] == 0:
        return ""
    return f", {share(price[-1] / price[0])} of that in {plan.labels[-1]}"
