"""The user's own rules: linear conditions over named quantities, one block of rows each."""

from __future__ import annotations

import numpy as np

from allocator.formulate.curves import IntArray
from allocator.formulate.frame import Frame, Site
from allocator.formulate.quantities import Linear, measured, unit
from allocator.plan import Limit, Quantity


def add_limits(frame: Frame) -> None:
    """Add the rows of every limit, in a group that carries the limit's name."""
    for limit in frame.plan.limits.values():
        found = tuple(measured(frame, term.quantity) for term in limit.terms)
        frame.part(_add_limit, limit, unit(frame, limit.terms[0].quantity), found)


def _add_limit(site: Site, limit: Limit, unit_of: str, found: tuple[Linear, ...]) -> None:
    ranges = [_range(site, term.quantity) for term in limit.terms]
    labels = [site.labels[month] for month in ranges[0]] if limit.by_month else [""]
    right = np.full(len(labels), limit.constant)
    typical = 0.0
    entries: list[tuple[IntArray, Linear, float]] = []
    for term, whole, months in zip(limit.terms, found, ranges, strict=True):
        part = whole.among(months)
        # A level is paired with the other levels by its place in its range; a sum has one row.
        position = np.searchsorted(months, part.months) if limit.by_month else np.zeros(len(part.months), np.int64)
        right -= term.factor * (part.fixed[months] if limit.by_month else part.fixed[months].sum())
        if len(part.columns):
            scales = np.abs(term.factor * part.coefficients) * site.scale_of(part.columns)
            typical = max(typical, float(np.max(scales)))
            entries.append((position, part, term.factor))
    typical = site.typical(f"limits.{limit.name}", typical or 1.0)
    lower = np.full(len(right), -np.inf) if limit.sense == "<=" else right - limit.give
    upper = np.full(len(right), np.inf) if limit.sense == ">=" else right + limit.give
    # A row has one side, or two that are equal: an equation with some give is two rows.
    sides = [("", lower, upper)]
    if limit.give:
        sides = [("", lower, np.full(len(right), np.inf)), (", at most", np.full(len(right), -np.inf), upper)]
    for which, low, high in sides:
        block = site.builder.add_rows(
            f"Limit {limit.name}{which}",
            labels,
            unit=unit_of,
            sentence=limit.text,
            lower=low,
            upper=high,
            scale=typical,
            group=f"limits.{limit.name}",
        )
        for position, part, factor in entries:
            site.builder.put(block[position], part.columns, factor * part.coefficients)


def _range(site: Site, quantity: Quantity) -> IntArray:
    """0-based months a quantity speaks of."""
    first = 1 if quantity.first is None else quantity.first
    last = site.months if quantity.last is None else quantity.last
    return np.arange(first - 1, last)
