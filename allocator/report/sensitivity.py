"""What moves the answer most, as bars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allocator.report.layout import noted
from allocator.result.summary import Grid
from allocator.study.asked import TIME_UP

if TYPE_CHECKING:
    from allocator.study.sensitivity import Sensitivity, Sobol


def tornado_grid(found: Sensitivity, top: int) -> Grid:
    """The numbers that matter most, each with a bar of its swing."""
    rows = list(found.table)[:top]
    most = max((row["swing"] for row in rows), default=0.0) or 1.0
    # Names are told apart by their ends, so they get the room; --format csv has the values that were tried.
    shown = tuple(
        (row["field"], _reached(row["at_low"]), _reached(row["at_high"]), _without(row["reason"])) for row in rows
    )
    left = len(found) - len(rows)
    more = "more" if found.missing else "more that matter less"
    note = f"and {left} {more}: --format csv has all{'.' if found.missing else ''}" if left > 0 else ""
    columns = ("Number", "at low", "at high", "")
    title = f"What moves the {found.measure} most; it is {found.value:.4g} as planned"
    # A bar where something was measured.
    bars = tuple(-1.0 if row["at_low"] is row["at_high"] is None else row["swing"] / most for row in rows)
    return Grid(title, columns, (False, True, True, False), shown, bars, note=noted(note, found.missing))


def _reached(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _without(reason: str) -> str:
    """Why a value is missing, in two words."""
    if not reason:
        return ""
    return "not measured" if reason.endswith(f": {TIME_UP}") else "no plan"


def sobol_grid(found: Sobol) -> Grid:
    """Shares of the variance, each with a bar."""
    rows = list(found.table)
    shown = tuple((row["field"], f"{row['first']:.2f}", f"{row['total']:.2f}", "") for row in rows)
    title = f"Shares of the variance of the {found.measure}: mean {found.mean:.4g}, deviation {found.deviation:.2g}"
    bars = tuple(min(max(row["total"], 0.0), 1.0) for row in rows)
    return Grid(title, ("Number", "alone", "in all", ""), (False, True, True, False), shown, bars)
