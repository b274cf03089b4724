"""What a source of data must agree with itself in."""

from __future__ import annotations

import math
from collections.abc import Iterator

from allocator.errors import Problem
from allocator.plan.checks.parts import Parts, needs_limit
from allocator.plan.wrong import listed


def one_price(parts: Parts) -> Iterator[Problem]:
    """A source has a price, or tiers of prices; and automation takes the place of a single price."""
    for name, source in parts.sources.items():
        key = f"data.{name}"
        if source.price is None and not source.tiers:
            yield Problem(
                f"{key}.price",
                "`price` is missing",
                "nothing",
                "`price`, or `tiers` of prices",
                'add price = "2 USD/Mtoken", or tiers = [[50e9, "1 USD/Mtoken"], [500e9, "3 USD/Mtoken"]]',
            )
        elif source.price is not None and source.tiers:
            yield Problem(
                f"{key}.tiers",
                "`price` and `tiers` are two prices of one thing",
                "both",
                "`price`, or `tiers` of prices",
                "remove one of the two",
            )
        elif source.tiers and source.automation is not None:
            yield Problem(
                f"{key}.automation",
                "`automation` stands beside a single price, and this source has `tiers`",
                "both",
                "`price` with `automation`, or `tiers` without",
                "split the source in two, or remove one of the two",
            )


def supply_of_tiers(parts: Parts) -> Iterator[Problem]:
    for name, source in parts.sources.items():
        total = math.fsum(items for items, _ in source.tiers)
        if source.tiers and source.max is not None and source.max > total:
            yield Problem(
                f"data.{name}.max",
                f"`max` is more than the tiers sell, {total:g} {source.unit}s in all",
                f"{source.max:g}",
                f"at most {total:g}, or no `max`",
                "make the last tier larger, or remove max",
            )


def free_sources(parts: Parts) -> Iterator[Problem]:
    """What costs nothing and never runs out has no best amount."""
    for name, source in parts.sources.items():
        if source.price is None and not source.tiers:
            continue
        cheapest, machines = source.least_price, source.automation
        if machines is not None and machines.max is None and machines.cost == 0.0:
            cheapest = min(cheapest, machines.price + min(source.processing))
        if source.on_sale is None and source.per_month is None and cheapest == 0.0:
            yield needs_limit(f"data.{name}.max", f"{source.unit}s", "max = 1e12, all there are")


def handled_units(parts: Parts) -> Iterator[Problem]:
    """Who handles items of a unit can only be of use where the plan has a source of it."""
    units = sorted({source.unit for source in parts.sources.values()})
    for name, role in parts.roles.items():
        if role.handles is not None and role.handles.unit not in units and not parts.has_broken("data"):
            yield Problem(
                f"people.{name}.handles",
                f"{name} handle {role.handles.unit}s, and no source is counted in them",
                f"{role.handles.items:g} {role.handles.unit}s/month",
                listed(f"{unit}s" for unit in units) or "a plan with data",
                f'correct the unit, or add [data.NAME] with unit = "{role.handles.unit}"',
            )
