"""Automation of a source: capacity that is paid once, and items through it that cost less from then on."""

from __future__ import annotations

import numpy as np

from allocator.formulate.curves import IntArray
from allocator.formulate.frame import Site
from allocator.plan.schema import Automation, Source


def add_automation(
    site: Site, name: str, source: Source, automation: Automation, bought: IntArray, typical: float
) -> None:
    """Let some of what is bought go through machines.

    Parameters
    ----------
    site : Site
    name : str
        The source's.
    source : Source
    automation : Automation
    bought : ndarray of int, shape (n,)
        Items bought in months 1..n.
    typical : float
        A typical amount of items.
    """
    builder, path, unit = site.builder, f"data.{name}", source.unit
    buys, lead = len(bought), automation.lead
    orders = max(buys - lead, 0)
    most = np.inf if automation.max is None else automation.max
    scale = min(typical, automation.max or typical)
    ordered = site.monthly_columns(
        f"{path}.automation",
        unit=f"{unit} a month",
        sentence=f"Capacity of machines for {name} that is paid in the month, in {unit}s a month",
        last=orders,
        scale=scale,
    )
    capacity = site.monthly_columns(
        f"{path}.capacity",
        unit=f"{unit} a month",
        sentence=f"{unit.capitalize()}s of {name} that machines can take in the month",
        last=buys,
        upper=most,
        scale=scale,
    )
    if automation.max is not None:
        builder.group_bounds(
            f"{path}.automation.max", f"machines take at most {automation.max:g} {unit}s of {name} a month", capacity
        )
    rows = builder.add_rows(
        f"Capacity of {name}",
        site.labels[:buys],
        unit=f"{unit} a month",
        sentence="capacity = last month's capacity plus what arrives; it lasts until the plan ends",
        lower=0.0,
        upper=0.0,
        scale=scale,
        defines=capacity,
    )
    builder.put(rows, capacity, 1.0)
    builder.put(rows[1:], capacity[:-1], -1.0)
    builder.put(rows[lead:], ordered, -1.0)
    automated = site.monthly_columns(
        f"{path}.automated",
        unit=unit,
        sentence=f"{unit.capitalize()}s of {name} bought in the month that go through machines",
        last=buys,
        scale=scale,
    )
    through = builder.add_rows(
        f"Automated {name}",
        site.labels[:buys],
        unit=unit,
        sentence="no more goes through machines than they can take",
        upper=0.0,
        scale=scale,
    )
    builder.put(through, automated, 1.0)
    builder.put(through, capacity, -1.0)
    by_hand = site.monthly_columns(
        f"{path}.by-hand",
        unit=unit,
        sentence=f"{unit.capitalize()}s of {name} bought in the month that do not go through machines",
        last=buys,
        scale=typical,
    )
    rest = builder.add_rows(
        f"By hand: {name}",
        site.labels[:buys],
        unit=unit,
        sentence="what does not go through machines is the rest of what is bought",
        lower=0.0,
        upper=0.0,
        scale=typical,
        defines=by_hand,
    )
    builder.put(rest, by_hand, 1.0)
    builder.put(rest, bought, -1.0)
    builder.put(rest, automated, 1.0)
    # What machines do is paid at their price instead of the source's.
    site.pay("data", name, "acquisition", by_hand, np.asarray(source.prices)[:buys])
    site.pay("data", name, "automated", automated, automation.price)
    site.pay("data", name, "automation", ordered, automation.cost)
