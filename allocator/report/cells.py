"""How one value of a table is written for people, by the name of its column and its unit."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from allocator.plan.wording import count, flop, money, share

MONEY = frozenset(
    (
        "money",
        "opening",
        "interest",
        "revenue",
        "funding",
        "resale",
        "partners",
        "treasury",
        "spend",
        "closing",
        "burn",
        "closing_cash",
        "placed",
        "returned",
        "lent",
        "repaid",
        "fee",
        "owed",
    )
)
SMALL = frozenset({"price", "metric", "price_more", "price_less", "break_even", "not_at"})
# Columns of figures of several kinds: the row's own unit says how each is written.
BY_UNIT = frozenset({"own", "rival", "value", "threshold", "before", "after", "change"})
NOTHING = 1e-6


def cell(column: str, row: Mapping[str, Any], currency: str) -> str:
    """Return one value as people write it: ``$4.99M``, ``3.1e24 FLOP``, ``512``; empty for none."""
    value = row[column]
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if not isinstance(value, int | float):
        return str(value)
    kind = row.get("unit", "") if column in BY_UNIT else ""
    if kind == "share" or column.endswith("_share"):
        return share(value)
    if column in MONEY or column.endswith("_money") or kind.startswith("money"):
        return money(value + 0.0, currency)
    if column.endswith("_flop") or (column == "quantity" and row.get("unit") == "FLOP"):
        return flop(value)
    if column == "dilution":
        return share(value)
    if column in SMALL or column.startswith("models."):
        return f"{value:.4g}"
    if column.startswith("runway") or column == "least_runway":
        return f"{value:.1f}"
    return count(0.0 if abs(value) < NOTHING else value)


def is_number(value: Any) -> bool:
    """Whether a column that holds `value` aligns to the right."""
    return isinstance(value, int | float) and not isinstance(value, bool)


def raw(value: Any) -> Any:
    """Return a value for a file: every digit, no negative zero, None for what is unlimited."""
    if isinstance(value, float):
        return value + 0.0 if math.isfinite(value) else None
    return value
