"""What is open within a tolerance, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocator.plan.wording import count, money
from allocator.report.layout import noted
from allocator.result.summary import Grid

if TYPE_CHECKING:
    from allocator.study.alternatives import Alternatives

# Amounts below this are rounding.
_NOTHING = 1e-6


def alternatives_grids(found: Alternatives) -> list[Grid]:
    """The least and most of everything, and plans that differ."""
    currency = found.plan.plan.currency

    def said(amount: float | None, unit: str) -> str:
        if amount is None:
            return "-"
        if unit == currency:
            return money(0.0 if amount < 0.005 else amount, currency)
        return count(0.0 if amount < _NOTHING else amount)

    rows = list(found.ranges)
    shown = tuple(
        (
            row["quantity"],
            said(row["planned"], row["unit"]),
            said(row["least"], row["unit"]),
            said(row["most"], row["unit"]),
            "-" if row["free"] is None else f"{100 * row['free']:.0f} %",
        )
        for row in rows
    )
    give = f"{100 * found.within:.3g} %"
    of = "of the reducible loss" if found.plan.objective.goal == "quality" else f"of the {found.measure}"
    title = f"Within {give} {of}: {found.measure} {found.value:.5g} as planned, {found.floor:.5g} at least as good here"
    ranges = Grid(
        title,
        ("Quantity", "planned", "least", "most", "free"),
        (False, True, True, True, True),
        shown,
        note=noted(
            "Each least and most is a plan of its own; free is the width over the most. Amounts are over all months.",
            found.missing,
        ),
    )
    names = [name for name in found.plans.columns if name.startswith("plan ")]
    if not names:
        return [ranges]
    different = tuple(
        (row["quantity"], said(row["planned"], row["unit"]), *(said(row[name], row["unit"]) for name in names))
        for row in found.plans
    )
    plans = Grid(
        "Plans as different as possible, all within it",
        ("Quantity", "planned", *names),
        (False, True, *(True for _ in names)),
        different,
    )
    return [ranges, plans]
