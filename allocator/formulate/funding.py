"""Funding: signed rounds and what raising them costs."""

from __future__ import annotations

import numpy as np

from allocator.formulate.frame import Frame, Site
from allocator.plan.schema import Round


def add_funding(frame: Frame) -> None:
    """Add every round of the plan."""
    for name, round_ in frame.plan.funding.items():
        frame.part(_add_round, name, round_)


def _add_round(site: Site, name: str, round_: Round) -> None:
    amount = np.zeros(site.months)
    amount[round_.month - 1] = round_.amount
    site.receive_fixed("funding", name, "amount", amount)
    if round_.fee:
        site.pay_fixed("funding", name, "fee", round_.fee * amount, burn=False)
