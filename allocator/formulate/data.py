"""Data: purchases, lead time, stock, processing, storage, supply and throughput."""

from __future__ import annotations

from operator import add

import numpy as np

from allocator.formulate.frame import Frame, Site
from allocator.plan.schema import Source


def add_data(frame: Frame) -> None:
    """Add every source of data of the plan. What is bought serves every model: non-rival."""
    for name, source in frame.plan.data.items():
        frame.part(_add_source, name, source)


def typical_items(site: Site, name: str, source: Source) -> float:
    """A typical amount of items: what a third of the money buys, within supply."""
    price = min(map(add, source.price, source.processing))
    amount = site.money / 3 / price if price > 0 else np.inf
    if source.per_month is not None:
        amount = min(amount, sum(source.per_month))
    if source.max is not None:
        amount = min(amount, source.max)
    return site.typical(f"data.{name}.items", max(amount if np.isfinite(amount) else 0.0, source.now) or 1.0)


def _add_source(site: Site, name: str, source: Source) -> None:
    builder, months = site.builder, site.months
    path = f"data.{name}"
    typical = typical_items(site, name, source)
    last_order = max(months - source.lead, 0)
    cap = np.inf if source.per_month is None else np.asarray(source.per_month)[:last_order]
    bought = site.monthly_columns(
        f"{path}.bought",
        unit=source.unit,
        sentence=f"{source.unit.capitalize()}s of {name} ordered and paid in the month",
        last=last_order,
        upper=cap,
        scale=typical,
    )
    if source.per_month is not None:
        builder.group_bounds(
            f"{path}.per_month",
            f"at most {max(source.per_month):,.6g} {source.unit}s of {name} can be had a month",
            bought,
        )
    stock = site.monthly_columns(
        f"{path}.stock",
        unit=source.unit,
        sentence=f"{source.unit.capitalize()}s of {name} in hand at the close of the month",
        scale=typical,
    )
    opening = np.zeros(months)
    opening[0] = source.now
    rows = site.balance(
        f"Stock of {name}",
        stock,
        unit=source.unit,
        sentence="stock = last month's stock plus arrivals",
        right=opening,
        scale=typical,
    )
    builder.put(rows[1:], stock[:-1], -1.0)
    builder.put(rows[source.lead :], bought, -1.0)
    if source.max is not None:
        supply = builder.add_rows(
            f"Supply of {name}",
            ("",),
            unit=source.unit,
            sentence=f"at most {source.max:g} {source.unit}s of {name} are on sale in all",
            upper=source.max,
            scale=typical,
            group=f"{path}.max",
        )
        builder.put(supply, bought, 1.0)
    site.pay("data", name, "acquisition", bought, np.asarray(source.price)[:last_order])
    if any(source.processing):
        site.pay("data", name, "processing", bought, np.asarray(source.processing)[:last_order])
    if source.storage:
        site.pay("data", name, "storage", stock, source.storage)
