"""Two answers side by side, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allocator.plan.wording import count, flop, money
from allocator.result.table import Table, table

if TYPE_CHECKING:
    from allocator.study.compare import Comparison


def comparison_tables(found: Comparison, *, every: bool = False) -> list[tuple[str, Table]]:
    """Titles and tables: what changed in, and what changed out.

    Parameters
    ----------
    found : Comparison
    every : bool
        Also what did not change.
    """
    one, other = found.names
    currency = found.currency
    inputs = [(row["field"], *(_text(row[side], row["unit"]) for side in ("one", "other"))) for row in found.inputs]
    outputs = [
        (
            row["quantity"],
            *(_amount(row[side], row["unit"], currency) for side in ("one", "other")),
            _change(row, currency),
        )
        for row in found.outputs
        if every or (row["one"] != row["other"] and row["change"] != 0.0)
    ]
    tables = []
    if inputs:
        tables.append(("What changed in", table("inputs", ["field", one, other], inputs)))
    else:
        tables.append(("What changed in: nothing", table("inputs", ["field", one, other], [])))
    said = "What changed out" if outputs else "What changed out: nothing"
    tables.append((said, table("outputs", ["quantity", one, other, "change"], outputs)))
    return tables


def _text(value: Any, currency: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if value is None or not isinstance(value, int | float):
        return "-" if value is None else str(value)
    return money(float(value), currency) if currency else f"{value:g}"


def _amount(value: Any, unit: str, currency: str) -> str:
    if value is None:
        return "-"
    if not isinstance(value, int | float):
        return str(value)
    if unit == currency:
        return money(float(value), unit)
    if unit == "FLOP":
        return flop(float(value))
    small = unit in ("nats/token", "share", "1") or unit.endswith("/token")
    return f"{value:.4f}" if small else count(float(value))


def _change(row: dict[str, Any], currency: str) -> str:
    change = row["change"]
    if change is None:
        return ""
    sign = "+" if change > 0 else ""
    said = f"{sign}{_amount(change, row['unit'], currency)}"
    return f"{said} ({change / abs(row['one']):+.1%})" if row["one"] else said
