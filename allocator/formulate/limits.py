"""The user's own rules: linear conditions over named quantities, one block of rows each."""

from __future__ import annotations

import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import Frame
from allocator.plan import Limit, Quantity, Term

_COLUMN = {"gpus": "gpus", "items": "bought", "headcount": "headcount", "hires": "hired"}
STOCKS = ("gpus", "headcount")


def add_limits(frame: Frame) -> None:
    """Add the rows of every limit, in a group that carries the limit's name."""
    for limit in frame.plan.limits.values():
        _add_limit(frame, limit)


def _add_limit(frame: Frame, limit: Limit) -> None:
    stock = limit.terms[0].quantity.measure in STOCKS
    ranges = [_range(frame, term.quantity) for term in limit.terms]
    labels = [frame.labels[month] for month in ranges[0]] if stock else [""]
    typical = 0.0
    entries: list[tuple[IntArray, IntArray, FloatArray]] = []
    constants = np.full(len(labels), limit.constant)
    for term, months in zip(limit.terms, ranges, strict=True):
        rows, columns, values, fixed = _expand(frame, term, months)
        position = np.searchsorted(months, rows) if stock else np.zeros(len(rows), np.int64)
        if len(columns):
            scales = frame.builder.scale_of(columns)
            typical = max(typical, float(np.max(np.abs(values) * scales)))
            entries.append((position, columns, values))
        constants -= term.factor * fixed
    typical = frame.typical(f"limits.{limit.name}", typical or 1.0)
    block = frame.builder.add_rows(
        f"Limit {limit.name}",
        labels,
        unit=_unit(frame, limit),
        sentence=limit.text,
        lower=-np.inf if limit.sense == "<=" else constants,
        upper=np.inf if limit.sense == ">=" else constants,
        scale=typical,
        group=f"limits.{limit.name}",
    )
    for position, columns, values in entries:
        frame.builder.put(block[position], columns, values)


def _range(frame: Frame, quantity: Quantity) -> IntArray:
    """0-based months a quantity speaks of."""
    first = 1 if quantity.first is None else quantity.first
    last = frame.months if quantity.last is None else quantity.last
    return np.arange(first - 1, last)


def _expand(frame: Frame, term: Term, months: IntArray) -> tuple[IntArray, IntArray, FloatArray, float]:
    """Month positions, columns and values of a term, and its fixed part."""
    quantity = term.quantity
    if quantity.measure == "spend":
        return _expand_spend(frame, term, months)
    name = f"{quantity.section}.{quantity.item}"
    if quantity.measure == "orders":
        offer = frame.plan.compute[str(quantity.item)]
        columns = frame.columns[f"{name}.{'ordered' if offer.kind == 'buy' else 'signed'}"]
    else:
        columns = frame.columns[f"{name}.{_COLUMN[quantity.measure]}"]
    inside = months[months < len(columns)]
    return inside, columns[inside], np.full(len(inside), term.factor), 0.0


def _expand_spend(frame: Frame, term: Term, months: IntArray) -> tuple[IntArray, IntArray, FloatArray, float]:
    quantity = term.quantity
    if quantity.item is None:
        categories = [
            name
            for name in ("compute", "data", "people", "costs", "funding")
            if quantity.section in ("total", name) and f"spend.{name}" in frame.columns
        ]
        columns = np.concatenate([frame.columns[f"spend.{name}"][months] for name in categories] or [np.empty(0, int)])
        where = np.concatenate([months for _ in categories] or [months[:0]])
        return where, columns, np.full(len(columns), term.factor), 0.0
    flows = [flow for flow in frame.spending if flow.category == quantity.section and flow.item == quantity.item]
    rows = np.concatenate([flow.months for flow in flows] or [months[:0]])
    columns = np.concatenate([flow.columns for flow in flows] or [months[:0]])
    values = np.concatenate([flow.coefficients for flow in flows] or [np.empty(0)])
    inside = np.isin(rows, months)
    fixed = sum(
        float(constant.amounts[months].sum())
        for constant in frame.fixed
        if constant.category == quantity.section and constant.item == quantity.item
    )
    return rows[inside], columns[inside], term.factor * values[inside], fixed


def _unit(frame: Frame, limit: Limit) -> str:
    quantity = limit.terms[0].quantity
    units = {"spend": frame.currency, "headcount": "person", "hires": "person", "gpus": "GPU", "orders": "GPU"}
    if quantity.measure in units:
        return units[quantity.measure]
    return str(frame.plan.data[str(quantity.item)].unit)
