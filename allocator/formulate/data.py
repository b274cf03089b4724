"""Data: purchases, lead time, stock, processing, storage, supply, throughput, and the people who handle it."""

from __future__ import annotations

import numpy as np

from allocator.formulate.curves import IntArray
from allocator.formulate.data_automation import add_automation
from allocator.formulate.data_tiers import add_tiers, in_order_by_itself
from allocator.formulate.frame import Frame, Site
from allocator.plan.schema import Source


def add_data(frame: Frame) -> None:
    """Add every source of data of the plan. What is bought serves every model: non-rival."""
    for name, source in frame.plan.data.items():
        frame.part(_add_source, name, source, not in_order_by_itself(frame.plan, name))
    _add_handling(frame)


def typical_items(site: Site, name: str, source: Source) -> float:
    """A typical amount of items: what a third of the money buys, within supply."""
    price = source.least_price
    amount = site.money / 3 / price if price > 0 else np.inf
    if source.per_month is not None:
        amount = min(amount, sum(source.per_month))
    if source.on_sale is not None:
        amount = min(amount, source.on_sale)
    return site.typical(f"data.{name}.items", max(amount if np.isfinite(amount) else 0.0, source.now) or 1.0)


def _add_source(site: Site, name: str, source: Source, ordered: bool) -> None:
    builder, months = site.builder, site.months
    path = f"data.{name}"
    typical = typical_items(site, name, source)
    last_order = max(months - source.lead, 0)
    bought = _add_purchases(site, name, source, typical, last_order)
    if source.tiers:
        add_tiers(site, name, source, bought, typical, ordered)
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
    if source.automation is not None:
        add_automation(site, name, source, source.automation, bought, typical)
    elif not source.tiers:
        site.pay("data", name, "acquisition", bought, np.asarray(source.prices)[:last_order])
    if any(source.processing):
        site.pay("data", name, "processing", bought, np.asarray(source.processing)[:last_order])
    if source.storage:
        site.pay("data", name, "storage", stock, source.storage)


def _add_purchases(site: Site, name: str, source: Source, typical: float, last_order: int) -> IntArray:
    path = f"data.{name}"
    bought = site.monthly_columns(
        f"{path}.bought",
        unit=source.unit,
        sentence=f"{source.unit.capitalize()}s of {name} ordered and paid in the month",
        last=last_order,
        upper=np.inf if source.per_month is None else np.asarray(source.per_month)[:last_order],
        scale=typical,
    )
    if source.per_month is not None:
        site.builder.group_bounds(
            f"{path}.per_month",
            f"at most {max(source.per_month):,.6g} {source.unit}s of {name} can be had a month",
            bought,
        )
    return bought


def _add_handling(frame: Frame) -> None:
    """What arrives of a unit in a month is no more than the people who handle it can take in."""
    hands: dict[str, list[tuple[str, float]]] = {}
    for name, role in frame.plan.people.items():
        if role.handles is not None:
            hands.setdefault(role.handles.unit, []).append((name, role.handles.items))
    for unit, roles in hands.items():
        sources = tuple(
            (name, source.lead, source.automation is not None)
            for name, source in frame.plan.data.items()
            if source.unit == unit
        )
        frame.part(_add_hands, unit, tuple(roles), sources)


def _add_hands(
    site: Site, unit: str, roles: tuple[tuple[str, float], ...], sources: tuple[tuple[str, int, bool], ...]
) -> None:
    """`roles` are names and items that one effective person handles; `sources` names, leads, whether automated."""
    capacity = max(each * float(site.scale_of(site.column(f"people.{name}.effective")).max()) for name, each in roles)
    rows = site.builder.add_rows(
        f"Handling of {unit}s",
        site.labels,
        unit=unit,
        sentence=f"{unit}s that arrive are handled by {', '.join(name for name, _ in roles)}; machines need no hands",
        upper=0.0,
        scale=site.typical(f"handling of {unit}s", capacity),
        group=f"people.handles.{unit}",
    )
    for name, lead, automated in sources:
        by_hand = site.column(f"data.{name}.{'by-hand' if automated else 'bought'}")
        site.builder.put(rows[lead:], by_hand, 1.0)
    for name, each in roles:
        site.builder.put(rows, site.column(f"people.{name}.effective"), -each)
