"""Rows of the golden programs worked out by hand from the plan file's conventions; comments show the arithmetic."""

from __future__ import annotations

from rows_by_hand import compute, data_and_people, funding, limits, models, money

__all__ = ["BOUNDS", "ROWS"]

ROWS: dict[str, dict[str, str]] = {
    **money.ROWS,
    **compute.ROWS,
    **data_and_people.ROWS,
    **models.ROWS,
    **limits.ROWS,
    **funding.ROWS,
}
BOUNDS: dict[str, tuple[str, ...]] = {
    **money.BOUNDS,
    **compute.BOUNDS,
    **data_and_people.BOUNDS,
    **models.BOUNDS,
}
