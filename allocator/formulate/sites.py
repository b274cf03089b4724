"""Sites: room and power for so many GPUs, and what the place and its power cost."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from allocator.formulate.frame import Frame, Site
from allocator.plan.schema import Facility
from allocator.plan.units import HOURS_PER_MONTH


def add_sites(frame: Frame) -> None:
    """Add every site of the plan, after the offers that stand there."""
    for name, facility in frame.plan.sites.items():
        offers = tuple((entry, offer.power or 0.0) for entry, offer in frame.plan.compute.items() if offer.site == name)
        frame.part(_add_site, name, facility, offers)


def _add_site(site: Site, name: str, facility: Facility, offers: tuple[tuple[str, float], ...]) -> None:
    """`offers` are the names of those at the site and what a GPU of each draws, kW."""
    builder = site.builder
    fleets = [(entry, power, site.column(f"compute.{entry}.gpus")) for entry, power in offers]
    typical = max((float(site.scale_of(gpus).max()) for _, _, gpus in fleets), default=1.0)
    if facility.max is not None and fleets:
        rows = builder.add_rows(
            f"GPUs at {name}",
            site.labels,
            unit="GPU",
            sentence=f"no more GPUs serve at {name} than there is room for",
            upper=np.asarray(facility.max),
            scale=_scale(typical, facility.max),
            group=f"sites.{name}.max",
        )
        for _, _, gpus in fleets:
            builder.put(rows, gpus, 1.0)
    if facility.power is not None and fleets:
        rows = builder.add_rows(
            f"Power at {name}",
            site.labels,
            unit="kW",
            sentence=f"GPUs that serve at {name} draw no more power than there is",
            upper=np.asarray(facility.power),
            scale=_scale(typical * max(power for _, power, _ in fleets), facility.power),
            group=f"sites.{name}.power",
        )
        for _, power, gpus in fleets:
            builder.put(rows, gpus, power)
    for entry, power, gpus in fleets:
        if any(facility.power_price):
            site.pay("compute", entry, "electricity", gpus, HOURS_PER_MONTH * power * np.asarray(facility.power_price))
        if any(facility.cost_per_kw):
            site.pay("compute", entry, "hosting", gpus, power * np.asarray(facility.cost_per_kw))
    if any(facility.cost):
        site.pay_fixed("compute", name, "site", np.asarray(facility.cost))


def _scale(typical: float, most: Sequence[float]) -> float:
    """Of a row: what is typical, and no more than its own bound, or its tolerance is more than the books forgive."""
    return min(typical, max(most)) or typical
