"""Sites: what stands there, what it draws and costs, and whether there is room."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from allocator.plan import Plan
from allocator.result.ledger.books import Ledger
from allocator.result.ledger.checking import at_most, count
from allocator.result.ledger.choices import Choices
from allocator.result.ledger.entries import HOURS_A_MONTH, Entry, times


def sites(plan: Plan, gpus: Mapping[str, list[float]]) -> list[Entry]:
    """Book each site: its cost, and for each offer there the power that serving GPUs draw, used or idle."""
    entries = []
    months = plan.plan.months
    for name, place in plan.sites.items():
        for offer in _standing(plan, name):
            drawn = [(plan.compute[offer].power or 0.0) * serving for serving in gpus[offer]]
            if any(place.power_price):
                energy = [kilowatts * HOURS_A_MONTH for kilowatts in drawn]
                paid = [-money for money in times(energy, place.power_price)]
                entries.append(Entry("compute", offer, "electricity", "kWh", energy, paid))
            if any(place.cost_per_kw):
                paid = [-money for money in times(drawn, place.cost_per_kw)]
                entries.append(Entry("compute", offer, "hosting", "kW", drawn, paid))
        if any(place.cost):
            entries.append(Entry("compute", name, "site", "", [0.0] * months, [-money for money in place.cost]))
    return entries


def _standing(plan: Plan, site: str) -> list[str]:
    return [name for name, offer in plan.compute.items() if offer.site == site]


def site_rules(plan: Plan, _: Choices, ledger: Ledger) -> Iterator[str]:
    """Check each site: no more GPUs than there is room for, no more power than there is."""
    for name, place in plan.sites.items():
        there = _standing(plan, name)
        if not there:
            continue
        if place.max is not None:
            serving = [math.fsum(ledger.gpus[offer][month] for offer in there) for month in range(plan.plan.months)]
            yield from at_most(plan, f"sites.{name} GPUs", serving, place.max, 1.0, count, bound="room")
        if place.power is not None:
            drawn = [
                math.fsum((plan.compute[offer].power or 0.0) * ledger.gpus[offer][month] for offer in there)
                for month in range(plan.plan.months)
            ]
            yield from at_most(plan, f"sites.{name} power in kW", drawn, place.power, 1.0, count, bound="power")
