"""Treasury: idle cash lent for some months; it is no cash until it is back, and neither spending nor burn."""

from __future__ import annotations

import numpy as np

from allocator.formulate.curves import FloatArray, IntArray
from allocator.formulate.frame import Frame, Site
from allocator.plan.schema import Treasury


def add_treasury(frame: Frame) -> None:
    """Add every way of lending cash."""
    for name, terms in frame.plan.treasury.items():
        frame.part(_add_lending, name, terms)


def _add_lending(site: Site, name: str, terms: Treasury) -> None:
    """Placed in month t, back with its interest in month t + `months`, which is no later than the last."""
    builder, months = site.builder, site.months
    back = np.zeros(months)
    for month, amount in terms.now.items():
        back[month - 1] = amount
    if back.any():
        site.receive_fixed("treasury", name, "returned", back)
    last = months - terms.months
    if last < 1:
        return
    scale = site.money / months
    cap = np.full(months, np.inf) if terms.max is None else np.asarray(terms.max)
    placed = site.monthly_columns(
        f"treasury.{name}.placed",
        last=last,
        unit=site.currency,
        sentence=f"Cash placed with {name} in the month, back {terms.months} months later",
        upper=cap[:last],
        scale=scale,
    )
    if terms.min > 0.0:
        _add_smallest(site, name, terms.min, cap[:last], placed)
    locked = site.monthly_columns(
        f"treasury.{name}.locked",
        unit=site.currency,
        sentence=f"Lent to {name} and not back at the close of the month, without interest to come",
        lower=-np.inf,
        upper=cap,
        scale=scale,
    )
    if terms.max is not None:
        sentence = f"at most {max(terms.max):,.0f} {site.currency} lie with {name}"
        builder.group_bounds(f"treasury.{name}.max", sentence, locked, lower=-np.inf)
    opening = np.zeros(months)
    opening[0] = back.sum()
    rows = site.balance(
        f"Lent to {name}",
        locked,
        unit=site.currency,
        sentence="lent = last month's, plus what is placed, less what comes back",
        right=opening - back,
        scale=scale,
    )
    builder.put(rows[1:], locked[:-1], -1.0)
    builder.put(rows[:last], placed, -1.0)
    builder.put(rows[terms.months :], placed, 1.0)
    interest = (1.0 + terms.earns) ** (terms.months / 12.0) - 1.0
    matures = np.arange(terms.months, months)
    site.receive("treasury", name, "placed", placed, -1.0)
    site.receive("treasury", name, "returned", placed, 1.0, months=matures)
    site.receive("treasury", name, "interest", placed, interest, months=matures)


def _add_smallest(site: Site, name: str, least: float, cap: FloatArray, placed: IntArray) -> None:
    """Nothing, or at least so much: one binary a month."""
    builder, unit, labels = site.builder, site.currency, site.labels[: len(placed)]
    used = site.monthly_columns(
        f"treasury.{name}.used",
        last=len(placed),
        unit="1",
        sentence=f"Whether anything is placed with {name} in the month",
        upper=1.0,
        integer=True,
    )
    scale = float(site.scale_of(placed)[0])
    sentence = f"nothing, or at least {least:,.0f} {unit}"
    least_rows = builder.add_rows(
        f"Smallest placement: {name}", labels, unit=unit, sentence=sentence, lower=0.0, scale=scale
    )
    sentence = "what is placed in a month in which nothing is, is nothing"
    most_rows = builder.add_rows(f"Any placement: {name}", labels, unit=unit, sentence=sentence, upper=0.0, scale=scale)
    for rows, factor in ((least_rows, np.full(len(placed), -least)), (most_rows, -cap)):
        builder.put(rows, placed, 1.0)
        builder.put(rows, used, factor)
