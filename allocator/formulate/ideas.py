"""The stock of ideas: research of every month raises the effective compute of all later runs.

A, the multiple of effective compute since opening day, follows ``dA/dt = g A + d A^(1 - b) S^lambda``
(Bloom et al. 2020, American Economic Review 110(4)). In z = A^b that is linear, month by month
``z_t = e^(b g) z_(t-1) + b d S_t^lambda``, and log A = (1 / b) log z is concave in z. The column holds
z - 1, so that its log is the curve that research without a stock has too.
"""

from __future__ import annotations

import numpy as np

from allocator.formulate.curves import CurveKind, FloatArray, IntArray
from allocator.formulate.frame import Frame, Site, monthly_rate
from allocator.formulate.inputs import RESEARCH, workers_of
from allocator.plan.schema import Research

IDEAS = "research.ideas"


def add_ideas(frame: Frame, last: int) -> None:
    """Add the stock at the closes of months 1..last, from the plan's ``[research]``.

    Parameters
    ----------
    frame : Frame
    last : int
        The last month at whose close some training is ready to begin; nothing is added at 0.
    """
    research = frame.plan.research
    if research is None or last == 0:
        return
    frame.part(_add_ideas, research, workers_of(frame.plan, RESEARCH), last)


def _add_ideas(site: Site, research: Research, workers: tuple[tuple[str, float], ...], last: int) -> None:
    builder, labels = site.builder, site.labels[:last]
    kept, added = month_of_ideas(research)
    effort = _add_effort(site, workers, labels, research.team)
    returned = effort
    if research.returns < 1.0:
        returned = builder.add_columns(
            "research.returned",
            labels,
            unit="1",
            sentence="What the month's research effort is worth, against one team's",
        )
        builder.add_curves(
            CurveKind.POWER,
            effort,
            returned,
            exponent=research.returns,
            names=[f"returns to research, {label}" for label in labels],
        )
    weight = added if research.returns < 1.0 else added / research.team
    ideas = builder.add_columns(
        IDEAS,
        labels,
        unit="1",
        sentence="Stock of ideas at the close of the month, less the one of opening day",
    )
    site.columns[IDEAS] = ideas
    opening = np.full(last, kept - 1.0)
    rows = builder.add_rows(
        "Stock of ideas",
        labels,
        unit="1",
        sentence="the stock is last month's, grown by itself, and what research adds",
        upper=opening,
    )
    builder.put(rows, ideas, 1.0)
    builder.put(rows[1:], ideas[:-1], -kept)
    builder.put(rows, returned, -weight)

    power, team = research.returns, research.team

    def exact(point: FloatArray) -> None:
        stock = 1.0
        for month in range(last):
            share = (max(float(point[effort[month]]), 0.0) / team) ** power
            if power < 1.0:
                point[returned[month]] = share
            stock = kept * stock + added * share
            point[ideas[month]] = stock - 1.0

    builder.repair(exact)


def month_of_ideas(research: Research) -> tuple[float, float]:
    """What a month keeps of z, growth by itself included, and what one team's effort adds to it."""
    kept = (1.0 + monthly_rate(research.growth)) ** research.harder
    return kept, research.harder * monthly_rate(research.effect)


def _add_effort(site: Site, workers: tuple[tuple[str, float], ...], labels: tuple[str, ...], team: float) -> IntArray:
    """Research effort of each month: effective staff, with its GPUs where it wants some, by what each adds."""
    builder = site.builder
    effort = builder.add_columns(
        "research.effort",
        labels,
        unit="person",
        sentence="Research effort of the month, in effective researchers",
        lower=-np.inf,
        scale=team,
    )
    rows = builder.add_rows(
        "Research effort",
        labels,
        unit="person",
        sentence="effort is effective staff by what each adds to research",
        lower=0.0,
        upper=0.0,
        scale=team,
        defines=effort,
    )
    builder.put(rows, effort, 1.0)
    for family, share in workers:
        builder.put(rows, site.column(family)[: len(labels)], -share)
    return effort
