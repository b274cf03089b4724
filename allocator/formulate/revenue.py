"""Revenue, by the month in which it is paid."""

from __future__ import annotations

import numpy as np

from allocator.formulate.frame import Frame, Site
from allocator.plan.schema import Revenue


def add_revenue(frame: Frame) -> None:
    """Add every revenue of the plan."""
    for name, revenue in frame.plan.revenue.items():
        frame.part(_add_revenue, name, revenue)


def _add_revenue(site: Site, name: str, revenue: Revenue) -> None:
    """What is earned, when it is paid; what other months than the plan's earned is not known."""
    received = np.zeros(site.months)
    paid = np.arange(site.months) + revenue.paid_after
    inside = (paid >= 0) & (paid < site.months)
    received[paid[inside]] = np.asarray(revenue.amount)[inside]
    site.receive_fixed("revenue", name, "amount", received, burn=True)
