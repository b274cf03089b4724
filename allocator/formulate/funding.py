"""Funding: signed rounds and what raising them costs."""

from __future__ import annotations

import numpy as np

from allocator.formulate.frame import Frame, Site
from allocator.formulate.objective import CAPITAL
from allocator.plan.schema import Round


def add_funding(frame: Frame) -> None:
    """Add every round of the plan."""
    least = frame.plan.objective.capital_round
    for name, round_ in frame.plan.funding.items():
        frame.part(_add_least if name == least else _add_round, name, round_)


def _add_round(site: Site, name: str, round_: Round) -> None:
    amount = np.zeros(site.months)
    amount[round_.month - 1] = round_.amount
    site.receive_fixed("funding", name, "amount", amount)
    if round_.fee:
        site.pay_fixed("funding", name, "fee", round_.fee * amount, burn=False)


def _add_least(site: Site, name: str, round_: Round) -> None:
    """A round of which the program chooses the amount: the least that the plan's targets ask for."""
    capital, month = site.column(CAPITAL), np.array([round_.month - 1])
    site.receive("funding", name, "amount", capital, 1.0, months=month)
    if round_.fee:
        site.pay("funding", name, "fee", capital, round_.fee, months=month, burn=False)
