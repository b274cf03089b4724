"""The user's own rules: linear conditions over named quantities, one block of rows each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import CATEGORIES, FixedFlow, Flow, Frame, Site, joined
from allocator.formulate.funding import dilution_flows
from allocator.formulate.raising import RAISED
from allocator.plan import Limit, Quantity, Term

_COLUMN = {"gpus": "gpus", "items": "bought", "headcount": "headcount", "hires": "hired", "owed": "owed"}
STOCKS = ("gpus", "headcount", "owed")


@dataclass(frozen=True)
class Measured:
    """Where a quantity is found: in families of columns, or in the flows of one item."""

    families: tuple[str, ...] = ()
    flows: tuple[Flow, ...] = ()
    fixed: tuple[FixedFlow, ...] = ()


def add_limits(frame: Frame) -> None:
    """Add the rows of every limit, in a group that carries the limit's name."""
    for limit in frame.plan.limits.values():
        measured = tuple(_measured(frame, term.quantity) for term in limit.terms)
        frame.part(_add_limit, limit, _unit(frame, limit), measured)


def _measured(frame: Frame, quantity: Quantity) -> Measured:
    section, item = quantity.section, quantity.item
    if quantity.measure == "spend" and item is None:
        spent = tuple(f"spend.{name}" for name in CATEGORIES if section in ("total", name))
        return Measured(families=tuple(name for name in spent if name in frame.columns))
    if quantity.measure == "spend":
        return Measured(
            flows=tuple(flow for flow in frame.spending if flow.category == section and flow.item == item),
            fixed=tuple(flow for flow in frame.fixed if flow.category == section and flow.item == item),
        )
    if quantity.measure == "dilution":
        return Measured((), *dilution_flows(frame, item))
    if quantity.measure in ("amount", "drawn"):
        return Measured(
            flows=tuple(flow for flow in frame.received if _raises(flow, item)),
            fixed=tuple(flow for flow in frame.received_fixed if _raises(flow, item)),
        )
    if quantity.measure == "orders":
        kind = frame.plan.compute[str(item)].kind
        return Measured(families=(f"{section}.{item}.{'ordered' if kind == 'buy' else 'signed'}",))
    return Measured(families=(f"{section}.{item}.{_COLUMN[quantity.measure]}",))


def _raises(flow: Flow | FixedFlow, item: str | None) -> bool:
    """Whether a flow is money that an item of ``[funding]`` brings; what is repaid does not lower it."""
    return flow.category == "funding" and flow.item == item and flow.line in RAISED


def _add_limit(site: Site, limit: Limit, unit: str, measured: tuple[Measured, ...]) -> None:
    stock = limit.terms[0].quantity.measure in STOCKS
    ranges = [_range(site, term.quantity) for term in limit.terms]
    labels = [site.labels[month] for month in ranges[0]] if stock else [""]
    typical = 0.0
    entries: list[tuple[IntArray, IntArray, FloatArray]] = []
    constants = np.full(len(labels), limit.constant)
    for term, found, months in zip(limit.terms, measured, ranges, strict=True):
        rows, columns, values, fixed = _expand(site, term, found, months)
        position = np.searchsorted(months, rows) if stock else np.zeros(len(rows), np.int64)
        if len(columns):
            scales = site.scale_of(columns)
            typical = max(typical, float(np.max(np.abs(values) * scales)))
            entries.append((position, columns, values))
        constants -= term.factor * fixed
    typical = site.typical(f"limits.{limit.name}", typical or 1.0)
    block = site.builder.add_rows(
        f"Limit {limit.name}",
        labels,
        unit=unit,
        sentence=limit.text,
        lower=-np.inf if limit.sense == "<=" else constants,
        upper=np.inf if limit.sense == ">=" else constants,
        scale=typical,
        group=f"limits.{limit.name}",
    )
    for position, columns, values in entries:
        site.builder.put(block[position], columns, values)


def _range(site: Site, quantity: Quantity) -> IntArray:
    """0-based months a quantity speaks of."""
    first = 1 if quantity.first is None else quantity.first
    last = site.months if quantity.last is None else quantity.last
    return np.arange(first - 1, last)


def _expand(site: Site, term: Term, found: Measured, months: IntArray) -> tuple[IntArray, IntArray, FloatArray, float]:
    """Month positions, columns and values of a term, and its fixed part."""
    if found.families and term.quantity.measure != "spend":
        columns = site.column(found.families[0])
        inside = months[months < len(columns)]
        return inside, columns[inside], np.full(len(inside), term.factor), 0.0
    if found.families or (term.quantity.measure == "spend" and term.quantity.item is None):
        none = np.empty(0, np.int64)
        columns = np.concatenate([none, *(site.column(name)[months] for name in found.families)])
        where = np.concatenate([none, *(months for _ in found.families)])
        return where, columns, np.full(len(columns), term.factor), 0.0
    if found.flows:
        rows, columns, values = joined(found.flows)
    else:
        rows, columns, values = months[:0], months[:0], np.empty(0)
    among = np.isin(rows, months)
    fixed = sum(float(constant.amounts[months].sum()) for constant in found.fixed)
    return rows[among], columns[among], term.factor * values[among], fixed


def _unit(frame: Frame, limit: Limit) -> str:
    quantity = limit.terms[0].quantity
    units = {"spend": frame.currency, "headcount": "person", "hires": "person", "gpus": "GPU", "orders": "GPU"}
    units |= {"amount": frame.currency, "drawn": frame.currency, "owed": frame.currency, "dilution": "share"}
    if quantity.measure in units:
        return units[quantity.measure]
    return str(frame.plan.data[str(quantity.item)].unit)
