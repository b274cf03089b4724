"""Tiers of prices: so many items at one price, then so many at the next, whatever the months."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import Site
from allocator.formulate.relaxed import undecided
from allocator.plan.schema import Plan, Source

# A tier is used up where less than this share of it is left: rounding, no item.
_LEFT = 1e-9


def in_order_by_itself(plan: Plan, name: str) -> bool:
    """Whether the best plan buys the tiers of a source in order without being told to.

    Where each tier is dearer than the one before, buying a dear item early is paying early: it leaves
    less cash in every month until the cheap one is bought, and never more. So nobody gains by it whose
    rules ask for cash alone. A runway also asks what was burnt lately, and a limit may look at the
    spending of some months: there it can pay to have paid before.
    """
    prices = [price for _, price in plan.data[name].tiers]
    looked_at = any(
        term.quantity.measure == "spend" and term.quantity.first is not None
        for limit in plan.limits.values()
        for term in limit.terms
    )
    return prices == sorted(prices) and plan.runway is None and not looked_at


def add_tiers(site: Site, name: str, source: Source, bought: IntArray, typical: float, ordered: bool) -> None:
    """Split what is bought into tiers, and pay each at its price.

    Parameters
    ----------
    site : Site
    name : str
        The source's.
    source : Source
        Its tiers give the items on sale and the price of one.
    bought : ndarray of int, shape (n,)
        Items bought in months 1..n.
    typical : float
        A typical amount of items.
    ordered : bool
        Whether the order of the tiers needs on/off columns: a tier is open once those before are used up.
    """
    builder, path, unit = site.builder, f"data.{name}", source.unit
    labels = site.labels[: len(bought)]
    split, totals = [], []
    for number, (items, _) in enumerate(source.tiers, start=1):
        scale = min(typical, items)
        tier = site.monthly_columns(
            f"{path}.tier-{number}",
            unit=unit,
            sentence=f"{unit.capitalize()}s of {name} bought in tier {number}",
            last=len(bought),
            scale=scale,
        )
        total = site.monthly_columns(
            f"{path}.tier-{number}.total",
            unit=unit,
            sentence=f"{unit.capitalize()}s of {name} bought in tier {number} so far",
            last=len(bought),
            upper=items,
            scale=scale,
        )
        builder.group_bounds(f"{path}.tiers", f"tier {number} of {name} has {items:g} {unit}s", total)
        rows = builder.add_rows(
            f"Tier {number} of {name}",
            labels,
            unit=unit,
            sentence="bought so far = what was bought before plus this month's",
            lower=0.0,
            upper=0.0,
            scale=scale,
            defines=total,
        )
        builder.put(rows, total, 1.0)
        builder.put(rows[1:], total[:-1], -1.0)
        builder.put(rows, tier, -1.0)
        split.append(tier)
        totals.append(total)
    whole = builder.add_rows(
        f"Tiers of {name}",
        labels,
        unit=unit,
        sentence="what is bought is bought in some tier",
        lower=0.0,
        upper=0.0,
        scale=typical,
        defines=bought,
    )
    builder.put(whole, bought, 1.0)
    for tier in split:
        builder.put(whole, tier, -1.0)
    prices = np.repeat([price for _, price in source.tiers], len(bought))
    months = np.tile(np.arange(len(bought)), len(split))
    site.pay("data", name, "acquisition", np.concatenate(split), prices, months=months)
    used_up = _add_order(site, name, source, totals) if ordered else []
    sizes = np.array([items for items, _ in source.tiers])
    builder.adjust(_order(np.array(split), np.array(used_up), sizes))


def _add_order(site: Site, name: str, source: Source, totals: list[IntArray]) -> list[IntArray]:
    """On/off columns: a tier is bought from only once the ones before are used up."""
    builder, path, unit = site.builder, f"data.{name}", source.unit
    labels = site.labels[: len(totals[0])]
    switches = []
    for number, (items, _) in enumerate(source.tiers[:-1], start=1):
        following = source.tiers[number][0]
        switch = site.monthly_columns(
            f"{path}.tier-{number}.used-up",
            unit="1",
            sentence=f"Whether tier {number} of {name} is used up by the close of the month",
            last=len(labels),
            upper=1.0,
            integer=True,
        )
        used = builder.add_rows(
            f"Used up: tier {number} of {name}",
            labels,
            unit=unit,
            sentence="a tier is used up when all of it was bought",
            lower=0.0,
            scale=items,
        )
        builder.put(used, totals[number - 1], 1.0)
        builder.put(used, switch, -items)
        opened = builder.add_rows(
            f"Open: tier {number + 1} of {name}",
            labels,
            unit=unit,
            sentence="a tier is open once the one before is used up",
            upper=0.0,
            scale=following,
        )
        builder.put(opened, totals[number], 1.0)
        builder.put(opened, switch, -following)
        switches.append(switch)
    return switches


def _order(tiers: IntArray, used_up: IntArray, sizes: FloatArray) -> Callable[[FloatArray], bool]:
    """Puts what is bought into the tiers in their order, to the last item: a solver's tolerance leaves some behind.

    Parameters
    ----------
    tiers : ndarray of int, shape (K, n)
        Columns of what is bought in a tier and month.
    used_up : ndarray of int, shape (K - 1, n) or (0,)
        The on/off columns.
    sizes : ndarray, shape (K,)
    """
    before = np.concatenate([[0.0], np.cumsum(sizes)[:-1]])[:, None]

    def put_in_order(point: FloatArray) -> bool:
        if len(used_up) and undecided(point[used_up]):
            return False
        filled = np.maximum(np.cumsum(point[tiers].sum(axis=0)) - before, 0.0)
        filled[:-1] = np.minimum(filled[:-1], sizes[:-1, None])
        split = np.maximum(np.diff(filled, axis=1, prepend=0.0), 0.0)
        moved = bool(np.any(split != point[tiers]))
        point[tiers] = split
        if len(used_up):
            switches = (filled[:-1] >= sizes[:-1, None] * (1.0 - _LEFT)).astype(float)
            moved |= bool(np.any(switches != point[used_up]))
            point[used_up] = switches
        return moved

    return put_in_order
